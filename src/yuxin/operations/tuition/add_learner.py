"""A guardian adds a child."""

from datetime import date

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, Forbidden
from yuxin.operations.operation import operation
from yuxin.tuition.services import contracts


@operation("learner.added", roles={Role.GUARDIAN})
def add_learner(
    act: Act,
    *,
    guardian_id: int,
    name: str,
    birth_on: date | None = None,
    school: str = "",
    grade: str = "",
) -> Receipt:
    """Add a child of the guardian; the name is sealed and stands in no log.

    Raises: Forbidden, BadInput.
    """
    if guardian_id not in act.actor.person_ids:
        raise Forbidden
    if not name.strip() or len(name.strip()) > 40:
        raise BadInput(field="name")
    learner = contracts.add_learner(
        guardian_id=guardian_id,
        name=name.strip(),
        birth=birth_on.isoformat() if birth_on else "",
        school=school.strip(),
        grade=grade.strip(),
        at=act.at,
    )
    key = f"person:{guardian_id}"
    entry = evidence.append(act, chain=key, subject=key, body={"learner": learner.pk})
    return Receipt(entry.id, {"learner": learner.pk})
