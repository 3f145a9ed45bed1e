"""The worked examples of the scoring models, one by one, with their exact results."""

from datetime import date

import pytest

from yuxin.rules.folder import load_pack
from yuxin.rules.judged import JudgedKind, SubjectNotEligible, judged
from yuxin.rules.score_model import Model, NoModel, model_for
from yuxin.rules.scoring import Finding, Kind, ScoreIncomplete, score, sentence
from yuxin.rules.table import fired_rows
from yuxin.rules.values import RuleMissing
from yuxin.rules.ways_back import Ending, Step, way_back

TIANJIN = "天津市学科类校外培训机构信用监管暂行办法"
NINGBO = "甬教终民〔2021〕148号"
JINHUA = "金华市校外培训机构星级评定（2022）"
WEIFANG = "潍坊市民办中小学信誉等级评价规则（2017）"
DAY = date(2026, 11, 16)
THOUSAND = Model.of(load_pack(("national", "tianjin")), "thousand", DAY)
TWELVE = Model.of(load_pack(("national", "ningbo")), "twelve", DAY)
STARS = Model.of(load_pack(("national", "jinhua")), "stars", DAY)
SCHOOL = Model.of(load_pack(("national", "weifang")), "school", DAY)
PLAIN = Model.of(load_pack(("national", "plain")), "plain", DAY)
SUBJECT = judged("S-1", "TRAINING_INSTITUTION")


def found(item, times=1, on=date(2026, 5, 6), **more):
    """One finding of an item, so many times at once."""
    return Finding(more.pop("record", item), item, on, times, **more)


def rated(model, *findings, day=DAY):
    return score(model, SUBJECT, findings, day)


def points_of(result):
    return {line.row: line.points for line in result.lines if line.kind is Kind.TAKEN}


@pytest.mark.law(TIANJIN, clause="附件", says="28 项，共 1000 分，未扣分的为 A 级")
def test_nothing_found_is_a_thousand_points_and_grade_a():
    assert len(THOUSAND.items.rows) == 28
    assert sum(int(row.then["max"]) for row in THOUSAND.items.rows) == 1000
    assert sum(int(row.then["max"]) for row in THOUSAND.items.rows[:18]) == 620
    result = rated(THOUSAND)
    assert (result.points, result.grade) == (1000, "A")


@pytest.mark.law(TIANJIN, clause="附件第4项", says="公示每缺一项扣 20 分")
@pytest.mark.law(TIANJIN, clause="附件第7项", says="广告每次扣 10 分")
def test_12_one_notice_missing_and_one_bad_advertisement_are_970_and_b():
    result = rated(THOUSAND, found("postings_missing"), found("advertising_unlawful"))
    assert points_of(result) == {"thousand.4": 20, "thousand.7": 10}
    assert (result.points, result.grade) == (970, "B")


@pytest.mark.law(TIANJIN, clause="附件第8项", says="未按规定收费每人次扣 10 分")
@pytest.mark.law(TIANJIN, clause="附件第12项", says="未按合同退费每人次扣 10 分")
def test_13_three_overcharges_two_refund_breaches_and_a_late_class_are_930_and_c():
    result = rated(
        THOUSAND,
        found("fees_overcharged", 3),
        found("refunds_against_contract", 2),
        found("hours_broken"),
    )
    assert points_of(result) == {"thousand.8": 30, "thousand.12": 20, "thousand.20": 20}
    assert (result.points, result.grade) == (930, "C")


@pytest.mark.law(TIANJIN, clause="分级分类监管", says="C 级常规抽查，并列为重点对象")
def test_13_grade_c_is_drawn_as_usual_and_is_a_key_target():
    tiers = load_pack(("national", "tianjin")).on("tiers.supervision", DAY)
    (fired,) = fired_rows(tiers.rows, {"grade": "C"})
    assert (fired.row.then["draw"], fired.row.then["key_target"]) == ("NORMAL", True)
    (fired,) = fired_rows(tiers.rows, {"grade": "B"})
    assert (fired.row.then["draw"], fired.row.then["key_target"]) == ("MAY_LOWER", False)


