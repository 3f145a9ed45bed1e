"""R5 at list price, and refunds that an officer looks at first (N14, N15, R13)."""

from typing import Any

import pytest

from tests.given import (
    World,
    bank,
    call,
    draft,
    guardian,
    institution,
    notify,
    opened_class,
    paid_world,
    pay,
    rules,
    signed,
    timetable,
)
from tests.modes.given import rules_with
from tests.rules.given import rule
from yuxin.access.reading import reading
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import parse_yuan
from yuxin.operations.tuition.adjudicate_refund import adjudicate_refund
from yuxin.operations.tuition.answer_refund import RefundAnswered, answer_refund
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.request_refund import SheetChanged, request_refund
from yuxin.operations.tuition.set_course_conditions import set_course_conditions
from yuxin.policy.in_force import calendar, pack_on
from yuxin.tuition.models import Contract, Course
from yuxin.tuition.queries.refund_sheets import terms_on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.law(
        "法释〔2025〕4号", clause="19", says="按折扣前价格计算已消费部分，约定更有利的从其约定"
    ),
]

PERMITTED = rule("prepay.refund_price_basis", "text", "LIST_PRICE")
CONDITIONS: dict[str, Any] = {"billing": "LESSON", "method": "SMALL"}


def discounted(
    *own: str, agreed: bool = True, gift: int = 0, total: str = "2400.00", **conditions: Any
) -> World:
    """List 150.00; P 2,400.00 for twenty lessons, one a day from 4 March, paid on the 2nd."""
    rules_with(*own)
    of = institution()
    course = draft(
        of,
        unit_price_fen=parse_yuan("150.00"),
        paid_centiunits=2000,
        gift_centiunits=gift * 100,
        total_fen=parse_yuan(total),
    )
    code = opened_class(of, course, timetable(20 + gift))
    with reading(of.head):
        published = Course.objects.get()
    set_course_conditions(
        call(of.head, "03-01 09:00"),
        course_code=published.code,
        values={**CONDITIONS, "refund_at_list_price": agreed, **conditions},
    )
    return _paid(of, code)


def _paid(of: Any, class_code: str) -> World:
    made, family = bank(of), guardian()
    k = World(made, of, family, signed(family, class_code), class_code)
    notify(pay(made, family, k.contract, "03-02 10:02"), "03-02 10:02")
    k.exchange("03-03 08:40")
    return k


def taught(k: World, lessons: int) -> None:
    for number in range(1, lessons + 1):
        day = f"03-{3 + number:02d}"
        call_roll(call(k.institution.teacher, f"{day} 17:30"), session_code=k.session(number))
        confirm_lesson(call(k.family, f"{day} 19:00"), lesson_code=k.lesson(number).code)


def asked(k: World, yuan: str, *, reason: str = "schedule", when: str = "03-30 09:10") -> str:
    receipt = request_refund(
        call(k.family, when), contract_code=k.contract, reason=reason, seen_fen=parse_yuan(yuan)
    )
    return str(receipt["refund"])


def agreed(k: World, refund: str) -> None:
    answer_refund(call(k.institution.head, "03-31 09:00"), refund_code=refund, agree=True)


def test_r5_for_the_familys_own_cause_five_lessons_count_at_the_list_price():
    k = discounted(PERMITTED)
    taught(k, 5)
    agreed(k, asked(k, "1650.00"))
    assert k.buckets() == {
        "custody": "2400.00",
        "payable": "750.00",  # 600.00 earned, 150.00 more at list price
        "refund_payable": "1650.00",
    }
    assert (k.refund().amount_fen, k.refund().listed_fen) == (165_000, 15_000)
    k.evening("03-31 23:50")
    k.exchange("04-01 15:00")
    assert (k.buckets(), k.state(), k.refund().state) == ({}, "closed", "paid")
    assert k.bank.balance(k.institution.settlement) == 75_000
    assert k.bank.audit() == []


