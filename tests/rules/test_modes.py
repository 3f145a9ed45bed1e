"""What an institution may have had by now, in every mode of supervision, to the fen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.money import parse_yuan, yuan
from yuxin.rules.calendars import calendar_of
from yuxin.rules.earning import Recovery, earned
from yuxin.rules.folder import load_pack
from yuxin.rules.modes import (
    Cycle,
    Held,
    Mode,
    Plan,
    Progress,
    Settlement,
    Stage,
    months_since,
    settle,
    settles_on,
    target,
)
from yuxin.rules.plans import from_terms, plan_of, to_terms

P = parse_yuan("2000.00")
THIRDS = (Stage(3333, 3000), Stage(6666, 3000), Stage(10_000, 4000))
STAGED = Plan(mode=Mode.STAGED, stages=THIRDS)
RECOUP = Plan(mode=Mode.ADVANCE, advance_bps=3000, debt_days=5)
PRO_RATA = Plan(mode=Mode.ADVANCE, advance_bps=3000, recovery=Recovery.PRO_RATA, debt_days=5)
ROLLING = Plan(mode=Mode.ROLLING, months=3)
KEPT = Plan(mode=Mode.ROLLING, months=3, retention_bps=2000)
OLDER = Plan(mode=Mode.ROLLING, months=3, retention_bps=2000, partial=True, debt_days=5)
DEPOSIT = Plan(mode=Mode.DEPOSIT, debt_days=5)
PLANS = (Plan(), Plan(mode=Mode.DUAL), STAGED, RECOUP, PRO_RATA, ROLLING, KEPT, OLDER, DEPOSIT)


def _at(taught: int, units: int = 20, *, paid: int = P, months: int = 0) -> Progress:
    return Progress(
        paid=paid,
        earned=earned(paid, taught, units),
        taught_bps=taught * 10_000 // units,
        months=months,
        done=taught == units,
    )


@pytest.mark.law("育信 funds-rules", clause="2.3", says="1/3 → 30 %, 2/3 → 30 %, all → 40 %")
def test_stages_pay_when_the_progress_is_reached_and_the_last_takes_the_rest():
    told = [yuan(target(STAGED, _at(n, 30))) for n in (9, 10, 19, 20, 29, 30)]
    assert told == ["0.00", "600.00", "600.00", "1,200.00", "1,200.00", "2,000.00"]
    odd = parse_yuan("1999.01")
    assert [target(STAGED, _at(n, 3, paid=odd)) for n in (1, 2, 3)] == [59970, 119940, odd]


@pytest.mark.law("育信 funds-rules", clause="2.4", says="T(k)=max(A, earned(k))")
def test_recoup_first_pays_the_advance_and_then_only_what_exceeds_it():
    told = [yuan(target(RECOUP, _at(n))) for n in (0, 3, 6, 7, 20)]
    assert told == ["600.00", "600.00", "600.00", "700.00", "2,000.00"]


@pytest.mark.law("育信 funds-rules", clause="4.3 R9", says="transferred 810.00, custody 1,190.00")
def test_r9_pro_rata():
    assert yuan(target(PRO_RATA, _at(3))) == "810.00"
    assert yuan(P - target(PRO_RATA, _at(3))) == "1,190.00"


@pytest.mark.law("育信 funds-rules", clause="2.5", says="monthly parts, release ≤ progress")
def test_rolling_pays_a_part_a_month_and_never_more_than_was_taught():
    assert yuan(target(ROLLING, _at(20, 60, months=1))) == "666.66"
    assert yuan(target(ROLLING, _at(10, 60, months=1))) == "333.33"  # taught more slowly
    assert yuan(target(ROLLING, _at(40, 60, months=1))) == "666.66"  # taught faster
    assert yuan(target(ROLLING, _at(60, 60, months=3))) == "2,000.00"
    assert yuan(target(KEPT, _at(59, 60, months=3))) == "1,600.00"
    assert yuan(target(KEPT, _at(60, 60, months=3))) == "2,000.00"


@pytest.mark.law("育信 funds-rules", clause="3.2 ZG1", says="20 % locked over three months")
def test_the_older_rolling_variant_shows_what_is_uncovered():
    assert yuan(target(OLDER, _at(0))) == "1,600.00"
    assert yuan(target(OLDER, _at(0, months=1))) == "1,733.33"
    assert yuan(target(OLDER, _at(0, months=3))) == "2,000.00"
    done = settle(OLDER, _at(3), Held(custody=P, advance=0, released=0))
    assert done == Settlement(parse_yuan("1600.00"), parse_yuan("1300.00"), 0)


@pytest.mark.law("育信 funds-rules", clause="2.6", says="tuition goes to the charging account")
def test_a_deposit_leaves_nothing_to_transfer_and_lessons_lower_the_exposure():
    held = Held(custody=0, advance=P, released=P)
    assert settle(DEPOSIT, _at(3), held) == Settlement(0, 0, parse_yuan("300.00"))


def test_what_was_earned_works_an_advance_off_first_once_a_refund_is_asked():
    held = Held(custody=P - 81_000, advance=51_000, released=81_000)
    # A fourth lesson was confirmed: 100.00 more earned, all of it goes against the advance.
    assert settle(PRO_RATA, _at(4), held, closing=True) == Settlement(0, 0, 10_000)
    assert settle(PRO_RATA, _at(4), held) == Settlement(7_000, 0, 3_000)


def test_a_refund_that_is_due_comes_before_a_transfer():
    held = Held(custody=50_000, advance=0, released=0, refund_payable=45_000)
    assert settle(Plan(), _at(1), held).transfer == 5_000


@given(
    plan=st.sampled_from(PLANS),
    paid=st.integers(1, 10**7),
    units=st.integers(1, 120),
)
def test_every_mode_rises_ends_at_the_price_and_keeps_step_with_teaching(plan, paid, units):
    """T is monotone and ends at P; T ≤ earned but for advances, deposits and the older variant."""
    before = 0
    for taught in range(units + 1):
        months = taught * plan.months // units
        at = _at(taught, units, paid=paid, months=months)
        now = target(plan, at)
        assert before <= now <= paid
        if not plan.runs_ahead:
            assert now <= at.earned
        before = now
    assert before == paid


@given(
    plan=st.sampled_from(PLANS),
    paid=st.integers(1, 10**7),
    units=st.integers(1, 60),
    stop=st.integers(0, 60),
)
def test_the_books_close_at_every_step_and_a_refund_is_never_more_than_what_is_left(
    plan, paid, units, stop
):
    """K1, K2, K3 after every evening; at any k custody and what the institution owes cover the
    refund exactly (R9); K8 at the end."""
    custody, advance, released, payable = paid, 0, 0, 0
    if plan.mode is Mode.DEPOSIT:
        custody, advance, released = 0, paid, paid
    last = min(stop, units)
    for taught in range(last + 1):
        at = _at(taught, units, paid=paid, months=taught * plan.months // units)
        payable += at.earned - earned(paid, max(taught - 1, 0), units)
        done = settle(plan, at, Held(custody=custody, advance=advance, released=released))
        custody -= done.transfer
        released += done.transfer
        advance += done.ahead - done.recovered
        payable -= done.transfer - done.ahead + done.recovered
        unearned = paid - at.earned
        assert min(custody, advance, payable) >= 0
        assert custody + advance == unearned + payable
        assert paid == custody + released
    refund = paid - earned(paid, last, units)
    owed = max(refund - custody, 0)
    assert owed <= advance
    assert refund <= custody + advance
    if last == units:
        assert (custody, advance, payable, released) == (0, 0, 0, paid)


PACK = load_pack()
BANK = calendar_of(PACK, "bank", date(2026, 3, 1))
WORK = calendar_of(PACK, "government", date(2026, 3, 1))


def _ordered(cycle: Cycle, within: int, earned_on: date) -> date:
    return settles_on(Plan(cycle=cycle, within_days=within), earned_on, BANK, WORK, 1)


@pytest.mark.law("育信 funds-rules", clause="2.2 A2", says="weekly, transfer within 7 days")
def test_weekly_settlement_is_at_the_institution_within_seven_days_over_any_holiday():
    # The week ends on Sunday the 8th, the transfer is on Monday.
    assert _ordered(Cycle.WEEKLY, 7, date(2026, 3, 4)) == date(2026, 3, 8)
    # 1 to 7 October are holidays: what Monday 28 September earned goes out before them.
    early = _ordered(Cycle.WEEKLY, 7, date(2026, 9, 28))
    assert BANK.add_working_days(early, 1) <= date(2026, 10, 5)


@pytest.mark.law("育信 funds-rules", clause="2.2 A3", says="monthly")
def test_monthly_settlement_is_ordered_when_the_month_is_over():
    assert _ordered(Cycle.MONTHLY, 0, date(2026, 3, 4)) == date(2026, 3, 31)
    assert _ordered(Cycle.MONTHLY, 0, date(2026, 3, 31)) == date(2026, 3, 31)


@pytest.mark.law("育信 funds-rules", clause="2.2 A4", says="whole order, within 15 working days")
def test_a_whole_order_is_there_on_the_last_day_of_its_term():
    # 15 working days from Wednesday 4 March end on Wednesday the 25th.
    assert _ordered(Cycle.WHOLE_ORDER, 15, date(2026, 3, 4)) == date(2026, 3, 24)


def test_months_are_over_at_the_end_of_the_day_before_the_same_day():
    assert months_since(date(2026, 3, 3), date(2026, 4, 1)) == 0
    assert months_since(date(2026, 3, 3), date(2026, 4, 2)) == 1
    assert months_since(date(2026, 1, 31), date(2026, 4, 29)) == 3


@pytest.mark.parametrize("plan", PLANS)
def test_a_contract_keeps_its_plan_word_for_word(plan):
    assert from_terms(to_terms(plan)) == plan


def test_the_national_rules_give_lesson_by_lesson_on_confirmation():
    assert plan_of(PACK, date(2026, 3, 1)) == Plan()
