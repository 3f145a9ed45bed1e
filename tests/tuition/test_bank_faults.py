"""The bank goes wrong in every way it can: nothing is lost, doubled or guessed."""

from dataclasses import replace
from datetime import date

import pytest

from tests.given import (
    BANK,
    World,
    at,
    bank_key,
    call,
    notify,
    paid_world,
    pay,
    rows,
    world,
)
from yuxin.access.reading import reading
from yuxin.cases.refusals import SamePerson
from yuxin.formats import party_keys
from yuxin.formats.bank_files import SealedFile, new_file, seal
from yuxin.formats.bank_lines import Channel, FileKind, InLine
from yuxin.jobs import exchange_files
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.approve_redirect import approve_redirect
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.record_payment import NotPayable
from yuxin.operations.tuition.redirect_refund import RefundNotReturned, redirect_refund
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.parties.bank.payments import Receipt
from yuxin.parties.bank.terms import Faults
from yuxin.tuition import due
from yuxin.tuition.models import BankLine, Instruction, PaymentOrder

pytestmark = pytest.mark.django_db
ALWAYS = 1_000_000
PAID = {"custody": "2000.00", "unearned": "2000.00"}


def lines(k: World) -> list[tuple[str, str]]:
    with reading(k.institution.clock):
        return list(BankLine.objects.order_by("pk").values_list("kind", "state"))


def orders(k: World) -> list[tuple[str, str]]:
    with reading(k.institution.clock):
        return list(Instruction.objects.order_by("pk").values_list("kind", "state"))


def enrolments(k: World) -> list[tuple[str, int]]:
    """The facts of who is enrolled: what a past day said of them stays."""
    return rows(
        "SELECT to_char(happened_on, 'MM-DD'), change FROM fact_enrolment ORDER BY recorded_at",
        reader=k.institution.clock,
    )


def take(name_of: FileKind, *file_lines: InLine, part: int, day: date, **how: object) -> SealedFile:
    file = new_file(
        name_of,
        bank=BANK,
        acct_date=day,
        part=part,
        made_at=at(f"{day:%m-%d} 20:00"),
        lines=file_lines,
    )
    return seal(file, how.get("key", bank_key()))  # type: ignore[arg-type]


def hand_in(sealed: SealedFile, when: str) -> int:
    with reading(exchange_files.NOBODY):
        bank = due.bank(exchange_files.NOBODY, BANK)
    assert bank is not None
    taken = exchange_files.take_file(bank, sealed, at(when), folder=None)
    exchange_files.match_lines(at(when))
    return taken