@pytest.mark.law(TIANJIN, clause="等级划分", says="800–899 分为 D 级，799 分以下为 E 级")
def test_14_wrong_address_failed_inspection_and_breaches_are_800_and_still_d():
    given = [
        found("address_differs"),
        found("inspection_failed"),
        found("prepay_rule_broken", 3),
        found("refunds_against_contract", 5),
        found("postings_missing", 2),
    ]
    result = rated(THOUSAND, *given)
    assert points_of(result) == {
        "thousand.4": 40,
        "thousand.5": 40,
        "thousand.6": 40,
        "thousand.9": 30,
        "thousand.12": 50,
    }
    assert (result.points, result.grade) == (800, "D")
    assert rated(THOUSAND, *given, found("complaints_late")).grade == "E"


@pytest.mark.law(TIANJIN, clause="一票否决（只见于转载，待核）", says="不得评为 D 级及以上")
def test_15_a_grave_accident_is_e_and_the_985_points_stay_with_the_veto():
    result = rated(
        THOUSAND,
        found("advertising_unlawful"),
        found("complaints_late"),
        found("grave_accident", record="accident-7"),
    )
    assert (result.points, result.band, result.grade) == (985, "A", "E")
    veto = result.lines[-1]
    assert (veto.row, veto.kind, veto.grade) == ("thousand.veto.accident", Kind.VETO, "E")
    assert [each.record for each in veto.records] == ["accident-7"]


@pytest.mark.law(TIANJIN, clause="附件第1项", says="许可证有效 30 分")
@pytest.mark.law(TIANJIN, clause="附件第2项", says="登记有效 30 分")
@pytest.mark.law(TIANJIN, clause="附件第3项", says="不出借转让涂改 40 分")
@pytest.mark.law(TIANJIN, clause="附件第6项", says="年检合格 40 分")
@pytest.mark.law(TIANJIN, clause="附件第9项", says="预收费每次 10 分")
@pytest.mark.law(TIANJIN, clause="附件第10项", says="合同每人次 10 分")
@pytest.mark.law(TIANJIN, clause="附件第11项", says="票据每人次 10 分")
@pytest.mark.law(TIANJIN, clause="附件第13项", says="财务制度 10 分")
@pytest.mark.law(TIANJIN, clause="附件第14项", says="会计制度 10 分")
@pytest.mark.law(TIANJIN, clause="附件第15项", says="资产制度 10 分")
@pytest.mark.law(TIANJIN, clause="附件第16项", says="不摊派集资 30 分")
@pytest.mark.law(TIANJIN, clause="附件第17项", says="从业人员每人次 10 分")
@pytest.mark.law(TIANJIN, clause="附件第18项", says="教师资格公示每人次 10 分")
@pytest.mark.parametrize(
    ("number", "item", "points"),
    [
        (1, "permit_invalid", 30),
        (2, "registration_invalid", 30),
        (3, "permit_misused", 40),
        (6, "inspection_failed", 40),
        (9, "prepay_rule_broken", 10),
        (10, "contract_not_model", 10),
        (11, "receipt_differs", 10),
        (13, "finance_system_unsound", 10),
        (14, "accounting_system_unsound", 10),
        (15, "asset_system_unsound", 10),
        (16, "levies_or_fundraising", 30),
        (17, "staff_rule_broken", 10),
        (18, "qualification_not_shown", 10),
    ],
)
def test_each_item_that_was_read_takes_its_points(number, item, points):
    result = rated(THOUSAND, found(item))
    assert points_of(result) == {f"thousand.{number}": points}
    assert (result.points, result.lines[0].mark) == (1000 - points, "read")


def test_items_19_to_28_are_proposals_and_never_shown_as_law():
    rows = {row.code: THOUSAND.items.source(row)[1] for row in THOUSAND.items.rows}
    for number in range(1, 29):
        assert rows[f"thousand.{number}"] == ("read" if number < 19 else "proposal")


@pytest.mark.law(TIANJIN, clause="附件第5项", says="实际地点与许可地址一致，不一致扣 40 分")
def test_a_row_without_a_step_takes_all_its_points_once():
    assert points_of(rated(THOUSAND, found("address_differs", 3))) == {"thousand.5": 40}


@pytest.mark.law(TIANJIN, clause="附件第4项", says="公示 40 分，扣完为止")
def test_a_row_takes_no_more_than_its_points():
    assert points_of(rated(THOUSAND, found("postings_missing", 5))) == {"thousand.4": 40}


