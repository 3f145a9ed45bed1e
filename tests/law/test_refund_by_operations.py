"""The worked examples of funds-rules 4.3 that concern acts, in the words of the clause."""

from datetime import date

import pytest

from tests.given import (
    World,
    call,
    draft,
    institution,
    looked,
    paid_world,
    rules,
    timetable,
    to_decide,
)
from tests.registry.given import read
from yuxin.kernel.money import parse_yuan
from yuxin.operations.tuition.adjudicate_refund import adjudicate_refund
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.operations.tuition.settle_dispute import settle_dispute
from yuxin.tuition.queries import families

pytestmark = pytest.mark.django_db


def teach(k: World, lessons: int, *, confirm: int) -> None:
    """So many lessons taught from 4 March on, the first of them confirmed the same evening."""
    for number in range(1, lessons + 1):
        day = f"03-{3 + number:02d}"
        call_roll(call(k.institution.teacher, f"{day} 17:30"), session_code=k.session(number))
        if number <= confirm:
            confirm_lesson(call(k.family, f"{day} 19:00"), lesson_code=k.lesson(number).code)


def daily(price: str, lessons: int, total: str, *, gift: int = 0) -> World:
    """A contract over so many lessons, one a day from 4 March, paid."""
    rules()
    of = institution()
    course = draft(
        of,
        unit_price_fen=parse_yuan(price),
        paid_centiunits=lessons * 100,
        gift_centiunits=gift * 100,
        total_fen=parse_yuan(total),
    )
    return paid_world(course=course, sessions=timetable(lessons + gift), of=of)


def asked(k: World, yuan: str, when: str = "03-30 09:10") -> str:
    """Ask the refund of exactly this sum; another would be refused."""
    receipt = request_refund(
        call(k.family, when),
        contract_code=k.contract,
        reason="schedule",
        seen_fen=parse_yuan(yuan),
    )
    return str(receipt["refund"])


def agreed(k: World, refund: str, when: str = "03-31 09:00") -> None:
    answer_refund(call(k.institution.head, when), refund_code=refund, agree=True)


def test_r1_plain_three_of_twenty_consumed_gives_1700_back():
    k = daily("100.00", 20, "2000.00")
    teach(k, 3, confirm=3)
    agreed(k, asked(k, "1700.00"))
    assert k.buckets() == {
        "custody": "2000.00",
        "payable": "300.00",
        "refund_payable": "1700.00",
    }


def test_r2_before_the_start_everything_goes_back():
    k = daily("100.00", 20, "2000.00")
    agreed(k, asked(k, "2000.00", "03-03 10:00"), "03-03 11:00")
    k.evening("03-03 23:50")
    k.exchange("03-04 15:00")
    assert (k.buckets(), k.state(), k.refund().paid_on) == ({}, "closed", date(2026, 3, 4))


def test_r3_an_indivisible_price_loses_no_fen():
    k = daily("66.64", 30, "1999.00")
    teach(k, 7, confirm=7)
    amounts = [lesson.amount_fen for lesson in map(k.lesson, range(1, 8))]
    assert amounts == [6663, 6663, 6664, 6663, 6663, 6664, 6663]
    agreed(k, asked(k, "1532.57"))


def test_r4_gift_lessons_are_pooled():
    """Price and count within today's caps, in the ratio of the case: 1/6 of the units are gifts."""
    k = daily("90.00", 25, "2250.00", gift=5)
    teach(k, 9, confirm=9)
    agreed(k, asked(k, "1575.00"))


def test_r5_a_discount_is_kept_in_proportion():
    k = daily("150.00", 20, "2400.00")
    teach(k, 5, confirm=5)
    agreed(k, asked(k, "1800.00"))


