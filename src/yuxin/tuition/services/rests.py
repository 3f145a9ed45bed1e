"""What is left of a contract when its course is over."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from yuxin.kernel.act import require_act
from yuxin.kernel.clock import at
from yuxin.tuition.models import ClassSession, Contract, Lesson, RefundCase
from yuxin.tuition.services.refunds import Sheet, sheet_of

OPEN_LESSONS: Final = (Lesson.State.PENDING, Lesson.State.DISPUTED)
REASON: Final = "course_over"  # why the clock asked
OVER: Final = (RefundCase.State.PAID, RefundCase.State.WITHDRAWN)


def over_for_update(*, institution_id: int, on: date, after: int, limit: int) -> list[Contract]:
    """Running contracts whose course ended before `on`, past the one numbered `after`, locked.

    Left out: contracts with a lesson to answer or in dispute, with a refund under way or asked
    before, and those of a class that has a session still to come.
    """
    require_act()
    return list(
        _over(institution_id, on, at(on, 0, 0))
        .filter(pk__gt=after)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit]
    )


def _over(institution_id: int, on: date, midnight: datetime) -> "QuerySet[Contract]":
    lessons = Lesson.objects.filter(contract=OuterRef("pk"), state__in=OPEN_LESSONS)
    asked = RefundCase.objects.filter(contract=OuterRef("pk")).filter(
        ~Q(state__in=OVER) | Q(reason=REASON)
    )
    coming = ClassSession.objects.filter(
        class_group=OuterRef("class_group"),
        cancelled_at=None,
        called_at=None,
        starts_at__gte=midnight,
    )
    return Contract.objects.filter(
        institution_id=institution_id,
        state=Contract.State.ACTIVE,
        paid_at__isnull=False,
        course__last_on__lt=on,
    ).exclude(Exists(lessons) | Exists(asked) | Exists(coming))


def with_sheets(contracts: Sequence[Contract]) -> Iterator[tuple[Contract, Sheet]]:
    """Each contract that has money left, with its sheet."""
    for contract in contracts:
        sheet = sheet_of(contract)
        if sheet.refundable:
            yield contract, sheet
