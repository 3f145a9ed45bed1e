"""What both sides change later is a supplement that both sign; the signed contract stays."""

import pytest
from django.db.utils import ProgrammingError

from tests.agreements.given import contract, taken
from tests.agreements.test_both_sides_sign import said_to_the_database
from tests.family.lives import on_27_march, teach
from tests.given import World, call, code_sent, guardian, paid_world, timetable
from yuxin.access.reading import reading
from yuxin.access.sealed import unseal
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.messages.services import CodeInvalid
from yuxin.operations.messages.try_code import try_code
from yuxin.operations.tuition.call_roll import NobodyToCall
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.decline_supplement import decline_supplement
from yuxin.operations.tuition.open_class import open_class
from yuxin.operations.tuition.propose_supplement import SupplementOpen, propose_supplements_many
from yuxin.operations.tuition.request_supplement_code import request_supplement_code
from yuxin.operations.tuition.sign_supplement import (
    PURPOSE,
    SupplementAnswered,
    SupplementStale,
    sign_supplement,
)
from yuxin.tuition.agreements.models import Supplement
from yuxin.tuition.agreements.supplements import NotSupplementable, Proposal
from yuxin.tuition.models import Lesson

pytestmark = pytest.mark.django_db


def proposed(k: World, when: str, **told) -> str:
    receipt = propose_supplements_many(
        call(k.institution.clock, when),
        institution_id=k.institution.id,
        contract_code=k.contract,
        proposal=Proposal(**told),
    )
    return str(receipt["supplement"])


def row(k: World, code: str) -> Supplement:
    with reading(k.family):
        return Supplement.objects.get(code=code)


def sign(k: World, code: str, when: str):
    request_supplement_code(call(k.family, when), supplement_code=code)
    digits = code_sent(k.family)
    try_code(
        call(k.family, when),
        person_id=k.family.person_ids[0],
        purpose=PURPOSE,
        payload_sha256=row(k, code).text_sha256,
        code=digits,
    )
    return sign_supplement(call(k.family, when), supplement_code=code, one_time_code=digits)


def test_five_lessons_go_back_and_the_course_goes_on_with_new_p_and_n():
    """readings: after a partial refund the course goes on under a signed supplement."""
    k = paid_world()
    teach(k, 1, "03-04 17:30")
    confirm_lesson(call(k.family, "03-04 19:10"), lesson_code=k.lesson(1).code)
    code = proposed(k, "03-05 09:00", kind="partial_refund", returned_centiunits=500)
    text = unseal("supplement-text", row(k, code).text_sealed)
    assert "课时由20课时变为15课时，合同价款变为人民币1,500.00元（大写：壹仟伍佰元整）" in text
    assert "退还5课时的课款人民币500.00元（大写：伍佰元整）" in text
    before = contract(k.family, k.contract)
    sign(k, code, "03-05 10:00")
    after = contract(k.family, k.contract)
    assert (after.terms_sha256, after.total_fen) == (before.terms_sha256, before.total_fen)
    assert (after.agreed_centiunits, after.state) == (1500, "active")
    assert k.buckets() == {
        "custody": "2000.00",
        "unearned": "1400.00",
        "payable": "100.00",
        "refund_payable": "500.00",
    }
    k.evening("03-05 23:50")
    k.exchange("03-06 15:00")
    assert k.buckets() == {"custody": "1400.00", "unearned": "1400.00"}
    assert k.state() == "active"
    assert taken(k.institution, k.class_code) == 1


def test_no_lesson_is_taught_beyond_the_new_number():
    k = paid_world()
    teach(k, 1, "03-04 17:30")
    code = proposed(k, "03-05 09:00", kind="partial_refund", returned_centiunits=1800)
    sign(k, code, "03-05 10:00")
    teach(k, 2, "03-07 10:30")
    assert contract(k.family, k.contract).centiunits_in_force == 200
    with pytest.raises(NobodyToCall):
        teach(k, 3, "03-11 17:30")
    with reading(k.family):
        ordinals = list(
            contract_lessons(k).order_by("ordinal").values_list("ordinal", "amount_fen")
        )
    assert ordinals == [(1, 10_000), (2, 10_000)]
    assert k.buckets() == {
        "custody": "2000.00",
        "pending": "200.00",
        "refund_payable": "1800.00",
    }