@pytest.mark.law(NINGBO, clause="总分12分", says="按期整改的分值清除")
def test_16_a_late_class_and_unposted_notices_are_five_points_and_cleared_when_mended_in_time():
    due = date(2026, 5, 21)
    given = [
        found("late_class", visit="V-1", due_on=due),
        found("postings_missing", 2, visit="V-1", due_on=due),
    ]
    before = rated(TWELVE, *given, day=date(2026, 5, 20))
    assert (before.points, before.grade) == (5, "Y")
    mended = [
        found("late_class", visit="V-1", due_on=due, mended_on=due),
        found("postings_missing", 2, visit="V-1", due_on=due, mended_on=due),
    ]
    assert (rated(TWELVE, *mended, day=due).points, rated(TWELVE, *mended, day=due).grade) == (
        0,
        "G",
    )
    late = [found("late_class", due_on=due, mended_on=date(2026, 5, 22))]
    assert rated(TWELVE, *late).points == 3


@pytest.mark.law(NINGBO, clause="总分12分", says="一次行为记满 12 分的不清除")
def test_16_a_permit_that_is_lent_is_twelve_points_and_never_cleared():
    due = date(2026, 5, 21)
    given = found("permit_misused", due_on=due, mended_on=date(2026, 5, 10))
    result = rated(TWELVE, given)
    assert (result.points, result.grade) == (12, "K")
    assert result.lines[0].until is None
    assert rated(TWELVE, given, day=date(2027, 3, 1)).points == 12
    assert way_back(TWELVE, SUBJECT, [given], DAY, "G").on is None


@pytest.mark.law(NINGBO, clause="适用对象", says="含无证学科类培训")
def test_16_unlicensed_trainers_are_judged_too():
    pack = load_pack(("national", "ningbo"))
    assert model_for(pack, judged("S-2", "UNLICENSED_SITE"), DAY).name == "twelve"


def test_16_the_band_brings_a_reminder_talk():
    measures = load_pack(("national", "ningbo")).on("measures.by_grade", DAY)
    told = [fired.row.then["measure"] for fired in fired_rows(measures.rows, {"grade": "Y"})]
    assert told == ["talk_reminder"]


def test_16_points_not_cleared_end_with_the_year():
    given = found("late_class", on=date(2026, 12, 31))
    assert rated(TWELVE, given, day=date(2026, 12, 31)).points == 3
    assert rated(TWELVE, given, day=date(2027, 1, 1)).points == 0


def test_16_one_act_found_in_one_visit_counts_once():
    given = [found("late_class", record=f"R-{n}", visit="V-1") for n in (1, 2)]
    assert rated(TWELVE, *given).points == 3
    other = found("late_class", record="R-3", visit="V-2")
    assert rated(TWELVE, *given, other).points == 6


def test_16_an_extended_term_is_in_time_until_its_last_day():
    extended = date(2026, 5, 29)  # 15 days from 6 May, extended by 8
    assert (
        rated(TWELVE, found("late_class", due_on=extended, mended_on=extended), day=DAY).points == 0
    )


@pytest.mark.law(JINHUA, clause="取消星级的情形", says="一年内投诉五次以上取消星级")
def test_17_five_valid_complaints_within_a_year_cancel_five_stars():
    days = [date(2025, 11, 17), *(date(2026, month, 9) for month in (2, 5, 8))]
    given = [found("complaints_centi", 100, on, record=f"C-{on}") for on in days]
    assert rated(STARS, *given).grade == "S5"
    fifth = found("complaints_centi", 100, date(2026, 11, 16), record="C-5")
    result = rated(STARS, *given, fifth)
    assert (result.points, result.band, result.grade) == (1000, "S5", "UNRATED")
    assert sentence(STARS, result.lines[-1], "zh") == "一年内有效投诉 5 件，达到 5 件，取消星级。"
    # The first one counts a year to the day and no longer.
    assert rated(STARS, *given, fifth, day=date(2026, 11, 17)).grade == "UNRATED"
    assert rated(STARS, *given, fifth, day=date(2026, 11, 18)).grade == "S5"
    assert way_back(STARS, SUBJECT, [*given, fifth], DAY, "S5").on == date(2026, 11, 18)


@pytest.mark.law(JINHUA, clause="结果运用", says="四星以上非学科类机构可参加课后服务")
def test_17_without_the_star_it_leaves_the_after_school_list():
    measures = load_pack(("national", "jinhua")).on("measures.by_grade", DAY)
    assert fired_rows(measures.rows, {"grade": "S5", "category": "ARTS"})
    assert not fired_rows(measures.rows, {"grade": "UNRATED", "category": "ARTS"})


