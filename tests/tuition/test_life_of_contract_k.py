"""Contract K: twenty lessons of 100.00 yuan, from the payment to the last fen of the refund.

The sixteen lines of the table in funds-rules, section 9, each by the operation that makes it, with
the real bank at the other end and the buckets after every line.
"""

import pytest

from tests.given import World, call, looked, mediated, notify, pay, world
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.request_refund import request_refund


def teach(k: World, number: int, when: str) -> None:
    call_roll(call(k.institution.teacher, when), session_code=k.session(number))


@pytest.mark.django_db
def test_the_sixteen_lines_of_contract_k():
    k = world()
    # 1: the guardian pays 2,000 by UnionPay
    notice = pay(k.bank, k.family, k.contract, "03-02 10:02")
    notify(notice, "03-02 10:02")
    assert k.buckets() == {"in_transit": "2000.00", "unearned": "2000.00"}
    # 2: the bank's file IN is matched
    k.exchange("03-03 08:40")
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}
    # 3: lesson 1 taught, signed in
    teach(k, 1, "03-04 17:30")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "pending": "100.00"}
    # 4: the guardian confirms
    confirm_lesson(call(k.family, "03-04 19:10"), lesson_code=k.lesson(1).code)
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}
    # 5: T+1 transfer, the bank says success
    k.evening("03-04 23:50")
    k.exchange("03-05 15:00")
    assert k.buckets() == {"custody": "1900.00", "unearned": "1900.00"}
    # 6: lesson 2 taught, the guardian is silent
    teach(k, 2, "03-07 10:30")
    looked(k.family, "03-07 12:00")
    assert k.buckets() == {"custody": "1900.00", "unearned": "1800.00", "pending": "100.00"}
    # 7: lesson 3 taught
    teach(k, 3, "03-11 17:30")
    assert k.buckets() == {"custody": "1900.00", "unearned": "1700.00", "pending": "200.00"}
    # 8: the guardian disputes lesson 3
    dispute_lesson(
        call(k.family, "03-11 20:00"),
        lesson_code=k.lesson(3).code,
        reason="teacher",
        words="换了老师，少上40分钟",
    )
    assert k.buckets() == {
        "custody": "1900.00",
        "unearned": "1700.00",
        "pending": "100.00",
        "frozen": "100.00",
    }
    # 9 and 10: mediation, half and half
    mediated(k, 3, "03-25 15:00")
    assert k.buckets() == {
        "custody": "1900.00",
        "unearned": "1750.00",
        "pending": "100.00",
        "payable": "50.00",
    }
    # 11: settlement transfer
    k.evening("03-25 23:50")
    k.exchange("03-26 15:00")
    assert k.buckets() == {"custody": "1850.00", "unearned": "1750.00", "pending": "100.00"}
    # 12: 15 working days passed on Friday; not before 00:05 of Saturday
    k.morning("03-27 00:05")
    assert k.lesson(2).state == "pending"
    k.morning("03-28 00:05")
    assert k.lesson(2).state == "deemed"
    assert k.buckets() == {"custody": "1850.00", "unearned": "1750.00", "payable": "100.00"}
    k.evening("03-28 23:50")
    # 13: a refund is asked while the order for lesson 2 is already at the bank: no clash
    k.exchange("03-30 09:00")
    asked = request_refund(
        call(k.family, "03-30 09:10"),
        contract_code=k.contract,
        reason="schedule",
        seen_fen=175000,
    )
    assert asked["answer_by"] == "2026-04-07"
    # 14: the transfer for lesson 2 succeeded
    k.exchange("03-30 15:00")
    assert k.buckets() == {"custody": "1750.00", "unearned": "1750.00"}
    # 15: the institution agrees
    answer_refund(
        call(k.institution.finance, "04-01 10:00"), refund_code=str(asked["refund"]), agree=True
    )
    assert k.buckets() == {"custody": "1750.00", "refund_payable": "1750.00"}
    # 16: the bank pays by the original route, the contract is closed
    k.evening("04-01 23:50")
    k.exchange("04-02 15:00")
    assert k.buckets() == {}
    assert k.state() == "closed"
    assert k.bank.balance(k.institution.settlement) == 25000
    assert k.bank.balance(k.institution.custody) == 0
    assert k.bank.audit() == []
