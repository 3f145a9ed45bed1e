"""Writing courses and classes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Final

from yuxin.kernel.act import require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import BadInput
from yuxin.rules.pack import Pack
from yuxin.tuition.models import ClassGroup, ClassSession, Course
from yuxin.tuition.services.caps import Charge


@dataclass(frozen=True)
class CourseDraft:
    """A course as its institution enters it. Money in fen, units in hundredths of a lesson."""

    name: str
    category: str
    stage: str
    mode: str
    site_id: int | None
    lesson_minutes: int
    unit_price_fen: int
    paid_centiunits: int
    gift_centiunits: int
    total_fen: int
    first_on: date
    last_on: date
    refund_before_start_days: int = 0
    description: str = ""
    supervision: str = ""  # a mode that the policy allows; empty for the policy's own


@dataclass(frozen=True)
class SessionDraft:
    """One meeting of a class; `centiunits` is what it consumes, 100 = one lesson."""

    starts_at: datetime
    ends_at: datetime
    centiunits: int = 100


_LATEST_END: Final = {"OFFLINE": "hours.latest_end_offline", "ONLINE": "hours.latest_end_online"}


def latest_end(pack: Pack, mode: str, day: date) -> time:
    """The latest end of a session of a mode on a day (supervision-rules T01, T02)."""
    return time(*divmod(pack.on(_LATEST_END[mode], day).integer, 60))


class SumDiffers(BadInput):
    """Price per lesson times paid lessons is not the total."""

    code = "sum_differs"
    zh = "单价乘以收费课时是{product}元，与总价{total}元不一致，请核对后再发布。"
    en = "Price per lesson times paid lessons is {product} yuan, but the total says {total}."


class CourseFieldWrong(BadInput):
    """A field of a course makes no sense."""

    code = "course_field_wrong"
    zh = "“{name_zh}”填写有误：{why_zh}。"
    en = "The field “{name_en}” is wrong: {why_en}."


def require_sense(draft: CourseDraft) -> None:
    """Refuse sums, numbers and days that contradict each other.

    Raises: CourseFieldWrong, SumDiffers.
    """
    positive = (
        ("paid_units", "收费课时", "paid lessons", draft.paid_centiunits),
        ("unit_price", "单价", "price per lesson", draft.unit_price_fen),
        ("total", "总价", "total", draft.total_fen),
        ("lesson_minutes", "每课时分钟数", "minutes per lesson", draft.lesson_minutes),
    )
    for field, zh, en, amount in positive:
        if amount <= 0:
            raise CourseFieldWrong(
                field=field, name_zh=zh, name_en=en, why_zh="要大于零", why_en="it must be above 0"
            )
    if draft.gift_centiunits < 0:
        raise CourseFieldWrong(
            field="gift_units",
            name_zh="赠送课时",
            name_en="gift lessons",
            why_zh="不能为负",
            why_en="it cannot be negative",
        )
    if draft.last_on < draft.first_on:
        raise CourseFieldWrong(
            field="last_on",
            name_zh="末课日期",
            name_en="last lesson",
            why_zh="早于首课日期",
            why_en="it lies before the first",
        )
    product, rest = divmod(draft.unit_price_fen * draft.paid_centiunits, 100)
    # A discount makes the total smaller; it is never larger than price times lessons.
    if rest or draft.total_fen > product:
        raise SumDiffers(
            field="total", product=yuan(Fen(product)), total=yuan(Fen(draft.total_fen))
        )


def charge_of(draft: CourseDraft) -> Charge:
    """The course as the caps see it: one payment for all of it."""
    return Charge(
        category=draft.category,
        first_on=draft.first_on,
        last_on=draft.last_on,
        centiunits=draft.paid_centiunits + draft.gift_centiunits,
        unit_price_fen=draft.unit_price_fen,
        total_fen=draft.total_fen,
    )


def draft_of(course: Course) -> CourseDraft:
    """A published course as its institution entered it, to be checked again."""
    names = [each.name for each in fields(CourseDraft)]
    return CourseDraft(**{name: getattr(course, name) for name in names})


def charge_of_course(course: Course) -> Charge:
    """A published course as the caps see it."""
    return Charge(
        category=course.category,
        first_on=course.first_on,
        last_on=course.last_on,
        centiunits=course.total_centiunits,
        unit_price_fen=course.unit_price_fen,
        total_fen=course.total_fen,
    )


def add_course(
    *, institution_id: int, draft: CourseDraft, published_at: datetime, rules_sha256: str
) -> Course:
    """Write a course that was checked."""
    require_act()
    return Course.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        published_at=published_at,
        rules_sha256=rules_sha256,
        **draft.__dict__,
    )


def withdraw(course: Course, *, at: datetime) -> bool:
    """Take a course off the page; contracts signed on it go on. False when it was off already."""
    require_act()
    return Course.objects.filter(pk=course.pk, withdrawn_at=None).update(withdrawn_at=at) == 1


def put_under(course: Course, *, supervision: str) -> None:
    """Write the mode that new contracts of a course are signed under."""
    require_act()
    Course.objects.filter(pk=course.pk).update(supervision=supervision)
    course.supervision = supervision


def add_class(
    *,
    course: Course,
    name: str,
    teacher_name: str,
    teacher_post_id: int | None,
    room_id: int | None,
    capacity: int,
    sessions: Sequence[SessionDraft],
    opened_at: datetime,
) -> ClassGroup:
    """Write a class and its timetable, numbered in order of time."""
    require_act()
    group = ClassGroup.objects.create(
        code=new_subject_code(),
        institution_id=course.institution_id,
        course=course,
        name=name,
        teacher_name=teacher_name,
        teacher_post_id=teacher_post_id,
        room_id=room_id,
        capacity=capacity,
        opened_at=opened_at,
    )
    in_order = sorted(sessions, key=lambda session: session.starts_at)
    ClassSession.objects.bulk_create(
        ClassSession(
            code=new_subject_code(),
            institution_id=course.institution_id,
            class_group=group,
            ordinal=ordinal,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            centiunits=session.centiunits,
        )
        for ordinal, session in enumerate(in_order, start=1)
    )
    return group


def course_for_update(code: str) -> Course | None:
    """The course of `code`, locked until the operation ends."""
    require_act()
    return Course.objects.filter(code=code).order_by("pk").select_for_update(no_key=True).first()
