"""A party's own SQLite file. One transaction is one act; what was committed survives kill -9."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any


class Store:
    """One connection, one act at a time; threads wait for each other, processes for the file."""

    def __init__(self, path: Path | None, schema: str) -> None:
        """`path` None keeps it in memory, for simulations that are thrown away."""
        self._lock = RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        with self.act():
            if not self.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
                for statement in _statements(schema):
                    self.run(statement)

    def close(self) -> None:
        """End the connection; nothing is lost without it."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def act(self) -> Iterator[None]:
        """All of it or none of it. Inside another act it is a part of that one."""
        with self._lock:
            depth = self._depth
            self._connection.execute(f"SAVEPOINT act_{depth}" if depth else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth = depth
                self._connection.execute(f"ROLLBACK TO act_{depth}" if depth else "ROLLBACK")
                if depth:
                    self._connection.execute(f"RELEASE act_{depth}")
                raise
            self._depth = depth
            self._connection.execute(f"RELEASE act_{depth}" if depth else "COMMIT")

    def run(self, statement: str, *values: object) -> int:
        """Change something inside an act; the number of rows changed."""
        assert self._depth, "a change needs an open act"
        return self._connection.execute(statement, values).rowcount

    def insert(self, statement: str, *values: object) -> int:
        """Insert one row inside an act; its row id."""
        assert self._depth, "a change needs an open act"
        row_id = self._connection.execute(statement, values).lastrowid
        assert row_id is not None
        return row_id

    def rows(self, query: str, *values: object) -> Sequence[Any]:
        """Read."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> Any:
        """Read one row, or None."""
        with self._lock:
            return self._connection.execute(query, values).fetchone()


def _statements(schema: str) -> Iterator[str]:
    statement = ""
    for line in schema.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    assert not statement.strip()
