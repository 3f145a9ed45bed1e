"""What is refused, with the reason and the remedy, and that nothing was written then."""

from datetime import date

import pytest

from tests.given import (
    BANK,
    K_SESSIONS,
    call,
    code_sent,
    draft,
    guardian,
    institution,
    learner,
    opened_class,
    order_of,
    paid_world,
    published,
    rows,
    rules,
    signed,
    timetable,
    world,
)
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.messages.services import CodeInvalid
from yuxin.operations.messages.try_code import try_code
from yuxin.operations.tuition.answer_refund import (
    AnswerNeedsReason,
    RefundAnswered,
    answer_refund,
)
from yuxin.operations.tuition.call_roll import LessonNotTaught, RollCalled, call_roll
from yuxin.operations.tuition.confirm_lesson import AlreadyAnswered, confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.draft_contract import (
    AlreadyEnrolled,
    ClassFull,
    CourseClosed,
    draft_contract,
)
from yuxin.operations.tuition.open_class import open_class
from yuxin.operations.tuition.order_payment import NothingToPay
from yuxin.operations.tuition.record_payment import AmountDiffers, NotPayable, record_payment
from yuxin.operations.tuition.request_refund import (
    NothingToRefund,
    RefundOpen,
    SheetChanged,
    request_refund,
)
from yuxin.operations.tuition.request_signing_code import request_signing_code
from yuxin.operations.tuition.settle_dispute import NotDisputed, settle_dispute
from yuxin.operations.tuition.sign_contract import PURPOSE, NotADraft, sign_contract
from yuxin.operations.tuition.withdraw_course import withdraw_course
from yuxin.registry.models import CustodyState
from yuxin.tuition.models import Contract, Course
from yuxin.tuition.services.caps import OverCap
from yuxin.tuition.services.courses import CourseFieldWrong, SumDiffers
from yuxin.tuition.services.licence_scope import BeyondLicence
from yuxin.tuition.services.terms import NoCustodyAccount
from yuxin.tuition.services.timetables import TimetableWrong

pytestmark = pytest.mark.django_db


def courses_of(of) -> int:
    with reading(of.clock):
        return Course.objects.filter(institution_id=of.id).count()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": "SUBJECT"}, "category"),
        ({"stage": "SENIOR"}, "stage"),
        ({"mode": "ONLINE"}, "mode"),
        ({"site_id": 10**9}, "site_id"),
    ],
)
def test_a_course_beyond_the_licence_is_refused_with_the_reason(changes, field):
    rules()
    of = institution()
    with pytest.raises(BeyondLicence) as refused:
        published(of, draft(of, **changes))
    assert refused.value.field == field
    assert "许可" in refused.value.say("zh")
    assert courses_of(of) == 0


def test_a_course_may_not_outlive_the_licence():
    rules()
    of = institution(valid_until=date(2026, 4, 30))
    with pytest.raises(BeyondLicence) as refused:
        published(of)
    assert "2026-04-30" in refused.value.say("zh")


@pytest.mark.law("十三部门2022年12月意见", clause="条款号待核", says="一次性收费不超过5000元")
@pytest.mark.parametrize(
    ("changes", "rule", "remedy"),
    [
        (
            {"unit_price_fen": 25001, "total_fen": 500020},
            "prepay.amount_max_fen",
            "一次收费最多19课时",
        ),
        ({"last_on": date(2026, 6, 3)}, "prepay.months_max", "末课不晚于2026-06-02"),
        (
            {"paid_centiunits": 6000, "gift_centiunits": 100, "unit_price_fen": 3000,
             "total_fen": 180000},
            "prepay.lessons_max",
            "不超过60课时，含赠送课时",
        ),
    ],
)  # fmt: skip
def test_a_charge_over_a_cap_names_rule_article_and_the_nearest_lawful_one(changes, rule, remedy):
    rules()
    of = institution()
    with pytest.raises(OverCap) as refused:
        published(of, draft(of, **changes))
    said = refused.value.say("zh")
    assert rule in said
    assert remedy in said
    assert refused.value.facts["instrument"] in said
    assert courses_of(of) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"unit_price_fen": 25000, "total_fen": 500000},
        {"last_on": date(2026, 6, 2)},
        {"paid_centiunits": 5900, "gift_centiunits": 100, "unit_price_fen": 3000,
         "total_fen": 177000},
    ],
)  # fmt: skip
def test_a_charge_at_the_cap_is_lawful(changes):
    rules()
    of = institution()
    assert published(of, draft(of, **changes))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"paid_centiunits": 0, "total_fen": 1}, CourseFieldWrong),
        ({"total_fen": -1}, CourseFieldWrong),
        ({"gift_centiunits": -100}, CourseFieldWrong),
        ({"last_on": date(2026, 3, 2)}, CourseFieldWrong),
        ({"total_fen": 200001}, SumDiffers),
        ({"paid_centiunits": 1999, "unit_price_fen": 10001, "total_fen": 1000}, SumDiffers),
    ],
)
def test_fields_that_make_no_sense_are_named(changes, refusal):
    rules()
    of = institution()
    with pytest.raises(refusal) as refused:
        published(of, draft(of, **changes))
    assert refused.value.field
    assert courses_of(of) == 0


