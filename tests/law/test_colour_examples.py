"""The worked examples of the colour rules, one by one, with their exact results."""

from datetime import date, timedelta

import pytest

from yuxin.rules.calendars import calendar_of
from yuxin.rules.colour import Colour, ColourRules, evaluate
from yuxin.rules.folder import load_pack
from yuxin.rules.movement import green_not_before, move

TODAY = date(2026, 11, 16)
RULES = ColourRules.of(load_pack(), TODAY)


def institution(learners, **facts):
    """A connected, licensed institution in bank custody with nothing against it."""
    return {
        "status": "LICENSED",
        "connected": True,
        "learners": learners,
        "sites": 1,
        "capacity": 30,
        "licence_days_to_expiry": (date(2028, 12, 31) - TODAY).days,
        "statement_days_late": 0,
        "audit_opinion": "UNQUALIFIED",
        "audit_days_late": 0,
        "insurance_days_to_expiry": (date(2027, 5, 31) - TODAY).days,
        "insurance_cover_bps": 10000,
        "fund_mode": "CUSTODY",
        "custody_ratio_bps": 10200,
        "custody_short_bank_days": 0,
        "complaints_centi": 0,
        "complaints_unanswered": 0,
        "statement_gap_days": 0,
        "insurance_gap_days": 0,
        "funds_gap_days": 0,
        **facts,
    }


def colour(learners, day=TODAY, soft_found=None, **facts):
    return evaluate(RULES, institution(learners, **facts), day, soft_found or {})


def test_1_nothing_against_a_small_arts_institution_is_green():
    result = colour(80)
    assert (result.tier, result.colour) == ("S", Colour.GREEN)
    assert result.fired_codes == ("risk.colour.6.green",)


def test_2_insurance_ending_in_24_days_is_yellow():
    result = colour(320, insurance_days_to_expiry=(date(2026, 12, 10) - TODAY).days)
    assert (result.tier, result.colour) == ("M", Colour.YELLOW)
    assert result.fired_codes == ("risk.S3.W.expiry", "risk.colour.4.warning")
    assert result.reasons("zh")[0] == "保险还有 24 天到期。"
    assert result.reasons("en")[0] == "Insurance ends in 24 days."


def test_3_three_valid_complaints_among_320_learners_are_green():
    result = colour(320, complaints_centi=300)
    assert result.facts["complaint_rate_centi"] == 93
    assert result.colour is Colour.GREEN


def test_4_three_valid_complaints_among_200_learners_are_yellow():
    result = colour(200, complaints_centi=300)
    assert result.facts["complaint_rate_centi"] == 150
    assert result.fired_codes == ("risk.S4.W.M.rate", "risk.colour.4.warning")
    assert result.colour is Colour.YELLOW
    assert result.reasons("zh")[0] == "近 90 天有效投诉 3 件，每百名学员 1.5 件。"


def test_5_six_valid_complaints_among_200_learners_are_red_at_once():
    result = colour(200, complaints_centi=600)
    assert result.facts["complaint_rate_centi"] == 300
    assert result.fired_codes == ("risk.S4.B.M.rate", "risk.colour.1.bottom")
    assert result.colour is Colour.RED
    assert not result.hard


def test_6_a_late_statement_and_custody_at_99_percent_are_two_core_factors_and_yellow():
    result = colour(900, statement_days_late=20, custody_ratio_bps=9900, custody_short_bank_days=0)
    assert (result.tier, result.colour) == ("L", Colour.YELLOW)
    assert result.fired_codes == (
        "risk.A1.W",
        "risk.F1.W",
        "risk.colour.3.ML.yellow",
        "risk.colour.4.warning",
    )


def example_7(day=TODAY):
    return colour(
        900, day, statement_days_late=20, custody_ratio_bps=9300, custody_short_bank_days=3
    )


def test_7_custody_at_93_percent_for_3_clearing_days_is_a_hard_red():
    result = example_7()
    assert result.colour is Colour.RED
    assert result.hard
    assert "risk.F1.B" in result.fired_codes
    assert "监管账户余额为应留存预收费的 93.00%" in result.reasons("zh")[1]


def test_7_for_2_clearing_days_it_is_not_yet():
    result = colour(900, custody_ratio_bps=9300, custody_short_bank_days=2)
    assert result.colour is Colour.YELLOW


