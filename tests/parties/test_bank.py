"""The bank: money moves once or not at all, and the files tell the whole of it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.parties.bank_given import (
    CODE,
    CUSTODY,
    OTHER_SETTLEMENT,
    SETTLEMENT,
    at,
    bank_key,
    fetch,
    instructions,
    new_bank,
    of_kind,
    order,
    refund,
    release,
)
from yuxin.formats.bank_files import BankFile
from yuxin.formats.bank_lines import (
    AccLine,
    AccountEvent,
    BalLine,
    Channel,
    FailCode,
    FileKind,
    InLine,
    Outcome,
    OutLine,
    RefLine,
    RefundRoute,
)
from yuxin.formats.bank_messages import Notice, OrderStatus, open_message
from yuxin.kernel.calendar import Calendar
from yuxin.parties.bank.bank import AccountTaken, Bank
from yuxin.parties.bank.journal import UnknownAccount
from yuxin.parties.bank.payments import (
    OrderClosed,
    OrderExpired,
    OrderNotOurs,
    OrderReplayed,
    Receipt,
)
from yuxin.parties.bank.terms import Faults, FaultUnknown, Terms, parse_faults

ALWAYS = 1_000_000
PAID_AT = at("03-02 10:02")


def paid(bank: Bank, order_id: str = "O-K-1", fen: int = 200000) -> str:
    """Pay an order; the channel's serial."""
    serial = bank.pay(order(order_id, fen), PAID_AT).channel_serial
    assert serial is not None
    return serial


def results(files: list[BankFile]) -> dict[str, tuple[Outcome, FailCode | None]]:
    """What the files OUT and REF say of each instruction."""
    lines = [line for file in files for line in file.lines if isinstance(line, OutLine | RefLine)]
    return {line.instruction_id: (line.status, line.fail_code) for line in lines}


def carried_out(bank: Bank, sealed: object, when: str) -> dict[str, object]:
    assert bank.take(sealed, at(when)).taken  # type: ignore[arg-type]
    bank.tick(at(when))
    bank.publish(at(when))
    return dict(results(fetch(bank, at(when))))


def test_contract_k_is_paid_on_monday_and_stands_in_tuesday_s_files() -> None:
    bank = new_bank()
    paid(bank)
    bank.tick(at("03-03 08:29"))
    assert fetch(bank, at("03-03 08:29")) == []

    bank.tick(at("03-03 08:40"))
    files = fetch(bank, at("03-03 08:40"))

    assert [file.header.file for file in files] == ["IN", "OUT", "REF", "ACC", "BAL"]
    assert all(file.header.last and file.header.acct_date == date(2026, 3, 2) for file in files)
    (line,) = of_kind(files, FileKind.IN)[0].rows(InLine)
    assert (line.contract_no, line.amount_fen, line.custody_acct) == ("K", 200000, CUSTODY)
    (balance,) = of_kind(files, FileKind.BAL)[0].rows(BalLine)
    assert (balance.opening_fen, balance.credit_sum_fen, balance.closing_fen) == (0, 200000, 200000)
    assert bank.audit() == []


def test_an_order_pressed_twice_is_paid_once_and_answered_alike() -> None:
    bank = new_bank()

    first = bank.pay(order(), PAID_AT)
    again = bank.pay(order(), at("03-02 11:00"), Channel.WECHAT)

    assert again == first
    assert bank.balance(CUSTODY) == 200000


def test_an_order_of_the_same_number_and_another_sum_is_refused() -> None:
    bank = new_bank()
    bank.pay(order(), PAID_AT)

    with pytest.raises(OrderReplayed):
        bank.pay(order(fen=1), PAID_AT)
    assert bank.balance(CUSTODY) == 200000


