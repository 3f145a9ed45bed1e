"""Write a complaint about an institution down."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.supervision import services
from yuxin.supervision.permissions import DESK, require_may_record_complaint
from yuxin.supervision.services import NewComplaint


@operation("complaint.recorded", roles=DESK)
def record_complaint(act: Act, *, code: str, complaint: NewComplaint) -> Receipt:
    """Record a complaint; it counts only after it was decided.

    Raises: NotFound, Forbidden, ComplaintNotUsable.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_record_complaint(act.actor, entry_of.pk)
    row = services.record_complaint(act, institution_id=entry_of.pk, complaint=complaint)
    entry = evidence.append(
        act,
        chain=f"complaint:{row.code}",
        subject=entry_of.code,
        body={"complaint": row.code, "received_on": row.received_on.isoformat()},
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "complaint": row.code})
