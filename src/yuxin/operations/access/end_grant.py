"""End a grant, at once."""

from yuxin.access.models import Grant
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation


@operation("role.ended", roles={Role.ADMINISTRATOR})
def end_grant(act: Act, *, grant_id: int, reason: str) -> Receipt:
    """End a grant from this moment on; the next request of its holder is without it.

    Raises: NotFound, also for a grant that was ended before.
    """
    ended = Grant.objects.filter(pk=grant_id, ended_at=None).update(ended_at=act.at)
    if not ended:
        raise NotFound
    grant = Grant.objects.get(pk=grant_id)
    entry = evidence.append(
        act,
        chain=f"account:{grant.account_id}",
        subject=str(grant.account_id),
        body={"grant": grant.pk, "role": grant.role, "reason": reason},
    )
    return Receipt(entry.id, {"account_id": grant.account_id})