def test_orders_that_are_old_or_not_ours_or_for_no_account_move_nothing() -> None:
    bank = new_bank()

    with pytest.raises(OrderExpired):
        bank.pay(order(), at("03-02 10:31"))
    with pytest.raises(OrderNotOurs):
        bank.pay(order(bank="OTHERBANK"), PAID_AT)
    with pytest.raises(UnknownAccount):
        bank.pay(order(custody_acct="6217000099995555"), PAID_AT)
    with pytest.raises(UnknownAccount):
        bank.pay(order(custody_acct=SETTLEMENT), PAID_AT)
    assert bank.movements() == []


def test_a_cancelled_order_stays_cancelled_and_a_paid_one_paid() -> None:
    bank = new_bank()
    notice = bank.cancel(order(), PAID_AT)
    assert notice.status is OrderStatus.CANCELLED
    assert bank.cancel(order(), PAID_AT) == notice
    with pytest.raises(OrderClosed):
        bank.pay(order(), PAID_AT)

    bank.pay(order("O-K-2"), PAID_AT)
    with pytest.raises(OrderClosed):
        bank.cancel(order("O-K-2"), PAID_AT)
    assert bank.balance(CUSTODY) == 200000


def test_a_notice_is_offered_again_later_each_time_until_it_is_acknowledged() -> None:
    bank = new_bank()
    paid(bank)
    ((order_id, token),) = bank.notices_due(PAID_AT)
    assert open_message(Notice, token, bank_key().public_key()).status is OrderStatus.PAID

    for wait in (1, 2, 4):
        bank.notice_answered(order_id, PAID_AT, accepted=False)
        assert bank.notices_due(PAID_AT + timedelta(seconds=wait - 1)) == []
        assert len(bank.notices_due(PAID_AT + timedelta(seconds=wait))) == 1
    bank.notice_answered(order_id, PAID_AT, accepted=True)
    bank.notice_answered(order_id, PAID_AT, accepted=False)

    assert bank.notices_due(at("03-09 10:00")) == []


def test_a_release_goes_to_the_institution_once_however_often_it_is_sent() -> None:
    bank = new_bank()
    paid(bank)
    line = release("R-1", 10000)

    first = carried_out(bank, instructions(line), "03-02 12:00")
    again = carried_out(bank, instructions(line, part=2), "03-02 12:10")
    twice = carried_out(bank, instructions(line, part=2), "03-02 12:20")

    assert first == again == {"R-1": (Outcome.SUCCESS, None)}
    assert twice == {}
    assert (bank.balance(CUSTODY), bank.balance(SETTLEMENT)) == (190000, 10000)
    assert len(bank.movements()) == 2


def test_the_same_instruction_with_another_sum_is_refused_with_its_whole_file() -> None:
    bank = new_bank()
    paid(bank)
    carried_out(bank, instructions(release("R-1", 10000)), "03-02 12:00")
    mixed = instructions(release("R-2", 5000), release("R-1", 20000), part=2)

    answer = bank.take(mixed, at("03-02 12:05"))
    bank.tick(at("03-02 12:05"))

    assert not answer.taken
    assert "R-1" in answer.zh and "R-1" in answer.en
    assert bank.balance(SETTLEMENT) == 10000


def test_a_refused_file_leaves_nothing_behind_also_among_other_acts() -> None:
    bank = new_bank()
    paid(bank)
    carried_out(bank, instructions(release("R-1", 10000)), "03-02 12:00")

    with bank.together():
        assert not bank.take(
            instructions(release("R-2", 5000), release("R-1", 1), part=2), at("03-02 12:05")
        ).taken
        paid(bank, "O-L-1", 100)
    bank.tick(at("03-02 12:05"))

    assert bank.balance(SETTLEMENT) == 10000
    assert bank.balance(CUSTODY) == 190100


def test_a_file_of_the_same_name_and_other_contents_is_refused() -> None:
    bank = new_bank()
    assert bank.take(instructions(release("R-1", 1)), at("03-02 12:00")).taken

    assert not bank.take(instructions(release("R-2", 1)), at("03-02 12:01")).taken
    assert bank.take(instructions(release("R-1", 1)), at("03-02 12:02")).taken


