"""A roll is put right before the family answered: by act, with a reason; the money goes back."""

import psycopg
import pytest
from django.db import connection

from tests.given import (
    World,
    call,
    draft,
    institution,
    opened_class,
    paid_world,
    rows,
    rules,
    timetable,
)
from yuxin.access.reading import reading
from yuxin.kernel.refusal import BadInput, Forbidden, NotFound
from yuxin.ledger import queries as ledger
from yuxin.messages import queries as letters
from yuxin.operations.tuition.call_roll import RollCalled, call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.correct_roll import RollNotCalled, correct_roll, withdraw_roll
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.tuition.models import ClassSession, Contract, Lesson
from yuxin.tuition.queries import families, institutions
from yuxin.tuition.services.rolls import CorrectionNeedsReason, RollAnswered

pytestmark = pytest.mark.django_db
WHOLE = {"custody": "2000.00", "unearned": "2000.00"}
TAUGHT = {"custody": "2000.00", "unearned": "1900.00", "pending": "100.00"}


def called(number: int = 1, when: str = "03-04 17:30", **how) -> World:
    k = paid_world(**how)
    call_roll(call(k.institution.teacher, when), session_code=k.session(number))
    return k


def correct(k: World, outcome: str, *, when: str = "03-04 20:00", reason: str = "点错人"):
    return correct_roll(
        call(k.institution.teacher, when),
        session_code=k.session(1),
        outcomes=((k.contract, outcome),),
        reason=reason,
    )


def held(k: World) -> list[tuple[int, str, bool, int]]:
    with reading(k.institution.clock):
        rows = Lesson.objects.filter(contract__code=k.contract).order_by("pk")
        return [(each.ordinal, each.state, each.present, each.amount_fen) for each in rows]


def titles(k: World) -> list[str]:
    with reading(k.family):
        return [each.title for each in letters.inbox(k.family)]


def test_a_learner_on_leave_gets_the_money_back_by_reversal_and_is_told():
    k = called()
    assert k.buckets() == TAUGHT
    receipt = correct(k, "leave")
    assert (receipt["corrected"], receipt["given_back_fen"]) == (1, 10000)
    assert k.buckets() == WHOLE
    assert held(k) == [(1, "voided", True, 10000)]
    assert "点名更正：这节课不算" in titles(k)
    with reading(k.institution.clock):
        number = Contract.objects.get(code=k.contract).pk
        lines = ledger.statement(k.institution.clock, k.institution.id, number)
    taught = [each for each in lines if each.fact_kind == "lesson"]
    assert [each.amount_fen for each in taught] == [10000, 10000]
    there, back = taught
    assert (there.debit, there.credit) == (back.credit, back.debit)


def test_an_absence_keeps_the_money_where_it_is_and_the_family_is_told():
    k = called()
    correct(k, "absent")
    assert k.buckets() == TAUGHT
    assert held(k) == [(1, "pending", False, 10000)]
    assert "点名更正：缺席" in titles(k)
    correct(k, "present", when="03-04 20:30")
    assert held(k) == [(1, "pending", True, 10000)]
    assert "点名更正：到了" in titles(k)


def test_a_learner_left_out_is_taught_after_all_with_the_units_that_came_free():
    k = called()
    correct(k, "leave")
    correct(k, "present", when="03-04 21:00")
    assert k.buckets() == TAUGHT
    assert held(k) == [(1, "voided", True, 10000), (1, "pending", True, 10000)]
    confirm_lesson(call(k.family, "03-05 09:00"), lesson_code=_pending(k))
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}


def _pending(k: World) -> str:
    with reading(k.institution.clock):
        return Lesson.objects.get(contract__code=k.contract, state="pending").code


def test_a_session_called_by_mistake_is_as_if_it_was_never_called_and_may_be_called_again():
    k = called()
    withdraw_roll(
        call(k.institution.head, "03-04 18:00"), session_code=k.session(1), reason="点错了班"
    )
    assert k.buckets() == WHOLE
    roll = _read(k.institution.teacher, institutions.roll, k.session(1))
    assert roll.called_at is None
    call_roll(call(k.institution.teacher, "03-04 18:30"), session_code=k.session(1))
    assert k.buckets() == TAUGHT


def test_what_the_family_answered_is_corrected_no_more_and_nothing_moves():
    k = called()
    confirm_lesson(call(k.family, "03-04 19:00"), lesson_code=k.lesson(1).code)
    before = k.buckets()
    with pytest.raises(RollAnswered):
        correct(k, "leave")
    with pytest.raises(RollAnswered):
        withdraw_roll(
            call(k.institution.head, "03-04 20:00"), session_code=k.session(1), reason="错"
        )
    assert (k.buckets(), held(k)) == (before, [(1, "confirmed", True, 10000)])


def test_after_the_lesson_a_reason_is_asked_during_it_none():
    k = paid_world()
    teacher = k.institution.teacher
    call_roll(call(teacher, "03-04 16:05"), session_code=k.session(1))
    correct(k, "absent", when="03-04 16:10", reason="")
    with pytest.raises(CorrectionNeedsReason):
        correct(k, "present", when="03-04 17:31", reason=" ")
    assert held(k) == [(1, "pending", False, 10000)]


def test_only_a_called_roll_of_ones_own_is_corrected():
    k = paid_world()
    with pytest.raises(RollNotCalled):
        correct(k, "absent")
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    with pytest.raises(BadInput):
        correct(k, "late")
    with pytest.raises(BadInput):
        correct(k, "present")  # nothing differs
    with pytest.raises(Forbidden):
        correct_roll(
            call(k.family, "03-04 20:00"),
            session_code=k.session(1),
            outcomes=((k.contract, "leave"),),
        )
    other = institution("别家培训中心", number=2)
    with pytest.raises((Forbidden, NotFound)):
        correct_roll(
            call(other.teacher, "03-04 20:00"),
            session_code=k.session(1),
            outcomes=((k.contract, "leave"),),
            reason="错",
        )
    assert k.buckets() == TAUGHT


