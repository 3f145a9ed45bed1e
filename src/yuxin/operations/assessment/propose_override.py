"""Propose a colour by hand, with reason and last day; another person approves it."""

from datetime import date

from yuxin.assessment import decisions
from yuxin.assessment.permissions import OFFICERS, require_may_decide_colour
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.rules.colour import Colour


@operation("override.proposed", roles=OFFICERS)
def propose_override(
    act: Act, *, code: str, colour: Colour, until_on: date, reason: str
) -> Receipt:
    """Propose it; nothing changes before the approval.

    Raises: NotFound, Forbidden, NotColoured, OverrideNotAllowed, ReasonMissing.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_decide_colour(act.actor, entry_of.pk)
    row = decisions.propose_override(
        act, institution_id=entry_of.pk, colour=colour, until_on=until_on, reason=reason
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "proposal": row.pk,
            "colour": row.colour,
            "until_on": until_on.isoformat(),
            "reason": row.reason,
        },
    )
    return Receipt(entry.id, {"code": entry_of.code, "proposal": row.pk})
