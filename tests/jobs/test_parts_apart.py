"""The clock's work is done part by part: one that fails or has to wait holds up no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection

from tests.given import at, call, looked, paid_world
from yuxin.access.context import opened, set_actor
from yuxin.access.reading import reading
from yuxin.jobs import day as closing
from yuxin.jobs import exchange_files
from yuxin.jobs.__main__ import DayClose
from yuxin.jobs.apart import PARTS, Parts
from yuxin.kernel.refusal import Conflict
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.tuition import due
from yuxin.tuition.models import Lesson

NOW = at("03-28 00:05")


def failing(problem: Exception) -> Callable[[], int]:
    def work() -> int:
        raise problem

    return work


@pytest.fixture(autouse=True)
def nothing_failed_before():
    PARTS.forget()
    yield
    PARTS.forget()


@pytest.mark.parametrize(
    "problem",
    [Conflict(), DatabaseError("refused\nDETAIL: a row"), OSError("full"), AssertionError("K1")],
)
def test_a_part_that_fails_is_told_and_the_next_is_done(problem, caplog):
    parts = Parts()
    assert parts.do("one", NOW, failing(problem)) == 0
    assert parts.do("two", NOW, lambda: 7) == 7
    assert "one: " in caplog.text
    assert "DETAIL" not in caplog.text
    assert parts.undone == 1


def test_a_part_that_fails_is_left_alone_for_longer_each_time():
    parts, tries = Parts(), []

    def work() -> int:
        tries.append(True)
        raise Conflict

    when = NOW
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        pause = timedelta(minutes=minutes)
        parts.do("one", when, work)
        parts.do("one", when + pause * 0.9, work)
        when += pause
    assert len(tries) == 8
    assert parts.do("one", when, lambda: 3) == 3


def test_a_close_with_something_undone_is_looked_at_again_after_a_minute():
    runs = []

    def run(steps: object, _day: date, when: object) -> None:
        runs.append(steps)
        if steps == "morning" and len(runs) == 2:
            PARTS.do("one", NOW, failing(Conflict()))

    closes = DayClose(run, "morning", "evening")
    for when in ("00:05", "00:05", "00:06", "00:07"):
        closes.look(at(f"03-28 {when}"))
    assert runs == ["evening", "morning", "evening", "morning"]


@pytest.mark.django_db
def test_an_institution_that_cannot_be_closed_holds_up_no_other(caplog):
    k = paid_world()
    taught_lessons(k)
    with reading(exchange_files.NOBODY):
        rows = due.lessons(exchange_files.NOBODY, NOW.date())
    stranger = replace(rows[0], institution_id=999_999)  # which the registry does not know
    done = closing._each(
        "lessons_deemed",
        [stranger, *rows],
        closing.deem_lessons_confirmed_many,
        "deemed",
        NOW.date(),
        NOW,
    )
    assert done == 2
    assert "lessons_deemed of institution 999999: " in caplog.text


@pytest.mark.django_db
def test_lessons_that_wait_for_a_calendar_are_passed_by(monkeypatch):
    monkeypatch.setattr("yuxin.operations.tuition.confirm_lesson.ITEMS_MAX", 2)
    k = paid_world()
    taught_lessons(k)
    late = at("12-28 09:00")  # fifteen working days from here end in a year without a notice
    with opened("operation"):
        with connection.cursor() as cursor:
            set_actor(cursor, k.institution.clock)
        Lesson.objects.filter(ordinal__in=(1, 2)).update(told_at=late)
    assert closing.deem_lessons(date(2026, 12, 30), at("12-30 00:05")) == 1
    with reading(k.institution.clock):
        states = list(Lesson.objects.order_by("ordinal").values_list("state", flat=True)[:3])
    assert states == ["pending", "pending", "deemed"]


def taught_lessons(k) -> None:
    for ordinal, when in ((1, "03-04 17:30"), (2, "03-07 10:30"), (3, "03-11 17:30")):
        call_roll(call(k.institution.teacher, when), session_code=k.session(ordinal))
        looked(k.family, when)