def test_only_the_head_of_the_institution_publishes():
    rules()
    of, other = institution(), institution("启明书画社", number=2)
    with pytest.raises(Forbidden):
        published(other_heads(of, other))


def other_heads(of, other):
    """The first institution as if the other's head were its own."""
    return type(of)(**{**of.__dict__, "head": other.head})


@pytest.mark.parametrize(
    ("sessions", "word"),
    [
        (timetable(19, "03-04 16:00"), "19课时"),
        (timetable(20, "03-01 16:00"), "不在课程起止日期之内"),
        (timetable(20, "03-04 19:30"), "20:30前结束"),
        ((*K_SESSIONS[:19], K_SESSIONS[0]), "重叠"),
    ],
)
def test_a_timetable_that_contradicts_its_course_is_refused(sessions, word):
    rules()
    of = institution()
    course = published(of)
    with pytest.raises(TimetableWrong) as refused:
        open_class(
            call(of.head, "02-20 11:00"),
            course_code=course,
            name="周三班",
            teacher_name="林老师",
            capacity=12,
            sessions=tuple(sessions),
        )
    assert word in refused.value.say("zh")
    assert rows("SELECT count(*) FROM tuition_classgroup") == [(0,)]


def test_nobody_joins_an_institution_that_is_not_connected_or_a_course_that_is_withdrawn():
    rules()
    of = institution(connected=False)
    class_code, family = opened_class(of), guardian()
    with pytest.raises(CourseClosed):
        signed(family, class_code)
    other = institution("启明书画社", number=2)
    course = published(other)
    group = open_class(
        call(other.head, "02-20 11:00"),
        course_code=course,
        name="周六班",
        teacher_name="周老师",
        capacity=1,
        sessions=tuple(K_SESSIONS),
    )
    withdraw_course(call(other.head, "02-21 09:00"), course_code=course)
    with pytest.raises(CourseClosed):
        signed(family, str(group["class"]))
    with reading(family):
        assert not Contract.objects.exists()


def test_no_verified_account_no_contract():
    rules()
    of = institution(custody_state=CustodyState.OPENED)
    with pytest.raises(NoCustodyAccount):
        signed(guardian(), opened_class(of))


def test_a_full_class_takes_nobody_and_a_child_signs_once():
    rules()
    of = institution()
    class_code = opened_class(of, capacity=1)
    family, other = guardian(1), guardian(2)
    child = learner(family)
    signed(family, class_code, child=child)
    with pytest.raises(AlreadyEnrolled):
        draft_contract(call(family, "03-02 11:00"), class_code=class_code, learner_id=child)
    with pytest.raises(ClassFull):
        signed(other, class_code)
    with pytest.raises(NotFound):
        draft_contract(call(other, "03-02 11:00"), class_code=class_code, learner_id=child)


def test_a_contract_is_signed_by_the_code_for_these_very_terms():
    rules()
    of = institution()
    class_code, family = opened_class(of), guardian()
    drafts = [
        str(
            draft_contract(
                call(family, "03-02 09:00"), class_code=class_code, learner_id=learner(family, name)
            )["contract"]
        )
        for name in ("陈小禾", "陈大禾")
    ]
    request_signing_code(call(family, "03-02 09:10"), contract_code=drafts[0])
    digits = code_sent(family)
    with reading(family):
        terms = Contract.objects.get(code=drafts[0]).terms_sha256
    try_code(
        call(family, "03-02 09:11"),
        person_id=family.person_ids[0],
        purpose=PURPOSE,
        payload_sha256=terms,
        code=digits,
    )
    for code, one_time in ((drafts[1], digits), (drafts[0], "000000")):
        with pytest.raises(CodeInvalid):
            sign_contract(call(family, "03-02 09:11"), contract_code=code, one_time_code=one_time)
    sign_contract(call(family, "03-02 09:12"), contract_code=drafts[0], one_time_code=digits)
    with pytest.raises(NotADraft):
        sign_contract(call(family, "03-02 09:12"), contract_code=drafts[0], one_time_code=digits)
    with pytest.raises(NotFound):
        request_signing_code(call(guardian(2), "03-02 09:13"), contract_code=drafts[1])


