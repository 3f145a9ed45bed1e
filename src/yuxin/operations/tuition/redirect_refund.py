"""A refund that came back is sent again: the same way, or to an account that was checked."""

from yuxin.access.sealed import seal
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.models import RefundCase
from yuxin.tuition.services import refunds, timeline
from yuxin.tuition.services.timeline import Step


class RefundNotReturned(Refusal):
    """Only a refund that came back is sent again."""

    code = "refund_not_returned"
    zh = "这笔退费没有被银行退回，不用改道。请刷新查看当前进度。"
    en = "This refund did not come back from the bank; reload to see where it stands."


@operation(
    "refund.redirected",
    roles={Role.OFFICER, Role.HEAD},
    moves=("refund.resent", "refund.redirect_proposed"),
)
def redirect_refund(act: Act, *, refund_code: str, account: str, words: str) -> Receipt:
    """Send a returned refund again by the original route, or propose another `account`.

    The account is the payer's own, its holder checked by the officer; `words` say how. A second
    person approves it (`approve_redirect`). The days of the refund do not start again
    (funds-rules 4.3).
    Raises: NotFound, RefundNotReturned, BadInput.
    """
    refund = refunds.refund_for_update(refund_code)
    if refund is None:
        raise NotFound
    if refund.state != RefundCase.State.RETURNED:
        raise RefundNotReturned
    number = "".join(account.split())
    if number and not (number.isascii() and number.isdecimal() and 8 <= len(number) <= 30):
        raise BadInput(field="account")
    if not words.strip():
        raise BadInput(field="words")
    if number:
        refunds.move(act, refund, "redirect_proposed", words=words)
        sealed = seal("refund_account", number)
        refunds.propose_redirect(act, refund, account_sealed=sealed, last4=number[-4:], words=words)
    else:
        refunds.move(act, refund, "resent", words=words, account_sealed=None, account_last4="")
    entry = timeline.record(
        act,
        Step(
            refund.contract,
            "redirect_proposed" if number else "refund_redirected",
            {"refund": refund.code, "last4": number[-4:], "words": words.strip()},
            amount_fen=refund.amount_fen,
            reference=refund.code,
        ),
    )
    return Receipt(entry.id, {"refund": refund.code})
