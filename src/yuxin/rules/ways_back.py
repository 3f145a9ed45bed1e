"""What would bring a score back to a grade, and the earliest day, if nothing new is found.

Three things end a finding: it is mended in time, it is repaired, or its term is over. Each is
tried day by day on the days on which something can change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from yuxin.rules.judged import Judged
from yuxin.rules.score_model import Model, counts
from yuxin.rules.scoring import Finding, last_day, score
from yuxin.rules.values import Row

_DAY: Final = timedelta(days=1)


class Step(StrEnum):
    """What ends a finding."""

    MEND = "mend"
    REPAIR = "repair"
    WAIT = "wait"


@dataclass(frozen=True)
class Ending:
    """One finding that must stop counting: how, and the day that matters.

    For `mend` the last day on which mending is in time; for `repair` the first day on which it
    may be asked; for `wait` the last day on which the finding counts.
    """

    record: str
    item: str
    step: Step
    day: date


@dataclass(frozen=True)
class WayBack:
    """The way to a grade: `on` is the earliest day, None while there is none in sight.

    `by_waiting_on` is the day on which it comes by itself. `endings` are what is needed for `on`.
    """

    grade: str
    on: date | None
    by_waiting_on: date | None
    endings: tuple[Ending, ...]


def way_back(
    model: Model, subject: Judged, findings: Iterable[Finding], day: date, grade: str
) -> WayBack:
    """How a subject gets to a grade or a better one, from a day on."""
    known = [one for one in findings if not one.withdrawn]
    wanted = model.grades[grade]

    def reached(with_these: Sequence[Finding], on: date) -> bool:
        return score(model, subject, with_these, on).rank <= wanted

    if reached(known, day):
        return WayBack(grade, day, day, ())
    days = _days(model, known, day)
    waiting = next((on for on in days if reached(known, on)), None)
    for on in days:
        ended = [_ended(model, one, day, on) for one in known]
        if reached(ended, on):
            return WayBack(grade, on, waiting, _needed(model, subject, known, day, on, wanted))
    return WayBack(grade, None, waiting, ())


def _days(model: Model, findings: Sequence[Finding], day: date) -> list[date]:
    """The days on which something can change: today, terms that end, repairs that open."""
    days = {day}
    for one in findings:
        days |= {last + _DAY for last in _lasts(model, one) if last >= day}
        if one.repairable_from is not None:
            days.add(max(one.repairable_from, day))
    return sorted(days)


def _lasts(model: Model, finding: Finding) -> list[date]:
    ends = [last_day(model, row, finding) for row in _rows_of(model, finding)]
    return [last for last in ends if last is not None]


def _rows_of(model: Model, finding: Finding) -> list[Row]:
    rows = (*model.items.rows, *model.rows("vetoes"), *model.rows("caps"))
    return [row for row in rows if counts(row) == finding.item]


def _may_mend(model: Model, one: Finding, day: date) -> bool:
    return (
        one.mended_on is None
        and one.due_on is not None
        and day <= one.due_on
        and any(row.then.get("clears") for row in _rows_of(model, one))
    )


def _ended(model: Model, one: Finding, day: date, on: date) -> Finding:
    """The finding as it would be if all that can be done by `on` were done."""
    if _may_mend(model, one, day):
        one = replace(one, mended_on=day)
    if one.repairable_from is not None and one.repaired_on is None and one.repairable_from <= on:
        one = replace(one, repaired_on=on)
    return one


def _needed(
    model: Model, subject: Judged, known: Sequence[Finding], day: date, on: date, wanted: int
) -> tuple[Ending, ...]:
    """The fewest endings that suffice, those worth least left out first; then those by waiting."""
    state = {one.record: _ended(model, one, day, on) for one in known}
    plain = {one.record: one for one in known}
    acted = [record for record in plain if state[record] != plain[record]]
    for record in sorted(acted, key=lambda name: _worth(model, plain[name])):
        tried = {**state, record: plain[record]}
        if score(model, subject, list(tried.values()), on).rank <= wanted:
            state = tried
    return tuple(_endings(model, plain, state, day, on))


def _worth(model: Model, one: Finding) -> int:
    each = [int(row.then.get("each", row.then.get("max", 0))) for row in _rows_of(model, one)]
    return one.count * max(each, default=0)


def _endings(
    model: Model, plain: dict[str, Finding], state: dict[str, Finding], day: date, on: date
) -> Iterable[Ending]:
    for record, one in plain.items():
        then = state[record]
        lasts = [last for last in _lasts(model, one) if day <= last < on]
        if then.mended_on != one.mended_on and one.due_on is not None:
            yield Ending(record, one.item, Step.MEND, one.due_on)
        elif then.repaired_on != one.repaired_on and one.repairable_from is not None:
            yield Ending(record, one.item, Step.REPAIR, one.repairable_from)
        elif lasts:
            yield Ending(record, one.item, Step.WAIT, max(lasts))
