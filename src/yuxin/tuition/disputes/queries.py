"""Reads of disputes: where one stands and what is proposed."""

from dataclasses import dataclass
from datetime import date, datetime

from yuxin.kernel.actor import Actor
from yuxin.tuition.disputes.models import LessonDispute, Settlement


@dataclass(frozen=True)
class Proposal:
    """The settlement that stands: shares in fen, whose yes is there."""

    kept_fen: int
    back_fen: int
    words: str
    guardian_said: bool
    institution_said: bool


@dataclass(frozen=True)
class Standing:
    """A dispute as its parties see it; the proposal only while it waits for answers."""

    proceeding_code: str
    lesson_code: str
    contract_code: str
    ordinal: int
    amount_fen: int
    state: str
    opened_at: datetime
    due_on: date | None
    provisional: bool
    proposal: Proposal | None
    kept_fen: int | None
    reason: str


def standing(actor: Actor, lesson_code: str) -> Standing | None:
    """The dispute over a lesson, if the reader may see it; two statements."""
    found = (
        LessonDispute.objects.filter(lesson__code=lesson_code)
        .select_related("proceeding", "lesson__contract")
        .first()
    )
    return None if found is None else _standing(found)


def of_proceeding(actor: Actor, proceeding_id: int) -> Standing:
    """The dispute of a proceeding; two statements."""
    return _standing(
        LessonDispute.objects.select_related("proceeding", "lesson__contract").get(pk=proceeding_id)
    )


def proposals_to_answer(actor: Actor) -> list[Standing]:
    """Disputes of the reader's children in which a proposal waits for their yes; two statements."""
    rows = (
        LessonDispute.objects.filter(guardian_id__in=actor.person_ids, proceeding__state="proposed")
        .select_related("proceeding", "lesson__contract")
        .prefetch_related("settlements")
        .order_by("proceeding__due_on", "pk")
    )
    found = [_standing(row) for row in rows]
    return [each for each in found if each.proposal and not each.proposal.guardian_said]


def _proposal(last: Settlement) -> Proposal:
    return Proposal(
        last.kept_fen,
        last.back_fen,
        last.words,
        last.guardian_at is not None,
        last.institution_at is not None,
    )


def _standing(found: LessonDispute) -> Standing:
    lesson, about = found.lesson, found.proceeding
    last = None
    if about.state == "proposed":
        last = max(found.settlements.all(), key=lambda each: each.number, default=None)
    return Standing(
        proceeding_code=about.code,
        lesson_code=lesson.code,
        contract_code=lesson.contract.code,
        ordinal=lesson.ordinal,
        amount_fen=lesson.amount_fen,
        state=about.state,
        opened_at=about.opened_at,
        due_on=about.due_on,
        provisional=about.provisional,
        proposal=_proposal(last) if last else None,
        kept_fen=lesson.kept_fen,
        reason=lesson.dispute_reason,
    )