def test_17_half_points_are_whole_tenths():
    result = rated(STARS, found("specific_1_fault"))
    assert (result.points, result.grade) == (925, "S5")
    assert sentence(STARS, result.lines[0], "zh").startswith("专项指标一未达标：扣 7.5 分")


def test_17_merits_give_at_most_ten_points():
    result = rated(STARS, found("merits", 6), found("premises_fault", 3))
    assert (result.raw, result.points) == (1000 + 100 - 150, 950)
    assert result.grade == "S5"


@pytest.mark.parametrize("kind", ["PERSON", "TEACHER", "LEARNER", "STUDENT", ""])
def test_19_a_natural_person_is_no_subject_of_a_score(kind):
    with pytest.raises(SubjectNotEligible) as refused:
        judged("S-3", kind)
    assert refused.value.code == "subject_not_eligible"
    assert "自然人不评分" in refused.value.say("zh")


def test_19_the_engine_knows_no_kind_of_subject_that_is_a_person():
    assert {kind.value for kind in JudgedKind} == {
        "TRAINING_INSTITUTION",
        "PRIVATE_SCHOOL",
        "UNLICENSED_SITE",
    }


def capped(pack_switch):
    pack = load_pack(("national", "tianjin"))
    model = Model.of(pack, "thousand", DAY)
    assert model.caps_on is False  # the switch is off unless a pack turns it on
    return model if not pack_switch else Model(**{**vars(model), "caps_on": True})


def test_20_a_general_penalty_caps_the_grade_at_c_until_it_is_repaired_if_the_pack_says_so():
    given = found("penalty_general", on=date(2026, 4, 20), repaired_on=date(2026, 8, 4))
    model = capped(pack_switch=True)
    between = rated(model, given, day=date(2026, 8, 3))
    assert (between.points, between.band, between.grade) == (1000, "A", "C")
    assert between.lines[-1].kind is Kind.CAP
    assert rated(model, given, day=date(2026, 8, 4)).grade == "A"
    assert rated(model, given, day=date(2026, 4, 19)).grade == "A"


def test_20_without_the_switch_there_is_no_cap():
    given = found("penalty_general", on=date(2026, 4, 20))
    assert rated(capped(pack_switch=False), given).grade == "A"


def test_20_the_way_back_is_repair_on_the_first_day_it_may_be_asked():
    given = found("penalty_general", on=date(2026, 4, 20), repairable_from=date(2026, 7, 21))
    way = way_back(capped(pack_switch=True), SUBJECT, [given], date(2026, 5, 1), "A")
    assert way.on == date(2026, 7, 21)
    assert way.by_waiting_on is None
    assert way.endings == (
        Ending("penalty_general", "penalty_general", Step.REPAIR, date(2026, 7, 21)),
    )


@pytest.mark.law(WEIFANG, clause="办学条件：占地面积", says="小学、初中、高中各 4 分")
def test_land_below_the_norm_takes_four_points_of_each_part():
    result = rated(SCHOOL, found("land_primary_short"), found("land_senior_short"))
    assert points_of(result) == {"school.land_primary": 4, "school.land_senior": 4}
    assert (result.points, result.grade) == (92, "A")
    assert [line.mark for line in result.lines[:2]] == ["read", "read"]


@pytest.mark.law(WEIFANG, clause="满分100分", says="满分 100 分")
def test_the_school_model_sums_to_a_hundred():
    assert sum(int(row.then["max"]) for row in SCHOOL.items.rows) == 100
    assert rated(SCHOOL, found("reg_63_5_event")).grade == "D"


def test_the_plain_model_starts_at_ninety_and_names_a_colour_for_each_grade():
    shown = {row.then["grade"]: row.then["shown"] for row in PLAIN.bands.rows}
    assert shown == {"A": "GREEN", "B": "BLUE", "C": "YELLOW", "D": "RED"}
    assert (rated(PLAIN).points, rated(PLAIN).grade) == (90, "A")
    assert rated(PLAIN, found("honours", 2)).points == 100
    assert all(not line.is_law for line in rated(PLAIN, found("honours")).lines)


