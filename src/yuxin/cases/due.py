"""For whom a deadline passed: what the clock asks before it acts as an institution.

This reads through a function of the database that tells numbers and no rows.
"""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from yuxin.kernel.actor import Actor


def institutions(
    _actor: Actor, day: date, states: Sequence[tuple[str, str]]
) -> list[tuple[int, int]]:
    """Institutions with proceedings past their day in one of these states (kind, state).

    With each a number that changes when some of them moved.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM public.cases_due(%s, %s)", [day, [".".join(each) for each in states]]
        )
        rows: list[tuple[int, int]] = cursor.fetchall()
        return rows