def receipt_line(k: World, **changes: object) -> InLine:
    plain = InLine(
        bank_serial="B-1",
        acct_date=date(2026, 3, 2),
        posted_at=at("03-02 10:02"),
        custody_acct=k.institution.custody,
        amount_fen=200000,
        channel=Channel.UNIONPAY,
        channel_serial="S-1",
        contract_no=k.contract,
        sub_account=None,
        payer_name_mask="陈*",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def confirmed(k: World) -> None:
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    confirm_lesson(call(k.family, "03-04 19:10"), lesson_code=k.lesson(1).code)
    k.evening("03-04 23:50")


def test_the_file_comes_before_the_notice():
    k = world()
    notice = pay(k.bank, k.family, k.contract, "03-02 10:02")
    k.exchange("03-03 08:40")
    assert k.buckets() == PAID
    with pytest.raises(NotPayable):
        notify(notice, "03-03 09:00")
    assert k.buckets() == PAID


def test_a_payment_made_twice_credits_the_family_once_and_stands_in_suspense():
    k = world(faults=Faults(duplicate=ALWAYS))
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    k.exchange("03-03 08:40")
    assert k.buckets() == PAID
    assert sorted(lines(k)) == [("IN", "duplicate"), ("IN", "matched")]
    assert rows(
        "SELECT custody_fen, payable_fen, refund_payable_fen FROM ledger.contract_balance"
        " WHERE contract_id < 0"
    ) == [(200000, 0, 0)]


def test_money_that_nobody_ordered_is_credited_to_nobody():
    k = world()
    k.bank.receive(
        Receipt(k.institution.custody, 12345, Channel.COUNTER, "C-1", "WRONG", None, "王*"),
        at("03-02 11:00"),
    )
    k.exchange("03-03 08:40")
    assert k.buckets() == {}
    assert lines(k) == [("IN", "bank_only")]
    assert rows("SELECT custody_fen FROM ledger.contract_balance WHERE contract_id < 0") == [
        (12345,)
    ]


def test_another_sum_than_ordered_is_booked_nowhere():
    k = world()
    hand_in(
        take(FileKind.IN, receipt_line(k, amount_fen=199999), part=1, day=date(2026, 3, 2)),
        "03-03 08:40",
    )
    assert k.buckets() == {}
    assert lines(k) == [("IN", "amount_diff")]


def test_a_late_file_is_taken_when_it_comes():
    k = world(faults=Faults(late_file=ALWAYS))
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    k.exchange("03-02 18:00")
    assert k.buckets() == {"in_transit": "2000.00", "unearned": "2000.00"}
    k.exchange("03-04 08:40")
    assert k.buckets() == PAID


def test_a_lost_line_stays_in_transit_until_the_bank_finds_it():
    k = world(faults=Faults(lost=ALWAYS))
    notice = pay(k.bank, k.family, k.contract, "03-02 10:02")
    notify(notice, "03-02 10:02")
    k.exchange("03-03 08:40")
    assert k.buckets() == {"in_transit": "2000.00", "unearned": "2000.00"}
    assert k.bank.find_lost(str(notice.channel_serial), at("03-04 09:00")) == 1
    k.exchange("03-04 10:00")
    assert k.buckets() == PAID


@pytest.mark.parametrize("fault", ["partial_file", "wrong_signature"])
def test_a_file_that_cannot_be_believed_books_nothing_and_the_right_one_everything(fault):
    k = world(faults=Faults(**{fault: ALWAYS}))
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    k.exchange("03-02 12:00")
    assert k.buckets() == {"in_transit": "2000.00", "unearned": "2000.00"}
    k.from_bank("03-02 13:00")
    assert k.buckets() == PAID
    assert rows("SELECT count(*) FROM tuition_bankfile WHERE refused <> ''")[0][0] >= 2


def test_a_stranger_s_file_and_a_replaced_one_are_refused():
    k = world()
    day = date(2026, 3, 2)
    stranger = take(FileKind.IN, receipt_line(k), part=1, day=day, key=party_keys.new_key())
    assert hand_in(stranger, "03-03 08:40") == 0
    first = take(FileKind.IN, receipt_line(k), part=1, day=day)
    other = take(FileKind.IN, receipt_line(k, bank_serial="B-2"), part=1, day=day)
    assert hand_in(first, "03-03 08:41") == 1
    assert hand_in(other, "03-03 08:42") == 0
    assert hand_in(first, "03-03 08:43") == 1
    assert k.buckets() == PAID


def test_the_same_line_in_two_files_is_one_movement():
    k = world()
    for part, day in ((1, date(2026, 3, 2)), (1, date(2026, 3, 3))):
        line = receipt_line(k, acct_date=day)
        hand_in(take(FileKind.IN, line, part=part, day=day), "03-04 08:40")
    assert k.buckets() == PAID
    assert lines(k) == [("IN", "matched"), ("IN", "explained")]


def test_results_told_twice_release_once():
    k = paid_world()
    k.bank.books = replace(k.bank.books, faults=Faults(duplicate=ALWAYS))
    confirmed(k)
    k.exchange("03-05 15:00")
    assert k.buckets() == {"custody": "1900.00", "unearned": "1900.00"}
    assert [state for kind, state in lines(k) if kind == "OUT"] == ["matched", "duplicate"]
    assert k.bank.balance(k.institution.settlement) == 10000


def test_a_returned_release_is_payable_again_and_ordered_anew():
    k = paid_world()
    confirmed(k)
    k.bank.books = replace(k.bank.books, faults=Faults(returned=ALWAYS))
    k.exchange("03-05 15:00")
    assert k.buckets() == {"custody": "1900.00", "unearned": "1900.00"}
    k.bank.books = replace(k.bank.books, faults=Faults())
    k.exchange("03-06 15:00")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}
    assert rows("SELECT count(*) FROM ledger.posting WHERE reverses IS NOT NULL") == [(1,)]
    k.evening("03-06 23:50")
    k.exchange("03-09 15:00")
    assert k.buckets() == {"custody": "1900.00", "unearned": "1900.00"}
    assert orders(k) == [("release", "returned"), ("release", "done")]
    assert k.bank.balance(k.institution.settlement) == 10000


