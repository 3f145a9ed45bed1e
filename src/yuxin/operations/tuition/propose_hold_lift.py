"""Propose to free the outflow of an institution; another person approves it."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.tuition.outflow import services
from yuxin.tuition.outflow.permissions import BUREAU, require_may_hold


@operation("hold.lift_proposed", roles=BUREAU)
def propose_hold_lift(act: Act, *, hold_code: str, document_number: str, words: str) -> Receipt:
    """Propose it, on a decision with a number; the hold stands until the approval.

    Raises: NotFound, Forbidden, Conflict, HeldByClosing, OrderNumberMissing.
    """
    hold = services.hold_for_update(hold_code)
    require_may_hold(act.actor, hold.institution_id)
    services.propose_lift(act, hold, document_number=document_number, words=words)
    code = queries.entry(act.actor, hold.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"hold": hold.code, "number": hold.lift_number, "words": hold.lift_words},
    )
    return Receipt(entry.id, {"code": code, "hold": hold.code})
