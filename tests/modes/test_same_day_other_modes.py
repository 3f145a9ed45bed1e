"""Section 9, last paragraph: the life of contract K under the other modes, to the fen."""

import pytest

from tests.given import call
from tests.modes.given import debt, live_to_the_refund, paid_under, pay_in, refund_agreed
from tests.rules.given import rule
from yuxin.operations.tuition.state_debt_payment import answer_debt_payment, state_debt_payment
from yuxin.rules.modes import Mode

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.law("育信 funds-rules", clause="9", says="Same day, other modes"),
]


def test_b_has_released_nothing_and_owes_the_institution_250_at_closing():
    k = paid_under(Mode.STAGED)
    live_to_the_refund(k)
    # 2.5 of 20 units are less than a third: nothing went out.
    assert k.bank.balance(k.institution.settlement) == 0
    assert k.buckets() == {"custody": "2000.00", "unearned": "1750.00", "payable": "250.00"}
    refund_agreed(k)
    k.evening("04-01 23:50")
    k.exchange("04-02 15:00")
    assert k.bank.balance(k.institution.settlement) == 25_000
    assert (k.buckets(), k.state(), k.refund().state) == ({}, "closed", "paid")
    assert k.bank.audit() == []


def test_c_has_released_600_and_is_short_by_350_against_the_refund():
    k = paid_under(Mode.ADVANCE)
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}
    live_to_the_refund(k)
    assert k.bank.balance(k.institution.settlement) == 60_000
    assert k.buckets() == {"custody": "1400.00", "advance": "350.00", "unearned": "1750.00"}
    refund_agreed(k)
    k.evening("04-01 23:50")
    owed = debt(k)
    assert (owed.amount_fen, owed.due_on.isoformat(), owed.direct) == (35_000, "2026-04-09", False)
    k.exchange("04-02 15:00")
    # This contract's custody first; the rest is the institution's debt, nobody else's money.
    assert k.buckets() == {"advance": "350.00", "refund_payable": "350.00"}
    assert (k.state(), k.refund().state) == ("refunding", "approved")
    pay_in(k, owed.code, 35_000, "04-03 10:00")
    k.exchange("04-07 08:40")
    assert k.buckets() == {"custody": "350.00", "refund_payable": "350.00"}
    k.evening("04-07 23:50")
    k.exchange("04-08 15:00")
    assert (k.buckets(), k.state(), k.refund().state) == ({}, "closed", "paid")
    assert debt(k).state == "paid"
    assert k.bank.audit() == []


def test_e_shows_no_custody_lines_and_the_institution_owes_the_whole_refund():
    k = paid_under(Mode.DEPOSIT)
    assert k.buckets() == {"advance": "2000.00", "unearned": "2000.00"}
    live_to_the_refund(k)
    assert k.buckets() == {"advance": "1750.00", "unearned": "1750.00"}
    refund_agreed(k)
    k.evening("04-01 23:50")
    owed = debt(k)
    assert (owed.amount_fen, owed.direct) == (175_000, True)
    state_debt_payment(
        call(k.institution.finance, "04-02 09:00"), debt_code=owed.code, serial="B-77"
    )
    answer_debt_payment(call(k.family, "04-02 09:30"), debt_code=owed.code, came=False)
    assert debt(k).state == "open"
    state_debt_payment(
        call(k.institution.finance, "04-02 10:00"), debt_code=owed.code, serial="B-78"
    )
    answer_debt_payment(call(k.family, "04-02 12:00"), debt_code=owed.code, came=True)
    assert (k.buckets(), k.state(), k.refund().state) == ({}, "closed", "paid")
    assert k.bank.balance(k.institution.settlement) == 0


def test_a4_pays_250_once_after_the_refund_and_the_window():
    k = paid_under(
        None,
        rule("prepay.settlement_cycle", "text", "WHOLE_ORDER"),
        rule("prepay.whole_order_working_days", "working_day", "15"),
    )
    live_to_the_refund(k)
    assert k.bank.balance(k.institution.settlement) == 0
    refund_agreed(k)
    k.evening("04-01 23:50")
    k.exchange("04-02 15:00")
    assert k.buckets() == {"custody": "250.00", "payable": "250.00"}
    # Paid back on Thursday 2 April; 15 working days over Qingming end on Friday the 24th.
    k.evening("04-22 23:50")
    k.exchange("04-23 15:00")
    assert k.bank.balance(k.institution.settlement) == 0
    k.evening("04-23 23:50")
    k.exchange("04-24 15:00")
    assert k.bank.balance(k.institution.settlement) == 25_000
    assert (k.buckets(), k.state()) == ({}, "closed")