def test_13_half_of_the_staff_full_time_is_a_notice_and_two_notices_are_yellow():
    alone = colour(320, fulltime_share_bps=5000)
    assert alone.colour is Colour.GREEN
    assert alone.fired_codes == ("risk.T4.N", "risk.colour.6.green")
    both = colour(320, fulltime_share_bps=5000, capacity_used_bps=9700)
    assert both.colour is Colour.YELLOW
    assert both.fired_codes == ("risk.T4.N", "risk.E2.N", "risk.colour.4.notices")
    assert not both.warned


def test_14_less_than_3_square_metres_is_yellow_now_and_red_if_not_cured_in_15_days():
    crowded = {"area_per_learner_dm2": 12000 // 42}
    today = colour(320, **crowded)
    assert today.colour is Colour.YELLOW
    assert today.reasons("zh")[0] == (
        "生均培训用房面积 2.85 平方米，不足 3 平方米；须在 2026-12-01 前改正，逾期转为红色。"
    )
    found = today.soft_found
    assert found == {"risk.E2": TODAY}
    last = colour(320, TODAY + timedelta(days=15), found, **crowded)
    assert last.colour is Colour.YELLOW
    assert colour(320, TODAY + timedelta(days=16), found, **crowded).colour is Colour.RED
    assert colour(320, TODAY + timedelta(days=16), found).soft_found == {}


def test_14_for_a_large_one_the_days_are_halved_and_rounded_up():
    found = {"risk.E2": TODAY}
    crowded = {"area_per_learner_dm2": 285}
    assert colour(900, TODAY + timedelta(days=8), found, **crowded).colour is Colour.YELLOW
    assert colour(900, TODAY + timedelta(days=9), found, **crowded).colour is Colour.RED


GAPS = {"statement_gap_days": 9, "insurance_gap_days": 9, "funds_gap_days": 9}


def test_17_feeds_9_days_past_due_are_yellow_for_missing_data():
    result = colour(320, **GAPS)
    assert result.colour is Colour.YELLOW
    assert result.fired_codes == (
        "risk.data.statement",
        "risk.data.insurance",
        "risk.data.funds",
        "risk.colour.5.data_missing",
    )
    assert "DATA_MISSING" in result.reasons("en")[-1]


def test_17_seven_days_are_still_in_time_and_a_gap_by_the_bank_colours_nobody():
    assert colour(320, funds_gap_days=7).colour is Colour.GREEN
    assert colour(320, funds_gap_days=9, funds_gap_by_others=True).colour is Colour.GREEN


def test_18_red_leaves_by_approval_to_yellow_and_is_green_not_before_60_clean_days():
    red = move(None, example_7())
    assert red.colour is Colour.RED
    approved = date(2026, 12, 1)

    waiting = move(red, colour(900, approved - timedelta(days=1)))
    assert waiting.colour is Colour.RED

    yellow = move(waiting, colour(900, approved), approved_on=approved)
    assert (yellow.colour, yellow.since) == (Colour.YELLOW, approved)
    assert green_not_before(yellow, 60) == date(2027, 1, 30)

    day_before = move(yellow, colour(900, date(2027, 1, 29)))
    assert day_before.colour is Colour.YELLOW
    green = move(day_before, colour(900, date(2027, 1, 30)))
    assert (green.colour, green.since) == (Colour.GREEN, date(2027, 1, 30))


@pytest.mark.law("行政许可法", clause="第五十条", says="有效期届满未申请延续的")
def test_a_licence_expires_the_day_after_its_last_day_unless_renewal_was_filed():
    assert colour(80, licence_days_to_expiry=61).colour is Colour.GREEN
    assert colour(80, licence_days_to_expiry=0).colour is Colour.YELLOW
    expired = colour(80, licence_days_to_expiry=-1)
    assert (expired.colour, expired.hard) == (Colour.RED, True)
    assert colour(80, licence_days_to_expiry=-1, renewal_filed=True).colour is Colour.GREEN


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"connected": False}, "risk.colour.0.not_connected"),
        ({"status": "CLOSED"}, "risk.colour.0.no_licence"),
        ({"status": "UNLICENSED", "custody_ratio_bps": 0}, "risk.colour.0.no_licence"),
    ],
)
def test_not_connected_or_without_licence_has_no_colour_whatever_else_is_known(facts, code):
    result = colour(320, **facts)
    assert result.colour is Colour.GREY
    assert result.fired_codes[-1] == code


