"""A refund beside its contract as it stands now: what changed since it was asked, and by when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from yuxin.kernel.actor import Actor
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound
from yuxin.rules.pack import Pack
from yuxin.tuition.models import ClassSession, Contract, Lesson, RefundCase
from yuxin.tuition.queries.contracts import LessonLine, lesson_line
from yuxin.tuition.services.refunds import Sheet, sheet_of

COOLING_OFF = "prepay.cooling_off_days"
COUNTS = "prepay.refund_due_counts"


@dataclass(frozen=True)
class Terms:
    """What the contract and the rules say of a refund asked on a day.

    `due_on`: the last day by which it must be paid; None where no local rule names days.
    `cooling_until`: the last day of the cooling-off time, None for a family that knew the service.
    `is_cooling`: it was asked in it. `full_until`: to this day the contract promises everything.
    """

    before_start: bool
    due_on: date | None
    due_days: int | None
    working: bool
    cooling_until: date | None
    is_cooling: bool
    consumed: bool
    full_until: date | None = None
    is_in_full: bool = False

    @property
    def needs_review(self) -> bool:
        """Everything is promised back, but something was taken: an officer looks at it (R13)."""
        return (self.is_cooling or self.is_in_full) and self.consumed


@dataclass(frozen=True)
class Standing:
    """An asked refund as its contract stands now."""

    sheet: Sheet
    changed: list[LessonLine]  # lessons answered, taught or given back since it was asked
    terms: Terms


def standing(actor: Actor, refund_code: str, pack: Pack, days: Calendar) -> Standing:
    """The arithmetic of a refund as of now, beside what it rests on; six statements.

    Raises: NotFound.
    """
    refund = RefundCase.objects.filter(code=refund_code).select_related("contract").first()
    if refund is None or not _reaches(actor, refund):
        raise NotFound
    contract, asked = refund.contract, refund.requested_at
    rows = (
        Lesson.objects.filter(contract=contract, answered_at__gt=asked)
        .select_related("session", "contract")
        .order_by("session__starts_at", "pk")
    )
    return Standing(
        sheet_of(contract, refund.basis),
        [lesson_line(row) for row in rows],
        terms_on(contract, day_of(asked), pack, days),
    )


def _reaches(actor: Actor, refund: RefundCase) -> bool:
    return refund.institution_id in actor.institution_ids or refund.guardian_id in actor.person_ids


def terms_on(contract: Contract, day: date, pack: Pack, days: Calendar) -> Terms:
    """The terms of a refund asked on a day; three statements.

    Law: days before and after the start only where a local rule names them; N14: the payment day
    is day 0 of the cooling-off time.
    """
    first = ClassSession.objects.filter(class_group_id=contract.class_group_id).order_by(
        "starts_at"
    )
    starts = first.values_list("starts_at", flat=True).first()
    held = Lesson.objects.filter(contract=contract).exclude(state=Lesson.State.VOIDED)
    consumed = held.exists()
    before_start = not consumed and (starts is None or day < day_of(starts))
    key = "due_before_start_days" if before_start else "due_after_start_days"
    told = contract.terms.get("refund", {}).get(key)
    count = int(told) if told is not None else None
    working = pack.has(COUNTS, day) and pack.on(COUNTS, day).text == "WORKING_DAY"
    cooling = None if _knew(contract) else _cooling_until(contract, pack, day, days)
    full = _full_until(contract, starts, days)
    return Terms(
        before_start=before_start,
        due_on=_due(day, count, working=working, days=days) if pack.has(COUNTS, day) else None,
        due_days=count,
        working=working,
        cooling_until=cooling,
        is_cooling=cooling is not None and day <= cooling,
        consumed=consumed,
        full_until=full,
        is_in_full=full is not None and day <= full,
    )


def cooling_to_review(actor: Actor, pack: Pack, days: Calendar) -> list[RefundCase]:
    """Open refunds that were asked in the cooling-off time with something taken; one statement."""
    rows = (
        RefundCase.objects.filter(
            Exists(
                Lesson.objects.filter(contract=OuterRef("contract")).exclude(
                    state=Lesson.State.VOIDED
                )
            ),
            institution_id__in=actor.institution_ids,
            state__in=(RefundCase.State.REQUESTED, RefundCase.State.CONTESTED),
            contract__paid_at__isnull=False,
        )
        .select_related("contract")
        .order_by("answer_by_on", "pk")
    )
    found = []
    for row in rows:
        day = day_of(row.requested_at)
        until = _cooling_until(row.contract, pack, day, days)
        if until is not None and day <= until:
            found.append(row)
    return found


def _due(day: date, count: int | None, *, working: bool, days: Calendar) -> date | None:
    """The last day; a term in calendar days that ends on a day off ends on the next working day."""
    if count is None:
        return None
    if working:
        return days.add_working_days(day, count)
    return days.roll(date.fromordinal(day.toordinal() + count))


def _knew(contract: Contract) -> bool:
    """Whether the family had taken the same kind of service of this institution before (N14)."""
    return (
        Lesson.objects.filter(
            contract__institution_id=contract.institution_id,
            contract__guardian_id=contract.guardian_id,
            contract__course__category=contract.course.category,
            contract__drafted_at__lt=contract.drafted_at,
        )
        .exclude(state=Lesson.State.VOIDED)
        .exists()
    )


def _full_until(contract: Contract, starts: datetime | None, days: Calendar) -> date | None:
    """The last day on which the contract still promises everything back after the start."""
    count = contract.terms.get("refund_more", {}).get("full_after_days") or 0
    if not count or starts is None:
        return None
    return days.roll(date.fromordinal(day_of(starts).toordinal() + int(count)))


def _cooling_until(contract: Contract, pack: Pack, day: date, days: Calendar) -> date | None:
    if contract.paid_at is None or not pack.has(COOLING_OFF, day):
        return None
    last = day_of(contract.paid_at).toordinal() + pack.on(COOLING_OFF, day).integer
    return days.roll(date.fromordinal(last))