def test_a_forged_or_foreign_file_is_answered_with_the_reason() -> None:
    bank = new_bank()
    good = instructions(release("R-1", 1))

    forged = replace(good, signature=b"x" * 384)
    assert "签名" in bank.take(forged, at("03-02 12:00")).zh
    misnamed = replace(good, name=good.name.replace("REQ", "IN"))
    assert not bank.take(misnamed, at("03-02 12:00")).taken
    assert bank.take(good, at("03-02 12:01")).taken


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount_fen": 200001}, FailCode.INSUFFICIENT_FUNDS),
        ({"to_acct": OTHER_SETTLEMENT}, FailCode.NOT_PERMITTED),
        ({"to_acct": CUSTODY}, FailCode.NOT_PERMITTED),
        ({"to_acct": "6217000099995555"}, FailCode.UNKNOWN_ACCOUNT),
        ({"from_acct": "6217000099995555"}, FailCode.UNKNOWN_ACCOUNT),
        ({"from_acct": SETTLEMENT}, FailCode.NOT_PERMITTED),
    ],
)
def test_a_release_that_may_not_be_fails_with_its_reason(
    change: dict[str, object], reason: FailCode
) -> None:
    bank = new_bank()
    paid(bank)
    line = replace(release("R-1", 10000), **change)  # type: ignore[arg-type]

    assert carried_out(bank, instructions(line), "03-02 12:00") == {"R-1": (Outcome.FAILED, reason)}
    assert bank.balance(CUSTODY) == 200000


def test_a_refund_belongs_to_its_payment_and_never_exceeds_it() -> None:
    bank = new_bank()
    serial = paid(bank)
    paid(bank, "O-L-1", 500000)
    lines = [
        refund("F-1", 175000, serial),
        refund("F-2", 25001, serial),
        refund("F-3", 100, "U-unknown"),
        refund("F-4", 25000, serial, route=RefundRoute.ACCOUNT, to_acct="6222000011112222"),
    ]

    said = carried_out(bank, instructions(*lines), "03-02 12:00")

    assert said == {
        "F-1": (Outcome.SUCCESS, None),
        "F-2": (Outcome.FAILED, FailCode.OVER_PAYMENT),
        "F-3": (Outcome.FAILED, FailCode.UNKNOWN_PAYMENT),
        "F-4": (Outcome.SUCCESS, None),
    }
    assert bank.balance(CUSTODY) == 500000
    assert bank.audit() == []


def test_a_refund_to_a_closed_card_comes_back_and_may_go_to_another_account() -> None:
    bank = new_bank()
    serial = paid(bank)
    bank.close_card(serial)
    sent = carried_out(bank, instructions(refund("F-1", 200000, serial)), "03-02 12:00")
    assert sent == {"F-1": (Outcome.SUCCESS, None)}
    assert bank.balance(CUSTODY) == 0

    bank.tick(at("03-03 09:00"))
    bank.publish(at("03-03 09:00"))
    assert results(fetch(bank, at("03-03 09:00")))["F-1"] == (
        Outcome.RETURNED,
        FailCode.CARD_CLOSED,
    )
    assert bank.balance(CUSTODY) == 200000

    other = refund("F-2", 200000, serial, route=RefundRoute.ACCOUNT, to_acct="6222000011112222")
    other = replace(other, value_date=date(2026, 3, 3))
    said = carried_out(bank, instructions(other, day="03-03"), "03-03 10:00")
    assert said == {"F-2": (Outcome.SUCCESS, None)}
    assert bank.audit() == []


def test_a_freeze_holds_releases_and_lets_refunds_pass() -> None:
    bank = new_bank()
    serial = paid(bank)
    bank.freeze(CUSTODY, 195000, authority="某法院", document_no="（2026）1号", at=PAID_AT)
    lines = [release("R-1", 5001), release("R-2", 5000), refund("F-1", 195000, serial)]

    said = carried_out(bank, instructions(*lines), "03-02 12:00")

    assert said == {
        "R-1": (Outcome.FAILED, FailCode.ACCOUNT_FROZEN),
        "R-2": (Outcome.SUCCESS, None),
        "F-1": (Outcome.SUCCESS, None),
    }


