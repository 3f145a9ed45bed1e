"""Somebody looked at what their phone could not get done."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.queued import services as queued


@operation("conflict.closed", roles={Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD})
def close_conflict(act: Act, *, number: int) -> Receipt:
    """Say that a conflict of one's own phone was looked at.

    Raises: NotFound.
    """
    found = queued.close(act, number=number)
    if found is None:
        raise NotFound
    where = f"institution:{found.institution_id}"
    entry = evidence.append(act, chain=where, subject=where, body={"conflict": found.pk})
    return Receipt(entry.id, {"session": found.subject})
