"""Refunds in the words of the worked examples, exact to the fen (funds-rules 4.2 and 4.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.money import parse_yuan, yuan
from yuxin.rules.earning import (
    Recovery,
    advance_of,
    earned,
    late_interest,
    lesson_amount,
    next_free_ordinal,
    of_ordinals,
    pro_rata,
    refund_by_list_price,
    refundable,
    release_of_lesson,
    shortfall,
    split_lesson,
    transferred,
)

P = parse_yuan("2000.00")
N = 20


def _refund(paid: str, units: int, taken: int) -> str:
    fen = parse_yuan(paid)
    return yuan(refundable(fen, earned(fen, taken, units)))


def _in_fen(*amounts: str) -> list[int]:
    return [parse_yuan(amount) for amount in amounts]


pytestmark = pytest.mark.law("育信 funds-rules", clause="4.3", says="worked examples of refunds")


def test_r1_plain():
    assert yuan(earned(P, 3, N)) == "300.00"
    assert _refund("2000.00", 20, 3) == "1,700.00"


def test_r2_before_start_everything_back():
    assert _refund("2000.00", 20, 0) == "2,000.00"


def test_r3_an_indivisible_price_loses_no_fen():
    paid = parse_yuan("1999.00")
    releases = [yuan(release_of_lesson(paid, lesson, 30)) for lesson in range(1, 8)]
    assert releases == ["66.63", "66.63", "66.64", "66.63", "66.63", "66.64", "66.63"]
    assert earned(paid, 7, 30) == 46643
    assert _refund("1999.00", 30, 7) == "1,532.57"
    assert paid - 30 * parse_yuan("66.63") == 10


def test_r4_gift_lessons_are_pooled():
    assert _refund("9300.00", 96, 30) == "6,393.75"
    paid_only = parse_yuan("9300.00") - 30 * parse_yuan("116.25")
    assert yuan(paid_only) == "5,812.50"
    assert yuan(parse_yuan("6393.75") - paid_only) == "581.25"


def test_r5_a_discount_in_proportion_or_at_list_price():
    assert _refund("2400.00", 20, 5) == "1,800.00"
    assert refund_by_list_price(240000, parse_yuan("150.00"), 5) == (165000, False)


def test_r5_at_list_price_nothing_falls_below_zero_and_an_officer_looks():
    assert refund_by_list_price(240000, parse_yuan("150.00"), 17) == (0, True)


def test_r6_a_unit_that_the_institution_broke_off_counts_nothing():
    """Sessions of 2 units; the third stopped by the institution after 1 unit: k = 5.00."""
    assert _refund("2000.00", 20_00, 5_00) == "1,500.00"


def test_r7_a_disputed_lesson_is_frozen_and_settled_apart():
    frozen = release_of_lesson(P, 3, N)
    now = refundable(P, earned(P, 2, N), frozen_fen=frozen)
    assert (yuan(frozen), yuan(now)) == ("100.00", "1,700.00")
    shares = {bps: split_lesson(frozen, bps) for bps in (0, 5_000, 10_000)}
    assert {bps: yuan(learner) for bps, (_, learner) in shares.items()} == {
        0: "100.00",
        5_000: "50.00",
        10_000: "0.00",
    }


def test_r8_a_release_on_its_way_and_a_refund_do_not_touch():
    custody = P - earned(P, 2, N)
    on_its_way = release_of_lesson(P, 3, N)
    refund = refundable(P, earned(P, 3, N))
    assert (yuan(custody), yuan(on_its_way), yuan(refund)) == ("1,800.00", "100.00", "1,700.00")
    assert custody == on_its_way + refund


@pytest.mark.parametrize(
    ("recovery", "had", "custody", "short"),
    [
        (Recovery.RECOUP_FIRST, "600.00", "1,400.00", "300.00"),
        (Recovery.PRO_RATA, "810.00", "1,190.00", "510.00"),
    ],
)
def test_r9_an_advance_outstanding_is_the_institutions_debt(recovery, had, custody, short):
    advance = advance_of(P, 3_000)
    taken = earned(P, 3, N)
    out = transferred(P, taken, advance, recovery)
    assert (yuan(advance), yuan(out), yuan(P - out)) == ("600.00", had, custody)
    assert yuan(shortfall(P, taken, out)) == short


def test_r10_absconding_custody_first_then_the_deposit_in_proportion():
    claims = _in_fen("1700.00", "1200.00", "600.00")
    custody = _in_fen("1400.00", "1200.00", "400.00")
    short = [claim - held for claim, held in zip(claims, custody, strict=True)]
    assert yuan(sum(custody)) == "3,000.00"
    assert short == _in_fen("300.00", "0", "200.00")
    paid = pro_rata(parse_yuan("400.00"), short)
    assert paid == _in_fen("240.00", "0", "160.00")
    assert [s - p for s, p in zip(short, paid, strict=True)] == _in_fen("60.00", "0", "40.00")


def test_r11_the_left_fen_goes_to_the_largest_remainder():
    assert pro_rata(33333, _in_fen("300.00", "200.00")) == _in_fen("200.00", "133.33")


def test_equal_remainders_go_in_the_order_given():
    assert pro_rata(1, [100, 100]) == [1, 0]
    assert pro_rata(2, [100, 100, 100]) == [1, 1, 0]
    assert pro_rata(0, [5]) == [0]
    assert pro_rata(9, []) == []


def test_r12_two_contracts_are_never_pooled():
    first = refundable(40 * 15020, earned(40 * 15020, 17, 40))
    second = refundable(80 * 13975, earned(80 * 13975, 0, 80))
    assert yuan(first + second) == "14,634.60"
    pooled = refundable(1718800, earned(1718800, 17, 120))
    assert yuan(pooled)[:-1] == "14,753.0"  # what a court would not have


def test_r14_interest_on_a_late_refund():
    assert yuan(late_interest(parse_yuan("1700.00"), 310, 45)) == "6.50"


def test_r15_the_whole_order_rule_pays_back_the_lesson_that_was_not_taught():
    assert _refund("2000.00", 20, 19) == "100.00"
    assert yuan(earned(P, 19, N)) == "1,900.00"


def test_the_odd_fen_of_a_split_lesson_goes_to_the_learner():
    assert split_lesson(6663, 5_000) == (3331, 3332)


def test_a_voided_lesson_gives_its_ordinal_back():
    assert next_free_ordinal([1, 2, 4]) == 3
    assert next_free_ordinal([]) == 1


def test_itemised_goods_and_earlier_refunds_are_taken_off_and_nothing_falls_below_zero():
    assert yuan(refundable(P, 30000, itemised_fen=5000, refunded_fen=10000)) == "1,550.00"
    assert refundable(P, P, itemised_fen=1) == 0


money = st.integers(0, 10**9)
units = st.integers(1, 12000)


@given(money, units, st.data())
def test_the_releases_of_any_order_of_lessons_add_up(paid, total, data):
    count = data.draw(st.integers(1, min(total, 60)))
    assert sum(release_of_lesson(paid, n, count) for n in range(1, count + 1)) == paid
    chosen = data.draw(st.sets(st.integers(1, count)))
    rest = set(range(1, count + 1)) - chosen
    assert of_ordinals(paid, chosen, count) + of_ordinals(paid, rest, count) == paid


@given(money, units, st.data())
def test_what_was_earned_never_runs_ahead_of_teaching(paid, total, data):
    taken = data.draw(st.integers(0, total))
    assert earned(paid, taken, total) * total <= paid * taken
    before = data.draw(st.integers(0, taken))
    assert lesson_amount(paid, total, before, taken) >= 0


@given(money, st.lists(money, max_size=8))
def test_a_divided_fund_is_given_out_whole_and_nobody_gets_more_than_the_claim(fund, claims):
    shares = pro_rata(fund, claims)
    assert sum(shares) == min(fund, sum(claims))
    assert all(0 <= share <= claim for share, claim in zip(shares, claims, strict=True))


@given(money, st.integers(0, 10_000), st.sampled_from(Recovery), st.integers(1, 60), st.data())
def test_an_advance_never_makes_more_than_the_price(paid, bps, recovery, total, data):
    taken = earned(paid, data.draw(st.integers(0, total)), total)
    out = transferred(paid, taken, advance_of(paid, bps), recovery)
    assert taken <= out + 1
    assert out <= paid
    assert transferred(paid, paid, advance_of(paid, bps), recovery) == paid
    assert shortfall(paid, taken, out) == max(out - taken, 0)
