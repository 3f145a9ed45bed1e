"""Running the indicators for some institutions, as of a day and as known at an instant."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection

FOLDER: Final = Path(__file__).parent
SERIES: Final = "custody"
_ASKED: Final = (
    "WITH asked AS (SELECT institution_id, %(day)s::date AS day, %(month_end)s::date AS month_end,"
    " %(known_at)s::timestamptz AS known_at"
    " FROM unnest(%(institutions)s::bigint[]) AS given(institution_id)),"
)
Row = dict[str, Any]


@cache
def statements() -> dict[str, str]:
    """The indicators by name, ready to run."""
    return {
        path.stem: with_asked(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.sql"))
    }


def with_asked(text: str) -> str:
    """A statement that reads `asked`, given the institutions, the day and the instant.

    PostgreSQL divides whole numbers by `/`, which the allow-list writes `//` for other engines.
    """
    comments, keyword, rest = text.partition("\nWITH ")
    assert keyword, "an indicator starts with WITH"
    return f"{comments}\n{_ASKED} {rest.replace(' // ', ' / ')}"


def month_end_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def rows_of(
    institutions: Sequence[int], day: date, known_at: datetime
) -> dict[int, dict[str, list[Row]]]:
    """For each institution and indicator its rows; every indicator but the series has one."""
    told: dict[int, dict[str, list[Row]]] = {each: {} for each in institutions}
    given: dict[str, Any] = {
        "institutions": list(institutions),
        "day": day,
        "month_end": month_end_before(day),
        "known_at": known_at,
    }
    for name, statement in statements().items():
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            columns = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                said = dict(zip(columns, row, strict=True))
                told[said.pop("institution_id")].setdefault(name, []).append(said)
    return told
