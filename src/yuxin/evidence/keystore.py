"""The keys of subjects, outside the database cluster: without one, its records are dumb.

Three calls: create, wrap and unwrap, destroy. Base backups and write-ahead logs hold every table
for ever; these keys are in a file of their own with a short, stated retention, so destroying one
is erasure. A key management service could stand behind the same calls.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12
_BATCH: Final = 500
_MAKING_FILES: Final = threading.Lock()
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS subject_key (
    id TEXT PRIMARY KEY,
    subject TEXT,
    key BLOB,
    destroyed INTEGER NOT NULL DEFAULT 0,
    CHECK ((key IS NULL) = destroyed AND (subject IS NULL) = destroyed)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS living_key ON subject_key (subject) WHERE NOT destroyed;
"""


class KeyDestroyed(LookupError):
    """The subject's key is gone; what it wrapped can never be read again."""


class KeyStore:
    """Subject keys in a SQLite file of mode 0600, synced to disk at every change."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "subjects.sqlite"
        self._local = threading.local()

    def create(self, subjects: Iterable[str]) -> Mapping[str, UUID]:
        """Return the key id of each subject, making the missing ones.

        They are on disk when this returns, so a transaction that uses them may commit.
        """
        wanted = sorted(set(subjects))
        found = self._living(wanted)
        missing = [subject for subject in wanted if subject not in found]
        if missing:
            with self._changing() as database:
                database.executemany(
                    "INSERT INTO subject_key (id, subject, key) VALUES (?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    [(uuid4().hex, subject, secrets.token_bytes(32)) for subject in missing],
                )
            found |= self._living(missing)
        return found

    def wrap(self, secrets_by_key: Sequence[tuple[UUID, bytes]]) -> list[bytes]:
        """Return each secret encrypted under its key.

        Raises: KeyDestroyed.
        """
        ciphers = self._ciphers({key for key, _ in secrets_by_key})
        wrapped = []
        for key, secret in secrets_by_key:
            nonce = os.urandom(_NONCE_BYTES)
            wrapped.append(nonce + ciphers[key].encrypt(nonce, secret, key.bytes))
        return wrapped

    def unwrap(self, key: UUID, wrapped: bytes) -> bytes:
        """Return a secret that `wrap` encrypted.

        Raises: KeyDestroyed; cryptography's InvalidTag if the bytes are not what was written.
        """
        cipher = self._ciphers({key})[key]
        return cipher.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], key.bytes)

    def unwrap_many(self, wrapped_by_key: Sequence[tuple[UUID, bytes]]) -> list[bytes | None]:
        """Return each secret that `wrap` encrypted, None where the key is destroyed.

        Raises: cryptography's InvalidTag if bytes are not what was written.
        """
        ciphers = self._known({key for key, _ in wrapped_by_key})
        return [
            None
            if key not in ciphers
            else ciphers[key].decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], key.bytes)
            for key, wrapped in wrapped_by_key
        ]

    def destroy(self, subject: str) -> UUID | None:
        """Destroy a subject's key; its id stays, to be destroyed again after a restore."""
        found = self._living([subject]).get(subject)
        if found is None:
            return None
        with self._changing() as database:
            database.execute("PRAGMA secure_delete=ON")
            database.execute(
                "UPDATE subject_key SET key = NULL, subject = NULL, destroyed = 1 WHERE id = ?",
                [found.hex],
            )
        with self._database() as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return found

    def _living(self, subjects: Sequence[str]) -> dict[str, UUID]:
        rows = self._select("subject, id", "subject", subjects)
        return {subject: UUID(hex=key) for subject, key in rows}

    def _ciphers(self, keys: Collection[UUID]) -> dict[UUID, AESGCM]:
        found = self._known(keys)
        if len(found) < len(keys):
            raise KeyDestroyed(f"{len(keys) - len(found)} subject keys are destroyed or unknown")
        return found

    def _known(self, keys: Collection[UUID]) -> dict[UUID, AESGCM]:
        rows = self._select("id, key", "id", [key.hex for key in keys])
        return {UUID(hex=key): AESGCM(raw) for key, raw in rows if raw is not None}

    def _select(self, columns: str, by: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        with self._database() as database:
            for at in range(0, len(values), _BATCH):
                part = values[at : at + _BATCH]
                marks = ",".join("?" * len(part))
                statement = f"SELECT {columns} FROM subject_key WHERE {by} IN ({marks})"  # noqa: S608
                rows += database.execute(statement, part).fetchall()
        return rows

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._database() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection; a forked child opens its own."""
        if getattr(self._local, "pid", None) != os.getpid():
            self._make_file()
            database = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            database.executescript(_SCHEMA)
            self._local.database, self._local.pid = database, os.getpid()
        yield self._local.database

    def _make_file(self) -> None:
        """Make the file with its mode, once; never open it when it is there.

        Closing any descriptor of a file drops every POSIX lock that this process holds on it:
        another thread's connection would go on without its locks, another process would think
        itself the last and take the write-ahead log away.
        """
        with _MAKING_FILES:
            if not self._path.exists():
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with suppress(FileExistsError):
                    os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._local, "pid", None) == os.getpid():
            self._local.database.close()
            self._local.pid = None
