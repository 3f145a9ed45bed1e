"""Free the outflow of an institution again."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.tuition.outflow import services
from yuxin.tuition.outflow.permissions import BUREAU, require_may_hold


@operation("outflow.freed", roles=BUREAU)
def lift_hold(act: Act, *, hold_code: str) -> Receipt:
    """End a hold, as the second person; what waited goes with the next orders.

    Raises: NotFound, Forbidden, Conflict, HeldByClosing, SamePerson.
    """
    hold = services.hold_for_update(hold_code)
    require_may_hold(act.actor, hold.institution_id)
    services.lift(act, hold)
    code = queries.entry(act.actor, hold.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"hold": hold.code, "number": hold.lift_number},
    )
    return Receipt(entry.id, {"code": code, "hold": hold.code})
