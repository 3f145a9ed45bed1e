"""Record that somebody works for a subject, and that they no longer do."""

from dataclasses import dataclass
from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.record_site import RECORDERS
from yuxin.registry import queries, services
from yuxin.registry.models import IdKind
from yuxin.registry.permissions import require_may_record_post
from yuxin.registry.services import NewPost


@dataclass(frozen=True, kw_only=True)
class NewColleague:
    """Who takes a post, as the subject names them; found again by identity number."""

    name: str
    phone: str = ""
    id_kind: IdKind = IdKind.RESIDENT
    id_number: str = ""


@operation("post.recorded", roles=RECORDERS | {Role.SCHOOL_ETHICS})
def record_post(
    act: Act, *, code: str, colleague: NewColleague, post: NewPost, valid_from: date
) -> Receipt:
    """Record a member of staff from a day on. The log names the person by code only.

    Raises: NotFound, Forbidden, BadValue.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_record_post(act.actor, entry_of.pk)
    person_id = services.register_person(
        act,
        name=colleague.name,
        phone=colleague.phone,
        id_kind=colleague.id_kind,
        id_number=colleague.id_number,
        institution_id=entry_of.pk,
        valid_from=valid_from,
    )
    services.record_post(
        act, subject_id=entry_of.pk, person_id=person_id, post=post, valid_from=valid_from
    )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "person": services.code_of_person(person_id),
            "role": post.role.value,
            "full_time": post.full_time,
            "valid_from": valid_from.isoformat(),
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "person_id": person_id})
