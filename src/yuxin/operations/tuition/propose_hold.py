"""Propose to hold the outflow of an institution; another person approves it."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.tuition.outflow import services
from yuxin.tuition.outflow.permissions import BUREAU, require_may_hold


@operation("hold.proposed", roles=BUREAU)
def propose_hold(
    act: Act, *, code: str, document_number: str, words: str, alert_code: str = ""
) -> Receipt:
    """Propose it, on an order with a number; nothing is held before the approval.

    Raises: NotFound, Forbidden, OrderNumberMissing, HeldAlready.
    Law: funds-rules 6: non-refund outflow only, on a bureau order with a document number.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_hold(act.actor, entry_of.pk)
    hold = services.propose(
        act,
        institution_id=entry_of.pk,
        document_number=document_number,
        words=words,
        alert_code=alert_code,
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={"hold": hold.code, "number": hold.document_number, "words": hold.words},
    )
    return Receipt(entry.id, {"code": entry_of.code, "hold": hold.code})