def test_a_small_institution_needs_three_core_factors_of_which_one_at_the_bottom_makes_red():
    two = {"statement_days_late": 20, "custody_ratio_bps": 9900}
    lapsed = {"insurance_days_to_expiry": -1}
    assert "risk.colour.3.S.yellow" not in colour(80, **two).fired_codes
    three = colour(80, **two, insurance_days_to_expiry=5)
    assert "risk.colour.3.S.yellow" in three.fired_codes
    assert colour(80, **two, **lapsed).colour is Colour.RED
    assert colour(80, **lapsed).colour is Colour.YELLOW
    assert colour(320, statement_days_late=20, **lapsed).colour is Colour.RED


def test_a_statement_counts_once_though_filing_and_audit_both_fail():
    result = colour(320, statement_days_late=20, audit_opinion="QUALIFIED")
    assert result.colour is Colour.YELLOW
    assert "risk.colour.3.ML.yellow" not in result.fired_codes


def test_in_deposit_mode_the_deposit_counts_and_custody_does_not():
    deposit = {"fund_mode": "DEPOSIT", "custody_ratio_bps": None, "custody_short_bank_days": None}
    assert colour(320, **deposit, deposit_ratio_bps=10000).colour is Colour.GREEN
    assert colour(320, **deposit, deposit_ratio_bps=7900).colour is Colour.YELLOW
    assert colour(320, **deposit).missing[0].row.code == "risk.required.deposit"


@pytest.mark.law("双减意见", clause="条款号待核（节假日、休息日、寒暑假）", says="不得占用休息日")
def test_8_a_subject_class_on_a_saturday_substantiated_on_site_is_red_at_once():
    result = colour(80, forbidden_time_substantiated=1)
    assert (result.colour, result.hard) == (Colour.RED, True)
    assert result.fired_codes == ("risk.T1.B", "risk.colour.1.bottom")


def test_9_a_make_up_working_day_is_no_forbidden_time():
    government = calendar_of(load_pack(), "government", date(2026, 2, 14))
    assert government.is_working(date(2026, 2, 14))  # a Saturday that is worked
    assert not government.is_working(date(2026, 11, 14))
    assert colour(80, forbidden_time_substantiated=0).colour is Colour.GREEN


def test_10_one_late_class_in_90_days_is_yellow_and_three_are_a_soft_bottom():
    once = colour(80, late_classes=1)
    assert (once.colour, once.fired_codes[0]) == (Colour.YELLOW, "risk.T2.W")
    three = colour(80, late_classes=3)
    (hit,) = three.hits
    assert (hit.fired.row.code, hit.kind) == ("risk.T2.B", "soft")
    assert (three.colour, hit.cure_until) == (Colour.YELLOW, TODAY + timedelta(days=15))


@pytest.mark.law(
    "十三部门2022年12月意见", clause="一次性收费上限（条款号待核）", says="不超过5000元"
)
def test_11_one_collection_over_the_caps_is_red_at_once():
    result = colour(80, collections_over_cap=1)
    assert (result.colour, result.hard) == (Colour.RED, True)


def test_12_the_cap_itself_is_lawful_and_ten_fen_more_is_red():
    base_fen = 3500
    cap_fen = base_fen * 110 // 100

    def at(fee_fen):
        return colour(80, price_differs=0, subject_fee_bps=-(-fee_fen * 10_000 // cap_fen))

    assert at(3850).colour is Colour.GREEN
    assert at(3860).colour is Colour.RED


def test_15_a_dead_phone_and_a_locked_door_twice_within_a_day_are_red():
    assert colour(80, missed_contacts=1, missed_contacts_24h=1).colour is Colour.YELLOW
    result = colour(80, missed_contacts=2, missed_contacts_24h=2)
    assert (result.colour, result.hard) == (Colour.RED, True)


def test_16_a_remark_is_no_clue_and_one_with_a_photo_is_yellow():
    assert colour(80, scope_clues=0, scope_substantiated=0).colour is Colour.GREEN
    result = colour(80, scope_clues=1, scope_substantiated=0)
    assert (result.colour, result.fired_codes[0]) == (Colour.YELLOW, "risk.T3.W")
    assert colour(80, scope_clues=1, scope_substantiated=1).colour is Colour.RED


def test_a_rapid_growth_alone_is_a_notice_and_with_a_second_notice_yellow():
    assert colour(80, enrolment_growth_bps=5001).colour is Colour.GREEN
    assert colour(80, enrolment_growth_bps=5001, classes_near_ratio=1).colour is Colour.YELLOW


def test_a_late_rectification_is_red_after_30_days_and_may_be_overridden():
    assert colour(80, rectification_days_late=29).colour is Colour.YELLOW
    result = colour(80, rectification_days_late=30)
    assert (result.colour, result.hard) == (Colour.RED, False)
