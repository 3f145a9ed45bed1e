"""What a phone sent later could not be done: it becomes a task."""

from datetime import datetime

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.tuition.permissions import require_may_teach
from yuxin.tuition.queued import services as queued
from yuxin.tuition.services import lessons

TEACHERS = {Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD}


@operation("roll.conflict_noted", roles=TEACHERS)
def note_conflict(act: Act, *, session_code: str, occurred_at: datetime, refusal: str) -> Receipt:
    """Keep a roll from a phone that was refused, so that its sender finds it as a task.

    Raises: NotFound, Forbidden.
    """
    session = lessons.session_for_update(session_code)
    if session is None:
        raise NotFound
    require_may_teach(act.actor, session.institution_id)
    queued.conflict(
        act,
        institution_id=session.institution_id,
        subject=session.code,
        name="roll.called",
        occurred_at=min(occurred_at, act.at),
        refusal=refusal[:40],
    )
    where = f"institution:{session.institution_id}"
    entry = evidence.append(
        act, chain=where, subject=where, body={"session": session.code, "refusal": refusal[:40]}
    )
    return Receipt(entry.id, {"session": session.code})