@pytest.mark.parametrize("reason", ["teaching", "service", "other"])
def test_for_another_cause_what_was_really_paid_counts(reason):
    k = discounted(PERMITTED)
    taught(k, 5)
    with pytest.raises(SheetChanged):
        asked(k, "1650.00", reason=reason)
    agreed(k, asked(k, "1800.00", reason=reason))
    assert k.buckets()["refund_payable"] == "1800.00"


@pytest.mark.parametrize(
    ("own", "agreed_so"), [((), True), ((PERMITTED,), False)], ids=["policy", "contract"]
)
def test_terms_that_favour_the_family_more_win(own, agreed_so):
    """Policy does not permit it, or the contract does not say it."""
    k = discounted(*own, agreed=agreed_so)
    taught(k, 5)
    agreed(k, asked(k, "1800.00"))
    assert k.buckets()["payable"] == "600.00"


def test_gift_lessons_taken_count_nothing():
    k = discounted(PERMITTED, gift=4, total="2400.00")
    taught(k, 6)  # two beyond the gifts: 300.00 at list price, 600.00 earned: proportion holds
    agreed(k, asked(k, "1800.00"))
    assert k.refund().listed_fen == 0


def test_below_zero_is_zero_and_goes_to_an_officer():
    k = discounted(PERMITTED, total="600.00")
    taught(k, 5)  # 750.00 at list price
    refund = asked(k, "0.00")
    assert k.refund().state == "reviewing"
    with pytest.raises(RefundAnswered):
        agreed(k, refund)
    adjudicate_refund(
        call(k.institution.officer, "03-31 09:00"),
        refund_code=refund,
        grant=True,
        in_proportion=True,
        words="不属家长自身原因",
    )
    assert k.buckets() == {"custody": "600.00", "payable": "150.00", "refund_payable": "450.00"}


def test_an_officer_may_hold_to_the_list_price_too():
    k = discounted(PERMITTED, total="600.00")
    taught(k, 5)
    refund = asked(k, "0.00")
    adjudicate_refund(
        call(k.institution.officer, "03-31 09:00"), refund_code=refund, grant=True, words="按约定"
    )
    assert k.buckets() == {"custody": "600.00", "payable": "600.00"}
    k.evening("03-31 23:50")
    k.exchange("04-01 15:00")
    assert (k.buckets(), k.state()) == ({}, "closed")


def test_r13_in_the_cooling_off_time_what_was_taken_goes_by_the_contracts_price_to_review():
    k = discounted(PERMITTED)
    taught(k, 1)
    refund = asked(k, "2280.00", when="03-06 09:00")
    assert k.refund().state == "reviewing"
    adjudicate_refund(
        call(k.institution.officer, "03-06 10:00"), refund_code=refund, grant=True, words="核对无误"
    )
    assert k.buckets()["refund_payable"] == "2280.00"


def test_in_the_cooling_off_time_the_institutions_yes_is_enough_and_its_silence_says_nothing():
    k = discounted()
    taught(k, 1)
    refund = asked(k, "2280.00", when="03-06 09:00")
    k.morning("03-24 00:05")
    assert k.refund().state == "reviewing"
    agreed(k, refund)
    assert k.buckets()["refund_payable"] == "2280.00"


def test_within_the_days_of_the_contract_everything_is_promised_so_an_officer_looks():
    k = discounted(full_refund_after_days=20)
    taught(k, 1)
    asked(k, "2280.00", when="03-20 09:00")
    assert k.refund().state == "reviewing"


def test_who_took_the_same_service_before_has_no_cooling_off_time():
    rules()
    k = paid_world(of=(of := institution()), course=draft(of), sessions=timetable(20))
    taught(k, 1)
    later = opened_class(of, draft(of, name="少儿国画"), timetable(20, "04-01 16:00"))
    code = signed(k.family, later, when="03-06 08:00")
    with reading(k.family):
        pack = pack_on(day_of(call(k.family, "03-06 09:00").at))
        assert pack is not None
        contract = Contract.objects.get(code=code)
        contract.paid_at = call(k.family, "03-06 09:00").at
        day = day_of(contract.paid_at)
        terms = terms_on(contract, day, pack, calendar(pack, "government", day))
    assert (terms.is_cooling, terms.cooling_until) == (False, None)
