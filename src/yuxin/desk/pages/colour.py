"""Why an institution has its colour: for the officer and for its own head."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yuxin.access.reading import reading
from yuxin.assessment import queries
from yuxin.assessment.explaining import Explained, Line, explain
from yuxin.assessment.permissions import EXPLAINED_TO, OFFICERS, require_may_read_reasons
from yuxin.desk import colour_words as words
from yuxin.desk.pages.colour_records import things_for
from yuxin.desk.registry_values import shown_name
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.codes import print_subject_code
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, QuerySource, Row, Table
from yuxin.look.values import Empty, Text
from yuxin.registry import queries as registry
from yuxin.registry.models import Entry
from yuxin.rules.colour import Reason


def _english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class ShownLine:
    """An indicator as a row of the page."""

    code: str
    name: Text
    actual: str
    sentence: str
    warning: list[str]
    bottom: list[str]
    kind: str
    word: Text
    cure_until: date | None


def _shown(line: Line) -> ShownLine:
    kind, word = words.RESULTS[line.result]
    known = [(name, fact) for name, fact in line.actual if fact is not None]
    return ShownLine(
        code=line.indicator.removeprefix("risk."),
        name=words.INDICATORS.get(line.indicator, line.indicator),
        actual="; ".join(
            f"{words.measure(name)} {words.value(name, fact)}" for name, fact in known
        ),
        sentence=line.en if _english() else line.zh,
        warning=[words.test(each) for each in line.warning],
        bottom=[words.test(each) for each in line.bottom],
        kind=kind,
        word=word,
        cure_until=line.cure_until,
    )


@dataclass(frozen=True)
class ShownReason:
    """A sentence with the rule and the article that it rests on."""

    rule: str
    sentence: str
    source: str
    mark: Text
    is_law: bool


def _reason(reason: Reason) -> ShownReason:
    return ShownReason(
        rule=reason.rule,
        sentence=reason.en if _english() else reason.zh,
        source=f"{reason.instrument} {reason.clause}",
        mark=words.MARKS[reason.mark],
        is_law=reason.is_law,
    )


def _day(request: HttpRequest, today: date) -> date:
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), today)
    except ValueError:
        return today


def _hex(text: str) -> str:
    """A number out of the address, or nothing."""
    return text if text.isascii() and text.isalnum() and len(text) <= 32 else ""


@page(roles=EXPLAINED_TO)
def colour(request: HttpRequest, code: str) -> HttpResponse:
    """The colour of a day, indicator by indicator, with rule, article and the way back."""
    actor, today = actor_of(request), day_of(now())
    day = _day(request, today)
    with reading(actor):
        entry = registry.find(actor, code)
        require_may_read_reasons(actor, entry.pk)
        row = queries.judgement_on(actor, entry.pk, day)
        explained = explain(row) if row is not None else None
    context = {
        "entry": entry,
        "name": shown_name(entry),
        "code": print_subject_code(entry.code),
        "file_url": reverse("desk:institution", args=[entry.code]),
        "day": day,
        "past": day != today,
        "row": row,
        "things": things_for(actor),
        "recorded": _hex(request.GET.get("recorded", "")),
        "number": _hex(request.GET.get("number", "")),
        "kind": row.effective.lower() if row is not None else "grey",
        **(_context(explained) if explained is not None else {}),
    }
    return render(request, "desk/colour.html", context)


def _context(explained: Explained) -> dict[str, object]:
    lines = [_shown(line) for line in explained.lines]
    loud = [line for line in lines if line.kind in ("red", "yellow", "info")]
    return {
        "explained": explained,
        "computed_kind": explained.row.computed.lower(),
        "loud": loud,
        "groups": [loud, [line for line in lines if line not in loud]],
        "quiet": [line for line in lines if line not in loud],
        "reasons": [_reason(reason) for reason in explained.reasons],
        "worse": [line for line in loud if line.kind == "yellow" and line.bottom],
        "pack": explained.row.pack_sha256[:12],
    }


TABLE = Table(
    name="alerts",
    caption=_("码色预警"),
    columns=(
        Column("colour", _("码色"), "status", fixed=True),
        Column("name", _("名称"), sortable=True, fixed=True, link=True),
        Column("since", _("自何日起"), "date", sortable=True),
        Column("tier", _("规模")),
        Column("why", _("原因")),
        Column("code", _("主体码"), "code"),
    ),
    filters=(
        Filter("colour", _("码色"), [("red", _("红码")), ("yellow", _("黄码"))]),
        Filter("q", _("名称"), kind="text"),
    ),
    default_sort="-since",
    empty=Empty(_("没有预警"), _("您的范围内没有黄码或红码的机构。")),
)


ORDER: Final = {"name": ("name",), "since": ("standing__since",)}


def _narrow(rows: "QuerySet[Any]", chosen: Mapping[str, str]) -> "QuerySet[Any]":
    if "colour" in chosen:
        rows = rows.filter(effective=chosen["colour"].upper())
    # The name is annotated by the query, which the type of the rows does not tell.
    return rows.filter(Q(("name__contains", chosen["q"]))) if "q" in chosen else rows


def _alert(row: Any) -> Row:
    entry = Entry(name=row.name, brand=row.brand, address=row.address, code=row.code)
    fired = [each for each in row.fired if each.split(".")[1] not in ("colour", "required")]
    why = dict.fromkeys(_indicator(each) for each in fired)
    cells = {
        "colour": row.effective.lower(),
        "name": shown_name(entry),
        "since": date.fromisoformat(row.standing["since"]),
        "tier": row.tier,
        "why": "; ".join(str(words.INDICATORS.get(each, each)) for each in why),
        "code": print_subject_code(entry.code),
    }
    return Row(cells, entry.code, reverse("desk:colour", args=[entry.code]))


def _indicator(rule: str) -> str:
    """The indicator of a fired rule: `risk.F1` of `risk.F1.B`."""
    parts = rule.split(".")
    return rule if parts[1] == "data" else ".".join(parts[:2])


@page(roles=OFFICERS)
def alerts(request: HttpRequest) -> HttpResponseBase:
    """Institutions within the officer's grants that stand yellow or red, and why."""
    actor, today = actor_of(request), day_of(now())
    with reading(actor):
        found = queries.alerts(actor, today)
        source = QuerySource(found, _alert, ORDER, _narrow)
        return TABLE.answer(request, source, "desk/alerts.html", {"count": found.count()})
