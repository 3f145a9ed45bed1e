"""Terms of states: how many of which days, and the last of them."""

from datetime import date, timedelta

from yuxin.cases.kinds import Counts, Term
from yuxin.kernel.act import Act
from yuxin.kernel.calendar import Calendar, Deadline
from yuxin.policy.in_force import calendar, pack_of
from yuxin.rules.pack import Pack

COUNTS: tuple[Counts, ...] = ("working_day", "bank_day", "day")


def term_of(act: Act, term: Term, days: int | None) -> tuple[int, Counts] | None:
    """The days of a term and how they count; None where no value is in force and none is needed.

    Raises: RuleMissing for a term that is required; NoRulesInForce.
    """
    if not term.rule and term.may_lack and days is None:
        return None
    if not term.rule:
        assert days is not None, "the act gives the days of this term"
        return days, term.counts
    pack = pack_of(act)
    if not term.required and not pack.has(term.rule, act.day):
        return None
    value = pack.on(term.rule, act.day)
    counts = next((each for each in COUNTS if each == value.unit), None)
    assert counts is not None, f"{term.rule} counts no days"
    return value.integer, counts


def deadline_of(act: Act, since: date, days: int, counts: Counts, *, rolls: bool) -> Deadline:
    """The last day of a term by the calendar known on the act's day.

    Units: `since` is day 0. A term in calendar days that `rolls` ends on a working day.
    Raises: NoRulesInForce, CalendarMissing.
    """
    return last_day(pack_of(act), act.day, since, days, counts, rolls=rolls)


def last_day(
    pack: Pack, known_on: date, since: date, days: int, counts: Counts, *, rolls: bool
) -> Deadline:
    """As `deadline_of`, of a pack and the day on which its calendar is known."""
    if counts != "day":
        name = "bank" if counts == "bank_day" else "government"
        return calendar(pack, name, known_on).deadline(since, days)
    last = since + timedelta(days=days)
    return _rolled(calendar(pack, "government", known_on), last) if rolls else Deadline(last, False)


def _rolled(days: Calendar, last: date) -> Deadline:
    rolled = days.roll(last)
    return Deadline(rolled, any(days.is_provisional(y) for y in range(last.year, rolled.year + 1)))
