"""Working-day calendars from a pack: `calendar.government.2026`, `calendar.bank.2026`."""

from datetime import date
from typing import Literal

from yuxin.kernel.calendar import Calendar
from yuxin.rules.pack import Pack
from yuxin.rules.values import CalendarYear

CalendarName = Literal["government", "bank"]


def calendar_of(pack: Pack, name: CalendarName, known_on: date) -> Calendar:
    """The calendar as the pack knew it on a day.

    A notice counts from its own date on: before it, the year it speaks of is provisional.
    """
    prefix = f"calendar.{name}."
    years = [
        (int(key.removeprefix(prefix)), pack.on(key, known_on).value)
        for key in pack.keys()  # noqa: SIM118 -- a pack is no mapping
        if key.startswith(prefix) and pack.has(key, known_on)
    ]
    found = [(year, value) for year, value in years if isinstance(value, CalendarYear)]
    return Calendar(
        name=name,
        holidays=frozenset().union(*(value.holidays for _, value in found)),
        workdays=frozenset().union(*(value.workdays for _, value in found)),
        notified=frozenset(year for year, value in found if value.status == "notified"),
    )