def test_the_plain_model_counts_only_the_largest_step_of_complaints():
    given = [found("complaints_centi", 550)]
    assert points_of(rated(PLAIN, *given)) == {"plain.complaints.5": 5}


def test_the_plain_model_takes_no_more_from_an_aspect_than_its_cap():
    result = rated(PLAIN, found("penalty_serious"), found("penalty_general", 2))
    assert result.cut == {"penalties": 20}
    assert (result.points, result.grade) == (30, "D")


def test_a_place_that_names_no_model_judges_nobody():
    with pytest.raises(RuleMissing) as missing:
        model_for(load_pack(), SUBJECT, DAY)
    assert "选用一个评价模型" in missing.value.say("zh")
    with pytest.raises(NoModel):
        model_for(load_pack(("national", "tianjin")), SUBJECT, DAY, category="ARTS")


@pytest.mark.law(TIANJIN, clause="适用范围", says="学科类校外培训机构")
def test_tianjin_judges_subject_training_only():
    pack = load_pack(("national", "tianjin"))
    assert model_for(pack, SUBJECT, DAY, category="SUBJECT").name == "thousand"


def test_an_indicator_nobody_looked_at_keeps_the_grade_from_being_final():
    result = score(THOUSAND, SUBJECT, [], DAY, looked_at=THOUSAND.counted - {"permit_invalid"})
    assert result.not_seen == ("permit_invalid",)
    with pytest.raises(ScoreIncomplete):
        result.require_complete()
    score(THOUSAND, SUBJECT, [found("permit_invalid")], DAY, looked_at=THOUSAND.counted)
    score(THOUSAND, SUBJECT, [], DAY, looked_at=THOUSAND.counted).require_complete()


@pytest.mark.parametrize("key", ["tiers.draw_ratio", "tiers.visits", "measures.sanctions"])
@pytest.mark.parametrize("place", ["tianjin", "ningbo", "jinhua", "weifang", "weihai", "plain"])
def test_no_pack_ships_a_ratio_or_a_sanction_that_no_source_names(place, key):
    with pytest.raises(RuleMissing):
        load_pack(("national", place)).on(key, DAY)


@pytest.mark.law("威海市校外培训机构信用监管做法", clause="结果运用", says="C 级及以下不得新设")
def test_weihai_names_consequences_for_a_and_for_c_and_below():
    measures = load_pack(("national", "weihai")).on("measures.by_grade", DAY)

    def told(grade):
        return [fired.row.then["measure"] for fired in fired_rows(measures.rows, {"grade": grade})]

    assert told("A") == ["priority_honours"]
    assert told("B") == []
    assert told("D") == ["no_new_site", "no_star_application", "more_inspections"]


@pytest.mark.law(TIANJIN, clause="结果运用", says="A 级激励，C 级及以下列为重点对象")
def test_tianjin_rewards_a_and_watches_c_and_below():
    measures = load_pack(("national", "tianjin")).on("measures.by_grade", DAY)

    def told(grade):
        return [fired.row.then["measure"] for fired in fired_rows(measures.rows, {"grade": grade})]

    assert told("A") == [
        "simplified_handling",
        "fiscal_priority",
        "fewer_inspections",
        "priority_honours",
    ]
    assert told("B") == []
    assert told("C") == told("E") == ["key_target", "more_inspections", "on_site_checks"]


@pytest.mark.law(JINHUA, clause="评定权限", says="二、三星由县评定，四、五星由市评定")
def test_the_county_rates_two_and_three_stars_and_the_city_four_and_five():
    raters = load_pack(("national", "jinhua")).on("scoring.stars.raters", DAY)
    told = {
        grade: [fired.row.then["rater"] for fired in fired_rows(raters.rows, {"grade": grade})]
        for grade in ("S2", "S3", "S4", "S5", "UNRATED")
    }
    assert told == {
        "S2": ["COUNTY"],
        "S3": ["COUNTY"],
        "S4": ["CITY"],
        "S5": ["CITY"],
        "UNRATED": [],
    }


@pytest.mark.law(JINHUA, clause="专项指标占30%", says="通用 70%，专项 30%")
def test_common_items_are_seventy_and_specific_ones_thirty_of_a_hundred():
    most = {row.code: row.then["max"] for row in STARS.rows("aspects")}
    assert most.pop("specific") == 300
    assert sum(most.values()) == 700