def contract_lessons(k: World):
    return Lesson.objects.filter(contract__code=k.contract)


def test_more_than_is_left_cannot_go_back():
    k = paid_world()
    teach(k, 1, "03-04 17:30")
    for returned in (0, 1950, 2000):
        with pytest.raises(BadInput):
            proposed(k, "03-05 09:00", kind="partial_refund", returned_centiunits=returned)


def test_a_lesson_taught_meanwhile_makes_the_proposal_stale():
    k = paid_world()
    code = proposed(k, "03-04 09:00", kind="partial_refund", returned_centiunits=1900)
    teach(k, 1, "03-04 17:30")
    teach(k, 2, "03-07 10:30")
    with pytest.raises(SupplementStale):
        sign(k, code, "03-08 10:00")
    assert row(k, code).state == "proposed"
    assert contract(k.family, k.contract).agreed_centiunits is None


def test_a_learner_changes_classes_by_both_signatures():
    k = paid_world()
    course = contract(k.family, k.contract).course.code
    other = str(
        open_class(
            call(k.institution.head, "03-03 11:00"),
            course_code=course,
            name="周六班",
            teacher_name="周老师",
            capacity=1,
            sessions=timetable(20, "04-08 18:00"),
        )["class"]
    )
    code = proposed(k, "03-05 09:00", kind="class", new_class_code=other)
    sign(k, code, "03-05 10:00")
    assert contract(k.family, k.contract).class_group.code == other
    assert taken(k.institution, other) == 1
    assert taken(k.institution, k.class_code) == 0


def test_a_change_of_teacher_is_declined_and_nothing_changes():
    k = paid_world()
    code = proposed(k, "03-05 09:00", kind="teacher", words="自3月11日起由周老师授课")
    with pytest.raises(SupplementOpen):
        proposed(k, "03-05 09:01", kind="schedule", words="改到周六")
    decline_supplement(call(k.family, "03-05 10:00"), supplement_code=code)
    assert row(k, code).state == "declined"
    with pytest.raises(SupplementAnswered):
        sign(k, code, "03-05 10:05")
    assert proposed(k, "03-05 11:00", kind="schedule", words="改到周六上午")


def test_a_settled_dispute_s_half_is_written_down():
    k = on_27_march()
    code = proposed(k, "03-27 10:00", kind="dispute", words="返还的课款期末一并退还")
    text = unseal("supplement-text", row(k, code).text_sealed)
    assert "争议解决后返还本合同的课款共人民币50.00元（大写：伍拾元整）。" in text
    sign(k, code, "03-27 11:00")
    assert row(k, code).state == "in_force"


def test_only_a_settled_contract_is_closed():
    k = paid_world()
    with pytest.raises(NotSupplementable):
        proposed(k, "03-05 09:00", kind="closing")
    with pytest.raises(NotSupplementable):
        proposed(k, "03-05 09:00", kind="dispute", words="期末退")


def test_another_family_signs_nothing_and_a_wrong_code_neither():
    k = paid_world()
    code = proposed(k, "03-05 09:00", kind="teacher", words="换周老师")
    with pytest.raises(NotFound):
        decline_supplement(call(guardian(2), "03-05 10:00"), supplement_code=code)
    with pytest.raises(CodeInvalid):
        sign_supplement(call(k.family, "03-05 10:00"), supplement_code=code, one_time_code="000000")


def test_the_database_changes_class_and_units_by_a_supplement_alone():
    k = paid_world()
    for change in ("agreed_centiunits = 100", "class_group_id = class_group_id + 1"):
        with pytest.raises(ProgrammingError, match="what_was_agreed_stays"):
            said_to_the_database(k.institution, f"UPDATE tuition_contract SET {change}")
