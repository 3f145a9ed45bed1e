"""The worked examples of the colour rules, from records to the stored colour and its sentences."""

from datetime import date, timedelta

import pytest

from tests.assessment.given import (
    TODAY,
    balances,
    clock_of_the_books,
    complained,
    judged,
    noon,
    replayed,
    sits,
    small,
    whole,
)
from tests.given import call, rules
from yuxin.operations.registry.record_post import NewColleague, record_post
from yuxin.registry.models import IdKind, PostRole
from yuxin.registry.services import NewPost


@pytest.fixture(autouse=True)
def _rules(db):
    rules()
    clock_of_the_books(noon(TODAY))


def fired(row):
    return (row.tier, row.effective, tuple(row.fired))


def sentences(of):
    found = replayed(of)
    assert found.equal, (found.stored, found.recomputed)
    return [reason.zh for reason in found.explanation]


def test_1_nothing_against_a_small_arts_institution_is_green():
    of = small()
    assert fired(judged(of)) == ("S", "GREEN", ("risk.colour.6.green",))
    assert sentences(of) == ["未触及任何预警线，为绿色。"]


def test_2_insurance_ending_in_24_days_is_yellow():
    of = whole(learners=320, insured_until=date(2026, 12, 10))
    row = judged(of)
    assert fired(row) == ("M", "YELLOW", ("risk.S3.W.expiry", "risk.colour.4.warning"))
    assert row.facts["insurance_days_to_expiry"] == 24
    assert sentences(of)[0] == "保险还有 24 天到期。"


def test_3_three_valid_complaints_among_320_learners_are_green():
    of = whole(learners=320)
    complained(of, 3)
    row = judged(of)
    assert (row.facts["complaints_centi"], row.facts["complaint_rate_centi"]) == (300, 93)
    assert row.effective == "GREEN"


def test_4_three_valid_complaints_among_200_learners_are_yellow():
    of = whole(learners=200)
    complained(of, 3)
    assert fired(judged(of)) == ("M", "YELLOW", ("risk.S4.W.M.rate", "risk.colour.4.warning"))
    assert sentences(of)[0] == "近 90 天有效投诉 3 件，每百名学员 1.5 件。"


def test_5_six_valid_complaints_among_200_learners_are_red_at_once():
    of = whole(learners=200)
    complained(of, 6)
    assert fired(judged(of)) == ("M", "RED", ("risk.S4.B.M.rate", "risk.colour.1.bottom"))


DAYS = tuple(TODAY - timedelta(days=back) for back in (3, 4, 5))


def test_6_a_late_statement_and_custody_at_99_percent_are_two_core_factors_and_yellow():
    of = whole(learners=900, statements=(date(2026, 3, 31), date(2026, 6, 30)), ratio_bps=9900)
    row = judged(of)
    # The quarter's statement was due on 10-30.
    assert row.facts["statement_days_late"] == 17
    assert (row.tier, row.effective) == ("L", "YELLOW")
    assert "risk.colour.3.ML.yellow" in row.fired
    assert "risk.F1.B" not in row.fired


def test_7_custody_at_93_percent_for_3_clearing_days_is_a_hard_red():
    of = whole(learners=900, statements=(date(2026, 3, 31), date(2026, 6, 30)), ratio_bps=None)
    balances(of, dict.fromkeys(DAYS, 9300))
    row = judged(of)
    assert row.facts["custody_short_bank_days"] == 3
    assert row.effective == "RED"
    assert "risk.F1.B" in row.fired
    assert any("93.00%" in each for each in sentences(of))


def test_7_for_2_clearing_days_it_is_not_yet():
    of = whole(learners=900, ratio_bps=None)
    balances(of, {**dict.fromkeys(DAYS[:2], 9300), DAYS[2]: 10_000})
    assert judged(of).effective == "YELLOW"


def staff(of, fulltime, others):
    for each in range(fulltime + others):
        record_post(
            call(of.clock, noon(date(2026, 3, 2))),
            code=of.code,
            colleague=NewColleague(
                name="某教师", id_number=f"P{each:07d}", id_kind=IdKind.PASSPORT
            ),
            post=NewPost(
                role=PostRole.TEACHING if each < fulltime else PostRole.OTHER,
                full_time=each < fulltime,
            ),
            valid_from=date(2026, 3, 1),
        )


def test_13_half_of_the_staff_full_time_is_a_notice_and_two_notices_are_yellow():
    of = whole(learners=320, capacity=400)
    staff(of, 3, 3)
    row = judged(of)
    assert (row.effective, row.fired) == ("GREEN", ["risk.T4.N", "risk.colour.6.green"])

    crowded = whole(2, learners=97, capacity=100)
    staff(crowded, 3, 3)
    sits(crowded, TODAY)
    row = judged(crowded)
    assert row.facts["capacity_used_bps"] == 9700
    assert row.effective == "YELLOW"
    assert set(row.fired) == {"risk.T4.N", "risk.E2.N", "risk.colour.4.notices"}
    assert replayed(crowded).equal
