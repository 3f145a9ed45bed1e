"""Set a colour by hand: the second person's approval of a proposal."""

from yuxin.assessment import decisions, services
from yuxin.assessment.permissions import OFFICERS, require_may_decide_colour
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("colour.overridden", roles=OFFICERS)
def override_colour(act: Act, *, proposal_id: int) -> Receipt:
    """Let the proposed colour stand from today to its last day; the computed one stays beside it.

    Raises: NotFound, Forbidden, ApprovedByProposer, Conflict, OverrideNotAllowed.
    Law: supervision rules 6.4, manual override.
    """
    row = decisions.override_for_update(proposal_id)
    require_may_decide_colour(act.actor, row.institution_id)
    code = queries.entry(act.actor, row.institution_id).code
    decisions.approve_override(act, row)
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={
            "proposal": row.pk,
            "colour": row.colour,
            "from_on": row.from_on.isoformat(),
            "until_on": row.until_on.isoformat(),
            "reason": row.reason,
        },
    )
    services.mark(row.institution_id)
    return Receipt(entry.id, {"code": code, "proposal": row.pk, "colour": row.colour})
