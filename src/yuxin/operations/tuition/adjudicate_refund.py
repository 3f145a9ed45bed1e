"""The bureau decides a refund that the institution contested."""

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.operations.tuition.answer_refund import AnswerNeedsReason, RefundAnswered, approve, step
from yuxin.rules.earning import PriceBasis
from yuxin.tuition.models import RefundCase
from yuxin.tuition.services import refunds, timeline


@operation(
    "refund.adjudicated",
    roles={Role.OFFICER, Role.HEAD},
    moves=("refund.granted", "refund.granted_of_nothing", "refund.denied"),
)
def adjudicate_refund(
    act: Act, *, refund_code: str, grant: bool, words: str, in_proportion: bool = False
) -> Receipt:
    """Decide a refund that was contested or is to be looked at: it is due, or it is not.

    `in_proportion`: the cause is not the family's own, so the list price does not count (N15).

    Raises: NotFound, RefundAnswered, AnswerNeedsReason.
    """
    refund = refunds.refund_for_update(refund_code)
    if refund is None:
        raise NotFound
    if refund.state not in (RefundCase.State.CONTESTED, RefundCase.State.REVIEWING):
        raise RefundAnswered
    if not words.strip():
        raise AnswerNeedsReason(field="words")
    if grant:
        if in_proportion:
            refund.basis = PriceBasis.PROPORTIONAL
        ground = RefundCase.Ground.ADJUDICATED
        approve(act, refund, ground=ground, on=act.day, words=words)
    else:
        refunds.move(act, refund, "denied", words=words, answered_at=act.at)
    entry = timeline.record(
        act, step(refund, "refund_granted" if grant else "refund_denied", words=words.strip())
    )
    assessment.mark(refund.institution_id)
    return Receipt(entry.id, {"refund": refund.code, "state": str(refund.state)})