@pytest.mark.parametrize(("kept_bps", "more"), [(0, "100.00"), (5000, "50.00"), (10_000, None)])
def test_r7_a_disputed_lesson_follows_the_refund_as_far_as_the_family_wins(kept_bps, more):
    k = daily("100.00", 20, "2000.00")
    teach(k, 3, confirm=2)
    k.evening("03-06 23:50")
    k.exchange("03-09 15:00")
    lesson = k.lesson(3).code
    dispute_lesson(call(k.family, "03-09 20:00"), lesson_code=lesson, reason="teacher")
    agreed(k, asked(k, "1700.00"))
    k.evening("03-31 23:50")
    k.exchange("04-01 15:00")
    assert (k.buckets(), k.state()) == ({"custody": "100.00", "frozen": "100.00"}, "refunding")
    to_decide(k, 3, "04-02 09:00")
    settle_dispute(
        call(k.institution.officer, "04-02 10:00"),
        lesson_code=lesson,
        kept_bps=kept_bps,
        words="调解书",
    )
    assert k.buckets().get("refund_payable") == more
    k.evening("04-02 23:50")
    k.exchange("04-03 15:00")
    assert (k.buckets(), k.state()) == ({}, "closed")
    back = 170000 + (10000 - 10000 * kept_bps // 10_000)
    assert k.bank.balance(k.institution.settlement) == 200000 - back
    assert k.bank.audit() == []


def test_r8_a_release_at_the_bank_and_a_refund_draw_on_separate_buckets():
    k = daily("100.00", 20, "2000.00")
    teach(k, 2, confirm=2)
    k.evening("03-05 23:50")
    k.exchange("03-06 15:00")
    call_roll(call(k.institution.teacher, "03-06 17:30"), session_code=k.session(3))
    confirm_lesson(call(k.family, "03-06 19:00"), lesson_code=k.lesson(3).code)
    k.evening("03-06 23:50")
    agreed(k, asked(k, "1700.00", "03-09 09:00"), "03-09 09:30")
    assert k.buckets() == {
        "custody": "1800.00",
        "payable": "100.00",
        "refund_payable": "1700.00",
    }
    k.evening("03-09 23:50")
    k.exchange("03-10 15:00")
    assert (k.buckets(), k.state()) == ({}, "closed")


@pytest.mark.law("法释〔2025〕4号", clause="条款号待核", says="七日内未消费可退全部本金")
def test_r13_asked_on_day_six_with_nothing_consumed_the_full_principal_goes_back():
    k = daily("100.00", 20, "2000.00")
    agreed(k, asked(k, "2000.00", "03-08 10:00"), "03-09 09:00")


def test_n11_five_working_days_of_silence_agree_over_the_holiday():
    k = daily("100.00", 20, "2000.00")
    asked(k, "2000.00", "03-30 09:10")
    k.morning("04-07 00:05")
    assert k.refund().state == "requested"
    k.morning("04-08 00:05")
    refund = k.refund()
    assert (refund.state, refund.ground) == ("approved", "deemed")
    assert k.buckets() == {"custody": "2000.00", "refund_payable": "2000.00"}


def test_n10_silence_never_counts_without_proof_that_the_request_arrived():
    k = daily("100.00", 20, "2000.00")
    teach(k, 1, confirm=0)
    k.morning("05-30 00:05")
    assert k.lesson(1).state == "pending"
    looked(k.family, "05-30 10:00")
    k.morning("06-21 00:05")
    assert k.lesson(1).state == "pending"  # 15 working days end on Tuesday 06-23 (Dragon Boat)
    k.morning("06-24 00:05")
    assert k.lesson(1).state == "deemed"


def test_a_contested_refund_is_decided_by_the_bureau():
    k = daily("100.00", 20, "2000.00")
    refund = asked(k, "2000.00", "03-03 10:00")
    answer_refund(
        call(k.institution.head, "03-03 11:00"), refund_code=refund, agree=False, answer="已备课"
    )
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}
    adjudicate_refund(
        call(k.institution.officer, "03-05 11:00"), refund_code=refund, grant=True, words="应退"
    )
    assert k.buckets() == {"custody": "2000.00", "refund_payable": "2000.00"}
    page = read(k.family, families.contract, k.contract)
    assert [each.kind for each in page.steps][-3:] == [
        "refund_requested",
        "refund_contested",
        "refund_granted",
    ]
