"""A class is opened for a course, with its timetable."""

from datetime import timedelta
from itertools import pairwise

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import services as subjects
from yuxin.rules.pack import Pack
from yuxin.tuition.models import Course
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import caps, courses
from yuxin.tuition.services.courses import SessionDraft


class TimetableWrong(BadInput):
    """A timetable that contradicts its course or the rules of hours."""

    code = "timetable_wrong"
    zh = "课表有误：{why_zh}。"
    en = "The timetable is wrong: {why_en}."


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
    _require_timetable(course, sessions, pack)
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


def _require_timetable(course: Course, sessions: tuple[SessionDraft, ...], pack: Pack) -> None:
    if any(session.centiunits <= 0 for session in sessions):
        raise BadInput(field="centiunits")
    units = sum(session.centiunits for session in sessions)
    if units != course.total_centiunits:
        raise TimetableWrong(
            field="sessions",
            why_zh=f"共{units / 100:g}课时，课程是{course.total_centiunits / 100:g}课时",
            why_en=f"{units / 100:g} lessons, the course has {course.total_centiunits / 100:g}",
        )
    in_order = sorted(sessions, key=lambda session: session.starts_at)
    for before, after in pairwise(in_order):
        if after.starts_at < before.ends_at:
            raise TimetableWrong(
                field="sessions", why_zh="两次课时间重叠", why_en="two sessions overlap"
            )
    for session in in_order:
        _require_session(course, session, pack)


def _require_session(course: Course, session: SessionDraft, pack: Pack) -> None:
    day = day_of(session.starts_at)
    if not course.first_on <= day <= course.last_on:
        raise TimetableWrong(
            field="sessions",
            why_zh=f"{day.isoformat()}不在课程起止日期之内",
            why_en=f"{day.isoformat()} lies outside the course",
        )
    if (session.ends_at - session.starts_at) * 100 < timedelta(
        minutes=course.lesson_minutes * session.centiunits
    ):
        raise TimetableWrong(
            field="sessions",
            why_zh=f"{day.isoformat()}的课短于课程写明的每课时{course.lesson_minutes}分钟",
            why_en=f"the session of {day.isoformat()} is shorter than the course's "
            f"{course.lesson_minutes} minutes a lesson",
        )
    latest = courses.latest_end(pack, course.mode, day)
    end = session.ends_at.astimezone(SHANGHAI)
    if (
        session.ends_at <= session.starts_at
        or day_of(session.ends_at) != day
        or end.time() > latest
    ):
        raise TimetableWrong(
            field="sessions",
            why_zh=f"{day.isoformat()}的课应在{latest:%H:%M}前结束",
            why_en=f"the session of {day.isoformat()} must end by {latest:%H:%M}",
        )
