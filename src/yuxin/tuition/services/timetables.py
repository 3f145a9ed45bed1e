"""Timetables: what a session may be, and moving, cancelling and adding one."""

from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Max, Sum

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.messages import services as messages
from yuxin.messages.services import Letter
from yuxin.rules.pack import Pack
from yuxin.tuition.models import ClassGroup, ClassSession, Contract, Course
from yuxin.tuition.services import courses
from yuxin.tuition.services.courses import SessionDraft


class TimetableWrong(BadInput):
    """A timetable that contradicts its course or the rules of hours."""

    code = "timetable_wrong"
    zh = "课表有误：{why_zh}。"
    en = "The timetable is wrong: {why_en}."


def require_timetable(course: Course, sessions: tuple[SessionDraft, ...], pack: Pack) -> None:
    """Sessions of a class consume its units and lie within its days and the hours of the rules.

    Raises: BadInput, TimetableWrong.
    """
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
        require_session(course, session, pack)


def require_session(course: Course, session: SessionDraft, pack: Pack) -> None:
    """One session lies within the course's days and the hours, and is long enough.

    Raises: TimetableWrong.
    """
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


class SessionOver(Refusal):
    """A session that was called or cancelled is not changed."""

    code = "session_over"
    zh = "这节课已点名或已取消，不能再改。点错名的，先更正点名。"
    en = "This session was called or cancelled and cannot be changed. Correct its roll first."


class ChangeNeedsReason(BadInput):
    """Families are told of a change with its reason."""

    code = "change_needs_reason"
    zh = "请写明原因，家长会看到。"
    en = "State the reason; the families will read it."


def require_open(session: ClassSession) -> None:
    """Refuse a session that was called or cancelled. Raises: SessionOver."""
    if session.called_at is not None or session.cancelled_at is not None:
        raise SessionOver


def require_reason(reason: str) -> str:
    """The reason of a change, cut to its length. Raises: ChangeNeedsReason."""
    words = reason.strip()[:200]
    if not words:
        raise ChangeNeedsReason(field="reason")
    return words


def require_place(
    group: ClassGroup, draft: SessionDraft, *, pack: Pack, at: datetime, but: int = 0
) -> None:
    """A new time lies ahead, within the rules, and meets no other session of the class.

    Raises: TimetableWrong.
    """
    if draft.starts_at <= at:
        raise TimetableWrong(
            field="starts_at", why_zh="新的时间已经过去", why_en="the new time is over already"
        )
    require_session(group.course, draft, pack)
    others = ClassSession.objects.filter(
        class_group=group,
        cancelled_at=None,
        starts_at__lt=draft.ends_at,
        ends_at__gt=draft.starts_at,
    ).exclude(pk=but)
    if others.exists():
        raise TimetableWrong(
            field="starts_at",
            why_zh="和本班另一次课重叠",
            why_en="it overlaps another session of the class",
        )


def require_not_made_up(session: ClassSession) -> None:
    """A cancelled session is made up for once. Raises: TimetableWrong."""
    if ClassSession.objects.filter(makes_up=session, cancelled_at=None).exists():
        raise TimetableWrong(
            field="makes_up", why_zh="这节课已经排过补课", why_en="it is made up for already"
        )


def class_for_update(code: str) -> ClassGroup | None:
    """The class of `code` with its course, locked until the operation ends."""
    require_act()
    return (
        ClassGroup.objects.filter(code=code)
        .select_related("course")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def add(group: ClassGroup, draft: SessionDraft, *, makes_up: ClassSession | None) -> ClassSession:
    """Write one more session. All that are not cancelled consume at most the course's units.

    Raises: TimetableWrong.
    """
    require_act()
    planned = group.sessions.filter(cancelled_at=None).aggregate(units=Sum("centiunits"))["units"]
    left = group.course.total_centiunits - (planned or 0)
    if not 0 < draft.centiunits <= left:
        raise TimetableWrong(
            field="units",
            why_zh=f"还能排{max(left, 0) / 100:g}课时",
            why_en=f"{max(left, 0) / 100:g} lessons are left to plan",
        )
    last = group.sessions.aggregate(n=Max("ordinal"))["n"] or 0
    return ClassSession.objects.create(
        code=new_subject_code(),
        institution_id=group.institution_id,
        class_group=group,
        ordinal=last + 1,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        centiunits=draft.centiunits,
        makes_up=makes_up,
    )


def tell_families(act: Act, group: ClassGroup, template: str, facts: dict[str, str | int]) -> int:
    """Tell the guardian of every signed or running contract of a class; how many were told."""
    require_act()
    guardians = (
        Contract.objects.filter(
            class_group=group, state__in=[Contract.State.SIGNED, Contract.State.ACTIVE]
        )
        .order_by("guardian_id")
        .values_list("guardian_id", flat=True)
        .distinct()
    )
    told = {"course": group.course.name, **facts}
    messages.send_many(act, [Letter(guardian_id, template, told) for guardian_id in guardians])
    return len(guardians)


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """When a session is, as messages say it: 2026-03-11 16:00–17:30."""
    end = ends_at.astimezone(SHANGHAI)
    return f"{starts_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}–{end:%H:%M}"
