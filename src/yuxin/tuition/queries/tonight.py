"""Tonight at every institution: families, money in custody, what is not covered by it.

Covered is counted contract by contract, for no contract pays for another: what the family is owed
(unearned, pending, frozen, to be refunded) against what lies in custody or is on its way there for
that very contract. By K1 the rest is what the institution holds beyond what it has earned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db import connection

from yuxin.kernel.actor import Actor
from yuxin.ledger.buckets import Bucket
from yuxin.tuition.mirror.queries import Mirrored

OWED: Final = (Bucket.UNEARNED, Bucket.PENDING, Bucket.FROZEN, Bucket.REFUND_PAYABLE)


@dataclass(frozen=True)
class Tonight:
    """One institution, or all of them (`institution_id` None). Sums in fen."""

    institution_id: int | None
    families: int = 0
    learners: int = 0
    contracts: int = 0
    custody_fen: int = 0
    in_transit_fen: int = 0
    owed_fen: int = 0
    uncovered_fen: int = 0
    uncovered_families: int = 0
    mirrored: int = 0  # of the contracts, those of another platform


_TONIGHT: Final = """
    SELECT b.institution_id,
           count(DISTINCT c.guardian_id) FILTER (WHERE c.state IN ('active', 'refunding')),
           count(DISTINCT c.learner_id) FILTER (WHERE c.state IN ('active', 'refunding')),
           count(*) FILTER (WHERE c.state IN ('active', 'refunding')),
           coalesce(sum(b.custody_fen), 0)::bigint,
           coalesce(sum(b.in_transit_fen), 0)::bigint,
           coalesce(sum(b.unearned_fen + b.pending_fen + b.frozen_fen + b.refund_payable_fen), 0)
               ::bigint,
           coalesce(sum(greatest(0, b.advance_fen - b.payable_fen)), 0)::bigint,
           count(DISTINCT c.guardian_id) FILTER (WHERE b.advance_fen > b.payable_fen)
      FROM ledger.contract_balance b JOIN public.tuition_contract c ON c.id = b.contract_id
     WHERE b.institution_id = ANY(%s) AND b.contract_id > 0
     GROUP BY GROUPING SETS ((b.institution_id), ())"""


def tonight(actor: Actor) -> tuple[Tonight, dict[int, Tonight]]:
    """All together, and each institution; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TONIGHT, [list(actor.institution_ids)])
        rows = [Tonight(*row) for row in cursor.fetchall()]
    total = next((each for each in rows if each.institution_id is None), Tonight(None))
    return total, {each.institution_id: each for each in rows if each.institution_id is not None}


_KNOWN: Final = """
    SELECT DISTINCT c.institution_id, c.guardian_id FROM public.tuition_contract c
     WHERE c.institution_id = ANY(%s) AND c.guardian_id = ANY(%s)
       AND c.state IN ('active', 'refunding')"""


def with_mirrored(
    actor: Actor, found: tuple[Tonight, dict[int, Tonight]], mirrored: Sequence[Mirrored]
) -> tuple[Tonight, dict[int, Tonight]]:
    """The same with the contracts of other platforms, as our rules see them; one statement.

    A family is counted once, here or there; one that nobody could find here is one of its own.
    Learners are not told apart across platforms and stay those of this one.
    """
    live = [each for each in mirrored if _owed(each) or each.result.payable_fen]
    if not live:
        return found
    families = [each.guardian_id for each in live if each.guardian_id is not None]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(actor.institution_ids), families])
        known = set(cursor.fetchall())
    total, rows = found
    by = {
        number: [each for each in live if each.institution_id == number]
        for number in sorted({each.institution_id for each in live})
    }
    for number, some in by.items():
        there = {guardian for place, guardian in known if place == number}
        rows[number] = _plus(rows.get(number, Tonight(number)), some, there)
    return _plus(total, live, {guardian for _place, guardian in known}), rows


def _owed(one: Mirrored) -> int:
    held = one.result.buckets
    return sum(held[each] for each in OWED)


