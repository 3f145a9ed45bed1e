"""The sequencer: puts entries in order, builds the tree, has it witnessed, publishes it.

One process per log, under an advisory lock, with a database role of its own. Every round:

    1. unsequenced outbox rows get the next indexes; entries and full tiles are written, and
       all of it is committed at once;
    2. the new head is put in the checkpoint store, outside the database, on disk;
    3. only then it is signed, taken to the witnesses, and published once they are enough.

Killed between any two steps, the next start finds where it was: step 1 is all or nothing, a
head that is in the store is signed again to the same bytes, and witnesses sign the same head
twice without harm. A tree that does not continue the store, or a witness that holds another
history, stops the log.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql

from yuxin.evidence.checkpoint_store import CheckpointStore, Signed, StoreAhead
from yuxin.evidence.tree import load_edge, tree_of
from yuxin.evidence.witnesses import Witnesses
from yuxin.formats.checkpoint import Checkpoint
from yuxin.formats.signed_note import Note, Signature, SignerKey
from yuxin.formats.tlog_policy import Policy
from yuxin.formats.tlog_tiles import Edge, TileProblem
from yuxin.kernel import merkle

LOCK: Final = 0x79757869  # any number, the same for every sequencer of a database
BATCH: Final = 5000
PAUSE_SECONDS: Final = 0.2
PUBLISH_EVERY_SECONDS: Final = 1.0


class Halted(RuntimeError):
    """The log has stopped itself; the sentence says why and what to compare."""


@dataclass
class _Pending:
    """A signed head that still lacks witnesses, and the signatures it has."""

    head: Signed
    log_line: Signature
    cosignatures: dict[str, Signature] = field(default_factory=dict)


class Sequencer:
    """One log in one database."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        *,
        key: SignerKey,
        policy: Policy,
        store: CheckpointStore,
        publish_every: float = PUBLISH_EVERY_SECONDS,
    ) -> None:
        """Take the lock and compare the stored tree with the checkpoint store.

        Raises: Halted when another sequencer runs, or the tree does not continue what was
            signed or published.
        """
        self._database, self._key, self._store = connection, key, store
        self._policy, self._witnesses = policy, Witnesses(policy)
        self._pending: _Pending | None = None
        self._publish_every, self._last_try = publish_every, float("-inf")
        self._published: int | None = None
        self._said: tuple[str, str] | None = None
        connection.autocommit = True
        if not self._rows("SELECT pg_try_advisory_lock(%s)", [LOCK])[0][0]:
            raise Halted("another sequencer runs on this database")
        self._edge = self._load()
        self._signed = self._compare_with_store()

    @property
    def size(self) -> int:
        """How many entries are in the tree."""
        return self._edge.size

    def _rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._database.execute(statement.encode(), values).fetchall()

    def _load(self) -> Edge:
        try:
            return load_edge(self._rows)
        except TileProblem as problem:
            raise self._halt(f"the stored tree has a hole: {problem}") from problem

    def _compare_with_store(self) -> Signed | None:
        held = self._store.last()
        published = self._rows("SELECT max(size) FROM evidence.checkpoint", [])[0][0]
        self._published = published
        if published is not None and (held is None or held.size < published):
            raise self._halt(
                f"a checkpoint of {published} entries is published, the store knows of none:"
                " the checkpoint store was lost or replaced"
            )
        if held is None:
            return None
        if held.size > self._edge.size:
            raise self._halt(
                f"{held.size} entries were signed, the database holds {self._edge.size}: it was"
                " restored from an older backup; bring the missing bundles back from a mirror"
            )
        if tree_of(self._rows, held.size).root() != held.root:
            raise self._halt(f"the tree of {held.size} entries is not the one that was signed")
        return held

    def _halt(self, why: str) -> Halted:
        self.say("halted", why)
        return Halted(why)

    def say(self, state: str, detail: str = "") -> None:
        """Leave word of how the log is, for doctor and for the pages."""
        if self._said == (state, detail):
            return
        self._said = (state, detail)
        self._rows(
            "INSERT INTO evidence.sequencer_state AS s (one, state, detail) VALUES (true, %s, %s)"
            " ON CONFLICT (one) DO UPDATE SET state = excluded.state, detail = excluded.detail,"
            " at = clock_timestamp() RETURNING 1",
            [state, detail],
        )

    def step(self) -> bool:
        """Do one round; return whether anything moved.

        Raises: Halted; psycopg.Error when the database is away (start again).
        """
        taken = self.sequence()
        if time.monotonic() - self._last_try < self._publish_every:
            return taken > 0
        self._last_try = time.monotonic()
        return self.publish() or taken > 0

    def sequence(self, batch: int = BATCH) -> int:
        """Give the waiting entries their indexes; return how many."""
        edge = self._edge.copy()
        with self._database.transaction():
            # Rows not yet sequenced, never "ids above the last one": a transaction that began
            # earlier may commit later.
            waiting = self._rows(
                "SELECT id, leaf FROM evidence.outbox WHERE idx IS NULL"
                " ORDER BY tx_at, id LIMIT %s",
                [batch],
            )
            if waiting:
                self._store_entries(edge, waiting)
        self._edge = edge
        return len(waiting)

    def _store_entries(self, edge: Edge, waiting: Sequence[tuple[Any, ...]]) -> None:
        first = edge.size
        counts = _full_tiles(first)
        entries, tiles = [], []
        for index, (number, leaf) in enumerate(waiting, start=first):
            leaf_hash = merkle.leaf_hash(leaf)
            entries.append((index, number, leaf, leaf_hash))
            for level, data, root in edge.append(leaf_hash):
                n = counts.get(level, 0)
                counts[level] = n + 1
                tiles.append((level, n, data, root))
        self._copy("entry", ("idx", "id", "leaf", "leaf_hash"), entries)
        self._copy("tile", ("level", "n", "data", "root"), tiles)
        self._rows(
            "WITH moved AS (UPDATE evidence.outbox o SET idx = e.idx FROM evidence.entry e"
            " WHERE o.id = e.id AND e.idx >= %s RETURNING 1) SELECT count(*) FROM moved",
            [first],
        )

    def _copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        statement = sql.SQL("COPY evidence.{} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with self._database.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def publish(self) -> bool:
        """Sign the present head, have it witnessed, and show it; return whether it was shown."""
        head = Signed(self._edge.size, self._edge.root())
        if self._published == head.size:
            return False
        pending = self._sign(head)
        if not self._witnessed(pending):
            return False
        note = Note(self._text(head), (pending.log_line, *pending.cosignatures.values()))
        self._rows(
            "INSERT INTO evidence.checkpoint (size, note) VALUES (%s, %s) RETURNING 1",
            [head.size, note.render()],
        )
        self._published, self._pending = head.size, None
        self.say("running")
        return True

    def _text(self, head: Signed) -> str:
        return Checkpoint(self._key.name, head.size, head.root).text()

    def _sign(self, head: Signed) -> _Pending:
        """Put the head in the store, then sign it. A head once begun keeps its signatures."""
        if self._pending is None or self._pending.head != head:
            try:
                self._store.advance(self._signed, head)
            except StoreAhead as problem:
                raise self._halt(str(problem)) from problem
            self._signed = head
            self._pending = _Pending(head, self._key.sign(self._text(head)))
        return self._pending

    def _witnessed(self, pending: _Pending) -> bool:
        if not self._policy.is_witnessed:
            return True
        note = Note(self._text(pending.head), (pending.log_line,))

        def prove(old: int) -> Sequence[bytes]:
            if old in (0, pending.head.size):
                return []
            return tree_of(self._rows, pending.head.size).consistency_path(old)

        answers = self._witnesses.cosign(note, {}, prove)
        if answers.refused:
            raise self._halt("; ".join(answers.refused.values()))
        pending.cosignatures.update(answers.signatures)
        if self._policy.satisfied_by(pending.cosignatures.keys()):
            return True
        self.say("waiting", "; ".join(answers.silent.values()))
        return False


def _full_tiles(size: int) -> dict[int, int]:
    """How many full tiles a tree of this size has, by level."""
    counts, level, hashes = {}, 0, size
    while hashes:
        hashes //= 256
        counts[level] = hashes
        level += 1
    return counts


def run(sequencer: Sequencer, stop: threading.Event) -> None:
    """Do rounds until told to stop; an idle or waiting log pauses between them."""
    while not stop.is_set():
        if not sequencer.step():
            stop.wait(PAUSE_SECONDS)
