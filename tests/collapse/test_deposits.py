"""Floors, orders to top up, the stop of enrolment, the return of a deposit."""

from datetime import date, datetime

import pytest
from django.db import DatabaseError

from tests.collapse.given import DEPOSIT_ACCOUNT, Collapsed, families
from tests.given import at, call, guardian, learner, opened_class, signed, timetable
from yuxin.access.context import opened
from yuxin.access.reading import reading
from yuxin.cases import queries as cases
from yuxin.cases.models import Proceeding
from yuxin.jobs import keep_deposits
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.kernel.refusal import Refusal
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.deposits.measure_deposits import measure_deposits_many
from yuxin.operations.deposits.order_deposit_return import ask_deposit_return, order_deposit_return
from yuxin.tuition.deposits import queries, services
from yuxin.tuition.deposits.models import Deposit, TopUp
from yuxin.tuition.deposits.services import Base, floor_of
from yuxin.tuition.models import Contract, Course

pytestmark = pytest.mark.django_db
RISK = Deposit.Kind.RISK
ORDER = "top_up_order"


def measured(world: Collapsed, when: str | datetime) -> None:
    moment = at(when) if isinstance(when, str) else when
    measure_deposits_many(
        call(world.institution.clock, moment),
        institution_id=world.institution.id,
        on=day_of(moment),
    )


def order(world: Collapsed) -> TopUp:
    with reading(world.institution.clock):
        return TopUp.objects.select_related("proceeding").get()


def moves(world: Collapsed) -> list[str]:
    """The timeline of the one order."""
    with reading(world.institution.officer):
        steps = cases.timeline(world.institution.officer, Proceeding.objects.get(kind=ORDER))
    return [each.move for each in steps]


def test_120_learners_at_1800_with_200000_paid_in_lack_16000():
    """funds-rules 2.6, the worked example."""
    floor = floor_of(RISK, Base(120, 120 * 180000, 120 * 180000, 0))
    assert (floor, floor - 20_000_000) == (21_600_000, 1_600_000)


def test_what_is_short_is_ordered_topped_up_and_met():
    world = families(("1800.00", "1800.00", "1800.00"))
    code = world.deposit("5000.00")
    measured(world, "03-06 00:10")
    asked = order(world)
    assert (asked.amount_fen, asked.proceeding.due_on) == (40000, date(2026, 3, 20))
    measured(world, "03-06 00:20")
    world.pay_in(code, "400.00", "03-09 10:00")
    world.exchange("03-10 08:40")
    measured(world, "03-11 00:10")
    assert moves(world) == ["ordered", "met"]
    assert order(world).proceeding.closed_at == at("03-11 00:10")


def test_past_its_day_enrolment_stops_until_the_money_is_there():
    world = families(("1800.00", "1800.00"))
    code = world.deposit("3000.00")
    measured(world, "03-06 00:10")
    class_code = opened_class(world.institution, sessions=timetable(20, "04-01 16:00"))
    measured(world, "03-20 00:10")
    assert order(world).proceeding.state == "ordered"
    measured(world, "03-21 00:10")
    assert order(world).proceeding.state == "overdue"
    family = guardian(9)
    child = learner(family)
    with pytest.raises(Refusal, match="enrolment_stopped"):
        signed(family, class_code, child=child, when="03-21 10:00")
    world.pay_in(code, "600.00", "03-23 10:00")
    world.exchange("03-24 08:40")
    measured(world, "03-25 00:10")
    assert signed(family, class_code, child=child, when="03-25 10:00")


def test_a_year_without_a_notice_of_holidays_stops_no_enrolment():
    world = families(("1800.00", "1800.00"))
    world.deposit("3000.00")
    measured(world, "12-25 00:10")
    about = order(world).proceeding
    assert (about.due_on, about.provisional) == (date(2027, 1, 11), True)
    measured(world, datetime(2027, 1, 25, 0, 10, tzinfo=SHANGHAI))
    assert order(world).proceeding.state == "ordered"


def test_more_learners_change_the_sum_and_leave_the_day():
    world = families(("1800.00", "1800.00"))
    code = world.deposit("3000.00")
    measured(world, "03-06 00:10")
    world.pay_in(code, "100.00", "03-09 10:00")
    world.exchange("03-10 08:40")
    measured(world, "03-11 00:10")
    changed = order(world)
    assert (changed.amount_fen, changed.proceeding.amount_fen) == (50000, 50000)
    assert changed.proceeding.due_on == date(2026, 3, 20)
    assert moves(world) == ["ordered", "changed"]


def test_the_institution_says_how_it_will_pay_and_the_bureau_presses_what_is_overdue():
    world = families(("1800.00", "1800.00"))
    world.deposit("3000.00")
    measured(world, "03-06 00:10")
    code = order(world).proceeding.code
    head, officer = world.institution.head, world.institution.officer
    said = "已向股东筹款，3月19日前汇入。"
    advance_proceeding(call(head, "03-09 10:00"), proceeding_code=code, move="planned", words=said)
    with pytest.raises(Refusal, match="wrong_state"):
        advance_proceeding(
            call(officer, "03-09 11:00"), proceeding_code=code, move="pressed", words="请补足"
        )
    measured(world, "03-21 00:10")
    advance_proceeding(
        call(officer, "03-23 09:00"), proceeding_code=code, move="pressed", words="请立即补足"
    )
    assert moves(world) == ["ordered", "planned", "missed", "pressed"]
    assert order(world).proceeding.state == "overdue"


