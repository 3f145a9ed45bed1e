"""Propose that a re-inspection after RED was passed; another person approves it."""

from datetime import date

from yuxin.assessment import decisions
from yuxin.assessment.permissions import OFFICERS, require_may_decide_colour
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("reinspection.proposed", roles=OFFICERS)
def propose_reinspection(act: Act, *, code: str, passed_on: date, reason: str) -> Receipt:
    """Propose it; nothing changes before the approval.

    Raises: NotFound, Forbidden, NotColoured, NotRed, ReasonMissing.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_decide_colour(act.actor, entry_of.pk)
    row = decisions.propose_reinspection(
        act, institution_id=entry_of.pk, passed_on=passed_on, reason=reason
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={"proposal": row.pk, "passed_on": passed_on.isoformat(), "reason": row.reason},
    )
    return Receipt(entry.id, {"code": entry_of.code, "proposal": row.pk})
