"""From day to day: RED ends by approval, GREEN after clean days, nights agree with marks."""

from datetime import date, timedelta

import pytest

from tests.assessment.given import (
    TODAY,
    balances,
    clock_of_the_books,
    complained,
    decided,
    filed,
    insured,
    judged,
    night,
    noon,
    replayed,
    small,
    standing,
    whole,
)
from tests.given import call, institution, rules
from yuxin.access.reading import reading
from yuxin.assessment import queries
from yuxin.assessment.decisions import ApprovedByProposer, NotRed
from yuxin.assessment.models import Judgement
from yuxin.jobs.judge_colours import judge_marked
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.assessment.approve_reinspection import approve_reinspection
from yuxin.operations.assessment.override_colour import override_colour
from yuxin.operations.assessment.propose_override import propose_override
from yuxin.operations.assessment.propose_reinspection import propose_reinspection
from yuxin.operations.supervision.record_feed_gap import record_feed_gap
from yuxin.registry import queries as registry
from yuxin.rules.colour import Colour
from yuxin.rules.movement import OverrideNotAllowed
from yuxin.supervision.models import Feed, Outcome

TWO = (date(2026, 3, 31), date(2026, 6, 30))


@pytest.fixture(autouse=True)
def _rules(db):
    rules()
    clock_of_the_books(noon(TODAY))


def second(of):
    return Actor(77, "复核人", frozenset({Role.HEAD}), (of.id,))


def red_of_example_7():
    of = whole(learners=900, statements=TWO, ratio_bps=None)
    balances(of, {TODAY - timedelta(days=back): 9300 for back in (3, 4, 5)})
    assert judged(of).effective == "RED"
    return of


def reinspected(of, on):
    receipt = propose_reinspection(
        call(of.officer, noon(on)), code=of.code, passed_on=on, reason="现场复查合格"
    )
    return approve_reinspection(call(second(of), noon(on)), proposal_id=receipt["proposal"])


def test_18_red_ends_by_an_approved_reinspection_and_green_waits_60_clean_days():
    of = red_of_example_7()
    approved_on = date(2026, 12, 1)
    filed(of, date(2026, 9, 30), on=date(2026, 11, 20))
    balances(of, {date(2026, 11, 30): 10_000})
    night(date(2026, 11, 30))
    assert standing(of, date(2026, 11, 30)).effective == "RED"

    reinspected(of, approved_on)
    assert judged(of, approved_on).effective == "YELLOW"

    # The year's last statement and fresh balances keep coming; 60 clean days end on 01-29.
    balances(of, {date(2027, 1, 28): 10_000})
    assert night(date(2027, 1, 29)) == 1
    assert standing(of, date(2027, 1, 29)).effective == "YELLOW"
    balances(of, {date(2027, 1, 29): 10_000})
    night(date(2027, 1, 30))
    assert standing(of, date(2027, 1, 30)).effective == "GREEN"
    for day in (TODAY, approved_on, date(2027, 1, 30)):
        assert replayed(of, day).equal


def test_a_reinspection_is_approved_by_another_and_only_while_red():
    of = red_of_example_7()
    with pytest.raises(NotFound):
        propose_reinspection(
            call(Actor(5, "外县", frozenset({Role.OFFICER})), noon(TODAY)),
            code=of.code,
            passed_on=TODAY,
            reason="x",
        )
    proposal = propose_reinspection(
        call(of.officer, noon(TODAY)), code=of.code, passed_on=TODAY, reason="合格"
    )["proposal"]
    with pytest.raises(ApprovedByProposer):
        approve_reinspection(call(of.officer, noon(TODAY)), proposal_id=proposal)
    with pytest.raises(Forbidden):
        approve_reinspection(call(of.head, noon(TODAY)), proposal_id=proposal)


def test_green_has_nothing_to_reinspect():
    of = small()
    judged(of)
    with pytest.raises(NotRed):
        propose_reinspection(
            call(of.officer, noon(TODAY)), code=of.code, passed_on=TODAY, reason="x"
        )


def test_a_hard_bottom_allows_no_override_and_a_direct_one_does():
    hard = red_of_example_7()
    until = TODAY + timedelta(days=30)
    with pytest.raises(OverrideNotAllowed):
        propose_override(
            call(hard.officer, noon(TODAY)),
            code=hard.code,
            colour=Colour.YELLOW,
            until_on=until,
            reason="x",
        )
    of = whole(2, learners=200)
    complained(of, 6)
    assert judged(of).effective == "RED"
    proposal = propose_override(
        call(of.officer, noon(TODAY)),
        code=of.code,
        colour=Colour.YELLOW,
        until_on=until,
        reason="六件均已和解",
    )["proposal"]
    assert judged(of).effective == "RED"
    override_colour(call(second(of), noon(TODAY)), proposal_id=proposal)
    row = judged(of)
    assert (row.computed, row.effective) == ("RED", "YELLOW")
    night(until)
    assert standing(of, until).effective == "YELLOW"
    balances(of, {until: 10_000})
    night(until + timedelta(days=1))
    assert standing(of, until + timedelta(days=1)).effective == "RED"
    assert replayed(of).equal