def test_account_events_are_reported_for_custody_accounts_alone() -> None:
    bank = new_bank()
    bank.freeze(CUSTODY, 100, authority="某法院", document_no="1号", at=PAID_AT)
    bank.freeze(CUSTODY, 0, authority="某法院", document_no="2号", at=PAID_AT)
    bank.rename(CUSTODY, "晨光艺术预收费资金托管专户", at=PAID_AT)
    bank.close_account(SETTLEMENT, at=PAID_AT)
    bank.close_account(CUSTODY, at=PAID_AT)
    bank.publish(PAID_AT)

    (file,) = fetch(bank, PAID_AT)

    assert [line.event for line in file.rows(AccLine)] == [
        AccountEvent.OPENED,
        AccountEvent.FREEZE,
        AccountEvent.UNFREEZE,
        AccountEvent.NAME_CHANGE,
        AccountEvent.CLOSING,
    ]
    with pytest.raises(UnknownAccount):
        bank.balance(CUSTODY)


def test_opening_an_account_twice_is_once_and_another_s_number_is_refused() -> None:
    bank = new_bank()
    bank.open_custody(CUSTODY, owner="A", title="再开", at=PAID_AT)
    with pytest.raises(AccountTaken):
        bank.open_custody(CUSTODY, owner="B", title="别人", at=PAID_AT)
    with pytest.raises(AccountTaken):
        bank.open_custody(SETTLEMENT, owner="A", title="别用", at=PAID_AT)


@pytest.mark.parametrize(
    ("taken", "value_date", "carried_out_on"),
    [
        ("03-06 16:30", date(2026, 3, 6), date(2026, 3, 6)),
        ("03-06 16:31", date(2026, 3, 6), date(2026, 3, 9)),
        ("03-07 09:00", date(2026, 3, 7), date(2026, 3, 9)),
        ("03-06 09:00", date(2026, 3, 10), date(2026, 3, 10)),
        ("03-06 09:00", date(2026, 3, 8), date(2026, 3, 9)),
        ("04-03 17:00", date(2026, 4, 3), date(2026, 4, 7)),
    ],
)
def test_past_the_cut_off_and_on_holidays_the_next_bank_day_carries(
    taken: str, value_date: date, carried_out_on: date
) -> None:
    qingming = {date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 6)}
    calendar = Calendar("bank", qingming, frozenset(), {2026})

    terms = Terms(is_bank_day=calendar.is_working)

    assert terms.effective_on(at(taken), value_date) == carried_out_on


def test_an_instruction_after_the_cut_off_waits_for_its_day() -> None:
    bank = new_bank()
    paid(bank)
    bank.take(instructions(release("R-1", 10000)), at("03-02 16:31"))
    bank.tick(at("03-02 23:59"))
    assert bank.balance(SETTLEMENT) == 0

    bank.tick(at("03-03 00:01"))

    assert bank.balance(SETTLEMENT) == 10000


def test_every_day_is_closed_in_turn_and_balances_follow_one_another() -> None:
    """Friday, Saturday and Sunday lie ready on Monday; a bank that slept catches up."""
    bank = new_bank()
    paid(bank)
    bank.pay(
        order("O-2", 100, made_at=at("03-07 10:00"), expires_at=at("03-07 11:00")),
        at("03-07 10:01"),
    )

    bank.tick(at("03-09 08:29"))
    assert bank.last_closed_day() == date(2026, 3, 5)
    bank.tick(at("03-09 08:30"))
    assert bank.last_closed_day() == date(2026, 3, 8)

    balances = of_kind(fetch(bank, at("03-09 08:30")), FileKind.BAL)
    lines = [line for file in balances for line in file.rows(BalLine)]
    assert [line.closing_fen for line in lines] == [200000] * 5 + [200100] * 2
    assert all(line.adds_up for line in lines)
    assert all(a.closing_fen == b.opening_fen for a, b in pairwise(lines))


