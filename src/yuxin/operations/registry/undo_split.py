"""Take a split of a subject back."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.correct_value import ReasonMissing
from yuxin.registry import queries, services
from yuxin.registry.permissions import require_may_merge


@operation("subject.split_undone", roles={Role.OFFICER, Role.HEAD})
def undo_split(act: Act, *, new_code: str, reason: str) -> Receipt:
    """Let the sites go on where they came from; the new subject keeps its code and history.

    Raises: NotFound, Forbidden, ReasonMissing, NotMerged.
    """
    new = queries.entry_by_code(act.actor, new_code)
    require_may_merge(act.actor, new.pk)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    services.undo_split(act, new_id=new.pk, reason=reason.strip())
    body = {"new": new.code, "reason": reason.strip()}
    entry = evidence.append(act, chain=f"subject:{new.code}", subject=new.code, body=body)
    return Receipt(entry.id, {"code": new.code})
