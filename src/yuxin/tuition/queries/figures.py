"""Operating figures: what moved at the institutions that a reader sees, by period or by kind.

Sources: orders to the banks that the banks carried out, payments that channels took, lessons
whose money was transferred, the history of connections. Days are bank days (value days) for what
left custody and Shanghai days for what came in. What a bank later sends back leaves the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.db import connection

from yuxin.kernel.actor import Actor

By = Literal["day", "week", "month", "area", "line", "bank"]
PERIODS: Final = ("day", "week", "month")

_MOVED: Final = """
    WITH moved AS (
        SELECT i.value_on AS on_day, i.institution_id, i.bank_code, 'release' AS kind,
               l.amount_fen
          FROM public.tuition_instructionline l
          JOIN public.tuition_instruction i ON i.id = l.instruction_id
         WHERE i.institution_id = ANY(%(ids)s) AND i.kind = 'release' AND i.state = 'done'
           AND i.value_on BETWEEN %(first)s AND %(last)s AND l.amount_fen > 0
        UNION ALL
        SELECT i.value_on, i.institution_id, i.bank_code, 'lesson', 0
          FROM public.tuition_lesson s
          JOIN public.tuition_instructionline l ON l.id = s.release_id
          JOIN public.tuition_instruction i ON i.id = l.instruction_id
         WHERE i.institution_id = ANY(%(ids)s) AND i.kind = 'release' AND i.state = 'done'
           AND i.value_on BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT i.value_on, i.institution_id, i.bank_code, 'refund', i.amount_fen
          FROM public.tuition_instruction i
         WHERE i.institution_id = ANY(%(ids)s) AND i.kind = 'refund' AND i.state = 'done'
           AND i.value_on BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date, o.institution_id, o.bank_code,
               'payment', o.amount_fen
          FROM public.tuition_paymentorder o
         WHERE o.institution_id = ANY(%(ids)s) AND o.state IN ('paid', 'arrived')
           AND (o.paid_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s)
    SELECT CASE %(by)s WHEN 'day' THEN to_char(m.on_day, 'YYYY-MM-DD')
                       WHEN 'week' THEN to_char(date_trunc('week', m.on_day), 'YYYY-MM-DD')
                       WHEN 'month' THEN to_char(m.on_day, 'YYYY-MM')
                       WHEN 'area' THEN e.area_code
                       WHEN 'line' THEN e.category
                       ELSE m.bank_code END,
           m.kind, count(*), sum(m.amount_fen)::bigint
      FROM moved m JOIN public.registry_entry e ON e.subject_id = m.institution_id
     GROUP BY 1, 2"""
_CONNECTED_BY_PERIOD: Final = """
    SELECT p.key, count(*) FILTER (WHERE v.connected)
      FROM unnest(%(keys)s::text[], %(ends)s::date[]) AS p(key, ends)
     CROSS JOIN LATERAL (
           SELECT DISTINCT ON (c.subject_id) c.connected
             FROM public.registry_connectionvalue c
            WHERE c.subject_id = ANY(%(ids)s) AND c.valid_from <= p.ends
            ORDER BY c.subject_id, c.valid_from DESC, c.recorded_at DESC) v
     GROUP BY 1"""
_CONNECTED_BY_KIND: Final = """
    WITH connection AS (
        SELECT DISTINCT ON (c.subject_id) c.subject_id, c.connected
          FROM public.registry_connectionvalue c
         WHERE c.subject_id = ANY(%(ids)s) AND c.valid_from <= %(last)s
         ORDER BY c.subject_id, c.valid_from DESC, c.recorded_at DESC),
    account AS (
        SELECT DISTINCT ON (a.subject_id) a.subject_id, a.bank_code
          FROM public.registry_custodyvalue a
         WHERE a.subject_id = ANY(%(ids)s) AND a.valid_from <= %(last)s
         ORDER BY a.subject_id, a.valid_from DESC, a.recorded_at DESC)
    SELECT CASE %(by)s WHEN 'area' THEN e.area_code WHEN 'line' THEN e.category
                       ELSE coalesce(a.bank_code, '') END,
           count(*) FILTER (WHERE v.connected)
      FROM connection v JOIN public.registry_entry e ON e.subject_id = v.subject_id
      LEFT JOIN account a ON a.subject_id = v.subject_id
     GROUP BY 1"""
_BANKS: Final = """
    SELECT count(DISTINCT v.bank_code) FROM (
        SELECT DISTINCT ON (c.subject_id) c.bank_code, c.state
          FROM public.registry_custodyvalue c
         WHERE c.subject_id = ANY(%(ids)s) AND c.valid_from <= %(last)s
         ORDER BY c.subject_id, c.valid_from DESC, c.recorded_at DESC) v
     WHERE v.state IN ('VERIFIED', 'PAYMENT_ENABLED')"""


@dataclass
class Line:
    """One row of figures. Sums in fen."""

    key: str
    connected: int = 0
    payments: int = 0
    payments_fen: int = 0
    lessons: int = 0
    releases: int = 0
    releases_fen: int = 0
    refunds: int = 0
    refunds_fen: int = 0


@dataclass(frozen=True)
class Figures:
    """Rows in order, and their sum with the institutions and banks at the end of the term."""

    lines: list[Line]
    total: Line
    bank_count: int


def operating(actor: Actor, first: date, last: date, by: By) -> Figures:
    """The figures from `first` to `last`, both included; three statements.

    Every line of `by` counts what the total counts: their sums are equal.
    """
    ids = list(actor.institution_ids)
    ends = period_ends(first, last, by) if by in PERIODS else {}
    found = {key: Line(key) for key in ends}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"ids": ids, "first": first, "last": last, "by": by})
        for key, kind, count, fen in cursor.fetchall():
            _count(found.setdefault(key, Line(key)), kind, count, fen)
        if ends:
            days = list(ends.values())
            cursor.execute(_CONNECTED_BY_PERIOD, {"ids": ids, "keys": list(ends), "ends": days})
        else:
            cursor.execute(_CONNECTED_BY_KIND, {"ids": ids, "last": last, "by": by})
        for key, count in cursor.fetchall():
            found.setdefault(key, Line(key)).connected = count
        cursor.execute(_BANKS, {"ids": ids, "last": last})
        banks: int = cursor.fetchone()[0]
    lines = [found[key] for key in sorted(found)]
    at_end = lines[-1:] if ends else lines
    return Figures(lines, _total(lines, sum(each.connected for each in at_end)), banks)


def _count(line: Line, kind: str, count: int, fen: int) -> None:
    if kind == "lesson":
        line.lessons += count
        return
    name = f"{kind}s"
    setattr(line, name, getattr(line, name) + count)
    setattr(line, f"{name}_fen", getattr(line, f"{name}_fen") + fen)


def _total(lines: Sequence[Line], connected: int) -> Line:
    total = Line("", connected)
    for each in lines:
        total.lessons += each.lessons
        for name in ("payments", "releases", "refunds"):
            for field in (name, f"{name}_fen"):
                setattr(total, field, getattr(total, field) + getattr(each, field))
    return total


def period_ends(first: date, last: date, by: str) -> dict[str, date]:
    """The periods of a term by their key, each with its last day inside the term."""
    ends: dict[str, date] = {}
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        ends[period_of(day, by)] = day
    return ends


def period_of(day: date, by: str) -> str:
    """The key of the period in which a day lies: a day, a Monday, a month."""
    if by == "month":
        return f"{day:%Y-%m}"
    monday = date.fromordinal(day.toordinal() - day.weekday())
    return (monday if by == "week" else day).isoformat()