def test_parts_of_a_day_follow_each_other_and_the_last_says_so() -> None:
    bank = new_bank()
    for number in range(3):
        paid(bank, f"O-{number}", 100)
        bank.publish(PAID_AT)
    bank.tick(at("03-03 08:30"))

    files = of_kind(fetch(bank, at("03-03 08:30")), FileKind.IN)

    assert [(f.header.part, f.header.last, len(f.lines)) for f in files] == [
        (1, False, 1),
        (2, False, 1),
        (3, False, 1),
        (4, True, 0),
    ]


def test_money_to_a_sub_account_or_without_any_contract_arrives_too() -> None:
    bank = new_bank()
    bank.open_sub_account("62170000999900010001", custody_acct=CUSTODY)
    plain = Receipt(CUSTODY, 100, Channel.COUNTER, "C1", None, None, "李*")
    bank.receive(plain, PAID_AT)
    bank.receive(replace(plain, channel_serial="C2", sub_account="62170000999900010001"), PAID_AT)
    with pytest.raises(UnknownAccount):
        bank.receive(replace(plain, channel_serial="C3", sub_account="621799"), PAID_AT)

    bank.publish(PAID_AT)

    (file,) = of_kind(fetch(bank, PAID_AT), FileKind.IN)
    assert [line.sub_account for line in file.rows(InLine)] == [None, "62170000999900010001"]
    assert bank.balance(CUSTODY) == 200


def receipts_by(bank: Bank, when: str) -> list[InLine]:
    bank.tick(at(when))
    files = of_kind(fetch(bank, at(when)), FileKind.IN)
    return [line for file in files for line in file.rows(InLine)]


def test_fault_late_books_and_reports_on_the_next_day() -> None:
    bank = new_bank(faults=Faults(late=ALWAYS))
    paid(bank)

    assert receipts_by(bank, "03-03 09:00") == []
    (line,) = receipts_by(bank, "03-04 09:00")
    assert line.acct_date == date(2026, 3, 3)
    assert line.posted_at == PAID_AT


def test_fault_lost_is_reported_only_when_asked_for() -> None:
    bank = new_bank(faults=Faults(lost=ALWAYS))
    serial = paid(bank)
    assert receipts_by(bank, "03-03 09:00") == []

    assert bank.find_lost(serial, at("03-03 10:00")) == 1
    assert bank.find_lost(serial, at("03-03 10:00")) == 0

    (line,) = receipts_by(bank, "03-04 09:00")
    assert (line.amount_fen, line.acct_date) == (200000, date(2026, 3, 3))


def test_fault_duplicate_brings_a_receipt_twice_and_the_second_can_be_sent_back() -> None:
    bank = new_bank(faults=Faults(duplicate=ALWAYS))
    serial = paid(bank)

    lines = receipts_by(bank, "03-03 09:00")

    assert [line.channel_serial for line in lines] == [serial, serial]
    assert len({line.bank_serial for line in lines}) == 2
    assert bank.balance(CUSTODY) == 400000
    assert bank.audit() == []


def test_fault_duplicate_reports_a_result_twice_and_moves_once() -> None:
    bank = new_bank(faults=Faults(seed=1, duplicate=500_000))
    paid(bank)
    lines = [release(f"R-{n}", 100) for n in range(10)]
    bank.take(instructions(*lines), at("03-02 12:00"))
    bank.tick(at("03-02 12:00"))
    bank.publish(at("03-02 12:00"))

    (file,) = of_kind(fetch(bank, at("03-02 12:00")), FileKind.OUT)

    assert 10 < len(file.lines) < 20
    assert bank.balance(SETTLEMENT) == 1000


