"""Find one subject to be two: some of its sites go on with a subject of their own."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.correct_value import ReasonMissing
from yuxin.operations.registry.register_subject import subject_body
from yuxin.registry import queries, services
from yuxin.registry.permissions import require_may_merge, require_may_register
from yuxin.registry.services import NewSubject


@operation("subject.split", roles={Role.OFFICER, Role.HEAD})
def split_subject(
    act: Act, *, code: str, new: NewSubject, site_codes: tuple[str, ...], reason: str
) -> Receipt:
    """Enter a new subject and let sites of the old one go on with it from today.

    Raises: NotFound, Forbidden, ReasonMissing, UsccTaken, BadValue.
    """
    origin = queries.entry_by_code(act.actor, code)
    require_may_merge(act.actor, origin.pk)
    require_may_register(act.actor, new.area_code)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    registered = services.register_subjects(act, [new])[0]
    services.split_sites(
        act,
        origin_id=origin.pk,
        new_id=registered.subject_id,
        site_codes=site_codes,
        reason=reason.strip(),
    )
    entry = evidence.append(
        act,
        chain=f"subject:{origin.code}",
        subject=origin.code,
        body={
            "origin": origin.code,
            "new": registered.code,
            "sites": list(site_codes),
            "reason": reason.strip(),
            **subject_body(new),
        },
    )
    return Receipt(entry.id, {"code": registered.code, "subject_id": registered.subject_id})
