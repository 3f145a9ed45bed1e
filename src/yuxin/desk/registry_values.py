"""Values of the registry as sentences and facts of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yuxin.desk import registry_words as words
from yuxin.kernel.codes import print_subject_code
from yuxin.look.values import Event, StatusKind, Text
from yuxin.look.words import yuan_words
from yuxin.registry.aspects import ASPECTS
from yuxin.registry.models import Entry
from yuxin.registry.queries import Line

HIDDEN = {
    "number_sealed",
    "number_index",
    "settlement_sealed",
    "settlement_index",
    "bank_code",
    "photo_sha256",
    "qualification_number",
}
ENDED = {"CLOSED", "REVOKED"}


@dataclass(frozen=True)
class Told:
    """One field of a value: what it is called and what it says."""

    label: Text
    text: str


@dataclass(frozen=True)
class Recorded:
    """One row of a history as a page shows it."""

    aspect: Text
    thing: str
    text: str
    ended: bool
    valid_from: date
    recorded_at: Any
    by: str
    reason: str


def square_metres(area_dm2: int | None) -> str:
    """Square decimetres as square metres, without a float: 32050 -> 320.50 m²."""
    if area_dm2 is None:
        return ""
    return f"{area_dm2 // 100:,}.{area_dm2 % 100:02} m²"


def status_kind(entry: Entry) -> StatusKind:
    """How the status tag of a subject stands: its end, its lack of a licence, its colour."""
    if entry.status in ENDED:
        return "ended"
    if entry.status == "UNLICENSED":
        return "unlicensed"
    kinds: dict[str, StatusKind] = {"GREEN": "green", "YELLOW": "yellow", "RED": "red"}
    return kinds.get(entry.colour or "", "pending" if entry.connected else "grey")


def shown_name(entry: Entry) -> str:
    """The registered name; for a watched site without one its place or its code."""
    nameless = entry.address or print_subject_code(entry.code)
    return entry.name or entry.brand or _("无名点位：%(place)s") % {"place": nameless}


def said(aspect: str, field: str, value: Any) -> str:
    """One value in words; empty when it says nothing."""
    if value in (None, "", [], ()):
        return ""
    told = words.choices(aspect, field)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return _("、").join(str((told or {}).get(each, each)) for each in value)
    if told:
        return str(told.get(value, value))
    if field == "capital_fen":
        return _("%(sum)s 元") % {"sum": yuan_words(value)}
    if field == "area_dm2":
        return square_metres(value)
    if field == "share_bps":
        return f"{value // 100}.{value % 100:02} %"
    return value.isoformat() if isinstance(value, date) else str(value)


def fields(aspect: str, row: Any, areas: Mapping[str, str]) -> list[Told]:
    """What a value says, field by field."""
    told = []
    for field in ASPECTS[aspect].fields:
        if field in HIDDEN:
            continue
        value = getattr(row, field)
        text = areas.get(value, value) if field == "area_code" else said(aspect, field, value)
        if text:
            told.append(Told(words.FIELDS[field], text))
    return told


def thing(aspect: str, row: Any) -> str:
    """Which licence, site, room, brand or controller a row speaks of; "" where there is one."""
    if aspect == "brand":
        return str(row.brand)
    if aspect == "controller":
        role = str(words.CONTROLLER_ROLES[row.role])
        return f"{role} {row.controller.entry}"
    if aspect == "post":
        return str(words.POST_ROLES[row.role])
    named = {"licence": "number", "site": "name", "room": "name"}.get(aspect)
    return str(getattr(row, named)) if named else ""


def sentence(aspect: str, row: Any, areas: Mapping[str, str]) -> str:
    """A value in one line."""
    told = fields(aspect, row, areas)
    if len(told) == 1:
        return told[0].text
    return _("；").join(f"{each.label} {each.text}" for each in told) or "–"


def recorded(
    lines: Sequence[Line], areas: Mapping[str, str], names: Mapping[int, str]
) -> list[Recorded]:
    """The rows of a history, newest first; what persons gave of themselves is left out."""
    return [
        Recorded(
            aspect=words.ASPECTS[line.aspect],
            thing=thing(line.aspect, line.row),
            text=sentence(line.aspect, line.row, areas),
            ended=line.row.ended,
            valid_from=line.row.valid_from,
            recorded_at=line.row.recorded_at,
            by=names.get(line.row.recorded_by, "") or line.row.source or _("系统"),
            reason=line.row.reason,
        )
        for line in lines
        if line.aspect != "person"
    ]


def events(rows: Sequence[Recorded]) -> list[Event]:
    """The rows of a history as a timeline."""
    return [
        Event(
            row.recorded_at,
            _event_text(row),
            "no" if row.ended else "info",
            " · ".join(filter(None, (row.by, row.reason))),
        )
        for row in rows
    ]


def _event_text(row: Recorded) -> str:
    facts = {"aspect": row.aspect, "day": row.valid_from.isoformat(), "text": row.text[:80]}
    if row.ended:
        return _("%(aspect)s自 %(day)s 终止") % facts
    return _("%(aspect)s自 %(day)s：%(text)s") % facts
