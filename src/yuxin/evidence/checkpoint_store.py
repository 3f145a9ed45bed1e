"""The last checkpoint signed, kept outside everything that a backup can bring back.

Restoring the database rolls its tree back; signing it again would be a fork. This store is
compared and moved forward, on disk, before a signature exists.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS signed (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    origin TEXT NOT NULL
) STRICT
"""


class StoreAhead(RuntimeError):
    """What would be signed does not continue what was signed; a person must look."""


@dataclass(frozen=True)
class Signed:
    """A tree head that was signed, or was about to be."""

    size: int
    root: bytes


class CheckpointStore:
    """One SQLite file; FULL synchronous, so a row that was written is there after a crash."""

    def __init__(self, path: Path, origin: str) -> None:
        self._path, self._origin = path, origin
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with self._database() as database:
            database.execute(_SCHEMA)
            others = database.execute(
                "SELECT DISTINCT origin FROM signed WHERE origin <> ?", [origin]
            ).fetchall()
        if others:
            raise StoreAhead(f"the checkpoint store belongs to {others[0][0]}, not {origin}")

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous=EXTRA")
            yield database
        finally:
            database.close()

    def last(self) -> Signed | None:
        """Return the largest tree head signed so far."""
        with self._database() as database:
            row = database.execute(
                "SELECT size, root FROM signed ORDER BY size DESC LIMIT 1"
            ).fetchone()
        return None if row is None else Signed(*row)

    def advance(self, known: Signed | None, to: Signed) -> None:
        """Move from the head known to the caller to a new one; only then may it be signed.

        Raises: StoreAhead when the store holds another head than the caller knows.
        """
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            row = database.execute(
                "SELECT size, root FROM signed ORDER BY size DESC LIMIT 1"
            ).fetchone()
            held = None if row is None else Signed(*row)
            if held == to:
                return
            if held != known or (held is not None and to.size <= held.size):
                raise StoreAhead(f"the checkpoint store holds {held}, expected {known}")
            database.execute(
                "INSERT INTO signed (size, root, origin) VALUES (?, ?, ?)",
                [to.size, to.root, self._origin],
            )
            database.execute("COMMIT")
