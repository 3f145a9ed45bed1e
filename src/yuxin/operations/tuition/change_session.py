"""The timetable changes: a session is moved, cancelled, added or given to a substitute."""

from datetime import datetime

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.tuition.models import ClassSession
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import lessons, timetables
from yuxin.tuition.services.courses import SessionDraft


@operation("session.changed", roles={Role.INSTITUTION_HEAD})
def change_session(
    act: Act,
    *,
    session_code: str,
    reason: str,
    starts_at: datetime,
    ends_at: datetime,
    teacher_name: str = "",
    room_id: int | None = None,
) -> Receipt:
    """Move a session, or let a substitute teach it; every family is told with the reason.

    `teacher_name` empty and `room_id` None: the class's own. A session whose roll was called or
    that was cancelled stays as it is.
    Raises: NotFound, Forbidden, SessionOver, ChangeNeedsReason, TimetableWrong, BadInput.
    """
    session = _open(act, session_code)
    why = timetables.require_reason(reason)
    moved = (starts_at, ends_at) != (session.starts_at, session.ends_at)
    teacher = teacher_name.strip()
    teacher = "" if teacher == session.class_group.teacher_name else teacher
    if not moved and (teacher, room_id) == (session.teacher_name, session.room_id):
        raise BadInput(field="starts_at")
    before = timetables.hours(session.starts_at, session.ends_at)
    if moved:
        draft = SessionDraft(starts_at, ends_at, session.centiunits)
        timetables.require_place(
            session.class_group, draft, pack=pack_of(act), at=act.at, but=session.pk
        )
        session.planned_at = session.planned_at or session.starts_at
        session.starts_at, session.ends_at = starts_at, ends_at
    session.teacher_name, session.room_id = teacher[:40], room_id
    session.save(
        update_fields=["planned_at", "starts_at", "ends_at", "teacher_name", "room_id"],
    )
    told = timetables.tell_families(
        act,
        session.class_group,
        "session.changed",
        {
            "before": before,
            "now": timetables.hours(session.starts_at, session.ends_at),
            "teacher": teacher or session.class_group.teacher_name,
            "reason": why,
        },
    )
    return _receipt(act, session, told, {"before": before, "teacher": teacher, "reason": why})


@operation("session.cancelled", roles={Role.INSTITUTION_HEAD})
def cancel_session(act: Act, *, session_code: str, reason: str) -> Receipt:
    """Cancel a session that was not taught: it costs nothing and may be made up.

    Raises: NotFound, Forbidden, SessionOver, ChangeNeedsReason.
    """
    session = _open(act, session_code)
    why = timetables.require_reason(reason)
    session.cancelled_at = act.at
    session.save(update_fields=["cancelled_at"])
    told = timetables.tell_families(
        act,
        session.class_group,
        "session.cancelled",
        {"when": timetables.hours(session.starts_at, session.ends_at), "reason": why},
    )
    return _receipt(act, session, told, {"cancelled": True, "reason": why})


@operation("session.added", roles={Role.INSTITUTION_HEAD})
def add_session(
    act: Act,
    *,
    class_code: str,
    starts_at: datetime,
    ends_at: datetime,
    centiunits: int,
    makes_up: str = "",
) -> Receipt:
    """Add a session within the course's units: one that makes up for another, or the rest.

    `makes_up` is the code of a cancelled session, made up for once.
    Raises: NotFound, Forbidden, TimetableWrong, BadInput.
    """
    group = timetables.class_for_update(class_code)
    if group is None:
        raise NotFound
    require_may_publish(act.actor, group.institution_id)
    first = lessons.session_for_update(makes_up) if makes_up else None
    if makes_up and (
        first is None or first.class_group_id != group.pk or first.cancelled_at is None
    ):
        raise BadInput(field="makes_up")
    if first is not None:
        timetables.require_not_made_up(first)
    draft = SessionDraft(starts_at, ends_at, centiunits)
    timetables.require_place(group, draft, pack=pack_of(act), at=act.at)
    session = timetables.add(group, draft, makes_up=first)
    told = timetables.tell_families(
        act,
        group,
        "session.added",
        {"when": timetables.hours(starts_at, ends_at), "teacher": group.teacher_name},
    )
    return _receipt(act, session, told, {"makes_up": makes_up})


def _open(act: Act, code: str) -> ClassSession:
    session = lessons.session_for_update(code)
    if session is None:
        raise NotFound
    require_may_publish(act.actor, session.institution_id)
    timetables.require_open(session)
    return session


def _receipt(act: Act, session: ClassSession, told: int, more: dict[str, Json]) -> Receipt:
    where = f"institution:{session.institution_id}"
    entry = evidence.append(
        act,
        chain=where,
        subject=where,
        body={
            "session": session.code,
            "when": timetables.hours(session.starts_at, session.ends_at),
            **more,
        },
    )
    return Receipt(entry.id, {"session": session.code, "told": told})
