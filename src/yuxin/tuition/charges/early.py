"""From which day a course may be charged, where a local pack says so (N05, N06)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Sum

from yuxin.kernel.calendar import add_months
from yuxin.kernel.refusal import Refusal
from yuxin.rules.pack import Pack
from yuxin.tuition.agreements.models import Billing
from yuxin.tuition.models import Contract, Lesson

PERIOD_MONTHS: Final = "charges.early_period_months"
LESSON_UNITS: Final = "charges.early_lesson_units"
LESSON_MONTHS: Final = "charges.early_lesson_months"


class ChargedTooEarly(Refusal):
    """A new course is charged before its time."""

    code = "charged_too_early"
    status = 422
    zh = (
        "现在收费太早：新课{starts_on}开始，该科目还剩{left}课时，最早{from_on}收费"
        "（规则 {rule}）。没有签合同，也没有收费。"
    )
    en = (
        "It is too early to charge: the course starts on {starts_on} and {left} lessons of the "
        "subject are left, so it may be charged from {from_on} (rule {rule}). Nothing was "
        "signed or charged."
    )


@dataclass(frozen=True)
class Planned:
    """A charge as its time is judged: what is left of the subject, in hundredths of a lesson."""

    billing: str
    starts_on: date
    left_centiunits: int


def require_not_early(planned: Planned, *, pack: Pack, day: date) -> None:
    """Refuse a charge before its time; where no local pack says anything, none is early.

    By lesson: at most so many units of the subject are left, or it is late enough before the
    start. By period: late enough before the start. By both: both. Raises: ChargedTooEarly.
    """
    if planned.billing in (Billing.PERIOD, Billing.BOTH) and pack.has(PERIOD_MONTHS, day):
        months = pack.on(PERIOD_MONTHS, day).integer
        _require_from(planned, add_months(planned.starts_on, -months), day, PERIOD_MONTHS)
    if planned.billing in (Billing.LESSON, Billing.BOTH):
        _require_by_lesson(planned, pack, day)


def _require_by_lesson(planned: Planned, pack: Pack, day: date) -> None:
    if not pack.has(LESSON_UNITS, day) and not pack.has(LESSON_MONTHS, day):
        return
    if pack.has(LESSON_UNITS, day):
        few = pack.on(LESSON_UNITS, day).integer * 100
        if planned.left_centiunits <= few:
            return
    months = pack.on(LESSON_MONTHS, day).integer if pack.has(LESSON_MONTHS, day) else 0
    _require_from(planned, add_months(planned.starts_on, -months), day, LESSON_UNITS)


def _require_from(planned: Planned, from_on: date, day: date, rule: str) -> None:
    if day >= from_on:
        return
    whole, part = divmod(planned.left_centiunits, 100)
    raise ChargedTooEarly(
        starts_on=planned.starts_on.isoformat(),
        from_on=from_on.isoformat(),
        left=f"{whole}.{part:02d}" if part else str(whole),
        rule=rule,
    )


def left_of_subject(
    *, learner_id: int, institution_id: int, category: str, without: str = ""
) -> int:
    """Units of paid contracts of a learner that were not taught yet, of one category."""
    rows = Contract.objects.filter(
        learner_id=learner_id,
        institution_id=institution_id,
        course__category=category,
        state=Contract.State.ACTIVE,
    ).exclude(code=without)
    bought = rows.aggregate(units=Sum("total_centiunits"))["units"] or 0
    lessons = Lesson.objects.filter(contract__in=rows).exclude(state=Lesson.State.VOIDED)
    taught = lessons.aggregate(units=Sum("centiunits"))["units"] or 0
    return int(bought) - int(taught)
