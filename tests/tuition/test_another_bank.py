"""A bank speaks for its own accounts alone, and two orders never share a serial."""

from dataclasses import replace
from datetime import date
from datetime import time as clock_time

import pytest

from tests.given import (
    BANK,
    World,
    at,
    bank,
    call,
    guardian,
    institution,
    looked,
    notify,
    opened_class,
    order_of,
    paid_world,
    pay,
    rows,
    signed,
    world,
)
from tests.tuition.test_bank_faults import hand_in, receipt_line, take
from yuxin.access.context import opened
from yuxin.access.models import Account
from yuxin.access.reading import reading
from yuxin.desk.pages import money as money_page
from yuxin.formats import party_keys
from yuxin.formats.bank_files import new_file, seal
from yuxin.formats.bank_lines import FileKind, InLine, Outcome, OutLine
from yuxin.jobs import exchange_files
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.record_cancellation import record_cancellation
from yuxin.operations.tuition.record_payment import AnotherBank, record_payment
from yuxin.operations.tuition.register_bank import register_bank
from yuxin.tuition import due
from yuxin.tuition.breaks.queries import listed
from yuxin.tuition.models import BankLine, Instruction, PaymentOrder
from yuxin.tuition.services.contracts import SerialUsed

pytestmark = pytest.mark.django_db
OTHER = "OTHERBANK"
DAY = date(2026, 3, 2)


def hand_in_of_other(kind: FileKind, line: InLine | OutLine, day: date, when: str) -> None:
    """A file that the other bank signs rightly."""
    key = party_keys.new_key()
    register_bank(
        call(Actor.clock(()), "01-05 08:00"),
        code=OTHER,
        name="另一银行",
        public_key_pem=party_keys.public_pem(key.public_key()).decode(),
        exchange_folder="/nonexistent",
        cut_off=clock_time(16, 30),
    )
    made_at = at(f"{day:%m-%d} 20:00")
    file = new_file(kind, bank=OTHER, acct_date=day, part=1, made_at=made_at, lines=(line,))
    with reading(exchange_files.NOBODY):
        known = due.bank(exchange_files.NOBODY, OTHER)
    assert known is not None
    assert exchange_files.take_file(known, seal(file, key), at(when), folder=None) == 1
    exchange_files.match_lines(at(when))


def states() -> list[tuple[str, str]]:
    return rows("SELECT state, note FROM tuition_bankline ORDER BY id")


def second_contract() -> World:
    """A family of another institution with an order to pay."""
    of = institution("晨曦音乐培训中心", number=2)
    family = guardian(2)
    made = bank(of)
    return World(made, of, family, signed(family, opened_class(of)))


def test_a_bank_s_notice_of_another_bank_s_order_books_nothing():
    k = world()
    order = order_of(k.family, k.contract, "03-02 10:00").order_id
    clock = k.institution.clock
    with pytest.raises(AnotherBank):
        record_payment(
            call(clock, "03-02 10:02"),
            bank_code=OTHER,
            order_code=order,
            amount_fen=200000,
            channel="UNIONPAY",
            channel_serial="S-1",
        )
    with pytest.raises(AnotherBank):
        record_cancellation(call(clock, "03-02 10:02"), bank_code=OTHER, order_code=order)
    assert k.buckets() == {}


def test_a_receipt_told_by_another_bank_is_a_break_and_credits_nobody():
    k = world()
    hand_in_of_other(FileKind.IN, receipt_line(k), DAY, "03-03 08:40")
    assert k.buckets() == {}
    assert states() == [("bank_only", "the contract of another bank")]
    assert rows("SELECT count(*) FROM ledger.contract_balance WHERE contract_id < 0") == [(0,)]


def test_money_of_nobody_on_our_account_told_by_another_bank_is_not_held_either():
    k = world()
    line = receipt_line(k, contract_no=None)
    hand_in_of_other(FileKind.IN, line, DAY, "03-03 08:40")
    assert states() == [("bank_only", "no contract of this number")]
    assert rows("SELECT count(*) FROM ledger.contract_balance WHERE contract_id < 0") == [(0,)]