def test_17_feeds_absent_9_days_past_due_are_yellow_for_missing_data():
    due = date(2026, 10, 30)
    clock_of_the_books(noon(due))
    of = whole(learners=320, statements=TWO, insured_until=None, ratio_bps=None)
    day = due + timedelta(days=9)
    balances(of, {date(2026, 10, 29): 10_000})
    row = judged(of, day)
    assert row.facts["statement_gap_days"] == 9
    assert row.effective == "YELLOW"
    assert {"risk.data.statement", "risk.required.insurance", "risk.colour.5.data_missing"} <= {
        *row.fired
    }


def test_17_a_gap_of_the_bank_or_the_platform_colours_nobody():
    of = whole(learners=320, ratio_bps=None)
    assert judged(of).effective == "YELLOW"
    for feed, bank in ((Feed.FUNDS, "DEMOBANK"),):
        record_feed_gap(
            call(of.officer, noon(TODAY)),
            feed=feed,
            bank_code=bank,
            valid_from=TODAY - timedelta(days=20),
            reason="银行系统停机",
        )
    row = judged(of)
    assert row.facts["funds_gap_by_others"] is True
    # Missing data do not hold a colour: it is over with the gap's cause.
    assert row.effective == "GREEN"
    record_feed_gap(
        call(of.officer, noon(TODAY)),
        feed=Feed.FUNDS,
        bank_code="DEMOBANK",
        valid_from=TODAY,
        ended=True,
        reason="恢复",
    )
    assert judged(of).effective == "YELLOW"


def test_a_late_fact_changes_what_is_true_of_a_past_day_and_not_what_was_known():
    of = small()
    before = judged(of)
    assert before.effective == "GREEN"
    complained(of, 5, on=TODAY - timedelta(days=1))
    after = judged(of)
    assert (after.effective, after.valid_on) == ("RED", TODAY)
    with reading(of.clock):
        old = Judgement.objects.get(pk=before.pk)
    assert (old.effective, old.facts["complaints_centi"]) == ("GREEN", 0)
    assert replayed(of).equal


def test_a_decision_corrected_later_leaves_the_old_judgement_recomputable():
    of = small()
    (code,) = complained(of, 1, outcome=Outcome.WITHDRAWN)
    first = judged(of)
    assert first.facts["complaints_centi"] == 50
    decided(of, code, TODAY, Outcome.INVALID)
    assert judged(of).effective == "GREEN"
    assert replayed(of).equal


def test_the_night_agrees_with_the_marks_and_a_repeat_changes_nothing():
    of, other = small(1), whole(2, learners=200)
    complained(other, 3)
    first, second_one = judged(of), judged(other)
    assert night(TODAY) == 2
    assert (standing(of).pk, standing(other).pk) == (first.pk, second_one.pk)
    assert night(TODAY) == 0


def test_one_at_a_time_and_all_at_once_say_the_same():
    many = [whole(n, learners=60 * n, insured_until=date(2026, 11, 10 + 5 * n)) for n in (1, 2, 3)]
    night(TODAY)
    together = [(standing(of).effective, standing(of).facts) for of in many]
    for of, said in zip(many, together, strict=True):
        assert (standing(of).effective, standing(of).facts) == said
        assert replayed(of).equal


def test_an_institution_that_is_not_connected_is_grey_and_nothing_is_kept():
    of = institution(connected=False)
    judge_marked(noon(TODAY))
    with reading(of.clock):
        assert not Judgement.objects.exists()
        assert registry.entry(of.clock, of.id).colour is None


def test_what_marks_a_colour_is_shown_in_the_registry_and_to_nobody_outside_the_grants():
    of = small()
    judged(of)
    with reading(of.clock):
        assert registry.entry(of.clock, of.id).colour == "GREEN"
    stranger = Actor(5, "外县", frozenset({Role.OFFICER}))
    with reading(stranger), pytest.raises(NotFound):
        queries.judgement_on(stranger, of.id, TODAY)


def test_insurance_renewed_ahead_is_no_gap():
    of = small()
    insured(of, date(2026, 11, 30), covered=80, number="OLD")
    insured(of, date(2027, 11, 30), covered=80, number="NEW", since=date(2026, 12, 1))
    assert judged(of).effective == "GREEN"
