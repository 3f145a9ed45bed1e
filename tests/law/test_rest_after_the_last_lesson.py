"""A course is over and money is left: the clock asks it back, the family need not act."""

import pytest

from tests.given import World, at, call, draft, institution, paid_world, rules, timetable
from yuxin.access.reading import reading
from yuxin.jobs import day as closing
from yuxin.kernel.clock import day_of
from yuxin.messages import queries as letters
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.tuition.models import RefundCase

pytestmark = pytest.mark.django_db


def over(*, answered: bool = True) -> World:
    """Two lessons of 1,000.00: one taught, one never held; the course ends on 10 March."""
    rules()
    of = institution()
    course = draft(
        of,
        paid_centiunits=200,
        unit_price_fen=100000,
        last_on=day_of(at("03-10 00:00")),
    )
    k = paid_world(of=of, course=course, sessions=timetable(2))
    call_roll(call(of.teacher, "03-04 17:30"), session_code=k.session(1))
    if answered:
        confirm_lesson(call(k.family, "03-04 19:00"), lesson_code=k.lesson(1).code)
    return k


def count(k: World) -> int:
    with reading(k.institution.clock):
        return RefundCase.objects.filter(contract__code=k.contract).count()


def test_what_is_left_is_asked_back_the_day_after_the_last_day_and_silence_agrees():
    k = over()
    k.morning("03-10 00:05")
    assert count(k) == 0
    k.morning("03-11 00:05")
    refund = k.refund()
    assert (refund.state, refund.reason, refund.amount_fen) == ("requested", "course_over", 100000)
    with reading(k.family):
        assert "课程结束，余款在退" in [each.title for each in letters.inbox(k.family)]
    k.morning("03-11 00:05")
    k.morning("03-12 00:05")
    assert count(k) == 1
    k.morning("03-19 00:05")  # five working days end on Wednesday 18 March
    assert (k.refund().state, k.refund().ground) == ("approved", "deemed")
    assert k.buckets() == {"custody": "2000.00", "payable": "1000.00", "refund_payable": "1000.00"}


def test_nothing_is_asked_while_a_lesson_waits_for_its_answer():
    k = over(answered=False)
    k.morning("03-11 00:05")
    assert count(k) == 0
    confirm_lesson(call(k.family, "03-11 09:00"), lesson_code=k.lesson(1).code)
    k.morning("03-12 00:05")
    assert count(k) == 1


def test_a_contract_taught_to_the_end_has_nothing_to_ask_back():
    k = over()
    call_roll(call(k.institution.teacher, "03-05 17:30"), session_code=k.session(2))
    confirm_lesson(call(k.family, "03-05 19:00"), lesson_code=k.lesson(2).code)
    done = closing.run(closing.MORNING, day_of(at("03-11 00:05")), at("03-11 00:05"))
    assert {each.step: each.count for each in done}["rests_requested"] == 0
    assert count(k) == 0


def test_the_institution_may_contest_and_is_not_asked_every_night():
    k = over()
    k.morning("03-11 00:05")
    answer_refund(
        call(k.institution.head, "03-11 10:00"),
        refund_code=k.refund().code,
        agree=False,
        answer="第二节补在了周日，还没点名",
    )
    k.morning("03-12 00:05")
    assert (count(k), k.refund().state) == (1, "contested")
