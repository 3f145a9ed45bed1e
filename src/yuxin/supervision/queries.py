"""Reads of what supervision recorded. The first argument is who reads."""

from datetime import date
from typing import Final

from django.db import connection

from yuxin.kernel.actor import Actor

_VALID: Final = """
    SELECT to_char(c.received_on, 'YYYY-MM'), count(*)
      FROM public.supervision_complaint c
      JOIN LATERAL (SELECT d.outcome FROM public.supervision_complaintdecision d
                     WHERE d.complaint_id = c.id
                     ORDER BY d.decided_on DESC, d.recorded_at DESC, d.id DESC LIMIT 1) d
        ON d.outcome = 'VALID'
     WHERE c.institution_id = ANY(%s) AND c.received_on >= %s
     GROUP BY 1"""


def valid_complaints_by_month(actor: Actor, since: date) -> dict[str, int]:
    """Complaints received since a day that were found valid, by month (`2026-03`).

    By the latest decision on each; one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VALID, [list(actor.institution_ids), since])
        return dict(cursor.fetchall())