def test_r6_a_session_that_the_institution_broke_off_counts_what_was_taught():
    """Sessions of 2 units; the third stopped after 1 unit: k = 5.00, refund 1,500.00."""
    rules()
    of = institution()
    course = draft(of, lesson_minutes=45)
    k = paid_world(of=of, course=course, sessions=timetable(10, centiunits=200))
    for number in (1, 2, 3):
        call_roll(
            call(k.institution.teacher, f"03-{3 + number:02d} 17:30"),
            session_code=k.session(number),
            **({"centiunits": 100} if number == 3 else {}),
        )
        confirm_lesson(
            call(k.family, f"03-{3 + number:02d} 19:00"), lesson_code=k.lesson(number).code
        )
    assert k.buckets() == {"custody": "2000.00", "unearned": "1500.00", "payable": "500.00"}
    receipt = request_refund(
        call(k.family, "03-09 09:00"), contract_code=k.contract, reason="moved", seen_fen=150000
    )
    assert receipt["amount_fen"] == 150000


def test_a_session_is_corrected_to_what_was_taught_of_it():
    rules()
    of = institution()
    course = draft(of, lesson_minutes=45)
    k = paid_world(of=of, course=course, sessions=timetable(10, centiunits=200))
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    correct_roll(
        call(k.institution.teacher, "03-04 18:00"),
        session_code=k.session(1),
        centiunits=100,
        reason="停电，只上了一半",
    )
    assert k.buckets() == TAUGHT
    assert held(k) == [(1, "voided", True, 20000), (1, "pending", True, 10000)]


def test_a_lesson_given_back_takes_its_own_amount_again_and_all_together_are_the_price():
    """K8 and the fixed amounts of funds-rules 4.2: 1,999.00 over 30 lessons, lesson 3 is 66.64."""
    from tests.law.test_refund_by_operations import daily

    k = daily("66.64", 30, "1999.00")
    for number in range(1, 5):
        call_roll(
            call(k.institution.teacher, f"03-{3 + number:02d} 17:30"),
            session_code=k.session(number),
        )
    assert [each[3] for each in held(k)] == [6663, 6663, 6664, 6663]
    withdraw_roll(
        call(k.institution.head, "03-08 09:00"), session_code=k.session(3), reason="没有上"
    )
    call_roll(call(k.institution.teacher, "03-08 17:30"), session_code=k.session(5))
    assert [(each[0], each[3]) for each in held(k)][-1] == (3, 6664)


def test_a_request_for_a_refund_counts_what_was_given_back_since():
    k = called()
    request_refund(
        call(k.family, "03-04 18:00"), contract_code=k.contract, reason="moved", seen_fen=190000
    )
    correct(k, "leave")
    page = _read(k.family, families.contract, k.contract)
    assert page.sums.unearned == 200000


def _read(actor, query, *arguments):
    with reading(actor):
        return query(actor, *arguments)


def test_twice_is_once_and_at_once_is_refused():
    k = called()
    first = call(k.institution.teacher, "03-04 20:00")
    for _ in range(2):
        correct_roll(
            first, session_code=k.session(1), outcomes=((k.contract, "leave"),), reason="请假"
        )
    assert held(k) == [(1, "voided", True, 10000)]
    with pytest.raises(RollCalled):
        call_roll(call(k.institution.teacher, "03-04 20:30"), session_code=k.session(1))


@pytest.mark.parametrize("first", ["confirmed", "voided"])
def test_the_database_voids_only_what_nobody_answered_and_never_wakes_a_voided_lesson(first):
    k = called()
    if first == "confirmed":
        confirm_lesson(call(k.family, "03-04 19:00"), lesson_code=k.lesson(1).code)
    else:
        correct(k, "leave")
    other = "voided" if first == "confirmed" else "pending"
    connection.ensure_connection()
    raw = connection.connection
    with raw.transaction(force_rollback=True):
        raw.execute(
            "SELECT set_config('yuxin.institutions', %s, true)", [f"{{{k.institution.id}}}"]
        )
        with pytest.raises(psycopg.errors.CheckViolation, match="void_only_unanswered"):
            raw.execute("UPDATE tuition_lesson SET state = %s", [other])


def test_on_leave_when_the_roll_is_called_nothing_is_consumed():
    k = paid_world()
    call_roll(
        call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1), leave=(k.contract,)
    )
    assert k.buckets() == WHOLE
    assert held(k) == []
    assert rows("SELECT present_count FROM tuition_classsession WHERE code = %s", k.session(1)) == [
        (0,)
    ]


def test_the_rolls_count_follows_every_correction():
    k = called()
    code = k.session(1)

    def there() -> int | None:
        with reading(k.institution.clock):
            return ClassSession.objects.get(code=code).present_count

    assert there() == 1
    correct(k, "absent")
    assert there() == 0
    correct(k, "present", when="03-04 20:30")
    withdraw_roll(call(k.institution.head, "03-04 21:00"), session_code=k.session(1), reason="错")
    assert there() is None


def test_a_class_of_nobody_has_no_roll_to_correct():
    rules()
    of = institution()
    opened_class(of)
    code = rows("SELECT code FROM tuition_classsession ORDER BY id LIMIT 1")[0][0]
    with pytest.raises(RollNotCalled):
        withdraw_roll(call(of.head, "03-05 09:00"), session_code=code, reason="错")
