"""Decide what a complaint counts as: valid, withdrawn, duplicate, invalid."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.supervision import services
from yuxin.supervision.models import Complaint
from yuxin.supervision.permissions import OFFICE, require_may_decide_complaint
from yuxin.supervision.services import Decision


@operation("complaint.decided", roles=OFFICE)
def decide_complaint(act: Act, *, complaint_code: str, decision: Decision) -> Receipt:
    """Decide a complaint; a further decision corrects the one before.

    Raises: NotFound, Forbidden, DecisionNotUsable.
    Law: supervision rules 6.3.
    """
    row = Complaint.objects.filter(code=complaint_code).first()
    if row is None:
        raise NotFound
    require_may_decide_complaint(act.actor, row.institution_id)
    weight = services.decide_complaint(act, complaint=row, decision=decision)
    entry = evidence.append(
        act,
        chain=f"complaint:{row.code}",
        subject=f"complaint:{row.code}",
        body={
            "complaint": row.code,
            "outcome": decision.outcome.value,
            "ground": decision.ground.value if decision.ground else "",
            "safety": decision.safety,
            "weight_centi": weight,
        },
    )
    assessment.mark(row.institution_id)
    return Receipt(entry.id, {"complaint": row.code, "weight_centi": weight})