def _plus(before: Tonight, some: Sequence[Mirrored], known: set[int]) -> Tonight:
    uncovered = [one for one in some if one.result.ahead_fen > one.result.payable_fen]
    return replace(
        before,
        families=before.families + _families(some, known),
        contracts=before.contracts + len(some),
        custody_fen=before.custody_fen + sum(one.result.buckets[Bucket.CUSTODY] for one in some),
        in_transit_fen=before.in_transit_fen
        + sum(one.result.buckets[Bucket.IN_TRANSIT] for one in some),
        owed_fen=before.owed_fen + sum(_owed(one) for one in some),
        uncovered_fen=before.uncovered_fen
        + sum(one.result.ahead_fen - one.result.payable_fen for one in uncovered),
        uncovered_families=before.uncovered_families + _families(uncovered, set()),
        mirrored=before.mirrored + len(some),
    )


def _families(some: Sequence[Mirrored], known: set[int]) -> int:
    named = {one.guardian_id for one in some if one.guardian_id is not None}
    return len(named - known) + sum(1 for one in some if one.guardian_id is None)


@dataclass(frozen=True)
class OnTheWay:
    """Refunds that were asked and are not paid."""

    count: int
    amount_fen: int
    oldest_at: date | None
    late: int


_REFUNDS: Final = """
    SELECT count(*), coalesce(sum(r.amount_fen), 0)::bigint,
           min((r.requested_at AT TIME ZONE 'Asia/Shanghai')::date),
           count(*) FILTER (WHERE r.state = 'requested' AND r.answer_by_on < %s)
      FROM public.tuition_refundcase r
     WHERE r.institution_id = ANY(%s) AND r.state NOT IN ('paid', 'withdrawn')"""


def refunds_on_the_way(actor: Actor, today: date) -> OnTheWay:
    """Open refunds at the institutions that the reader sees; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUNDS, [today, list(actor.institution_ids)])
        return OnTheWay(*cursor.fetchone())


@dataclass(frozen=True)
class Coverage:
    """How many institutions have got how far."""

    active: int
    opened: int
    filed: int
    verified: int
    enabled: int
    insured: int


_COVERAGE: Final = """
    WITH active AS (
        SELECT e.subject_id FROM public.registry_entry e
         WHERE e.subject_id = ANY(%(ids)s) AND e.kind = 'TRAINING_INSTITUTION'
           AND e.status = 'ACTIVE'),
    account AS (
        SELECT DISTINCT ON (v.subject_id) v.subject_id, v.state
          FROM public.registry_custodyvalue v JOIN active a USING (subject_id)
         WHERE v.valid_from <= %(day)s AND NOT v.ended
         ORDER BY v.subject_id, v.valid_from DESC, v.recorded_at DESC)
    SELECT (SELECT count(*) FROM active), count(*),
           count(*) FILTER (WHERE state IN ('FILED', 'VERIFIED', 'PAYMENT_ENABLED')),
           count(*) FILTER (WHERE state IN ('VERIFIED', 'PAYMENT_ENABLED')),
           count(*) FILTER (WHERE state = 'PAYMENT_ENABLED'),
           (SELECT count(DISTINCT p.institution_id) FROM public.insurance_policy p
              JOIN active a ON a.subject_id = p.institution_id
             WHERE p.valid_from <= %(day)s AND p.valid_until >= %(day)s)
      FROM account"""


def coverage(actor: Actor, day: date) -> Coverage:
    """Accounts and insurance of active training institutions; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COVERAGE, {"ids": list(actor.institution_ids), "day": day})
        return Coverage(*cursor.fetchone())


_MONTHS: Final = """
    SELECT to_char(o.paid_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), count(*),
           sum(o.amount_fen)::bigint
      FROM public.tuition_paymentorder o
     WHERE o.institution_id = ANY(%s) AND o.state IN ('paid', 'arrived')
       AND (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date >= %s
     GROUP BY 1"""


def paid_by_month(actor: Actor, since: date) -> dict[str, tuple[int, int]]:
    """Payments by month (`2026-03`): how many, fen; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [list(actor.institution_ids), since])
        return {month: (count, fen) for month, count, fen in cursor.fetchall()}
