"""The tables of kinds as people read them: who may do what when, and the diagram of it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.cases.kinds import Kind, Move, State
from yuxin.desk import access_words
from yuxin.desk.pages.proceedings import READS
from yuxin.desk.proceeding_words import said
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.words import span
from yuxin.operations.kinds import KINDS
from yuxin.policy.in_force import pack_on
from yuxin.rules.pack import Pack

STEP = 64  # from the middle of one state to the next, in the diagram's units
BOX = 40
LEFT, RIGHT = 150, 390


@dataclass(frozen=True)
class Arrow:
    """The moves from one state to another, drawn as one; `numbers` are their rows of the table."""

    numbers: str
    path: str
    x: int
    y: int

    @property
    def wide(self) -> int:
        """How wide its label is."""
        return 12 + 7 * len(self.numbers)

    @property
    def left(self) -> int:
        """Where its label begins."""
        return self.x - self.wide // 2


@dataclass(frozen=True)
class Box:
    """A state as drawn."""

    title: str
    y: int
    final: bool

    @property
    def text_y(self) -> int:
        """Where its words stand."""
        return self.y + BOX // 2 + 5


@page(roles=READS)
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of proceeding."""
    found = [
        {"name": each.name, "title": said(each.title), "states": len(each.states)} for each in KINDS
    ]
    return render(request, "desk/proceeding_kinds.html", {"kinds": found})


@page(roles=READS)
def kind(request: HttpRequest, name: str) -> HttpResponse:
    """One kind: its rows, its states with their terms, and the diagram drawn from them."""
    found = next((each for each in KINDS if each.name == name), None)
    if found is None:
        raise NotFound
    with reading(actor_of(request)):
        pack = pack_on(day_of(moment(request)))
    context = {
        "title": said(found.title),
        "rows": [_row(found, number, row) for number, row in enumerate(found.moves, 1)],
        "states": [_state(each, pack, request) for each in found.states],
        **diagram(found),
    }
    return render(request, "desk/proceeding_kind.html", context)


def _people(roles: frozenset[Role]) -> str:
    return _("、").join(str(access_words.ROLES.get(r.value, _("系统"))) for r in Role if r in roles)


def _row(kind: Kind, number: int, row: Move) -> dict[str, Any]:
    asks = [_("理由")] if row.words else []
    asks += [_("材料")] if row.document else []
    asks += [_("须另一人")] if row.not_by else []
    return {
        "number": number,
        "title": said(row.title),
        "from": _("、").join(said(kind.state(each).title) for each in row.source) or _("开始"),
        "to": said(kind.state(row.target).title) if row.target else _("不变"),
        "who": _("期限过了") if row.overdue else _people(row.roles),
        "asks": _("、").join(asks),
        "law": row.law,
    }


def _state(state: State, pack: Pack | None, request: HttpRequest) -> dict[str, Any]:
    return {
        "title": said(state.title),
        "waits": _people(state.waits),
        "term": _term(state, pack, request),
        "final": state.final,
    }


def _term(state: State, pack: Pack | None, request: HttpRequest) -> str:
    term = state.term
    if term is None:
        return ""
    if not term.rule:
        return _("按合同")
    day = day_of(moment(request))
    if pack is None or not pack.has(term.rule, day):
        return _("规则包没有填")
    value = pack.on(term.rule, day)
    return span(value.integer, value.unit)


def diagram(kind: Kind) -> dict[str, Any]:
    """States one below the other; neighbours joined by a straight arrow, others by an arc."""
    place = {state.name: number for number, state in enumerate(kind.states)}
    boxes = [
        Box(said(state.title), place[state.name] * STEP + 12, state.final) for state in kind.states
    ]
    ways: dict[tuple[int, int], list[int]] = {}
    for number, row in enumerate(kind.moves, 1):
        for source in row.source:
            ways.setdefault((place[source], place[row.to(source)]), []).append(number)
    lanes: dict[bool, int] = {True: 0, False: 0}
    arrows = [_arrow(way, numbers, lanes) for way, numbers in ways.items()]
    height = len(boxes) * STEP + 8
    return {"boxes": boxes, "arrows": arrows, "height": height, "width": 540, "box": BOX}


def _arrow(way: tuple[int, int], numbers: list[int], lanes: dict[bool, int]) -> Arrow:
    """Straight down to the next state; else round the right side down, round the left side up."""
    (start, end), said = way, " ".join(map(str, numbers))
    top, bottom = start * STEP + 12, end * STEP + 12
    if end == start + 1:
        middle = (LEFT + RIGHT) // 2
        path = f"M{middle} {top + BOX}V{bottom - 2}"
        return Arrow(said, path, middle + 14 + 4 * len(said), (top + BOX + bottom) // 2)
    down = end > start
    lanes[down] += 1
    lane = lanes[down]
    far = RIGHT + 14 + lane * 16 if down else LEFT - 14 - lane * 16
    edge, tip = (RIGHT, RIGHT + 2) if down else (LEFT, LEFT - 2)
    y1, y2 = top + BOX // 2 + lane % 3 * 5, bottom + BOX // 2 - lane % 3 * 5
    y2 = y1 + 10 if end == start else y2
    # Labels of neighbouring lanes stand at different heights.
    label = y1 + (y2 - y1) * (2 + lane % 4) // 7 if end != start else y1 + 5
    return Arrow(said, f"M{edge} {y1}H{far}V{y2}H{tip}", far, label)
