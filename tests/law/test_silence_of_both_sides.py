"""What silence may decide and what it may not: lessons, refunds, and the days of each."""

import pytest

from tests.given import (
    SessionDraft,
    World,
    bank,
    call,
    guardian,
    institution,
    looked,
    notify,
    opened_class,
    paid_world,
    pay,
    rules,
    signed,
    timetable,
)
from yuxin.access.reading import reading
from yuxin.messages import queries as letters
from yuxin.operations.tuition.adjudicate_refund import adjudicate_refund
from yuxin.operations.tuition.answer_refund import AnswerTooLate, answer_refund
from yuxin.operations.tuition.call_roll import NobodyToCall, call_roll
from yuxin.operations.tuition.request_refund import request_refund

pytestmark = pytest.mark.django_db


def asked(k: World, when: str) -> str:
    receipt = request_refund(
        call(k.family, when), contract_code=k.contract, reason="moved", seen_fen=200000
    )
    return str(receipt["refund"])


def test_a_session_held_before_the_contract_was_paid_is_not_called():
    rules()
    of = institution()
    made, family, class_code = bank(of), guardian(), opened_class(of)
    code = signed(family, class_code, when="03-10 09:00")
    k = World(made, of, family, code, class_code)
    notify(pay(made, family, code, "03-10 09:30"), "03-10 09:30")
    k.exchange("03-11 08:40")
    with pytest.raises(NobodyToCall):
        call_roll(call(of.teacher, "03-11 09:00"), session_code=k.session(1))
    assert call_roll(call(of.teacher, "03-11 17:30"), session_code=k.session(3))["taught"] == 1


def test_silence_confirms_no_lesson_whose_teacher_was_in_another_at_the_same_time():
    """prepay.confirm_silence_stops: the lesson cannot have been taught as recorded."""
    rules()
    of = institution()
    early = (SessionDraft(*(at for at in _hours("03-04 16:30"))), *timetable(19, "04-08 16:00"))
    other_class = opened_class(of, sessions=early)
    k = paid_world(of=of)
    other = World(
        k.bank, of, guardian(2), signed(guardian(2), other_class, when="03-02 09:00"), other_class
    )
    notify(pay(k.bank, other.family, other.contract, "03-02 11:00"), "03-02 11:00")
    call_roll(call(of.teacher, "03-04 18:00"), session_code=k.session(1))
    call_roll(call(of.teacher, "03-04 18:01"), session_code=other.session(1))
    call_roll(call(of.teacher, "03-07 10:30"), session_code=k.session(2))
    looked(k.family, "03-07 12:00")
    k.morning("03-28 00:05")
    assert (k.lesson(1).state, k.lesson(2).state) == ("pending", "deemed")
    with reading(k.family):
        titles = [each.title for each in letters.inbox(k.family)]
    assert titles.count("课已视为确认") == 1


def _hours(first: str):
    (only,) = timetable(1, first)
    return only.starts_at, only.ends_at


def test_a_refund_does_not_shrink_while_the_institution_is_silent():
    k = paid_world()
    asked(k, "03-03 12:00")
    for number, when in ((1, "03-04 17:30"), (2, "03-07 10:31")):
        with pytest.raises(NobodyToCall):
            call_roll(call(k.institution.teacher, when), session_code=k.session(number))
    k.morning("03-11 00:05")
    assert (k.refund().state, k.refund().ground, k.refund().amount_fen) == (
        "approved",
        "deemed",
        200000,
    )
    assert k.buckets() == {"custody": "2000.00", "refund_payable": "2000.00"}


@pytest.mark.parametrize("agree", [True, False])
def test_from_the_day_after_its_last_day_the_institution_answers_no_more(agree):
    k = paid_world()
    refund = asked(k, "03-30 09:10")
    head = k.institution.head
    with pytest.raises(AnswerTooLate):
        answer_refund(call(head, "04-08 00:05"), refund_code=refund, agree=agree, answer="已备课")
    k.morning("04-08 10:00")
    assert (k.refund().state, k.refund().ground) == ("approved", "deemed")
    with reading(k.family):
        assert "退费已同意" in [each.title for each in letters.inbox(k.family)]


def test_on_its_last_day_the_institution_may_contest():
    k = paid_world()
    refund = asked(k, "03-30 09:10")
    answer_refund(
        call(k.institution.head, "04-07 23:59"), refund_code=refund, agree=False, answer="已备课"
    )
    assert k.refund().state == "contested"
    adjudicate_refund(
        call(k.institution.officer, "04-09 10:00"), refund_code=refund, grant=True, words="应退"
    )
    assert k.refund().amount_fen == 200000
