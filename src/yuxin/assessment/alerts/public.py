"""Warnings to the public that stand today, for the portal: a view of schema `portal`."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

_OF = """
SELECT code, name, brand, words, from_on, until_on FROM portal.warning
 WHERE subject_id = %s ORDER BY from_on DESC, words
"""
_ALL = """
SELECT code, name, brand, words, from_on, until_on FROM portal.warning
 ORDER BY from_on DESC, name, code
"""


@dataclass(frozen=True)
class PublicNotice:
    """A warning as it stands: whose, what is said, its first and last day."""

    code: str
    name: str
    brand: str
    words: str
    from_on: date
    until_on: date


def warnings_of(subject_id: int) -> list[PublicNotice]:
    """The warnings that stand of one subject, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_OF, [subject_id])
        return [PublicNotice(*row) for row in cursor.fetchall()]


def warnings() -> list[PublicNotice]:
    """Every warning that stands, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        return [PublicNotice(*row) for row in cursor.fetchall()]
