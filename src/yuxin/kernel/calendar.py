"""Working days (工作日) of a government or bank calendar, and months that clamp.

The day an event happens is day 0. Which days are holidays or make-up workdays (调休) is data
from the rule packs; a year whose notice is not out yet is provisional and knows weekends only.
"""

from calendar import monthrange
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from yuxin.kernel.refusal import Refusal

_DAY = timedelta(days=1)
_SATURDAY = 5


class CalendarMissing(Refusal):
    """A working day was asked of a year before the first that the packs hold."""

    code = "calendar_missing"
    status = 422
    zh = "规则包中没有 {year} 年的工作日历，无法计算工作日。请先补录该年的放假安排。"
    en = (
        "The rule packs hold no working-day calendar for {year}, so working days cannot be "
        "counted. Please add that year's holiday notice first."
    )


@dataclass(frozen=True)
class Deadline:
    """The last day of a limit, and whether it rests on a year without a notice."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """Working days by the notices of the years loaded.

    `holidays` are weekdays and weekend days off, `workdays` the weekend days worked,
    `notified` the years whose notice is out. Later years are provisional; a year before the
    first notified one is refused, since guessing about the past would change old decisions.
    """

    name: str
    holidays: AbstractSet[date]
    workdays: AbstractSet[date]
    notified: AbstractSet[int]

    def is_provisional(self, year: int) -> bool:
        """Whether the holiday notice of that year is still missing."""
        return year not in self.notified

    def is_working(self, day: date) -> bool:
        """Whether that day is a working day.

        Raises: CalendarMissing for a year before the first one loaded.
        """
        if day.year < min(self.notified, default=day.year + 1):
            raise CalendarMissing(year=day.year)
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def next_working(self, day: date) -> date:
        """The first working day strictly after a day."""
        return self.add_working_days(day, 1)

    def roll(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        return day if self.is_working(day) else self.next_working(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after a day, which is day 0 whether worked or not.

        Units: count in working days, not negative.
        """
        assert count >= 0, "working days are counted forward"
        while count:
            day += _DAY
            count -= self.is_working(day)
        return day

    def deadline(self, day: date, count: int) -> Deadline:
        """As `add_working_days`, saying whether a provisional year was touched on the way."""
        last = self.add_working_days(day, count)
        years = range(day.year, last.year + 1)
        return Deadline(last, any(self.is_provisional(year) for year in years))

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`."""
        assert start <= end, "the end lies before the start"
        days = (start + _DAY * step for step in range(1, (end - start).days + 1))
        return sum(self.is_working(day) for day in days)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day if shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
