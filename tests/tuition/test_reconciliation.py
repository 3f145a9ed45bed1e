"""Four levels of reconciliation, breaks and the close of a day (funds-rules 7.2 to 7.4)."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tests.given import World, at, call, notify, paid_world, pay, rows, world
from tests.tuition.reconciling import account_day, breaks, compare, is_closed, owned
from tests.tuition.test_bank_faults import confirmed
from tests.tuition.test_outflow_held import as_clock
from yuxin.access.context import opened, set_actor
from yuxin.access.reading import reading
from yuxin.formats.bank_lines import Channel
from yuxin.jobs import reconcile
from yuxin.operations.tuition.close_bank_day import close_bank_day
from yuxin.parties.bank.journal import OUTSIDE, Movement, move
from yuxin.parties.bank.payments import Receipt
from yuxin.parties.bank.terms import Faults
from yuxin.tuition.models import Instruction
from yuxin.tuition.reconciliation.services import DayHasOpenBreaks

pytestmark = pytest.mark.django_db
ALWAYS = 1_000_000
BANK = "DEMOBANK"
MON, TUE = date(2026, 3, 2), date(2026, 3, 3)


def paid_by(k: World) -> World:
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    return k


def stray_money(k: World, fen: int = 12345) -> None:
    k.bank.receive(
        Receipt(k.institution.custody, fen, Channel.COUNTER, "C-1", "WRONG", None, "王*"),
        at("03-02 11:00"),
    )


def ordered(k: World) -> list[str]:
    with reading(k.institution.clock):
        return list(Instruction.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.law(
    "funds-rules 7.3", clause="四级对账", says="期初 + 收 − 付 = 期末，期末 = 账簿余额"
)
def test_a_day_that_agrees_on_all_four_levels_closes_by_itself():
    k = paid_by(world())
    compare(k, "03-03 08:40")
    assert breaks(k) == []
    day = account_day(k, "03-02")
    assert (day.opening_fen, day.closing_fen, day.books_fen) == (0, 200000, 200000)
    assert (day.receipt_count, day.receipt_fen, day.release_count) == (1, 200000, 0)
    assert (day.contract_count, day.proof_count, day.bridge) == (1, 1, [])
    assert day.closed_by is None
    assert is_closed(k, "03-02")


def test_a_release_and_the_books_of_its_day_agree_too():
    k = paid_world()
    confirmed(k)
    compare(k, "03-05 15:00")
    compare(k, "03-06 08:40")
    day = account_day(k, "03-05")
    assert (day.opening_fen, day.closing_fen, day.books_fen) == (200000, 190000, 190000)
    assert (day.release_count, day.release_fen) == (1, 10000)
    assert breaks(k) == []


def test_compared_again_nothing_changes():
    k = paid_by(world())
    stray_money(k)
    compare(k, "03-03 08:40")
    before = (breaks(k), account_day(k, "03-02").checked_at)
    assert reconcile.reconcile(at("03-03 08:50")) == 0
    assert (breaks(k), account_day(k, "03-02").checked_at) == before


def test_a_day_whose_files_are_not_all_there_is_not_compared():
    k = paid_by(world(faults=Faults(late_file=ALWAYS)))
    assert compare(k, "03-03 08:40") == 0
    assert rows("SELECT count(*) FROM reconciliation_bankday") == [(0,)]


def test_a_file_that_comes_late_lets_its_day_be_compared_then():
    k = paid_by(world(faults=Faults(late_file=ALWAYS)))
    compare(k, "03-03 08:40")
    compare(k, "03-04 08:40")
    assert is_closed(k, "03-02")


@pytest.mark.law("funds-rules 7.4", clause="BANK_ONLY", says="挂账，不记入任何机构")
def test_money_unknown_to_us_is_a_break_in_suspense_and_the_balance_still_agrees():
    k = paid_by(world())
    stray_money(k)
    compare(k, "03-03 08:40")
    assert breaks(k) == [("bank_only", 1, "123.45", "unowned")]
    day = account_day(k, "03-02")
    assert (day.closing_fen, day.books_fen, day.bridge) == (212345, 212345, [])
    assert not is_closed(k, "03-02")


@pytest.mark.law("funds-rules 7.4", clause="差错", says="每笔差错对上、说明或有责任人，方可关账")
def test_a_day_closes_only_when_every_break_has_an_owner():
    k = paid_by(world())
    stray_money(k)
    compare(k, "03-03 08:40")
    with pytest.raises(DayHasOpenBreaks):
        close_bank_day(call(k.institution.officer, "03-03 09:00"), bank_code=BANK, on=MON)
    officer = owned(k, "03-03 09:05")
    assert not is_closed(k, "03-02")
    done = close_bank_day(call(officer, "03-03 09:10"), bank_code=BANK, on=MON)
    assert done["closed"] == 1
    assert account_day(k, "03-02").closed_by == officer.account_id


def test_the_clock_closes_a_day_whose_breaks_were_owned_meanwhile():
    k = paid_by(world())
    stray_money(k)
    compare(k, "03-03 08:40")
    owned(k, "03-03 09:05")
    assert reconcile.reconcile(at("03-03 09:30")) == 0  # looked at once an hour
    assert reconcile.reconcile(at("03-03 09:50")) == 1
    assert is_closed(k, "03-02")


@pytest.mark.law("funds-rules 7.2", clause="对账", says="对不平的账户在核平前不再划转；退费照付")
def test_a_broken_account_releases_nothing_until_its_break_has_an_owner():
    k = paid_world()
    confirmed(k)
    k.bank.receive(
        Receipt(k.institution.custody, 777, Channel.COUNTER, "C-9", "WRONG", None, "王*"),
        at("03-04 11:00"),
    )
    k.bank.tick(at("03-05 08:40"))
    k.from_bank("03-05 08:40")
    reconcile.reconcile(at("03-05 08:41"))
    assert breaks(k) == [("bank_only", 1, "7.77", "unowned")]
    k.exchange("03-05 15:00")
    assert ordered(k) == ["created"]
    owned(k, "03-05 15:10")
    k.exchange("03-05 15:20")
    assert ordered(k) == ["done"]
    assert k.bank.balance(k.institution.settlement) == 10000


def test_the_database_refuses_to_send_a_release_of_a_broken_account():
    k = paid_by(world())
    stray_money(k)
    compare(k, "03-03 08:40")
    with opened("operation"), transaction.atomic():
        with connection.cursor() as cursor:
            set_actor(cursor, k.institution.clock)
        order = Instruction.objects.create(
            code="0000000000000",
            institution_id=k.institution.id,
            bank_code=BANK,
            kind="release",
            amount_fen=1,
            from_sealed=b"",
            from_last4=k.institution.custody[-4:],
            value_on=TUE,
            created_at=at("03-03 09:00"),
        )
        with pytest.raises(IntegrityError, match="account_is_broken"), transaction.atomic():
            Instruction.objects.filter(pk=order.pk).update(state="sent")
        Instruction.objects.filter(pk=order.pk).update(kind="refund")
        Instruction.objects.filter(pk=order.pk).update(state="sent")


def test_the_database_refuses_to_close_a_day_with_an_open_break():
    k = paid_by(world())
    stray_money(k)
    compare(k, "03-03 08:40")
    day = account_day(k, "03-02")
    with opened("operation"), transaction.atomic():
        with connection.cursor() as cursor:
            set_actor(cursor, k.institution.clock)
        with pytest.raises(IntegrityError, match="day_has_open_breaks"), transaction.atomic():
            type(day).objects.filter(pk=day.pk).update(closed_at=at("03-03 09:00"))


@pytest.mark.law("funds-rules 7.4", clause="PLATFORM_ONLY", says="平台多：挂在途一至两日，再查询")
def test_a_line_that_the_bank_lost_is_carried_two_bank_days_and_then_a_break():
    k = world(faults=Faults(lost=ALWAYS))
    notice = pay(k.bank, k.family, k.contract, "03-02 10:02")
    notify(notice, "03-02 10:02")
    compare(k, "03-03 08:40")
    day = account_day(k, "03-02")
    assert (day.closing_fen, day.books_fen) == (200000, 0)
    assert [(kind, fen) for kind, _, fen in day.bridge] == [("in_transit", 200000)]
    assert is_closed(k, "03-02")  # named, to the fen
    compare(k, "03-04 08:40")
    assert breaks(k) == []
    compare(k, "03-05 08:40")
    assert breaks(k) == [("platform_only", 1, "2000.00", "unowned")]
    k.bank.find_lost(str(notice.channel_serial), at("03-05 09:00"))
    k.exchange("03-05 10:00")
    compare(k, "03-06 08:40")
    assert breaks(k) == [("platform_only", 1, "2000.00", "matched")]
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}


@pytest.mark.law("funds-rules 7.4", clause="AMOUNT_DIFF", says="金额不符，一分不入账")
def test_another_sum_is_a_break_and_the_bank_s_balance_is_still_explained():
    k = paid_by(world(faults=Faults(wrong_amount=ALWAYS)))
    compare(k, "03-03 08:40")
    [found] = breaks(k)
    assert (found[0], found[1], found[3]) == ("amount_diff", 1, "unowned")
    assert k.buckets() == {"in_transit": "2000.00", "unearned": "2000.00"}
    day = account_day(k, "03-02")
    assert (day.closing_fen, day.books_fen) == (200000, 0)
    assert [(kind, fen) for kind, _, fen in day.bridge] == [("in_transit", 200000)]


@pytest.mark.law("funds-rules 7.4", clause="DUPLICATE", says="同一编号两笔")
def test_money_that_came_twice_is_a_duplicate_and_stands_in_suspense():
    k = paid_by(world(faults=Faults(duplicate=ALWAYS)))
    compare(k, "03-03 08:40")
    assert breaks(k) == [("duplicate", 1, "2000.00", "unowned")]
    day = account_day(k, "03-02")
    assert (day.closing_fen, day.books_fen, day.bridge) == (400000, 400000, [])


@pytest.mark.law("funds-rules 7.4", clause="STATUS_DIFF", says="退票：以银行状态为准，重新应付")
def test_a_returned_release_agrees_on_both_days():
    k = paid_world()
    confirmed(k)
    k.bank.books = replace(k.bank.books, faults=Faults(returned=ALWAYS))
    compare(k, "03-05 15:00")
    k.bank.books = replace(k.bank.books, faults=Faults())
    compare(k, "03-06 15:00")
    compare(k, "03-09 08:40")
    assert breaks(k) == []
    assert is_closed(k, "03-05")
    assert is_closed(k, "03-06")
    assert account_day(k, "03-06").closing_fen == account_day(k, "03-06").books_fen == 200000


@pytest.mark.law("funds-rules 7.4", clause="DATE_DIFF", says="窗口内自动对上，不动资金")
def test_the_same_item_on_another_accounting_day_is_counted_and_no_break():
    k = paid_by(world(faults=Faults(late=ALWAYS)))
    compare(k, "03-03 08:40")
    compare(k, "03-04 08:40")
    assert breaks(k) == []
    assert account_day(k, "03-03").other_day_count == 1
    assert is_closed(k, "03-02")
    assert is_closed(k, "03-03")


@pytest.mark.law("funds-rules 7.4", clause="BAL_DIFF", says="停止该户流出")
def test_a_balance_that_nothing_explains_stops_the_account_whoever_owns_the_break():
    k = paid_by(world())
    _fee(k, 640)
    compare(k, "03-03 08:40")
    assert breaks(k) == [("bal_diff", 2, "6.40", "unowned")]
    owned(k, "03-03 09:00")
    assert reconcile.reconcile(at("03-03 10:00")) == 1
    assert is_closed(k, "03-02")
    # Carried on the next day under its own name, and still nothing goes out.
    compare(k, "03-04 08:40")
    assert len(breaks(k)) == 1
    assert [kind for kind, _, _ in account_day(k, "03-03").bridge] == ["carried"]
    stopped = "SELECT public.outflow_stopped(%s, %s, %s, %s)"
    account = (k.institution.id, BANK, k.institution.custody[-4:])
    for kind, why in (
        ("release", "account_is_broken"),
        ("advance", "account_is_broken"),
        ("refund", ""),
        ("return", ""),
    ):
        assert rows(stopped, kind, *account) == [(why,)]


def _fee(k: World, fen: int) -> None:
    """The bank takes a fee out of the account and tells nobody."""
    with k.bank.books.store.act():
        move(
            k.bank.books,
            Movement("FEE", "fee-1", MON, at("03-02 12:00"), k.institution.custody, OUTSIDE, fen),
        )


def test_the_database_lets_no_order_out_of_a_broken_account():
    k = paid_by(world())
    _fee(k, 640)
    compare(k, "03-03 08:40")
    for kind in ("release", "refund"):
        order = Instruction(
            code=f"T{kind:>012.12}",
            institution_id=k.institution.id,
            bank_code=BANK,
            kind=kind,
            amount_fen=1,
            from_sealed=b"",
            from_last4=k.institution.custody[-4:],
            value_on=TUE,
            created_at=at("03-03 09:00"),
        )
        as_clock(k.institution, order.save)
    assert rows("SELECT * FROM public.tuition_orders_to_send(%s)", TUE) == [
        (BANK, k.institution.id, order.pk)
    ]
    with pytest.raises(IntegrityError, match="account_is_broken"):
        as_clock(k.institution, lambda: Instruction.objects.update(state="sent"))


def test_events_of_an_account_are_kept_as_the_bank_told_them():
    k = paid_by(world())
    k.bank.freeze(
        k.institution.custody, 5000, authority="示例县人民法院", document_no="（2026）1号",
        at=at("03-02 15:00"),
    )  # fmt: skip
    compare(k, "03-03 08:40")
    told = rows(
        "SELECT kind, frozen_fen, authority, institution_id = %s FROM reconciliation_accountevent"
        " ORDER BY id",
        k.institution.id,
        reader=k.institution.clock,
    )
    assert told[-1] == ("FREEZE", 5000, "示例县人民法院", True)
    assert rows("SELECT count(*) FROM reconciliation_accountevent") == [(0,)]  # seen by nobody else
