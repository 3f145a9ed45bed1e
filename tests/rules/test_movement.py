"""A colour gets worse at once and better only after clean days or an approval."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law.test_colour_examples import TODAY, colour
from yuxin.rules.colour import Colour
from yuxin.rules.movement import (
    Override,
    OverrideNotAllowed,
    effective,
    green_at_best,
    green_not_before,
    move,
    require_override_allowed,
)

LATE = {"statement_days_late": 1}
SHORT = {"custody_ratio_bps": 9000, "custody_short_bank_days": 3}
COMPLAINTS = {"complaints_centi": 2000}
TWO_NOTICES = {"fulltime_share_bps": 5000, "capacity_used_bps": 9700}
NO_FEED = {"funds_gap_days": 9}


def day(number):
    return TODAY + timedelta(days=number)


def walk(*stretches, approved=None, overrides=()):
    """The standing after stretches of (days, facts), for a middle-sized institution."""
    standing, number = None, 0
    for days, facts in stretches:
        for _ in range(days):
            result = colour(320, day(number), **facts)
            standing = move(
                standing,
                result,
                approved_on=approved if approved and approved <= day(number) else None,
                overrides=overrides,
            )
            number += 1
    return standing


def test_worse_at_once():
    assert walk((5, {}), (1, LATE)).colour is Colour.YELLOW
    assert walk((5, {}), (1, SHORT)).colour is Colour.RED
    assert walk((5, {}), (1, LATE)).since == day(5)


def test_yellow_turns_green_30_clean_days_after_clearing():
    assert walk((5, LATE), (30, {})).colour is Colour.YELLOW
    green = walk((5, LATE), (31, {}))
    assert (green.colour, green.since) == (Colour.GREEN, day(35))


def test_a_new_warning_starts_the_clean_days_again():
    assert walk((1, LATE), (20, {}), (1, LATE), (30, {})).colour is Colour.YELLOW
    assert walk((1, LATE), (20, {}), (1, LATE), (31, {})).colour is Colour.GREEN


def test_notices_and_missing_data_do_not_hold_a_colour():
    assert walk((3, TWO_NOTICES)).colour is Colour.YELLOW
    assert walk((3, TWO_NOTICES), (1, {})).colour is Colour.GREEN
    assert walk((3, NO_FEED)).colour is Colour.YELLOW
    assert walk((3, NO_FEED), (1, {})).colour is Colour.GREEN


def test_missing_data_do_not_stop_the_clean_days_of_an_earlier_warning():
    assert walk((1, LATE), (10, {}), (5, NO_FEED), (15, {})).colour is Colour.YELLOW
    assert walk((1, LATE), (10, {}), (5, NO_FEED), (16, {})).colour is Colour.GREEN
    assert walk((1, LATE), (40, NO_FEED)).colour is Colour.YELLOW
    assert walk((1, LATE), (40, NO_FEED), (1, {})).colour is Colour.GREEN


def test_red_stays_without_an_approval_however_long_it_is_clean():
    red = walk((1, SHORT), (400, {}))
    assert (red.colour, red.since) == (Colour.RED, TODAY)
    assert green_not_before(red, 30) is None


def test_an_approval_while_the_cause_lasts_or_from_before_releases_nothing():
    assert walk((5, SHORT), approved=day(3)).colour is Colour.RED
    assert walk((5, {}), (1, SHORT), (5, {}), approved=day(2)).colour is Colour.RED


def test_an_approval_with_a_warning_left_counts_no_clean_day():
    yellow = walk((1, SHORT), (3, LATE), approved=day(2))
    assert yellow.colour is Colour.YELLOW
    assert green_not_before(yellow, 30) is None
    assert walk((1, SHORT), (3, LATE), (30, {}), approved=day(2)).colour is Colour.YELLOW
    assert walk((1, SHORT), (3, LATE), (31, {}), approved=day(2)).colour is Colour.GREEN


def test_grey_says_nothing_and_forgets_no_red():
    gone = walk((1, SHORT), (2, {"connected": False}))
    assert gone.colour is Colour.GREY
    assert walk((1, SHORT), (2, {"connected": False}), (5, {})).colour is Colour.RED


def test_no_clean_day_runs_under_an_override():
    override = Override(Colour.GREEN, day(10), day(19))
    assert walk((1, LATE), (40, {}), overrides=[override]).colour is Colour.YELLOW
    assert walk((1, LATE), (41, {}), overrides=[override]).colour is Colour.GREEN


def test_an_override_shows_until_its_last_day_and_both_colours_are_kept():
    override = Override(Colour.GREEN, day(0), day(2))
    for number, shown in ((2, Colour.GREEN), (3, Colour.YELLOW)):
        result = colour(320, day(number), **LATE)
        standing = move(None, result)
        assert standing.colour is Colour.YELLOW
        assert effective(standing, result, [override]) is shown


def test_an_override_is_no_cover_for_a_hard_bottom_nor_for_grey():
    override = Override(Colour.YELLOW, day(0), day(30))
    for facts, shown in ((SHORT, Colour.RED), ({"connected": False}, Colour.GREY)):
        result = colour(320, **facts)
        assert effective(move(None, result), result, [override]) is shown
    result = colour(320, **COMPLAINTS)
    assert effective(move(None, result), result, [override]) is Colour.YELLOW


def require(to, days, **facts):
    result = colour(320, **facts)
    override = Override(to, day(0), day(days))
    require_override_allowed(override, move(None, result), result, days_max=30)


def test_an_override_for_30_days_on_a_direct_bottom_is_allowed():
    require(Colour.YELLOW, 30, **COMPLAINTS)
    require(Colour.GREEN, 0, **LATE)


@pytest.mark.parametrize(
    ("to", "days", "facts"),
    [
        (Colour.YELLOW, 30, SHORT),
        (Colour.GREEN, 30, COMPLAINTS),
        (Colour.YELLOW, 31, COMPLAINTS),
        (Colour.YELLOW, -1, COMPLAINTS),
        (Colour.GREY, 1, LATE),
        (Colour.GREEN, 1, {"connected": False}),
    ],
)
def test_an_override_that_the_rules_do_not_permit_is_refused(to, days, facts):
    with pytest.raises(OverrideNotAllowed) as refused:
        require(to, days, **facts)
    assert refused.value.say("zh")


FACTS = st.sampled_from([{}, LATE, SHORT, COMPLAINTS, TWO_NOTICES, NO_FEED, {"connected": False}])


@given(st.lists(st.tuples(FACTS, st.booleans()), min_size=2, max_size=12))
def test_red_never_goes_straight_to_green_and_worse_is_never_delayed(days):
    standing = None
    red = False
    for number, (facts, approved) in enumerate(days):
        result = colour(320, day(number * 40), **facts)
        after = move(standing, result, approved_on=day(number * 40) if approved else None)
        assert after.colour.rank >= result.colour.rank or result.colour is Colour.GREY
        if red:
            assert after.colour is not Colour.GREEN
        red = after.colour is Colour.RED or (red and after.colour is Colour.GREY)
        standing = after


def test_the_day_of_green_is_known_ahead():
    assert green_not_before(walk((1, {})), 30) == TODAY
    assert green_not_before(walk((1, LATE), (1, {})), 30) == day(31)
    assert green_not_before(walk((1, LATE)), 30) is None


def test_an_approval_given_while_the_bottom_still_stands_releases_nothing():
    early = walk((1, SHORT), (3, SHORT), (10, {}), approved=day(2))
    assert early.colour is Colour.RED
    assert walk((1, SHORT), (3, SHORT), (10, {}), approved=day(4)).colour is Colour.YELLOW


def test_a_red_found_on_the_day_of_an_approval_is_a_new_red():
    red = move(None, colour(320, day(0), **SHORT))
    released = move(red, colour(320, day(5)), approved_on=day(5))
    assert released.colour is Colour.YELLOW
    again = move(released, colour(320, day(5), **COMPLAINTS), approved_on=day(5))
    assert move(again, colour(320, day(5)), approved_on=day(5)).colour is Colour.RED
    assert move(again, colour(320, day(9)), approved_on=day(9)).colour is Colour.YELLOW


def test_at_best_green_comes_after_the_clean_days_from_today():
    late = colour(320, day(5), **LATE)
    standing = move(None, late)
    assert green_not_before(standing, late.clean_days) is None
    assert green_at_best(standing, late) == day(5 + 30)
    mended = colour(320, day(5))
    assert green_at_best(move(None, mended), mended) == day(5)


def test_at_best_after_red_the_approval_comes_today_too():
    red = colour(900, day(2), **SHORT)
    standing = move(None, red)
    assert green_at_best(standing, red) == day(2 + 60)
    # The line is gone, the re-inspection is still to come.
    clear = colour(900, day(9))
    assert green_at_best(move(standing, clear), clear) == day(9 + 60)


def test_at_best_clean_days_that_run_already_count():
    standing = move(None, colour(320, day(0), **LATE))
    standing = move(standing, colour(320, day(1)))
    later = colour(320, day(20))
    assert green_at_best(move(standing, later), later) == day(1 + 30)


def test_at_best_missing_data_end_with_the_feed_and_grey_with_nothing():
    missing = colour(320, day(3), **NO_FEED)
    assert green_at_best(move(None, missing), missing) == day(3)
    grey = colour(320, day(3), connected=False)
    assert green_at_best(move(None, grey), grey) is None


def test_at_best_no_clean_day_runs_under_an_override():
    late = colour(320, day(0), **LATE)
    override = Override(Colour.GREEN, day(0), day(9))
    assert green_at_best(move(None, late), late, [override]) == day(10 + 30)
