"""What holds for every colour: worse facts never better it, no data is never GREEN."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law.test_colour_examples import RULES, TODAY, colour, institution
from yuxin.rules.colour import Colour, ColourRules, Line, evaluate
from yuxin.rules.folder import load_pack
from yuxin.rules.values import MARK_WORDS, MARKS, RuleMissing

# How each indicator gets worse: from left to right.
WORSE = {
    "licence_days_to_expiry": [400, 61, 60, 1, 0, -1, -100],
    "statement_days_late": [0, 1, 20, 59, 60, 400],
    "audit_opinion": ["UNQUALIFIED", "QUALIFIED", "ADVERSE"],
    "audit_days_late": [0, 59, 60],
    "insurance_days_to_expiry": [200, 31, 30, 0, -1],
    "insurance_cover_bps": [10000, 9999, 8000, 7999, 0],
    "custody_ratio_bps": [12000, 10000, 9999, 9500, 9499, 0],
    "custody_short_bank_days": [0, 2, 3, 30],
    "complaints_centi": [0, 150, 200, 400, 500, 800, 1000, 2000],
    "complaints_unanswered": [0, 1, 3],
    "complaint_same_matter_families": [0, 9, 10],
    "complaint_safety_substantiated": [0, 1],
    "fulltime_share_bps": [10000, 5500, 5499, 5000, 4999],
    "capacity_used_bps": [5000, 9500, 9501, 10000, 10001],
    "area_per_learner_dm2": [400, 300, 299],
    "statement_gap_days": [0, 7, 8],
    "insurance_gap_days": [0, 7, 8],
    "funds_gap_days": [0, 7, 8],
}
STEPS = st.fixed_dictionaries({name: st.integers(0, len(to) - 1) for name, to in WORSE.items()})
LEARNERS = st.sampled_from([1, 80, 150, 151, 320, 500, 501, 900])
REQUIRED = [
    "learners",
    "sites",
    "capacity",
    "licence_days_to_expiry",
    "statement_days_late",
    "insurance_days_to_expiry",
    "insurance_cover_bps",
    "complaints_centi",
    "fund_mode",
    "custody_ratio_bps",
    "custody_short_bank_days",
]


def at(steps):
    return {name: WORSE[name][step] for name, step in steps.items()}


@given(STEPS, LEARNERS, st.sampled_from(sorted(WORSE)), st.integers(0, 20))
def test_making_one_indicator_worse_never_makes_the_colour_better(steps, learners, name, cured):
    found = {f"risk.{code}": TODAY - timedelta(days=cured) for code in ("A1", "A2", "S3", "E2")}
    before = colour(learners, soft_found=found, **at(steps))
    worse = steps | {name: min(steps[name] + 1, len(WORSE[name]) - 1)}
    after = colour(learners, soft_found=found, **at(worse))
    assert after.colour.rank >= before.colour.rank


@given(STEPS, LEARNERS, st.sampled_from(REQUIRED), st.booleans())
def test_without_data_a_connected_institution_is_never_green(steps, learners, name, left_out):
    facts = institution(learners, **at(steps))
    if left_out:
        del facts[name]
    else:
        facts[name] = None
    assert evaluate(RULES, facts, TODAY).colour in (Colour.YELLOW, Colour.RED)


def test_knowing_nothing_at_all_is_yellow_once_connected():
    result = evaluate(RULES, {"connected": True, "status": "LICENSED"}, TODAY)
    assert result.colour is Colour.YELLOW
    assert len(result.missing) == 9
    assert "缺少财务报表数据。" in result.reasons("zh")


def test_data_that_the_bank_holds_back_colour_nobody():
    result = colour(
        320,
        custody_ratio_bps=None,
        custody_short_bank_days=None,
        funds_gap_days=30,
        funds_gap_by_others=True,
    )
    assert result.colour is Colour.GREEN


def test_without_learners_there_is_no_rate_but_the_count_still_speaks():
    result = colour(0, complaints_centi=500)
    assert result.facts["complaint_rate_centi"] is None
    assert result.colour is Colour.RED
    assert "每百名学员 — 件" in result.reasons("zh")[0]


def test_a_result_holds_all_it_rests_on():
    result = colour(320, statement_days_late=60)
    (hit,) = result.hits
    assert (hit.line, hit.kind, hit.factor) == (Line.BOTTOM, "soft", "statement")
    assert (hit.found_on, hit.cure_until) == (TODAY, TODAY + timedelta(days=30))
    assert hit.fired.seen == {"statement_days_late": 60}
    assert result.pack_sha256 == load_pack().sha256
    assert result.clean_days == 30


def test_every_sentence_names_its_rule_and_article_and_a_proposal_is_not_law():
    result = colour(320, licence_days_to_expiry=-1, statement_days_late=1, sites=None)
    licence, late, missing, red = RULES.explain(result)
    assert (licence.rule, licence.instrument, licence.clause) == (
        "risk.L1.B",
        "行政许可法",
        "第五十条",
    )
    assert licence.is_law
    assert licence.seen == {"renewal_filed": False, "licence_days_to_expiry": -1}
    assert (late.rule, late.mark, late.is_law) == ("risk.A1.W", "proposal", False)
    assert missing.rule == "risk.required.sites"
    assert red.rule == "risk.colour.1.bottom"
    assert [reason.zh for reason in RULES.explain(result)] == result.reasons("zh")
    assert set(MARK_WORDS) == set(MARKS)


def test_the_hash_of_the_inputs_tells_every_input_apart():
    base = colour(320)
    found = {"risk.A1": TODAY}
    others = [
        colour(321),
        colour(320, TODAY + timedelta(days=1)),
        colour(320, soft_found=found),
        colour(320, statement_due_on=TODAY),
    ]
    assert len({one.inputs_sha256 for one in (base, *others)}) == 5
    assert colour(320).inputs_sha256 == base.inputs_sha256


def test_before_the_pack_there_is_no_colour():
    with pytest.raises(RuleMissing):
        ColourRules.of(load_pack(), date(2024, 12, 31))


def test_every_indicator_of_the_tables_is_explained_and_every_row_speaks_both_languages():
    pack = load_pack()
    counted = {
        "hard_or_direct_bottoms",
        "soft_bottoms_overdue",
        "soft_bottoms_open",
        "core_factors",
        "core_bottoms",
        "warnings",
        "notices",
        "missing_data",
    }
    measures = {row.code for row in pack.on("risk.measures", TODAY).rows} | counted
    for key in ("risk.scale", "risk.required", "risk.indicators", "risk.colours"):
        for row in pack.on(key, TODAY).rows:
            assert {condition.indicator for condition in row.when} <= measures
            assert str(row.then.get("measure", "learners")) in measures
            assert key == "risk.scale" or (row.zh and row.en), row.code


def test_rows_locked_by_law_cite_it():
    pack = load_pack()
    locked = [row for row in pack.on("risk.indicators", TODAY).rows if row.locked]
    starred = {"L1", "L3", "L4", "T1", "T3", "T4", "T6", "T7", "E2", "E5", "A3", "A8"}
    starred |= {"F3", "F4", "S1", "S7"}
    assert {str(row.then["indicator"]).removeprefix("risk.") for row in locked} == starred
    assert all(row.cite and row.mark in ("read", "press") for row in locked)


def test_the_pack_has_42_indicators_in_six_aspects_and_each_has_its_lines():
    pack = load_pack()
    named = {row.code: str(row.then["aspect"]) for row in pack.on("risk.named", TODAY).rows}
    assert len(named) == 42
    sizes = {aspect: list(named.values()).count(aspect) for aspect in named.values()}
    assert sizes == {
        "LICENCE": 6,
        "TEACHING": 7,
        "ENROLMENT": 6,
        "ASSETS": 8,
        "FEES": 7,
        "SAFETY": 8,
    }
    lines = {
        str(row.then["indicator"])
        for row in pack.on("risk.indicators", TODAY).rows
        if not row.code.startswith("risk.data.")
    }
    assert lines == set(named)


def test_every_bottom_has_a_kind_and_a_soft_one_its_days():
    for row in load_pack().on("risk.indicators", TODAY).rows:
        if row.then["line"] == "bottom":
            assert row.then["kind"] in ("hard", "direct", "soft")
            assert ("cure_days" in row.then) == (row.then["kind"] == "soft")
        else:
            assert "kind" not in row.then


def test_an_indicator_without_facts_is_not_fed_and_one_with_them_is():
    unfed = colour(320).not_fed
    assert "risk.T1" in unfed
    assert "risk.S8" in unfed
    assert not {"risk.L1", "risk.A1", "risk.F1", "risk.F1b"} & set(unfed)
    fed = colour(320, forbidden_time_clues=0, forbidden_time_substantiated=0).not_fed
    assert "risk.T1" not in fed
    # Half of what is needed is not enough, and what is reached needs no more.
    assert "risk.T1" in colour(320, forbidden_time_clues=0).not_fed
    assert "risk.T1" not in colour(320, forbidden_time_clues=1).not_fed
