"""Write down a sign that an institution may close (alert W13)."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.supervision.clues import services
from yuxin.supervision.clues.models import SignKind
from yuxin.supervision.clues.permissions import EYES, require_may_see_signs


@operation("closure_sign.recorded", roles=EYES)
def record_closure_sign(
    act: Act, *, code: str, kind: SignKind, seen_on: date, words: str
) -> Receipt:
    """Record it: rent, wages, power, moved, out of reach.

    Raises: NotFound, Forbidden, SignNotUsable.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_see_signs(act.actor, entry_of.pk)
    row = services.record_sign(
        act, institution_id=entry_of.pk, kind=kind, seen_on=seen_on, words=words
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={"kind": row.kind, "seen_on": seen_on.isoformat(), "words": row.words},
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code})
