"""Working days: the day found is day 0, holidays and make-up days count as notified."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.calendar import Calendar, CalendarMissing, add_months

# One year with a holiday from Thursday 1 to Saturday 3 January and a make-up Sunday.
YEAR = Calendar(
    name="government",
    holidays=frozenset({date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)}),
    workdays=frozenset({date(2026, 1, 4)}),
    notified=frozenset({2026}),
)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def test_the_day_itself_is_day_0():
    assert YEAR.add_working_days(date(2026, 1, 5), 0) == date(2026, 1, 5)
    assert YEAR.add_working_days(date(2026, 1, 5), 1) == date(2026, 1, 6)


def test_a_holiday_is_skipped_and_a_make_up_sunday_counts():
    assert YEAR.next_working(date(2026, 1, 1)) == date(2026, 1, 4)
    assert YEAR.is_working(date(2026, 1, 4))
    assert not YEAR.is_working(date(2026, 1, 10))


def test_a_deadline_on_a_day_off_rolls_to_the_next_working_day():
    assert YEAR.roll(date(2026, 1, 10)) == date(2026, 1, 12)
    assert YEAR.roll(date(2026, 1, 12)) == date(2026, 1, 12)


def test_a_deadline_that_touches_a_year_without_a_notice_says_so():
    assert not YEAR.deadline(date(2026, 12, 30), 1).provisional
    late = YEAR.deadline(date(2026, 12, 30), 3)
    assert late.day == date(2027, 1, 4)
    assert late.provisional
    assert YEAR.is_provisional(2027)


def test_a_year_before_the_first_notice_is_refused_rather_than_guessed():
    with pytest.raises(CalendarMissing) as refused:
        YEAR.is_working(date(2025, 12, 31))
    assert "2025" in refused.value.say("zh")


def test_a_calendar_without_any_notice_knows_nothing():
    with pytest.raises(CalendarMissing):
        Calendar("bank", frozenset(), frozenset(), frozenset()).is_working(date(2026, 1, 5))


@given(DAYS, st.integers(1, 60))
def test_a_limit_ends_on_a_working_day_with_as_many_working_days_behind_it(day, count):
    last = YEAR.add_working_days(day, count)
    assert YEAR.is_working(last)
    assert YEAR.working_days_between(day, last) == count
    assert YEAR.working_days_between(day, last - timedelta(days=1)) == count - 1


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_limits_add_up(day, first, second):
    once = YEAR.add_working_days(day, first + second)
    assert YEAR.add_working_days(YEAR.add_working_days(day, first), second) == once


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_clamp_to_the_last_day(day, months, expected):
    assert add_months(day, months) == expected


@given(DAYS, st.integers(0, 48))
def test_adding_months_keeps_order_and_never_passes_into_the_next_month(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert add_months(day + timedelta(days=1), months) >= later
