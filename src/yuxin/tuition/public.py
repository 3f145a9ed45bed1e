"""Courses as the public sees them: views of schema `portal`, explicit columns, no persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

_COURSES = """
SELECT code, name, category, stage, mode, site_id, lesson_minutes, unit_price_fen,
       paid_centiunits, gift_centiunits, total_fen, first_on, last_on,
       refund_before_start_days, description
  FROM portal.course WHERE institution_id = %s AND last_on >= %s ORDER BY first_on, name, code
"""
_CLASSES = """
SELECT course_code, code, name, capacity, places_left, first_starts_at, session_count
  FROM portal.class WHERE institution_id = %s ORDER BY first_starts_at, code
"""
_PRICES = """
SELECT institution_id, min(unit_price_fen), max(total_fen)
  FROM portal.course WHERE institution_id = ANY (%s::bigint[]) AND last_on >= %s
 GROUP BY institution_id
"""


@dataclass(frozen=True)
class PublicCourse:
    """A course as published. Units: fen; hundredths of a lesson."""

    code: str
    name: str
    category: str
    stage: str
    mode: str
    site_id: int | None
    lesson_minutes: int
    unit_price_fen: int
    paid_centiunits: int
    gift_centiunits: int
    total_fen: int
    first_on: date
    last_on: date
    refund_before_start_days: int
    description: str


@dataclass(frozen=True)
class PublicPrices:
    """The lowest price of a lesson and the most that one payment may be, in fen."""

    unit_price_min_fen: int
    total_max_fen: int


@dataclass(frozen=True)
class PublicClass:
    """A class of a published course and the places left in it."""

    course_code: str
    code: str
    name: str
    capacity: int
    places_left: int
    first_starts_at: datetime | None
    session_count: int


def courses(institution_id: int, day: date) -> list[PublicCourse]:
    """The published courses of an institution that are not over on a day."""
    return [PublicCourse(*row) for row in _rows(_COURSES, institution_id, day)]


def prices(institution_ids: Sequence[int], day: date) -> dict[int, PublicPrices]:
    """What the courses of institutions cost that are not over on a day, by institution."""
    if not institution_ids:
        return {}
    found = _rows(_PRICES, list(institution_ids), day)
    return {row[0]: PublicPrices(*row[1:]) for row in found}


def classes(institution_id: int) -> list[PublicClass]:
    """The classes of an institution's published courses."""
    return [PublicClass(*row) for row in _rows(_CLASSES, institution_id)]


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
