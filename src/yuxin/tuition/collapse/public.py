"""Closings as the public sees them: a view of schema `portal`, no person, no contract."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

_CLOSINGS = """
SELECT code, institution_code, name, brand, kind, effective_on, decided_at, contact, claim_count,
       ordered_count, places_left
  FROM portal.closing ORDER BY effective_on DESC, code
"""


@dataclass(frozen=True)
class PublicClosing:
    """A closing in force."""

    code: str
    institution_code: str
    name: str
    brand: str
    kind: str
    effective_on: date
    decided_at: datetime
    contact: str
    claim_count: int
    ordered_count: int
    places_left: int


def closings() -> list[PublicClosing]:
    """Closings in force, the latest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSINGS)
        return [PublicClosing(*row) for row in cursor.fetchall()]
