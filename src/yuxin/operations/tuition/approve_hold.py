"""Hold everything that leaves custody for an institution but refunds."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.tuition.outflow import services
from yuxin.tuition.outflow.permissions import BUREAU, require_may_hold


@operation("outflow.held", roles=BUREAU)
def approve_hold(act: Act, *, hold_code: str) -> Receipt:
    """Put a proposed hold in force, as the second person. Refunds go on.

    Raises: NotFound, Forbidden, Conflict, SamePerson.
    Law: funds-rules 6 and readings (Freeze).
    """
    hold = services.hold_for_update(hold_code)
    require_may_hold(act.actor, hold.institution_id)
    services.approve(act, hold)
    code = queries.entry(act.actor, hold.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"hold": hold.code, "number": hold.document_number},
    )
    return Receipt(entry.id, {"code": code, "hold": hold.code})
