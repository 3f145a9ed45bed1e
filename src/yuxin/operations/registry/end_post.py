"""Record that somebody no longer works for a subject."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.record_site import RECORDERS
from yuxin.registry import queries, services
from yuxin.registry.models import PostRole
from yuxin.registry.permissions import require_may_record_post


@operation("post.ended", roles=RECORDERS | {Role.SCHOOL_ETHICS})
def end_post(
    act: Act, *, code: str, person_id: int, role: PostRole, ended_on: date, reason: str
) -> Receipt:
    """From `ended_on` the person no longer holds the post.

    Raises: NotFound, Forbidden.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_record_post(act.actor, entry_of.pk)
    services.end_post(
        act,
        subject_id=entry_of.pk,
        person_id=person_id,
        role=role,
        ended_on=ended_on,
        reason=reason,
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "person": services.code_of_person(person_id),
            "role": role.value,
            "ended_on": ended_on.isoformat(),
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code})
