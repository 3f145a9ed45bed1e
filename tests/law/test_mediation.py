"""A disputed lesson: account, mediation with proposals, agreement or decision (funds-rules 9)."""

from dataclasses import replace

import pytest

from tests.given import World, at, call, guardian, mediated, paid_world, to_decide
from yuxin.access.reading import reading
from yuxin.cases import queries as cases
from yuxin.cases.models import Proceeding
from yuxin.cases.refusals import WordsMissing, WrongState
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.messages import queries as letters
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.kinds import KINDS
from yuxin.operations.tuition.accept_settlement import (
    AcceptedAlready,
    AnotherProposal,
    accept_settlement,
)
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.propose_settlement import propose_settlement
from yuxin.operations.tuition.settle_dispute import NotDisputed, settle_dispute
from yuxin.operations.tuition.withdraw_dispute import withdraw_dispute

pytestmark = pytest.mark.django_db
FROZEN = {"custody": "2000.00", "unearned": "1900.00", "frozen": "100.00"}


def disputed() -> World:
    """Lesson 1 taught and disputed on Wednesday 4 March."""
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    dispute_lesson(
        call(k.family, "03-04 20:00"), lesson_code=k.lesson(1).code, reason="teacher", words="换人"
    )
    return k


def about(k: World) -> Proceeding:
    with reading(k.institution.clock):
        return Proceeding.objects.get(kind="lesson_dispute")


def step(k: World, actor: Actor, move: str, when: str, words: str = "如实说明") -> None:
    advance_proceeding(call(actor, when), proceeding_code=about(k).code, move=move, words=words)


def propose(k: World, kept_bps: int, when: str, actor: Actor | None = None) -> int:
    told = propose_settlement(
        call(actor or k.institution.officer, when),
        lesson_code=k.lesson(1).code,
        kept_bps=kept_bps,
        words="各担一半",
    )
    return int(str(told["returned_fen"]))


def accept(k: World, actor: Actor, seen_fen: int, when: str = "03-10 10:00") -> None:
    accept_settlement(call(actor, when), lesson_code=k.lesson(1).code, seen_fen=seen_fen)


def tasks(actor: Actor) -> list[str]:
    with reading(actor):
        return [each.state for each in cases.inbox(actor, KINDS)]


def test_a_dispute_asks_the_institution_within_its_working_days():
    k = disputed()
    assert k.buckets() == FROZEN
    assert (about(k).state, about(k).due_on.isoformat()) == ("answering", "2026-03-11")
    assert tasks(k.institution.head) == ["answering"]
    assert tasks(k.institution.officer) == []
    with pytest.raises(WordsMissing):
        step(k, k.institution.head, "answered", "03-05 10:00", words=" ")
    step(k, k.institution.head, "answered", "03-05 10:00", words="林老师病了")
    assert tasks(k.institution.head) == []
    assert tasks(k.institution.officer) == ["mediating"]


def test_silence_of_the_institution_brings_the_mediator_and_moves_no_money():
    k = disputed()
    k.morning("03-11 00:05")
    assert about(k).state == "answering"
    k.morning("03-12 00:05")
    assert about(k).state == "mediating"
    assert k.buckets() == FROZEN


def test_an_agreement_of_both_books_at_once_and_nothing_before_it():
    k = disputed()
    step(k, k.institution.head, "answered", "03-05 10:00")
    back = propose(k, 5000, "03-09 10:00")
    assert back == 5000
    with reading(k.family):
        assert "调解方案" in [each.title for each in letters.inbox(k.family)]
    accept(k, k.institution.finance, back)
    assert k.buckets() == FROZEN, "one yes books nothing"
    with pytest.raises(AcceptedAlready):
        accept(k, k.institution.head, back)
    with pytest.raises(AnotherProposal):
        accept(k, k.family, 10000)
    accept(k, k.family, back, "03-10 11:00")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1950.00", "payable": "50.00"}
    assert about(k).state == "agreed"
    assert (k.lesson(1).state, k.lesson(1).kept_fen) == ("settled", 5000)


def test_a_refused_proposal_goes_back_and_another_may_follow():
    k = disputed()
    step(k, k.institution.head, "answered", "03-05 10:00")
    first = propose(k, 10_000, "03-06 10:00")
    accept(k, k.institution.head, first, "03-06 11:00")
    step(k, k.family, "refused", "03-06 12:00", words="没有上够")
    assert about(k).state == "mediating"
    assert k.buckets() == FROZEN
    second = propose(k, 3000, "03-09 10:00")
    assert second == 7000
    accept(k, k.family, second)
    assert about(k).state == "proposed", "the institution's yes was to another proposal"
    accept(k, k.institution.head, second)
    assert k.buckets() == {"custody": "2000.00", "unearned": "1970.00", "payable": "30.00"}


def test_a_proposal_that_nobody_answers_lapses_and_confirms_nothing():
    k = disputed()
    step(k, k.institution.head, "answered", "03-05 10:00")
    propose(k, 5000, "03-09 10:00")
    k.morning("03-17 00:05")  # five working days from Monday end on Monday
    assert about(k).state == "mediating"
    assert k.buckets() == FROZEN


def test_without_an_agreement_the_officer_decides_with_reasons():
    k = disputed()
    decide = {"lesson_code": k.lesson(1).code, "kept_bps": 0}
    with pytest.raises(WrongState):
        settle_dispute(call(k.institution.officer, "03-05 10:00"), **decide, words="先定了")
    to_decide(k, 1, "03-12 10:00")
    settle_dispute(call(k.institution.officer, "03-13 10:00"), **decide, words="课没有上够")
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}
    with pytest.raises(NotDisputed):
        settle_dispute(call(k.institution.officer, "03-13 10:01"), **decide, words="再定")


def test_the_association_mediates_and_decides_nothing():
    k = disputed()
    mediator = Actor(801, "协会调解员", frozenset({Role.ASSOCIATION}), (k.institution.id,))
    step(k, k.institution.head, "answered", "03-05 10:00")
    propose(k, 5000, "03-09 10:00", mediator)
    step(k, k.family, "refused", "03-09 11:00")
    step(k, mediator, "failed", "03-09 12:00")
    with pytest.raises(Forbidden):
        settle_dispute(
            call(mediator, "03-09 13:00"), lesson_code=k.lesson(1).code, kept_bps=0, words="决定"
        )


def test_the_guardian_may_withdraw_and_the_lesson_counts():
    k = disputed()
    withdraw_dispute(call(k.family, "03-05 10:00"), lesson_code=k.lesson(1).code)
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}
    assert about(k).state == "withdrawn"


def test_strangers_answer_nothing():
    k = disputed()
    step(k, k.institution.head, "answered", "03-05 10:00")
    back = propose(k, 5000, "03-09 10:00")
    stranger = guardian(2)
    other = replace(k.institution.head, institution_ids=(k.institution.id + 7000,))
    for who in (stranger, other):
        with pytest.raises(NotFound):
            accept(k, who, back)
    assert k.buckets() == FROZEN


def test_lines_eight_to_eleven_of_contract_k_by_mediation():
    k = disputed()
    mediated(k, 1, "03-25 15:00")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1950.00", "payable": "50.00"}
    with reading(k.institution.officer):
        found = cases.about(k.institution.officer, KINDS[1], k.contract)
        assert found is not None
        said = [each.move for each in cases.timeline(k.institution.officer, found)]
    assert said == ["opened", "answered", "proposed", "accepted", "agreed"]
    assert found.closed_at == at("03-25 15:00")
