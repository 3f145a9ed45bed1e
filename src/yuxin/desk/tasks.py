"""The inbox: every package adds a provider, this module puts the tasks in order of deadline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from yuxin.kernel.actor import Actor
from yuxin.kernel.calendar import Calendar
from yuxin.look.values import Due, Task, TaskGroup
from yuxin.policy.in_force import calendar, pack_on

Provider = Callable[[Actor, datetime, "Days"], Sequence["Waiting"]]


@dataclass(frozen=True)
class Days:
    """Today, and the government's calendar where rules are in force."""

    today: date
    calendar: Calendar | None
    bank: Calendar | None = None

    def of(self, unit: str) -> Calendar | None:
        """The calendar that a unit of days counts by."""
        return self.bank if unit == "bank_day" else self.calendar


@dataclass(frozen=True)
class Waiting:
    """A task with its deadline; `by_on` None: as soon as possible, without a day."""

    title: str
    url: str
    by_on: date | None = None
    subject: str = ""
    number: str = ""
    stage: str = ""
    due: Due | None = None  # where its days are not working days


def days_on(today: date) -> Days:
    """The calendars of the rules in force. Runs inside a reading."""
    pack = pack_on(today)
    if pack is None:
        return Days(today, None)
    return Days(today, calendar(pack, "government", today), calendar(pack, "bank", today))


def due_of(by_on: date | None, days: Days) -> Due | None:
    """A deadline as it stands today, in working days."""
    if by_on is None:
        return None
    if by_on == days.today:
        return Due("today", by_on)
    early, late = sorted((by_on, days.today))
    if days.calendar is None:
        count, unit = (late - early).days, "day"
    else:
        count, unit = days.calendar.working_days_between(early, late), "working_day"
    state = "late" if by_on < days.today else "left"
    if state == "left" and days.calendar and days.calendar.is_provisional(by_on.year):
        state = "provisional"
    return Due(state, by_on, count, unit)  # type: ignore[arg-type]


SOON: Final = 3  # working days


def grouped(waiting: Sequence[Waiting], days: Days) -> list[TaskGroup]:
    """The tasks under the headings of the inbox, the most urgent first."""
    kinds = {
        "late": _("逾期"),
        "today": _("今日到期"),
        "soon": _("3 个工作日内"),
        "later": _("更晚"),
        "open": _("没有期限"),
    }
    found: dict[str, list[Task]] = {kind: [] for kind in kinds}
    for each in sorted(waiting, key=lambda one: (one.by_on is None, one.by_on or days.today)):
        due = each.due or due_of(each.by_on, days)
        task = Task(
            title=each.title,
            url=each.url,
            due=due or Due("open", remark=_("尽快")),
            subject=each.subject,
            number=each.number,
            stage=each.stage,
        )
        found[_kind(due)].append(task)
    return [
        TaskGroup(label, found[kind], len(found[kind]))
        for kind, label in kinds.items()
        if found[kind]
    ]


def _kind(due: Due | None) -> str:
    if due is None:
        return "open"
    if due.state in ("late", "today"):
        return due.state
    return "soon" if due.count <= SOON else "later"
