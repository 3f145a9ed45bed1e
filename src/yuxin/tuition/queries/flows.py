"""The live page of one institution: learners, contracts, lessons, purchases, money in and out."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound


@dataclass(frozen=True)
class Counts:
    """What an institution has on a day, and did in the days before it. Sums in fen."""

    learners: int
    families: int
    contracts: int
    lessons: int
    purchases: int
    purchases_fen: int


@dataclass(frozen=True)
class DayFlow:
    """Money of one day: paid by families; transferred to the institution; refunded."""

    in_fen: int = 0
    out_fen: int = 0
    refund_fen: int = 0


@dataclass(frozen=True)
class Payee:
    """Who got how much: `release` to an account of the institution, `refund` to families."""

    kind: str
    account_last4: str
    count: int
    amount_fen: int


_COUNTS: Final = """
    SELECT count(DISTINCT c.learner_id) FILTER (WHERE c.state IN ('active', 'refunding')),
           count(DISTINCT c.guardian_id) FILTER (WHERE c.state IN ('active', 'refunding')),
           count(*) FILTER (WHERE c.state IN ('active', 'refunding')),
           (SELECT count(*) FROM public.tuition_lesson s
             WHERE s.institution_id = %(id)s AND s.state <> 'voided'
               AND (s.taught_at AT TIME ZONE 'Asia/Shanghai')::date
                   BETWEEN %(first)s AND %(last)s),
           count(*) FILTER (WHERE (c.paid_at AT TIME ZONE 'Asia/Shanghai')::date
                                  BETWEEN %(first)s AND %(last)s),
           coalesce(sum(c.total_fen) FILTER (
               WHERE (c.paid_at AT TIME ZONE 'Asia/Shanghai')::date
                     BETWEEN %(first)s AND %(last)s), 0)::bigint
      FROM public.tuition_contract c WHERE c.institution_id = %(id)s"""


def counts(actor: Actor, institution_id: int, first: date, last: date) -> Counts:
    """Learners, families, contracts now; lessons and purchases of the days; one statement.

    Raises: NotFound.
    """
    _require_seen(actor, institution_id)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"id": institution_id, "first": first, "last": last})
        return Counts(*cursor.fetchone())


_FLOWS: Final = """
    SELECT on_day, coalesce(sum(fen) FILTER (WHERE kind = 'payment'), 0)::bigint,
           coalesce(sum(fen) FILTER (WHERE kind = 'release'), 0)::bigint,
           coalesce(sum(fen) FILTER (WHERE kind = 'refund'), 0)::bigint
      FROM (SELECT (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day, 'payment' AS kind,
                   o.amount_fen AS fen
              FROM public.tuition_paymentorder o
             WHERE o.institution_id = %(id)s AND o.state IN ('paid', 'arrived')
            UNION ALL
            SELECT i.value_on, i.kind::text, i.amount_fen FROM public.tuition_instruction i
             WHERE i.institution_id = %(id)s AND i.state = 'done') moved
     WHERE on_day BETWEEN %(first)s AND %(last)s GROUP BY 1"""


def by_day(actor: Actor, institution_id: int, first: date, last: date) -> dict[date, DayFlow]:
    """Money in and out by day; days without any are left out; one statement."""
    _require_seen(actor, institution_id)
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, {"id": institution_id, "first": first, "last": last})
        return {day: DayFlow(*sums) for day, *sums in cursor.fetchall()}


_PAYEES: Final = """
    SELECT i.kind, CASE WHEN i.kind = 'release' THEN coalesce((
               SELECT v.settlement_last4 FROM public.registry_custodyvalue v
                WHERE v.subject_id = i.institution_id AND v.valid_from <= i.value_on
                ORDER BY v.valid_from DESC, v.recorded_at DESC LIMIT 1), '') ELSE '' END,
           count(*), sum(i.amount_fen)::bigint
      FROM public.tuition_instruction i
     WHERE i.institution_id = %(id)s AND i.state = 'done'
       AND i.value_on BETWEEN %(first)s AND %(last)s
     GROUP BY 1, 2 ORDER BY 4 DESC"""


def payees(actor: Actor, institution_id: int, first: date, last: date) -> list[Payee]:
    """To whom money went, most first; one statement."""
    _require_seen(actor, institution_id)
    with connection.cursor() as cursor:
        cursor.execute(_PAYEES, {"id": institution_id, "first": first, "last": last})
        return [Payee(*row) for row in cursor.fetchall()]


_BALANCES: Final = """
    WITH days AS (SELECT generate_series(%(first)s::date, %(last)s::date, '1 day')::date AS day),
    told AS (
        SELECT b.account_day, sum(b.closing_fen)::bigint AS closing_fen
          FROM public.tuition_bankbalance b
         WHERE b.account_index IN (SELECT DISTINCT v.number_index
                 FROM public.registry_custodyvalue v WHERE v.subject_id = %(id)s)
           AND b.account_day BETWEEN %(first)s AND %(last)s
         GROUP BY 1),
    owed AS (
        SELECT f.happened_on, sum(f.owed_fen)::bigint AS change
          FROM public.fact_liability f
         WHERE f.institution_id = %(id)s AND f.subject_id > 0 AND f.happened_on <= %(last)s
         GROUP BY 1)
    SELECT d.day, t.closing_fen,
           (SELECT coalesce(sum(o.change), 0)::bigint FROM owed o WHERE o.happened_on <= d.day)
      FROM days d LEFT JOIN told t ON t.account_day = d.day ORDER BY 1"""


def balances(
    actor: Actor, institution_id: int, first: date, last: date
) -> list[tuple[date, int | None, int]]:
    """Day by day: what the bank said (None: it said nothing), what is owed in lessons.

    One statement.
    """
    _require_seen(actor, institution_id)
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"id": institution_id, "first": first, "last": last})
        return [(day, closing, owed) for day, closing, owed in cursor.fetchall()]


_MONTHS: Final = """
    SELECT to_char(o.paid_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), sum(o.amount_fen)::bigint
      FROM public.tuition_paymentorder o
     WHERE o.institution_id = %s AND o.state IN ('paid', 'arrived')
       AND (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date >= %s
     GROUP BY 1"""


def paid_by_month(actor: Actor, institution_id: int, since: date) -> dict[str, int]:
    """Fees paid by month (`2026-03`) since a day; one statement."""
    _require_seen(actor, institution_id)
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [institution_id, since])
        return dict(cursor.fetchall())


_ENROLLED: Final = """
    SELECT m.ends, count(DISTINCT f.subject_id) FROM unnest(%(ends)s::date[]) AS m(ends)
      LEFT JOIN LATERAL (
           SELECT e.subject_id FROM public.fact_enrolment e
            WHERE e.institution_id = %(id)s AND e.happened_on <= m.ends
            GROUP BY 1 HAVING sum(e.change) > 0) f ON true
     GROUP BY 1"""


def learners_on(actor: Actor, institution_id: int, ends: list[date]) -> dict[date, int]:
    """How many learned here at the end of each day named; one statement."""
    _require_seen(actor, institution_id)
    with connection.cursor() as cursor:
        cursor.execute(_ENROLLED, {"id": institution_id, "ends": ends})
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Share:
    """What was paid for courses as far as it is known, by the way it came. Sums in fen."""

    platform_fen: int
    before_fen: int  # running contracts, paid before supervision
    elsewhere_fen: int  # mirrored payments on another platform

    @property
    def per_mille(self) -> int | None:
        """The share paid through this platform, cut; None when nothing was paid at all."""
        known = self.platform_fen + self.before_fen + self.elsewhere_fen
        return self.platform_fen * 1000 // known if known else None


_SHARE: Final = """
    SELECT (SELECT coalesce(sum(o.amount_fen), 0)::bigint
              FROM public.tuition_paymentorder o
              JOIN public.tuition_contract c ON c.id = o.contract_id
             WHERE o.institution_id = %(id)s AND o.state IN ('paid', 'arrived')
               AND c.origin = 'own'),
           (SELECT coalesce(sum(r.paid_fen), 0)::bigint
              FROM public.running_runningcontract r WHERE r.institution_id = %(id)s),
           (SELECT coalesce(sum(f.amount_fen), 0)::bigint
              FROM public.mirror_mirrorfact f
             WHERE f.institution_id = %(id)s AND f.kind = 'payment')"""


def share(actor: Actor, institution_id: int) -> Share:
    """How the fees that are known came; one statement."""
    _require_seen(actor, institution_id)
    with connection.cursor() as cursor:
        cursor.execute(_SHARE, {"id": institution_id})
        return Share(*cursor.fetchone())


def _require_seen(actor: Actor, institution_id: int) -> None:
    if institution_id not in actor.institution_ids:
        raise NotFound
