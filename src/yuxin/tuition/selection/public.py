"""Selections as the public sees them: the call, then the result; no person, no offer."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

_CALLS = """
SELECT code, title, documents, called_on, closing_on, places, term_months, state, noticed_on,
       notice_words, objections_until, serves_from, serves_until, criteria, weights
  FROM portal.bank_selection ORDER BY called_on DESC, code
"""
_BANKS = """
SELECT bank_name, rank, score_hundredths, chosen, drawn, tied, decided_by, left_on
  FROM portal.bank_selected WHERE code = %s ORDER BY rank, bank_name
"""


@dataclass(frozen=True)
class PublicSelection:
    """A call and, once it is published, when its result was."""

    code: str
    title: str
    documents: str
    called_on: date
    closing_on: date
    places: int
    term_months: int
    state: str
    noticed_on: date | None
    notice_words: str
    objections_until: date | None
    serves_from: date | None
    serves_until: date | None
    criteria: list[str]
    weights: list[int]


@dataclass(frozen=True)
class PublicBank:
    """A bank of a published result; hundredths of a point, rounded down."""

    name: str
    rank: int
    score_hundredths: int
    chosen: bool
    drawn: bool
    tied: bool
    decided_by: str
    left_on: date | None


def selections() -> list[PublicSelection]:
    """Every call, the latest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CALLS)
        return [PublicSelection(*row) for row in cursor.fetchall()]


def banks(code: str) -> list[PublicBank]:
    """The banks of a published result in order; none before."""
    with connection.cursor() as cursor:
        cursor.execute(_BANKS, [code])
        return [PublicBank(*row) for row in cursor.fetchall()]
