"""The published colour, for the portal: a view of schema `portal`, nothing of its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

_COLOURS = """
SELECT subject_id, colour, from_on FROM portal.colour WHERE subject_id = ANY (%s::bigint[])
"""


@dataclass(frozen=True)
class PublicColour:
    """A colour as it is published: GREEN, YELLOW or RED, and since when."""

    colour: str
    from_on: date


def colours(subject_ids: Sequence[int]) -> dict[int, PublicColour]:
    """The published colours of subjects, by subject; who has none is not in it."""
    with connection.cursor() as cursor:
        cursor.execute(_COLOURS, [list(subject_ids)])
        return {row[0]: PublicColour(*row[1:]) for row in cursor.fetchall()}
