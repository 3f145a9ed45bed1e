"""Contract K brought to the days that the pages are looked at."""

from tests.given import World, call, looked, mediated, paid_world
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.request_refund import request_refund


def teach(k: World, number: int, when: str) -> None:
    """Call the roll of a session."""
    call_roll(call(k.institution.teacher, when), session_code=k.session(number))


def on_27_march() -> World:
    """Lines 1 to 11 of the table: lesson 2 waits for an answer on its last day."""
    k = paid_world()
    teach(k, 1, "03-04 17:30")
    confirm_lesson(call(k.family, "03-04 19:10"), lesson_code=k.lesson(1).code)
    k.evening("03-04 23:50")
    k.exchange("03-05 15:00")
    teach(k, 2, "03-07 10:30")
    looked(k.family, "03-07 11:40")
    teach(k, 3, "03-11 17:30")
    dispute_lesson(
        call(k.family, "03-11 20:00"),
        lesson_code=k.lesson(3).code,
        reason="shorter",
        words="少上了40分钟",
    )
    mediated(k, 3, "03-25 15:00")
    k.evening("03-25 23:50")
    k.exchange("03-26 15:00")
    k.exchange("03-27 09:00")
    return k


def on_30_march() -> World:
    """Line 12: lesson 2 counts as taught, its transfer is on its way."""
    k = on_27_march()
    k.morning("03-28 00:05")
    k.evening("03-28 23:50")
    k.exchange("03-30 09:00")
    return k


def refund_asked() -> World:
    """Line 13: the guardian asked for the rest."""
    k = on_30_march()
    request_refund(
        call(k.family, "03-30 09:10"), contract_code=k.contract, reason="schedule", seen_fen=175000
    )
    return k
