"""What an evening orders under each plan: once, never early, and again after the bank's no."""

import pytest

from tests.given import call, looked, rows
from tests.modes.given import debt, paid_under, refund_agreed, teach
from tests.rules.given import rule
from yuxin.kernel.refusal import Refusal
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.parties.bank.terms import Faults
from yuxin.rules.modes import Mode

pytestmark = pytest.mark.django_db


def _orders(k):
    return rows(
        "SELECT kind, state, amount_fen FROM tuition_instruction ORDER BY id",
        reader=k.institution.clock,
    )


@pytest.mark.law("育信 funds-rules", clause="4.3 R9", says="PRO_RATA: custody 1,190.00, short 510")
def test_pro_rata_moves_the_rest_of_each_lesson_and_the_shortfall_is_demanded():
    k = paid_under(Mode.ADVANCE, rule("prepay.advance_recovery", "text", "PRO_RATA"))
    k.evening("03-03 23:50")
    k.exchange("03-04 15:00")
    for ordinal, day in ((1, "03-04"), (2, "03-07"), (3, "03-11")):
        teach(k, ordinal)
        k.evening(f"{day} 23:50")
    k.exchange("03-12 15:00")
    k.evening("03-12 23:50")
    k.exchange("03-13 15:00")
    assert k.buckets() == {"custody": "1190.00", "advance": "510.00", "unearned": "1700.00"}
    refund_agreed(k, 170_000)
    k.evening("04-01 23:50")
    assert debt(k).amount_fen == 51_000


def test_the_advance_is_ordered_once_when_the_course_begins_however_often_the_day_is_closed():
    k = paid_under(Mode.ADVANCE)
    k.evening("03-02 23:50")
    assert _orders(k) == []  # the course begins on the 3rd
    for _ in range(3):
        k.evening("03-03 23:50")
    assert _orders(k) == [("advance", "created", 60_000)]
    k.exchange("03-04 15:00")
    k.evening("03-04 23:50")
    assert _orders(k) == [("advance", "done", 60_000)]


@pytest.mark.law("育信 funds-rules", clause="6 W20", says="exposure of advances above limit")
def test_an_advance_above_the_limit_is_not_ordered():
    k = paid_under(Mode.ADVANCE, rule("prepay.advance_exposure_max_fen", "fen", "59999"))
    k.evening("03-03 23:50")
    assert _orders(k) == []
    teach(k, 1)
    k.evening("03-04 23:50")
    # With a lesson taught the advance would be 500.00 ahead of teaching: within the limit.
    assert _orders(k) == [("advance", "created", 60_000)]


def test_no_advance_leaves_once_a_refund_is_asked():
    k = paid_under(Mode.ADVANCE)
    request_refund(
        call(k.family, "03-03 10:00"), contract_code=k.contract, reason="moved", seen_fen=200_000
    )
    k.evening("03-03 23:50")
    assert _orders(k) == []


def test_an_advance_that_the_bank_returns_makes_what_worked_it_off_payable_again():
    k = paid_under(Mode.ADVANCE, faults=Faults(returned=1_000_000))
    k.evening("03-03 23:50")
    k.exchange("03-04 15:00")
    teach(k, 1)
    k.evening("03-04 23:50")
    k.exchange("03-05 15:00")
    k.exchange("03-06 15:00")
    assert _orders(k)[0][:2] == ("advance", "returned")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}


@pytest.mark.law("育信 funds-rules", clause="2.2 A2", says="weekly, transfer within 7 days")
def test_weekly_settlement_orders_the_lessons_of_a_week_together():
    k = paid_under(
        None,
        rule("prepay.settlement_cycle", "text", "WEEKLY"),
        rule("prepay.weekly_within_days", "day", "7"),
    )
    teach(k, 1)
    k.evening("03-04 23:50")
    teach(k, 2)
    k.evening("03-07 23:50")
    assert _orders(k) == []
    k.evening("03-08 23:50")
    assert _orders(k) == [("release", "created", 20_000)]


@pytest.mark.law("育信 funds-rules", clause="2.5", says="released part is shown uncovered")
def test_the_older_rolling_variant_books_what_is_uncovered():
    k = paid_under(Mode.ROLLING, rule("prepay.rolling_partial", "flag", "true"))
    k.evening("03-03 23:50")
    k.exchange("03-04 15:00")
    assert k.buckets() == {"custody": "400.00", "advance": "1600.00", "unearned": "2000.00"}
    teach(k, 1)
    k.evening("03-04 23:50")
    assert k.buckets() == {"custody": "400.00", "advance": "1500.00", "unearned": "1900.00"}
    k.evening("04-02 23:50")  # a month is over: a third of the locked part
    k.exchange("04-03 15:00")
    assert k.buckets() == {"custody": "266.67", "advance": "1633.33", "unearned": "1900.00"}


def test_strict_rolling_waits_for_the_month_and_for_teaching():
    k = paid_under(Mode.ROLLING)
    teach(k, 1)
    k.evening("03-04 23:50")
    assert _orders(k) == []
    k.evening("04-02 23:50")
    assert _orders(k) == [("release", "created", 10_000)]


def test_a_lesson_that_silence_confirmed_can_be_disputed_until_it_worked_an_advance_off():
    k = paid_under(Mode.ADVANCE)
    k.evening("03-03 23:50")
    k.exchange("03-04 15:00")
    teach(k, 1, confirm=False)
    looked(k.family, "03-04 20:00")
    k.morning("03-26 00:05")
    assert k.lesson(1).state == "deemed"
    k.evening("03-26 23:50")
    with pytest.raises(Refusal, match="already_answered"):
        dispute_lesson(call(k.family, "03-27 08:00"), lesson_code=k.lesson(1).code, reason="other")


def test_a_stage_not_sent_yet_goes_without_a_contract_whose_lesson_is_disputed():
    first_tenth = (
        "\n        - {row: prepay.stages.first, when: [[progress_bps, '>=', 500]],"
        " then: {release_bps: 500}, zh: 一, en: one}"
        "\n        - {row: prepay.stages.second, when: [], then: {}, off: true}"
        "\n        - {row: prepay.stages.last, when: [[progress_bps, '>=', 10000]],"
        " then: {release_bps: 9500}, zh: 末, en: last}"
    )
    k = paid_under(Mode.STAGED, rule("prepay.stages", "table", first_tenth))
    teach(k, 1, confirm=False)
    looked(k.family, "03-04 20:00")
    k.morning("03-26 00:05")
    k.evening("03-26 23:50")
    assert _orders(k) == [("release", "created", 10_000)]
    dispute_lesson(call(k.family, "03-27 08:00"), lesson_code=k.lesson(1).code, reason="other")
    assert _orders(k) == [("release", "withdrawn", 0)]
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "frozen": "100.00"}
    k.exchange("03-27 15:00")
    assert k.bank.balance(k.institution.settlement) == 0
