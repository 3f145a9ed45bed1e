"""Writes of disputes, inside an operation."""

from dataclasses import dataclass

from yuxin.cases import services as cases
from yuxin.kernel.act import Act, require_act
from yuxin.rules.earning import split_lesson
from yuxin.tuition.disputes.kind import LESSON_DISPUTE
from yuxin.tuition.disputes.models import LessonDispute, Settlement
from yuxin.tuition.models import Contract, Lesson
from yuxin.tuition.services import lessons, money, refunds


@dataclass(frozen=True)
class Settled:
    """What a settled lesson came to, in fen, and the refund that followed, if any."""

    kept_fen: int
    back_fen: int
    refund: str


def open_dispute(act: Act, lesson: Lesson, *, words: str) -> LessonDispute:
    """Open the proceeding of a disputed lesson."""
    require_act()
    proceeding = cases.open_proceeding(
        act,
        LESSON_DISPUTE,
        institution_id=lesson.institution_id,
        guardian_id=lesson.guardian_id,
        reference=lesson.contract.code,
        amount_fen=lesson.amount_fen,
        words=words,
    )
    return LessonDispute.objects.create(
        proceeding=proceeding,
        institution_id=lesson.institution_id,
        guardian_id=lesson.guardian_id,
        lesson=lesson,
    )


def dispute_for_update(lesson: Lesson) -> LessonDispute | None:
    """The dispute over a lesson that is locked, with its proceeding locked."""
    require_act()
    found = LessonDispute.objects.filter(lesson=lesson).select_related("proceeding").first()
    if found is None:
        return None
    proceeding = cases.proceeding_for_update(found.proceeding.code)
    assert proceeding is not None, "the proceeding of a visible dispute is visible"
    found.proceeding = proceeding
    return found


def propose(
    act: Act, dispute: LessonDispute, lesson: Lesson, *, kept_bps: int, words: str
) -> Settlement:
    """Write a proposal; the odd fen of a divided amount goes to the learner."""
    require_act()
    kept, back = split_lesson(lesson.amount_fen, kept_bps)
    return Settlement.objects.create(
        dispute=dispute,
        institution_id=dispute.institution_id,
        guardian_id=dispute.guardian_id,
        number=dispute.settlements.count() + 1,
        kept_bps=kept_bps,
        kept_fen=kept,
        back_fen=back,
        words=words.strip()[:400],
        proposed_at=act.at,
        proposed_by=act.actor.account_id,
    )


def settle(
    act: Act, contract: Contract, lesson: Lesson, *, kept_bps: int, opens: str = ""
) -> Settled:
    """Book what a dispute came to: the institution's part payable, the rest the learner's again.

    When the rest of the contract was refunded before, the learner's part follows it: a refund
    already approved, opened by the row `opens` of its table.
    """
    kept, back = split_lesson(lesson.amount_fen, kept_bps)
    lessons.answer(
        [lesson],
        state=Lesson.State.SETTLED,
        at=act.at,
        dispute_reason=lesson.dispute_reason,
        kept_fen=kept,
        payable_on=act.day,
    )
    money.post(act, [money.settled(lesson, kept_fen=kept, on=act.day)])
    refund = refunds.follow(act, contract=contract, amount_fen=back, reason="dispute", opens=opens)
    return Settled(kept, back, refund)


def standing_settlement(dispute: LessonDispute) -> Settlement | None:
    """The proposal that stands: the latest one."""
    return dispute.settlements.order_by("-number").first()


def side_accepted(settlement: Settlement, *, family: bool) -> bool:
    """Whether this side said yes already."""
    return (settlement.guardian_at if family else settlement.institution_at) is not None


def other_side_accepted(settlement: Settlement, *, family: bool) -> bool:
    """Whether only this side's yes is missing."""
    return side_accepted(settlement, family=not family) and not side_accepted(
        settlement, family=family
    )


def accept(act: Act, settlement: Settlement, *, family: bool, agreed: bool) -> None:
    """Write a side's yes, and that both agreed."""
    require_act()
    if family:
        settlement.guardian_at = act.at
    else:
        settlement.institution_at = act.at
    settlement.agreed = agreed
    settlement.save(update_fields=["guardian_at", "institution_at", "agreed"])
