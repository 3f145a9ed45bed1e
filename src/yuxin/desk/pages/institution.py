"""The whole file of one subject on one page: as it is now, or as it was, as known then."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.desk import registry_words as words
from yuxin.desk.pages.institutions import READERS
from yuxin.desk.registry_values import (
    Told,
    events,
    fields,
    recorded,
    said,
    shown_name,
    square_metres,
    status_kind,
)
from yuxin.desk.tuition_access import SEES_BOOKS
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import at as instant
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.codes import print_subject_code
from yuxin.look import field_words
from yuxin.look.page import actor_of, page
from yuxin.operations.registry.unmask_identifier import UNMASKERS
from yuxin.registry import queries
from yuxin.registry.models import Entry
from yuxin.registry.permissions import BUREAU, KEEPS_STAFF

SEES_LIVE = SEES_BOOKS | {Role.LEVEL_ABOVE}
SEES_STAFF = BUREAU | KEEPS_STAFF | {Role.AUDITOR}
SINGLE = ("name", "identity", "place", "category", "authority", "status")
TIMELINE_MAX = 8


@dataclass(frozen=True)
class Moment:
    """The day that a page shows, and what was known then; by default now."""

    day: date
    known_at: datetime | None
    past: bool


def moment(request: HttpRequest, today: date) -> Moment:
    """Read `?on=2026-03-01&known=2026-03-05`; a day that is none is as if it had not been given."""
    on = _day(request.GET.get("on", ""))
    known = _day(request.GET.get("known", ""))
    known_at = instant(known, 23, 59, 59) if known else None
    return Moment(on or today, known_at, on is not None or known is not None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _licences(rows: Sequence[Any], day: date) -> list[dict[str, Any]]:
    told = []
    for row in sorted(rows, key=lambda row: (row.kind, row.number)):
        left = (row.valid_until - day).days if row.valid_until else None
        scope = [
            said("licence", name, getattr(row, name)) for name in ("categories", "stages", "modes")
        ]
        told.append(
            {
                "row": row,
                "kind": field_words.LICENCES[row.kind],
                "scope": " · ".join(filter(None, scope)),
                "left": left,
                "mark": "grey" if left is None else "red" if left < 0 else "yellow",
                "soon": left is not None and left <= 90,
            }
        )
    return told


def _sites(picture: Mapping[str, list[Any]], areas: Mapping[str, str]) -> list[dict[str, Any]]:
    rooms: dict[int, list[Any]] = {}
    for room in picture["room"]:
        rooms.setdefault(room.room.site_id, []).append(room)
    return [
        {
            "row": row,
            "area": areas.get(row.area_code, row.area_code),
            "size": square_metres(row.area_dm2),
            "rooms": [
                {"row": room, "size": square_metres(room.area_dm2)}
                for room in sorted(rooms.get(row.site_id, []), key=lambda room: room.name)
            ],
        }
        for row in picture["site"]
    ]


def _facts(name: str, picture: Mapping[str, list[Any]], areas: Mapping[str, str]) -> list[Told]:
    return [told for row in picture[name] for told in fields(name, row, areas)]


def _behind(picture: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "role": words.CONTROLLER_ROLES[row.role],
            "name": shown_name(row.controller.entry),
            "share": said("controller", "share_bps", row.share_bps),
        }
        for row in picture["controller"]
    ]


def _staff(actor: Actor, entry: Entry, day: date) -> list[dict[str, Any]] | None:
    if not actor.roles & SEES_STAFF:
        return None
    return [
        {"post": each, "role": words.POST_ROLES[each.role]}
        for each in queries.staff(actor, entry.pk, day)
    ]


@page(roles=READERS)
def institution(request: HttpRequest, code: str) -> HttpResponse:
    """The file of one subject; `?on=` and `?known=` turn it back."""
    actor = actor_of(request)
    shown = moment(request, day_of(now()))
    with reading(actor):
        entry = queries.find(actor, code)
        lines = queries.history(actor, entry.pk)
        areas = queries.area_names(actor, shown.day)
        by = [line.row.recorded_by for line in lines if line.row.recorded_by]
        names = queries.names_of(actor, by)
        staff = _staff(actor, entry, shown.day)
        merges = queries.merged_into(actor, entry.pk)
    picture = queries.picture(lines, shown.day, shown.known_at)
    rows = recorded(
        [
            line
            for line in lines
            if shown.known_at is None or line.row.recorded_at <= shown.known_at
        ],
        areas,
        names,
    )
    if shown.past:
        _turn_back(entry, picture)
    context = {
        "entry": entry,
        "name": shown_name(entry),
        "code": print_subject_code(entry.code),
        "kind": words.KINDS.get(entry.kind, ""),
        "colour": None if shown.past and entry.connected else status_kind(entry),
        "status": field_words.STATUSES.get(entry.status, ""),
        "category": field_words.CATEGORIES.get(entry.category, ""),
        "area": areas.get(entry.area_code, entry.area_code),
        "shown": shown,
        "singles": [
            {"aspect": name, "label": words.ASPECTS[name], "facts": _facts(name, picture, areas)}
            for name in SINGLE
        ],
        "custody": _facts("custody", picture, areas),
        "connection": _facts("connection", picture, areas),
        "licences": _licences(picture["licence"], shown.day),
        "sites": _sites(picture, areas),
        "behind": _behind(picture),
        "brands": [row.brand.name for row in picture["brand"]],
        "staff": staff,
        "may_unmask": bool(actor.roles & UNMASKERS),
        "merges": [print_subject_code(one.merged.code) for one in merges],
        "history": rows,
        "timeline": events(rows[:TIMELINE_MAX]),
        "corrects": bool(actor.roles & BUREAU) and not shown.past,
        "connects": actor.has(Role.OFFICER, Role.HEAD) and not shown.past and not entry.connected,
        "sees_live": bool(actor.roles & SEES_LIVE) and entry.pk in actor.institution_ids,
        "merges_others": actor.has(Role.OFFICER, Role.HEAD) and not shown.past,
        "source": _source(lines),
        "recorded": _entry_id(request.GET.get("recorded", "")),
    }
    return render(request, "desk/institution.html", context)


def _turn_back(entry: Entry, picture: Mapping[str, list[Any]]) -> None:
    """Let the entry in hand, which is never saved, say what held on the day shown."""
    for aspect, taken in queries.ENTRY_FIELDS.items():
        row = next(iter(picture[aspect]), None)
        for field, source in taken.items():
            empty = False if field == "connected" else ""
            setattr(entry, field, getattr(row, source) if row else empty)
    ends = [row.valid_until for row in picture["licence"] if row.kind == "OPERATING"]
    entry.licence_until = max((end for end in ends if end), default=None)
    entry.colour = None


def _source(lines: Sequence[queries.Line]) -> str:
    """Where the first record of the subject came from."""
    first = min(lines, key=lambda line: (line.row.recorded_at, line.row.pk), default=None)
    return (first.row.source if first else "") or _("本系统录入")


def _entry_id(text: str) -> str:
    """The number of the entry that an act has just left, if it is one."""
    return text if re.fullmatch("[0-9a-f]{32}", text) else ""
