"""Proceedings as pages show them: words of the tables, addresses, deadlines, timelines."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuxin.cases.kinds import Both, Kind
from yuxin.cases.models import Proceeding
from yuxin.cases.queries import StepLine
from yuxin.cases.services import ASSIGNED, EXTENDED
from yuxin.desk import access_words
from yuxin.desk.tasks import Days
from yuxin.look.values import Due, DueUnit, Event
from yuxin.operations.kinds import kind_named

# Kinds whose proceedings have a page of their own, by what the proceeding is about.
PAGES: Final[dict[str, Callable[[Proceeding], str]]] = {
    "alert": lambda one: reverse("desk:alert", args=[one.reference]),
    "bank_selection": lambda one: reverse("desk:bank-selection", args=[one.reference]),
    "refund": lambda one: reverse("desk:refund", args=[one.reference]),
}


def said(words: Both) -> str:
    """A word of a table in the reader's language."""
    return words.say(get_language() or "zh")


def address(proceeding: Proceeding) -> str:
    """Where a proceeding is worked on."""
    page = PAGES.get(proceeding.kind)
    return page(proceeding) if page else reverse("desk:proceeding", args=[proceeding.code])


def state_words(proceeding: Proceeding) -> str:
    """Where a proceeding stands."""
    return said(kind_named(proceeding.kind).state(proceeding.state).title)


def task_words(proceeding: Proceeding) -> str:
    """What whoever it waits for has to do."""
    kind = kind_named(proceeding.kind)
    return said(kind.state(proceeding.state).task or kind.title)


def due_of(proceeding: Proceeding, days: Days) -> Due | None:
    """The deadline of its state as it stands today, in the days it counts in."""
    if proceeding.due_on is None:
        return None
    unit: DueUnit = proceeding.counts  # type: ignore[assignment]
    if proceeding.due_on == days.today:
        return Due("today", proceeding.due_on)
    late = proceeding.due_on < days.today and not proceeding.provisional
    early, last = sorted((proceeding.due_on, days.today))
    count = (last - early).days
    if unit != "day" and days.of(unit) is not None:
        count = days.of(unit).working_days_between(early, last)  # type: ignore[union-attr]
    elif unit != "day":
        unit = "day"
    if late:
        return Due("late", proceeding.due_on, count, unit)
    state = "provisional" if proceeding.provisional else "left"
    return Due(state, proceeding.due_on, count, unit)  # type: ignore[arg-type]


def age(proceeding: Proceeding, on: date, days: Days) -> tuple[int, DueUnit]:
    """How old it is: in bank days where its terms count so, else in working days."""
    unit: DueUnit = "bank_day" if proceeding.kind == "break" else "working_day"
    calendar, since = days.of(unit), min(proceeding.opened_at.date(), on)
    return (
        (calendar.working_days_between(since, on), unit) if calendar else ((on - since).days, "day")
    )


def events(kind: Kind, steps: Sequence[StepLine]) -> list[Event]:
    """The timeline, newest first."""
    return [_event(kind, each) for each in reversed(steps)]


def _event(kind: Kind, step: StepLine) -> Event:
    by = step.by or str(access_words.ROLES.get(step.role, _("系统")))
    if step.move == ASSIGNED:
        title = _("由%(owner)s经办") % {"owner": step.owner} if step.owner else _("退回待领")
        return Event(step.at, f"{title} · {by}", "grey")
    if step.move == EXTENDED:
        title = _("延期到 %(day)s") % {"day": step.due_on}
        return Event(step.at, f"{title} · {by} · {step.words}", "grey")
    row = kind.move(step.move)
    parts = [said(row.title), by, *([step.words] if step.words else [])]
    final = kind.state(step.to_state).final
    return Event(step.at, " · ".join(parts), "ok" if final else "info")