def test_the_result_of_a_transfer_told_by_another_bank_is_a_break():
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    looked(k.family, "03-04 17:31")
    confirm_lesson(call(k.family, "03-04 19:10"), lesson_code=k.lesson(1).code)
    k.evening("03-04 23:50")
    exchange_files.seal_instructions(at("03-05 09:00"))
    with reading(k.institution.clock):
        ordered = Instruction.objects.get().code
    line = OutLine(
        instruction_id=ordered,
        bank_serial="X-1",
        amount_fen=10000,
        status=Outcome.SUCCESS,
        fee_fen=0,
        fail_code=None,
        posted_at=at("03-05 14:00"),
    )
    hand_in_of_other(FileKind.OUT, line, date(2026, 3, 5), "03-05 20:30")
    assert k.buckets()["payable"] == "100.00"
    with reading(k.institution.clock):
        found = BankLine.objects.get(bank_code=OTHER)
        assert (found.state, found.note) == ("bank_only", "no such instruction")


def test_a_serial_that_paid_another_institution_s_order_is_refused_in_words():
    k = world()
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    serial, channel = serial_of(k)
    other = second_contract()
    order = order_of(other.family, other.contract, "03-02 10:00").order_id
    paid = {"order_code": order, "amount_fen": 200000, "channel_serial": serial}
    clock = other.institution.clock
    with pytest.raises(SerialUsed):
        record_payment(call(clock, "03-02 10:03"), bank_code=BANK, channel=channel, **paid)
    assert other.buckets() == {}
    record_payment(call(clock, "03-02 10:04"), bank_code=BANK, channel="OTHER", **paid)
    assert other.buckets() == {"in_transit": "2000.00", "unearned": "2000.00"}


def test_a_line_with_a_used_serial_is_a_break_and_the_round_goes_on():
    k = world()
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    serial, channel = serial_of(k)
    other = second_contract()
    order_of(other.family, other.contract, "03-02 10:00")
    plain = receipt_line(other, channel_serial=serial)
    line = replace(plain, channel=type(plain.channel)(channel))
    hand_in(take(FileKind.IN, line, part=1, day=DAY), "03-03 08:40")
    assert other.buckets() == {}
    assert states() == [("duplicate", "the channel's serial paid another order")]


def serial_of(k: World) -> tuple[str, str]:
    """The serial and the channel that paid the contract."""
    with reading(k.institution.clock):
        order = PaymentOrder.objects.get(contract__code=k.contract)
    return str(order.channel_serial), order.channel


def banker(k: World, code: str) -> Actor:
    """An officer of a bank, by the bank's code, who reaches the institution."""
    with opened("operation"):
        row = Account.objects.create(
            login=f"bank-{code}",
            display_name=code,
            organisation=code,
            password="!",
            created_at=at("01-05 08:00"),
        )
    return Actor(row.pk, code, frozenset({Role.BANK}), (k.institution.id,), bank_code=code)


def test_a_bank_neither_reads_nor_answers_the_breaks_of_another():
    k = world()
    hand_in_of_other(
        FileKind.IN, receipt_line(k, contract_no="NOBODY", bank_serial="S-9"), DAY, "03-03 08:30"
    )
    own, other = banker(k, BANK), banker(k, OTHER)
    with reading(other):
        (found,) = listed(other)
        code = found.proceeding.code
    with reading(own):
        assert not listed(own).exists()
    officer = k.institution.officer
    advance_proceeding(
        call(officer, "03-03 10:00"), proceeding_code=code, move="queried", words="这笔是谁的"
    )
    with pytest.raises(NotFound):
        advance_proceeding(
            call(own, "03-03 11:00"), proceeding_code=code, move="bank_answered", words="替你答"
        )
    said = advance_proceeding(
        call(other, "03-03 11:00"), proceeding_code=code, move="bank_answered", words="串户"
    )
    assert said["state"] == "open"


def test_every_kind_and_state_of_an_order_has_its_word():
    assert set(money_page.KINDS) == set(Instruction.Kind.values)
    assert set(money_page.STATES) == set(Instruction.State.values)