def test_a_transfer_that_failed_moves_nothing_and_is_ordered_again():
    k = paid_world()
    k.bank.close_account(k.institution.settlement, at=at("03-04 09:00"))
    confirmed(k)
    k.exchange("03-05 15:00")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}
    assert orders(k) == [("release", "failed")]
    k.evening("03-05 23:50")
    assert orders(k) == [("release", "failed"), ("release", "created")]


def test_a_refund_to_a_closed_card_waits_for_an_officer_and_is_paid_once():
    k = paid_world()
    asked = request_refund(
        call(k.family, "03-04 09:00"), contract_code=k.contract, reason="moved", seen_fen=200000
    )
    refund = str(asked["refund"])
    answer_refund(call(k.institution.head, "03-04 10:00"), refund_code=refund, agree=True)
    with reading(k.institution.clock):
        serial = PaymentOrder.objects.get(contract__code=k.contract).channel_serial
    k.bank.close_card(str(serial))
    k.evening("03-04 23:50")
    k.exchange("03-05 15:00")
    k.exchange("03-06 15:00")
    assert k.refund().state == "returned"
    assert (k.buckets(), k.state()) == (
        {"custody": "2000.00", "refund_payable": "2000.00"},
        "refunding",
    )
    officer = k.institution.officer
    redirect_refund(
        call(officer, "03-09 10:00"),
        refund_code=refund,
        account="6222000011112222",
        words="核对了身份证和账户名",
    )
    with pytest.raises(SamePerson):
        approve_redirect(call(officer, "03-09 10:00"), refund_code=refund, words="同意")
    assert k.refund().state == "returned"
    second = replace(officer, account_id=9001)
    approve_redirect(call(second, "03-09 10:00"), refund_code=refund, words="核对无误")
    with pytest.raises(RefundNotReturned):
        redirect_refund(call(officer, "03-09 10:01"), refund_code=refund, account="", words="再办")
    k.evening("03-09 23:50")
    k.exchange("03-10 15:00")
    assert (k.buckets(), k.state(), k.refund().state) == ({}, "closed", "paid")
    assert k.bank.audit() == []
    assert enrolments(k) == [("03-02", 1), ("03-05", -1), ("03-06", 1), ("03-10", -1)]


def test_files_sealed_before_a_crash_go_out_unchanged():
    k = paid_world()
    confirmed(k)
    exchange_files.seal_instructions(at("03-05 09:00"))
    with reading(exchange_files.NOBODY):
        first = due.files_to_write(exchange_files.NOBODY, BANK)
    # Killed here: the next round finds the same file and seals nothing twice.
    exchange_files.seal_instructions(at("03-05 09:01"))
    with reading(exchange_files.NOBODY):
        again = due.files_to_write(exchange_files.NOBODY, BANK)
    assert [(f.name, bytes(f.data)) for f in again] == [(f.name, bytes(f.data)) for f in first]
    assert len(again) == 1
    [(kept,)] = rows("SELECT data FROM tuition_outgoingfile")
    account = k.institution.custody.encode()
    assert (account in bytes(again[0].data), account in bytes(kept)) == (True, False)
