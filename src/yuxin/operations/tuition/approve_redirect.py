"""A second person approves the account to which a returned refund shall go."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.operations.tuition.redirect_refund import RefundNotReturned
from yuxin.tuition.models import RefundCase
from yuxin.tuition.services import refunds, timeline
from yuxin.tuition.services.timeline import Step


@operation(
    "refund.redirect_approved",
    roles={Role.OFFICER, Role.HEAD},
    moves=("refund.redirect_approved",),
)
def approve_redirect(act: Act, *, refund_code: str, words: str) -> Receipt:
    """Approve the account that a colleague checked and proposed; the refund is due again.

    Raises: NotFound, RefundNotReturned, WrongState, SamePerson, WordsMissing.
    """
    refund = refunds.refund_for_update(refund_code)
    if refund is None:
        raise NotFound
    if refund.state != RefundCase.State.RETURNED:
        raise RefundNotReturned
    proposed = refunds.latest_redirect(refund)
    refunds.move(
        act,
        refund,
        "redirect_approved",
        words=words,
        account_sealed=proposed.account_sealed if proposed else None,
        account_last4=proposed.account_last4 if proposed else "",
    )
    last4 = refunds.approve_redirect(act, refund).account_last4
    entry = timeline.record(
        act,
        Step(
            refund.contract,
            "refund_redirected",
            {"refund": refund.code, "last4": last4, "words": words.strip()},
            amount_fen=refund.amount_fen,
            reference=refund.code,
        ),
    )
    return Receipt(entry.id, {"refund": refund.code})
