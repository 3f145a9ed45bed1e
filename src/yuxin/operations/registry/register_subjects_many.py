"""Enter up to a thousand subjects at once."""

from yuxin.evidence import services as evidence
from yuxin.evidence.services import Item
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.registry.register_subject import subject_body
from yuxin.registry import services
from yuxin.registry.permissions import require_may_register
from yuxin.registry.services import NewSubject


@operation("subject.registered", roles={Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.CLOCK})
def register_subjects_many(act: Act, *, subjects: tuple[NewSubject, ...]) -> Receipt:
    """Enter at most 1,000 subjects; the codes come back in the order given.

    Raises: Forbidden, UsccTaken, NotAUscc, BadValue.
    """
    assert 1 <= len(subjects) <= 1000, "a transaction enters at most 1,000 subjects"
    for area_code in {subject.area_code for subject in subjects}:
        require_may_register(act.actor, area_code)
    registered = services.register_subjects(act, subjects)
    entry = evidence.append_many(
        act,
        [
            Item(new.code, f"subject:{new.code}", new.code, subject_body(subject))
            for new, subject in zip(registered, subjects, strict=True)
        ],
    )
    return Receipt(
        entry.id,
        {
            "codes": [new.code for new in registered],
            "subject_ids": [new.subject_id for new in registered],
        },
    )