def test_fault_wrong_amount_is_in_the_file_and_not_in_the_books() -> None:
    bank = new_bank(faults=Faults(wrong_amount=ALWAYS))
    paid(bank)

    (line,) = receipts_by(bank, "03-03 09:00")

    assert 200000 < line.amount_fen < 200100
    assert bank.balance(CUSTODY) == 200000


def test_fault_returned_brings_a_release_back_on_the_next_bank_day() -> None:
    bank = new_bank(faults=Faults(returned=ALWAYS))
    paid(bank)
    line = release("R-1", 10000)
    carried_out(bank, instructions(line), "03-02 12:00")
    assert bank.balance(SETTLEMENT) == 10000

    bank.tick(at("03-03 09:00"))
    bank.publish(at("03-03 09:00"))

    assert results(fetch(bank, at("03-03 09:00")))["R-1"] == (
        Outcome.RETURNED,
        FailCode.ACCOUNT_CLOSED,
    )
    assert (bank.balance(CUSTODY), bank.balance(SETTLEMENT)) == (200000, 0)
    bank.tick(at("03-04 09:00"))
    assert bank.balance(CUSTODY) == 200000


@pytest.mark.parametrize("fault", ["partial_file", "wrong_signature"])
def test_a_spoilt_file_is_followed_by_the_right_one_under_the_same_name(fault: str) -> None:
    bank = new_bank(faults=parse_faults(f"{fault}=1000000", seed=0, mend_after=timedelta(hours=1)))
    paid(bank)
    bank.publish(PAID_AT)

    spoilt = bank.outbox(PAID_AT)
    for delivery in spoilt:
        bank.delivered(delivery)
    mended = fetch(bank, PAID_AT + timedelta(hours=1))

    assert {d.file.name for d in spoilt} == {str(file.name) for file in mended}
    assert all(d.file.data.count(b"\n") for d in spoilt)


def test_fault_out_of_order_and_late_file_bring_files_later() -> None:
    bank = new_bank(faults=Faults(out_of_order=ALWAYS))
    paid(bank, "O-1", 100)
    paid(bank, "O-2", 200)
    bank.publish(PAID_AT)
    assert fetch(bank, PAID_AT) == []
    (file,) = of_kind(fetch(bank, PAID_AT + timedelta(minutes=15)), FileKind.IN)
    assert [line.amount_fen for line in file.rows(InLine)] == [200, 100]

    slow = new_bank(faults=Faults(late_file=ALWAYS))
    paid(slow)
    slow.tick(at("03-03 08:30"))
    assert fetch(slow, at("03-03 20:00")) == []
    assert len(fetch(slow, at("03-04 08:30"))) == 5


def test_faults_are_the_same_for_the_same_seed_and_unknown_ones_are_refused() -> None:
    faults = [Faults(seed=seed, late=300_000) for seed in (1, 1, 2)]
    played = [[f.hits("late", str(n)) for n in range(200)] for f in faults]

    assert played[0] == played[1] != played[2]
    assert 30 < sum(played[0]) < 90
    for wrong in ("quiet=1", "late=x", "late=1000001", "late"):
        with pytest.raises(FaultUnknown):
            parse_faults(wrong, seed=0, mend_after=timedelta())


def test_years_of_many_accounts_conserve_every_fen() -> None:
    """Under all faults at once the bank's own books hold: the faults are in what it tells."""
    often = 50_000
    bank = new_bank(faults=Faults(7, often, often, often, often, often))
    day = date(2026, 3, 2)
    for number in range(200):
        now = at("03-02 10:00") + timedelta(days=number)
        bank.pay(
            order(f"O-{number}", 1000 + number, made_at=now, expires_at=now + timedelta(hours=1)),
            now,
            notify=False,
        )
        line = replace(release(f"R-{number}", 500), value_date=day + timedelta(days=number))
        bank.take(
            instructions(line, day=f"{day + timedelta(days=number):%m-%d}"),
            now + timedelta(hours=1),
        )
        bank.tick(now + timedelta(hours=2))

    assert bank.audit() == []
    assert bank.code == CODE
