"""Approve a passed re-inspection in writing: RED becomes YELLOW."""

from yuxin.assessment import decisions, services
from yuxin.assessment.permissions import OFFICERS, require_may_decide_colour
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("reinspection.approved", roles=OFFICERS)
def approve_reinspection(act: Act, *, proposal_id: int) -> Receipt:
    """Approve it as the second person; GREEN needs its clean days from today on.

    Raises: NotFound, Forbidden, ApprovedByProposer, Conflict, NotRed.
    Law: supervision rules 6.4, movement.
    """
    row = decisions.reinspection_for_update(proposal_id)
    require_may_decide_colour(act.actor, row.institution_id)
    code = queries.entry(act.actor, row.institution_id).code
    decisions.approve_reinspection(act, row)
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"proposal": row.pk, "passed_on": row.passed_on.isoformat(), "reason": row.reason},
    )
    services.mark(row.institution_id)
    return Receipt(entry.id, {"code": code, "proposal": row.pk})