def test_money_is_booked_once_and_to_the_fen():
    k = world()
    order = order_of(k.family, k.contract, "03-02 10:00")
    told = {
        "bank_code": BANK,
        "order_code": order.order_id,
        "channel": "UNIONPAY",
        "channel_serial": "S-1",
    }
    clock = k.institution.clock
    with pytest.raises(AmountDiffers):
        record_payment(call(clock, "03-02 10:01"), amount_fen=199999, **told)
    assert k.buckets() == {}
    record_payment(call(clock, "03-02 10:02"), amount_fen=200000, **told)
    with pytest.raises(NotPayable):
        record_payment(call(clock, "03-02 10:03"), amount_fen=200000, **told)
    assert k.buckets() == {"in_transit": "2000.00", "unearned": "2000.00"}
    with pytest.raises(NothingToPay):
        order_of(k.family, k.contract, "03-02 10:05")
    with pytest.raises(Forbidden):
        record_payment(call(k.family, "03-02 10:03"), amount_fen=200000, **told)
    with pytest.raises(NotFound):
        record_payment(call(Actor.clock(()), "03-02 10:03"), amount_fen=200000, **told)


def test_a_lesson_is_taught_once_after_it_began_and_answered_once_by_its_guardian():
    k = paid_world()
    first = k.session(1)
    with pytest.raises(LessonNotTaught):
        call_roll(call(k.institution.teacher, "03-04 15:59"), session_code=first)
    stranger = institution("启明书画社", number=2).teacher
    with pytest.raises(Forbidden):
        call_roll(call(stranger, "03-04 17:30"), session_code=first)
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=first)
    with pytest.raises(RollCalled):
        call_roll(call(k.institution.teacher, "03-04 17:31"), session_code=first)
    lesson = k.lesson(1).code
    with pytest.raises(NotFound):
        confirm_lesson(call(guardian(2), "03-04 19:00"), lesson_code=lesson)
    confirm_lesson(call(k.family, "03-04 19:10"), lesson_code=lesson)
    for again in (confirm_lesson, lambda c, **of: dispute_lesson(c, reason="other", **of)):
        with pytest.raises(AlreadyAnswered):
            again(call(k.family, "03-04 19:11"), lesson_code=lesson)
    with pytest.raises(NotDisputed):
        settle_dispute(
            call(k.institution.officer, "03-05 09:00"), lesson_code=lesson, kept_bps=0, words="x"
        )
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}


def test_a_refund_is_asked_with_the_sum_that_was_shown_and_answered_once():
    k = paid_world()
    ask = {"contract_code": k.contract, "reason": "moved"}
    with pytest.raises(SheetChanged):
        request_refund(call(k.family, "03-04 09:00"), seen_fen=199999, **ask)
    with pytest.raises(NotFound):
        request_refund(call(guardian(2), "03-04 09:00"), seen_fen=200000, **ask)
    asked = request_refund(call(k.family, "03-04 09:00"), seen_fen=200000, **ask)
    with pytest.raises(RefundOpen):
        request_refund(call(k.family, "03-04 09:01"), seen_fen=200000, **ask)
    refund = str(asked["refund"])
    with pytest.raises(AnswerNeedsReason):
        answer_refund(call(k.institution.head, "03-04 10:00"), refund_code=refund, agree=False)
    answer_refund(call(k.institution.head, "03-04 10:00"), refund_code=refund, agree=True)
    with pytest.raises(RefundAnswered):
        answer_refund(call(k.institution.head, "03-04 10:01"), refund_code=refund, agree=True)
    assert k.buckets() == {"custody": "2000.00", "refund_payable": "2000.00"}


def test_nothing_is_refunded_that_was_not_paid():
    k = world()
    with pytest.raises(NothingToRefund):
        request_refund(
            call(k.family, "03-04 09:00"), contract_code=k.contract, reason="moved", seen_fen=0
        )


def test_a_repeat_answers_as_the_first_time():
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    asked = call(k.family, "03-04 19:10")
    first = confirm_lesson(asked, lesson_code=k.lesson(1).code)
    again = confirm_lesson(asked, lesson_code=k.lesson(1).code)
    assert again.repeated
    assert again.entry_id == first.entry_id
    assert k.buckets()["payable"] == "100.00"


def test_another_role_does_nothing_of_this():
    k = paid_world()
    wrong = Actor(9, "某人", frozenset({Role.SUPERVISOR}), (k.institution.id,))
    with pytest.raises(Forbidden):
        call_roll(call(wrong, "03-04 17:30"), session_code=k.session(1))
    with pytest.raises(Forbidden):
        confirm_lesson(call(k.institution.head, "03-04 19:00"), lesson_code="x")