def test_the_database_keeps_one_open_order_of_a_deposit():
    world = families(("1800.00", "1800.00"))
    world.deposit("3000.00")
    measured(world, "03-06 00:10")
    with opened("operation"):
        about = Proceeding.objects.get(kind=ORDER)
        about.pk, about.code = None, "0000000000000"
        with pytest.raises(DatabaseError, match="one_top_up_at_a_time"):
            about.save(force_insert=True)


def test_the_database_refuses_the_contract_whoever_writes_it():
    world = families(("1800.00",))
    world.deposit("1000.00")
    measured(world, "03-06 00:10")
    measured(world, "03-23 00:10")
    with opened("operation"):
        row = Contract.objects.get()
        row.pk, row.code, row.state = None, "0000000000000", "cancelled"
        with pytest.raises(DatabaseError, match="deposit_below_floor"):
            row.save(force_insert=True)


def test_a_contract_longer_than_a_cycle_counts_one_cycle_rounded_up():
    world = families(("1700.00",))
    with opened("operation"):
        Course.objects.update(first_on=date(2026, 3, 3), last_on=date(2026, 9, 30))
        base = services.base_of(world.institution.id, cycle_months=3)
    assert base.cycle_fen == -(-170000 * 3 // 7)


def test_a_ratio_that_no_rule_names_is_refused_by_name():
    world = families(("1800.00",))
    world.deposit("1800.00")
    with opened("operation"):
        Deposit.objects.update(kind="PERFORMANCE")
    with pytest.raises(Refusal, match=r"deposit\.performance_bps"):
        measured(world, "03-06 00:10")


def test_money_on_the_account_is_booked_once_and_agrees_with_the_bank():
    world = families(("1800.00",))
    code = world.deposit("1800.00")
    world.exchange("03-06 08:40")
    keep_deposits.book_lines(at("03-06 09:00"))
    with reading(world.institution.clock):
        found = queries.deposit_page(world.institution.officer, code)
    assert found.bank is not None
    assert (found.held_fen, found.bank.closing_fen) == (180000, 180000)
    assert world.bank.balance(DEPOSIT_ACCOUNT) == 180000


def test_in_the_bureaus_account_the_reference_says_whose_it_is():
    world = families(("1800.00",))
    code = world.deposit("1800.00", holder="BUREAU")
    assert world.deposit_balance(code) == "1800.00"


def test_a_deposit_stays_while_a_contract_runs():
    world = families(("1800.00",))
    code = world.deposit("1800.00")
    with pytest.raises(Refusal, match="deposit_still_needed"):
        ask_deposit_return(call(world.institution.officer, "03-09 10:00"), deposit_code=code)


def returned(world: Collapsed, code: str, day: str) -> None:
    """The officer asks and the head orders a deposit back on a day of March."""
    officer = world.institution.officer
    ask_deposit_return(call(officer, f"03-{day} 10:00"), deposit_code=code)
    with pytest.raises(Refusal, match="same_person"):
        order_deposit_return(call(officer, f"03-{day} 11:00"), deposit_code=code)
    order_deposit_return(call(world.head, f"03-{day} 11:00"), deposit_code=code)


def closed_and_paid(holder: str = "INSTITUTION") -> tuple[Collapsed, str]:
    """A closing at which custody paid everybody, and a deposit that nobody needed."""
    world = families(("1800.00",))
    code = world.deposit("1800.00", holder=holder)
    closing = world.declare()
    with pytest.raises(Refusal, match="deposit_still_needed"):
        ask_deposit_return(call(world.institution.officer, "03-10 10:30"), deposit_code=code)
    world.run(closing)
    world.paid_by_bank("03-10 23:50", "03-11 15:00")
    return world, code


def deposit_of(world: Collapsed) -> Deposit:
    with reading(world.institution.clock):
        return Deposit.objects.get()


def test_after_a_closing_a_deposit_goes_back_once_the_last_family_has_its_money():
    world, code = closed_and_paid()
    returned(world, code, "11")
    world.exchange("03-12 15:00")
    assert (deposit_of(world).state, deposit_of(world).closed_on) == (
        "returned",
        date(2026, 3, 12),
    )
    assert world.deposit_balance(code) == "0.00"
    assert world.bank.balance(world.institution.settlement) == 180000
    assert world.bank.audit() == []


def test_a_deposit_that_the_bank_could_not_give_back_is_asked_anew():
    world, code = closed_and_paid()
    world.bank.close_account(world.institution.settlement, at=at("03-11 09:00"))
    returned(world, code, "11")
    world.exchange("03-12 15:00")
    found = deposit_of(world)
    assert (found.state, found.return_asked_by, found.closed_on) == ("open", None, None)
    assert world.deposit_balance(code) == "1800.00"
    with reading(world.institution.clock):
        assert services.balance_of(found) == 180000


def test_the_bureaus_account_gives_a_deposit_back_too():
    world, code = closed_and_paid(holder="BUREAU")
    returned(world, code, "11")
    world.exchange("03-12 15:00")
    assert deposit_of(world).state == "returned"
    assert world.bank.balance(world.institution.settlement) == 180000
