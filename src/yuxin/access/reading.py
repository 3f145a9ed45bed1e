"""The one way to read: a read-only transaction that carries the reader to the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction

from yuxin.access.context import opened, set_actor
from yuxin.kernel.actor import Actor, Role


@contextmanager
def reading(actor: Actor) -> Iterator[None]:
    """Read as `actor`, without the power to write.

    The public reads through the role `yuxin_public`, which sees the views of schema `portal`
    and nothing else. The transaction is rolled back at the end: it wrote nothing, and so every
    setting it made is gone too.
    """
    with opened("reading"), transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            set_actor(cursor, actor)
            if actor.roles == frozenset({Role.PUBLIC}):
                cursor.execute("SET LOCAL ROLE yuxin_public")
        yield
        transaction.set_rollback(True)


def public_rows(statement: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of one statement, read by the public in a single trip to the database.

    For the question that every visit asks; anything more is read inside `reading`. The same rules
    hold: a transaction that cannot write, in the role that sees schema `portal` and no more. The
    parameters travel apart from the statement; a pipeline sends all four messages at once.
    Measured (`./yuxin bench portal`): a reading costs six trips, this one.
    """
    if connection.in_atomic_block or connection.connection is None:
        return _rows_of_a_reading(statement, parameters)
    with opened("reading"):
        line = connection.connection
        assert line.autocommit, "outside of a transaction nothing is open"
        try:
            with line.pipeline(), psycopg.Cursor(line) as around, psycopg.Cursor(line) as asked:
                around.execute("BEGIN READ ONLY", prepare=False)
                around.execute("SET LOCAL ROLE yuxin_public", prepare=False)
                asked.execute(statement.encode(), parameters)
                around.execute("ROLLBACK", prepare=False)
                return asked.fetchall()
        except psycopg.Error:
            if not line.closed:
                line.rollback()
                raise
            # The server went away since the last visit: a fresh connection is asked below.
            connection.close()
    return _rows_of_a_reading(statement, parameters)


def _rows_of_a_reading(statement: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
    with reading(Actor.public()), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
