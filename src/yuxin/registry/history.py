"""Reading and adding values with history. A row once written is never changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

from yuxin.kernel.act import Act
from yuxin.registry.aspects import Aspect
from yuxin.registry.models import Value


def add(act: Act, aspect: Aspect, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows: keys, `valid_from`, the fields, and perhaps `ended`, `reason`, `source`.

    The database's clock says when they were recorded.
    """
    if not rows:
        return
    columns = (*aspect.key, "valid_from", "ended", "reason", "source", "recorded_by")
    columns = (*columns, *aspect.fields)
    common = {"ended": False, "reason": "", "source": "", "recorded_by": act.actor.account_id}
    insert_rows(
        aspect.table,
        columns,
        ([{**common, **row}[column] for column in columns] for row in rows),
        guarded=aspect.guarded,
    )


def insert_rows(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, guarded: bool = False
) -> None:
    """Insert rows by COPY; into a table with row-level security, which refuses COPY, one by one.

    No row is read back: the writer need not be one who may see it.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        if guarded:
            marks = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
            statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table), names, marks
            )
            cursor.executemany(statement, list(rows))
            return
        target = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with cursor.copy(target) as copy:
            for row in rows:
                copy.write_row(row)


def held(
    aspect: Aspect, *, day: date, known_at: datetime | None = None, **holder: Any
) -> "QuerySet[Any]":
    """The rows that held on `day` as known at `known_at` (by default: as known now).

    Per course of values the latest start not after the day, and of that start the latest
    recorded; rows that say `ended` are among them, see `in_force`.
    """
    rows = aspect.model._default_manager.filter(valid_from__lte=day, **holder)
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    return rows.order_by(*aspect.key, "-valid_from", "-recorded_at", "-id").distinct(*aspect.key)


def in_force(rows: Iterable[Value]) -> list[Any]:
    """Of the rows that `held` gives, those that did not end."""
    return [row for row in rows if not row.ended]
