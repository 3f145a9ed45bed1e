"""A lesson that silence confirmed may be disputed until the transfer instruction leaves."""

from datetime import date

import pytest

from tests.given import World, at, call, looked, paid_world
from yuxin.access.reading import reading
from yuxin.jobs import day as closing
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import AlreadyAnswered, confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.tuition.models import Instruction

pytestmark = pytest.mark.django_db


def ordered(k: World) -> list[tuple[str, str, int]]:
    with reading(k.institution.clock):
        return [
            (str(each.value_on), each.state, each.amount_fen)
            for each in Instruction.objects.order_by("pk")
        ]


def silent(k: World) -> str:
    """The lesson of 7 March, confirmed by silence on 28 March, ordered for Monday the 30th."""
    call_roll(call(k.institution.teacher, "03-07 10:30"), session_code=k.session(2))
    looked(k.family, "03-07 12:00")
    k.morning("03-28 00:05")
    closing.run(closing.EVENING, date(2026, 3, 28), at("03-29 00:05"))
    return k.lesson(1).code


def dispute(k: World, lesson: str, when: str) -> None:
    dispute_lesson(call(k.family, when), lesson_code=lesson, reason="not_held")


def test_an_order_not_sent_yet_is_held_back():
    k = paid_world()
    lesson = silent(k)
    assert ordered(k) == [("2026-03-30", "created", 10000)]
    dispute(k, lesson, "03-29 10:00")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "frozen": "100.00"}
    k.exchange("03-30 09:10")
    k.exchange("03-31 09:00")
    assert ordered(k) == [("2026-03-30", "withdrawn", 0)]
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "frozen": "100.00"}


@pytest.mark.parametrize("when", ["03-30 09:30", "03-31 10:00"])
def test_a_sent_or_paid_order_cannot_be_disputed_any_more(when):
    k = paid_world()
    lesson = silent(k)
    k.exchange("03-30 09:10")
    if when > "03-31":
        k.exchange("03-31 09:00")
    with pytest.raises(AlreadyAnswered):
        dispute(k, lesson, when)


def test_the_lesson_s_own_money_is_frozen_and_never_another_s():
    """K3: lesson 1 was transferred; that lesson 2 is payable does not make it disputable."""
    k = paid_world()
    lesson = silent(k)
    k.exchange("03-30 09:10")
    k.exchange("03-31 09:00")
    call_roll(call(k.institution.teacher, "03-31 17:30"), session_code=k.session(3))
    confirm_lesson(call(k.family, "03-31 18:00"), lesson_code=k.lesson(2).code)
    with pytest.raises(AlreadyAnswered):
        dispute(k, lesson, "03-31 20:00")
    assert k.buckets() == {"custody": "1900.00", "unearned": "1800.00", "payable": "100.00"}


def test_the_other_lessons_of_the_order_go_on():
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-11 17:30"), session_code=k.session(3))
    call_roll(call(k.institution.teacher, "03-11 17:31"), session_code=k.session(2))
    looked(k.family, "03-11 18:00")
    k.morning("04-02 00:05")
    closing.run(closing.EVENING, date(2026, 4, 2), at("04-03 00:05"))
    assert ordered(k) == [("2026-04-03", "created", 20000)]
    dispute(k, k.lesson(1).code, "04-03 08:00")
    k.exchange("04-03 09:10")
    k.exchange("04-07 09:00")
    assert ordered(k) == [("2026-04-03", "done", 10000)]
    assert k.buckets() == {"custody": "1900.00", "unearned": "1800.00", "frozen": "100.00"}


def test_a_day_closed_late_orders_what_was_payable_at_its_end():
    """T+1 counts the day of confirmation: what was confirmed later waits for its own day."""
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    confirm_lesson(call(k.family, "03-05 10:00"), lesson_code=k.lesson(1).code)
    closing.run(closing.EVENING, date(2026, 3, 4), at("03-05 15:00"))
    assert ordered(k) == []
    closing.run(closing.EVENING, date(2026, 3, 5), at("03-07 09:00"))
    assert ordered(k) == [("2026-03-09", "created", 10000)]
