"""Take a merge of two subjects back."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.correct_value import ReasonMissing
from yuxin.registry import queries, services
from yuxin.registry.permissions import require_may_merge


@operation("subject.merge_undone", roles={Role.OFFICER, Role.HEAD})
def undo_merge(act: Act, *, merged_code: str, reason: str) -> Receipt:
    """Let a merged subject stand on its own again.

    Raises: NotFound, Forbidden, ReasonMissing, NotMerged.
    """
    merged = queries.entry_by_code(act.actor, merged_code)
    require_may_merge(act.actor, merged.pk)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    services.undo_merge(act, merged_id=merged.pk, reason=reason.strip())
    body = {"merged": merged.code, "reason": reason.strip()}
    entry = evidence.append(act, chain=f"subject:{merged.code}", subject=merged.code, body=body)
    return Receipt(entry.id, {"code": merged.code})
