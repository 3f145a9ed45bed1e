"""A class is opened for a course, with its timetable."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import services as subjects
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import caps, courses, timetables
from yuxin.tuition.services.courses import SessionDraft


@operation("class.opened", roles={Role.INSTITUTION_HEAD})
def open_class(
    act: Act,
    *,
    course_code: str,
    name: str,
    teacher_name: str,
    capacity: int,
    sessions: tuple[SessionDraft, ...],
    teacher_post_id: int | None = None,
    room_id: int | None = None,
) -> Receipt:
    """Open a class whose sessions consume exactly the course's units.

    Sixty lessons are sixty whatever their length: sessions count towards the cap one by one.
    Raises: NotFound, Forbidden, BadInput, TimetableWrong, OverCap.
    Law: latest end on site and online: rules `hours.latest_end_*` (T01, T02).
    """
    course = courses.course_for_update(course_code)
    if course is None:
        raise NotFound
    require_may_publish(act.actor, course.institution_id)
    pack = pack_of(act)
    timetables.require_timetable(course, sessions, pack)
    caps.require_sessions_under_cap(len(sessions), pack=pack, day=act.day)
    if capacity <= 0 or not name.strip() or not teacher_name.strip():
        raise BadInput(field="capacity" if capacity <= 0 else "name")
    group = courses.add_class(
        course=course,
        name=name.strip(),
        teacher_name=teacher_name.strip(),
        teacher_post_id=teacher_post_id,
        room_id=room_id,
        capacity=capacity,
        sessions=sessions,
        opened_at=act.at,
    )
    subjects.public_page_changed(course.institution_id)
    entry = evidence.append(
        act,
        chain=f"institution:{course.institution_id}",
        subject=f"institution:{course.institution_id}",
        body={"class": group.code, "course": course.code, "sessions": len(sessions)},
    )
    return Receipt(entry.id, {"class": group.code})
