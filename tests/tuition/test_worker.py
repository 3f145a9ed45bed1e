"""The worker's rounds: what is over is closed once, and a failing step holds up no other."""

import threading
from datetime import date, datetime

import pytest

from tests.given import at
from yuxin.jobs.__main__ import DayClose, run
from yuxin.kernel.refusal import Conflict


def test_a_day_is_closed_after_its_end_and_the_next_begins_at_five_past_midnight():
    done: list[tuple[str, date]] = []

    def close(steps: object, day: date, _at: datetime) -> None:
        done.append((str(steps), day))

    closes = DayClose(close, "morning", "evening")
    closes.look(at("03-28 00:04"))
    assert done == []
    closes.look(at("03-28 00:05"))
    closes.look(at("03-28 12:00"))
    assert done == [("evening", date(2026, 3, 27)), ("morning", date(2026, 3, 28))]
    closes.look(at("03-29 00:05"))
    assert done[2:] == [("evening", date(2026, 3, 28)), ("morning", date(2026, 3, 29))]


@pytest.mark.parametrize("problem", [Conflict(), OSError("the disk is full")])
def test_a_step_that_fails_is_told_and_holds_up_no_other(problem, caplog):
    stop, reached = threading.Event(), []

    def fails(_at: datetime) -> None:
        raise problem

    def works(_at: datetime) -> None:
        reached.append(True)
        stop.set()

    run([("one", fails), ("two", works)], stop)
    assert reached == [True]
    assert "one: " in caplog.text
