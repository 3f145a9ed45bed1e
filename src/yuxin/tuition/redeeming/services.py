"""Writes of keys and redemptions, inside an operation."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db.models import Max

from yuxin.access.sealed import seal, unseal
from yuxin.kernel.act import require_act
from yuxin.tuition.models import ClassSession, Contract, Lesson
from yuxin.tuition.redeeming.models import Redemption, VisitKey

PURPOSE: Final = "visit_key"
MISSES_MAX: Final = 10


def issue(contracts: Sequence[Contract], *, at: datetime) -> None:
    """Give each contract a new key; the old one makes no codes any more."""
    require_act()
    for contract in contracts:
        VisitKey.objects.update_or_create(
            contract=contract,
            defaults={
                "institution_id": contract.institution_id,
                "guardian_id": contract.guardian_id,
                "key_sealed": seal(PURPOSE, secrets.token_hex(32)),
                "issued_at": at,
                "missed_on": None,
                "missed_count": 0,
            },
        )


def key_for_update(contract: Contract) -> VisitKey | None:
    """The key of a contract, locked until the operation ends."""
    require_act()
    return (
        VisitKey.objects.filter(contract=contract)
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )


def bytes_of(key: VisitKey) -> bytes:
    """The key itself."""
    return bytes.fromhex(unseal(PURPOSE, key.key_sealed))


def is_locked(key: VisitKey, day: date) -> bool:
    """Whether too many wrong codes were tried today."""
    return key.missed_on == day and key.missed_count >= MISSES_MAX


def missed(key: VisitKey, day: date) -> None:
    """Count a wrong code."""
    require_act()
    count = key.missed_count + 1 if key.missed_on == day else 1
    VisitKey.objects.filter(pk=key.pk).update(missed_on=day, missed_count=count)


def last_step(contract: Contract) -> int:
    """The latest step whose code was taken; 0 before the first."""
    require_act()
    rows = Redemption.objects.filter(contract=contract).aggregate(last=Max("step"))
    return rows["last"] or 0


def session_of_visit(contract: Contract, *, at: datetime, day_start: datetime) -> str | None:
    """The latest session of today that has begun and that the contract did not redeem yet."""
    require_act()
    return (
        ClassSession.objects.filter(
            class_group_id=contract.class_group_id,
            cancelled_at=None,
            starts_at__lte=at,
            starts_at__gte=day_start,
        )
        .exclude(lessons__contract=contract, lessons__redemption__isnull=False)
        .order_by("-starts_at")
        .values_list("code", flat=True)
        .first()
    )


def redeem(lesson: Lesson, *, step: int, by: int, at: datetime) -> None:
    """Note the code that confirmed a lesson."""
    require_act()
    Redemption.objects.create(
        institution_id=lesson.institution_id,
        guardian_id=lesson.guardian_id,
        contract=lesson.contract,
        lesson=lesson,
        step=step,
        redeemed_at=at,
        redeemed_by=by,
    )
