"""A dispute over a lesson is decided: the institution keeps a part, the rest is the learner's."""

from yuxin.assessment import services as assessment
from yuxin.cases import services as cases
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.tuition.disputes import services as disputes
from yuxin.tuition.disputes.kind import LESSON_DISPUTE
from yuxin.tuition.disputes.services import Settled
from yuxin.tuition.models import Contract, Lesson
from yuxin.tuition.services import lessons
from yuxin.tuition.services.timeline import Step, record


class NotDisputed(Refusal):
    """Only a disputed lesson is settled."""

    code = "not_disputed"
    zh = "这节课没有待处理的争议，可能已由他人办结。请刷新查看。"
    en = "This lesson has no open dispute; somebody may have settled it. Please reload."


@operation(
    "dispute.settled",
    roles={Role.OFFICER, Role.HEAD},
    moves=("lesson_dispute.decided", "refund.follows_decision"),
)
def settle_dispute(act: Act, *, lesson_code: str, kept_bps: int, words: str) -> Receipt:
    """Decide, after mediation failed, how much of a lesson the institution keeps.

    Units: basis points. The odd fen of a divided amount goes to the learner (funds-rules 4.2).
    Raises: NotFound, BadInput, NotDisputed, WrongState, WordsMissing.
    """
    contract, lesson = disputed_for_update(lesson_code)
    if not 0 <= kept_bps <= 10_000:
        raise BadInput(field="kept_bps")
    if not words.strip():
        raise BadInput(field="words")
    dispute = disputes.dispute_for_update(lesson)
    if lesson.state != Lesson.State.DISPUTED or dispute is None:
        raise NotDisputed
    cases.advance(act, dispute.proceeding, LESSON_DISPUTE, "decided", words=words)
    told = disputes.settle(act, contract, lesson, kept_bps=kept_bps, opens="follows_decision")
    return settled(act, contract, lesson, told, words=words)


def disputed_for_update(lesson_code: str) -> tuple[Contract, Lesson]:
    """A lesson and its contract, the contract locked first.

    Raises: NotFound.
    """
    contract = lessons.contract_of_lesson_for_update(lesson_code)
    lesson = lessons.lesson_for_update(lesson_code)
    if lesson is None or contract is None:
        raise NotFound
    return contract, lesson


def settled(act: Act, contract: Contract, lesson: Lesson, told: Settled, *, words: str) -> Receipt:
    """Write down and tell what a dispute came to."""
    entry = record(
        act,
        Step(
            contract,
            "settled",
            {
                "lesson": lesson.code,
                "kept_fen": told.kept_fen,
                "returned_fen": told.back_fen,
                "refund": told.refund,
                "words": words.strip(),
            },
            amount_fen=told.kept_fen,
            reference=lesson.code,
        ),
    )
    messages.send(
        act,
        to_person_id=lesson.guardian_id,
        template="dispute.settled",
        facts={"lesson": lesson.code, "amount_fen": told.back_fen},
    )
    assessment.mark(lesson.institution_id)
    return Receipt(
        entry.id,
        {"kept_fen": told.kept_fen, "returned_fen": told.back_fen, "refund": told.refund},
    )
