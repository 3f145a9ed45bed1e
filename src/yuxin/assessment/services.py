"""Writes of assessment, inside an operation."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from yuxin.assessment.judging import Judged, plain_facts, plain_standing
from yuxin.assessment.models import Judgement, Mark
from yuxin.kernel.act import require_act

_SETTLED = """
SELECT least(public.recorded_now(), (
    SELECT min(xact_start) FROM pg_stat_activity
     WHERE datname = current_database() AND backend_xid IS NOT NULL
       AND pid <> pg_backend_pid()))
"""
_TAKE = """
DELETE FROM assessment_mark WHERE id IN (
    SELECT id FROM assessment_mark
     WHERE institution_id = ANY (%s) AND marked_at <= %s
     ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING institution_id
"""
_LOCK_CLASS = 0x59584A  # "YXJ": judgements


def mark(institution_id: int) -> None:
    """Say that the judgements of an institution may have changed; after the change is written.

    The worker reads what was recorded before the mark.
    """
    require_act()
    Mark.objects.create(institution_id=institution_id)


def mark_many(institution_ids: Sequence[int]) -> None:
    """Mark several institutions."""
    require_act()
    Mark.objects.bulk_create([Mark(institution_id=each) for each in sorted(set(institution_ids))])


def lock(institution_ids: Sequence[int]) -> None:
    """Wait until nobody else judges these institutions; held until the operation ends."""
    require_act()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, given) FROM unnest(%s::integer[]) AS given",
            [_LOCK_CLASS, sorted({each & 0x7FFFFFFF for each in institution_ids})],
        )


def settled_at() -> datetime:
    """An instant before which nothing can be recorded any more: no running act began before it."""
    require_act()
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        settled: datetime = cursor.fetchone()[0]
    return settled


def take_marks(institution_ids: Sequence[int], known_at: datetime) -> set[int]:
    """Take the marks that were made up to an instant away; whose they were."""
    require_act()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [list(institution_ids), known_at])
        return {row[0] for row in cursor.fetchall()}


def latest(institution_ids: Sequence[int]) -> dict[int, Judgement]:
    """The last judgement of each institution; call it under the lock."""
    require_act()
    rows = (
        Judgement.objects.filter(institution_id__in=list(institution_ids))
        .order_by("institution_id", "-valid_on", "-id")
        .distinct("institution_id")
    )
    return {row.institution_id: row for row in rows}


def store(judged: Sequence[Judged], known_at: datetime) -> list[Judgement]:
    """Add judgements; the database refuses one that is older than the last."""
    require_act()
    return Judgement.objects.bulk_create([_row(each, known_at) for each in judged])


def _row(judged: Judged, known_at: datetime) -> Judgement:
    says = judged.says
    result = judged.result
    return Judgement(
        institution_id=judged.institution_id,
        valid_on=result.day,
        known_at=known_at,
        facts=plain_facts(result),
        tier=result.tier,
        inputs_sha256=result.inputs_sha256,
        pack_sha256=result.pack_sha256,
        previous=judged.previous,
        standing=plain_standing(judged.standing),
        computed=result.colour.value,
        effective=judged.colour.value,
        soft_found=says["soft_found"],
        fired=list(result.fired_codes),
    )


def is_newer(previous: Judgement | None, day: date, known_at: datetime) -> bool:
    """Whether a judgement of a day, known at an instant, may follow the previous one."""
    return previous is None or (previous.valid_on <= day and previous.known_at < known_at)
