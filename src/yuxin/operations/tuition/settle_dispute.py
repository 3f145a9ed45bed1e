"""A dispute over a lesson is decided: the institution keeps a part, the rest is the learner's."""

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.rules.earning import split_lesson
from yuxin.tuition.models import Contract, Lesson
from yuxin.tuition.services import lessons, money, refunds, timeline
from yuxin.tuition.services.timeline import Step


class NotDisputed(Refusal):
    """Only a disputed lesson is settled."""

    code = "not_disputed"
    zh = "这节课没有待处理的争议，可能已由他人办结。请刷新查看。"
    en = "This lesson has no open dispute; somebody may have settled it. Please reload."


@operation("dispute.settled", roles={Role.OFFICER, Role.HEAD})
def settle_dispute(act: Act, *, lesson_code: str, kept_bps: int, words: str) -> Receipt:
    """Decide how much of a disputed lesson the institution keeps, in basis points.

    The odd fen of a divided amount goes to the learner (funds-rules 4.2). When the rest of the
    contract was refunded before, the learner's part follows it: a refund already approved.
    Raises: NotFound, BadInput, NotDisputed.
    """
    contract = lessons.contract_of_lesson_for_update(lesson_code)
    lesson = lessons.lesson_for_update(lesson_code)
    if lesson is None or contract is None:
        raise NotFound
    if not 0 <= kept_bps <= 10_000:
        raise BadInput(field="kept_bps")
    if not words.strip():
        raise BadInput(field="words")
    if lesson.state != Lesson.State.DISPUTED:
        raise NotDisputed
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
    follow_up = _refund_the_rest(act, contract, back)
    entry = timeline.record(
        act,
        Step(
            contract,
            "settled",
            {
                "lesson": lesson.code,
                "kept_fen": kept,
                "returned_fen": back,
                "refund": follow_up,
                "words": words.strip(),
            },
            amount_fen=kept,
            reference=lesson.code,
        ),
    )
    messages.send(
        act,
        to_person_id=lesson.guardian_id,
        template="dispute.settled",
        facts={"lesson": lesson.code, "amount_fen": back},
    )
    assessment.mark(lesson.institution_id)
    return Receipt(entry.id, {"kept_fen": kept, "returned_fen": back, "refund": follow_up})


def _refund_the_rest(act: Act, contract: Contract, amount_fen: int) -> str:
    """The code of the follow-up refund, where the contract's rest was refunded before."""
    if contract.state != Contract.State.REFUNDING or not amount_fen:
        return ""
    refund = refunds.grant(
        contract=contract, amount_fen=amount_fen, reason="dispute", at=act.at, on=act.day
    )
    money.post(act, [money.refund_due(refund, on=act.day)])
    return refund.code
