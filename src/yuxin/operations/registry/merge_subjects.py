"""Find two subjects to be one."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.correct_value import ReasonMissing
from yuxin.registry import queries, services
from yuxin.registry.permissions import require_may_merge


@operation("subject.merged", roles={Role.OFFICER, Role.HEAD})
def merge_subjects(act: Act, *, kept_code: str, merged_code: str, reason: str) -> Receipt:
    """Let one code lead to the other subject; both histories stay, and it can be undone.

    Raises: NotFound, Forbidden, ReasonMissing, SameSubject, AlreadyMerged.
    """
    kept = queries.entry_by_code(act.actor, kept_code)
    merged = queries.entry_by_code(act.actor, merged_code)
    require_may_merge(act.actor, kept.pk, merged.pk)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    services.merge(act, kept_id=kept.pk, merged_id=merged.pk, reason=reason.strip())
    body = {"kept": kept.code, "merged": merged.code, "reason": reason.strip()}
    entry = evidence.append(act, chain=f"subject:{kept.code}", subject=kept.code, body=body)
    return Receipt(entry.id, {"code": kept.code, "merged_code": merged.code})
