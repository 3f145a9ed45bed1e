"""Courses as the public sees them: views of schema `portal`, explicit columns, no persons."""

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


def classes(institution_id: int) -> list[PublicClass]:
    """The classes of an institution's published courses."""
    return [PublicClass(*row) for row in _rows(_CLASSES, institution_id)]


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
