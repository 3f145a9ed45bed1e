"""Recompute the log from its first row: nothing stored is believed that can be computed.

Reads as the role `yuxin_audit`. Every leaf is hashed again and the tree grown from nothing;
every tile, every published checkpoint and what the sequencer signed are compared with it;
every record whose key still exists is committed again; every chain is followed.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg

from yuxin.evidence.checkpoint_store import CheckpointStore, Signed, StoreAhead
from yuxin.evidence.keystore import KeyStore
from yuxin.formats.checkpoint import parse_checkpoint
from yuxin.formats.leaf import HEAD, LeafProblem, b64url, bulk_root, commit, parse_leaf
from yuxin.formats.signed_note import NoteProblem, parse_note, verify_note
from yuxin.formats.tlog_policy import Policy
from yuxin.formats.tlog_tiles import Edge
from yuxin.kernel import merkle

_SHOWN: Final = 100
_AT_A_TIME: Final = 2000
_CHECKPOINTS: Final = "SELECT size, note FROM evidence.checkpoint ORDER BY size"
_ENTRIES: Final = "SELECT idx, leaf, leaf_hash FROM evidence.entry ORDER BY idx"


@dataclass(frozen=True)
class Violation:
    """Something that does not hold, where, and what was expected."""

    zh: str
    en: str


@dataclass
class LogAudit:
    """What was recomputed, and what did not hold (the first hundred of them)."""

    entries: int = 0
    tiles: int = 0
    checkpoints: int = 0
    items: int = 0
    erased: int = 0
    chains: int = 0
    requests: int = 0
    waiting: int = 0
    root: str = ""
    violations: list[Violation] = field(default_factory=list)

    def find(self, zh: str, en: str) -> None:
        """Note a violation."""
        if len(self.violations) < _SHOWN:
            self.violations.append(Violation(zh, en))


class LogAuditor:
    """One audit of one log."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        *,
        policy: Policy,
        store: CheckpointStore,
        keys: KeyStore,
    ) -> None:
        self._database, self._policy, self._store, self._keys = connection, policy, store, keys
        self.result = LogAudit()

    def run(self, *, fast: bool = False) -> LogAudit:
        """Audit everything; `fast` leaves out committing the records again."""
        with self._database.transaction():
            # One moment for all questions, so that a log at work is not found inconsistent.
            self._database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            self._grow(self._store.last())
            self._check_outbox()
            self._check_chains()
            self._check_requests()
            if not fast:
                self._check_records()
        return self.result

    def _stream(self, name: str, statement: str) -> Iterator[tuple[Any, ...]]:
        with self._database.cursor(name=name) as cursor:
            cursor.itersize = _AT_A_TIME
            cursor.execute(statement.encode())
            yield from cursor

    def _grow(self, signed: Signed | None) -> None:
        """Hash every leaf again, grow the tree, and compare at every size that matters."""
        tree, result = _Growing(self._database), self.result
        heads = _Heads(self._stream("heads", _CHECKPOINTS), self._policy, result)
        heads.compare(0, tree.edge)
        for index, leaf, leaf_hash in self._stream("entries", _ENTRIES):
            if index != result.entries:
                result.find(f"缺第 {result.entries} 条", f"entry {result.entries} is missing")
                return
            computed = merkle.leaf_hash(leaf)
            if computed != leaf_hash:
                result.find(
                    f"第 {index} 条的哈希与内容不符", f"entry {index}: leaf and hash differ"
                )
            result.entries += 1
            tree.append(computed, result)
            heads.compare(index + 1, tree.edge)
            if signed is not None and signed.size == index + 1:
                _compare_signed(signed, tree.edge, result)
        heads.finish()
        result.root = b64url(tree.edge.root())
        if self._one("SELECT count(*) FROM evidence.tile") != result.tiles:
            result.find("有哈希片没有对应的条目", "there are tiles without entries")
        if signed is not None and signed.size > result.entries:
            result.find(
                f"曾签名 {signed.size} 条，数据库只有 {result.entries} 条",
                f"{signed.size} entries were signed, the database holds {result.entries}",
            )

    def _check_outbox(self) -> None:
        differing = self._stream(
            "outbox",
            "SELECT o.id FROM evidence.outbox o FULL JOIN evidence.entry e ON e.id = o.id"
            " WHERE (o.idx IS NOT NULL OR e.idx IS NOT NULL)"
            " AND (o.idx, o.leaf) IS DISTINCT FROM (e.idx, e.leaf) LIMIT 100",
        )
        for (number,) in differing:
            self.result.find(
                f"存证号 {number} 的原文与存证本不符", f"entry {number} differs from its outbox row"
            )
        self.result.waiting = self._one("SELECT count(*) FROM evidence.outbox WHERE idx IS NULL")

    def _one(self, statement: str) -> int:
        row = self._database.execute(statement.encode()).fetchone()
        assert row is not None
        return int(row[0])

    def _check_chains(self) -> None:
        self.result.chains = self._one("SELECT count(*) FROM evidence.chain")
        broken = self._stream(
            "links",
            "SELECT chain, s FROM (SELECT i.chain, i.s, i.p, lag(i.c) OVER w AS before,"
            " row_number() OVER w AS rank FROM evidence.item i"
            " WINDOW w AS (PARTITION BY i.chain ORDER BY i.s)) x"
            " WHERE s <> rank OR p IS DISTINCT FROM before LIMIT 100",
        )
        for chain, s in broken:
            self.result.find(f"链 {chain} 在第 {s} 环断开", f"chain {chain} is broken at link {s}")
        heads = self._stream(
            "ends",
            "SELECT h.name FROM evidence.chain h LEFT JOIN LATERAL (SELECT i.s, i.c"
            " FROM evidence.item i WHERE i.chain = h.name ORDER BY i.s DESC LIMIT 1) l ON true"
            " WHERE (h.s, h.p) IS DISTINCT FROM (coalesce(l.s, 0), l.c) LIMIT 100",
        )
        for (chain,) in heads:
            self.result.find(
                f"链 {chain} 的末环与记录不符", f"chain {chain} ends elsewhere than its items"
            )

    def _check_requests(self) -> None:
        self.result.requests = self._one("SELECT count(*) FROM evidence.operation_request")
        silent = self._stream(
            "silent",
            "SELECT r.request_id FROM evidence.operation_request r LEFT JOIN evidence.outbox o"
            " ON o.id::text = regexp_replace(r.receipt ->> 'entry_id',"
            " '(.{8})(.{4})(.{4})(.{4})(.{12})', '\\1-\\2-\\3-\\4-\\5')"
            " WHERE o.id IS NULL LIMIT 100",
        )
        for (request,) in silent:
            self.result.find(
                f"请求 {request} 没有存证", f"request {request} has no entry in the log"
            )

    def _check_records(self) -> None:
        """Open every entry with the keys that still exist and commit its fields again."""
        rows = self._stream(
            "records",
            "SELECT o.id, o.leaf, i.position, i.item_key, i.chain, i.s, i.p, i.c, i.key_id,"
            " i.wrapped_key, i.fields FROM evidence.outbox o"
            " LEFT JOIN evidence.item i ON i.entry_id = o.id ORDER BY o.id, i.position",
        )
        entries = (list(group) for _, group in itertools.groupby(rows, key=lambda row: row[0]))
        while batch := list(itertools.islice(entries, 500)):
            flat = [row for entry in batch for row in entry if row[2] is not None]
            opened = iter(self._keys.unwrap_many([(row[8], row[9]) for row in flat]))
            for entry in batch:
                self._check_entry(entry, [next(opened) for row in entry if row[2] is not None])

    def _check_entry(self, rows: Sequence[tuple[Any, ...]], keys: Sequence[bytes | None]) -> None:
        number, leaf = rows[0][0], rows[0][1]
        try:
            said = parse_leaf(leaf)
        except LeafProblem as problem:
            self.result.find(f"存证号 {number}：{problem}", f"entry {number}: {problem}")
            return
        if said.handle != number.hex:
            self.result.find(f"存证号 {number} 与叶不符", f"entry {number}: another handle in it")
        items = [row for row in rows if row[2] is not None]
        if said.commitment is None:
            return
        roots = [row[7] for row in items]
        bulk = bool(items) and items[0][3] is not None
        if not roots or said.commitment != (bulk_root(roots) if bulk else roots[0]):
            self.result.find(
                f"存证号 {number} 的条目与承诺不符", f"entry {number}: items and commitment differ"
            )
        for row, key in zip(items, keys, strict=True):
            self.result.items += 1
            if key is None:
                self.result.erased += 1
            elif not _opens(row, key):
                self.result.find(
                    f"存证号 {number} 的第 {row[2]} 项被改过",
                    f"entry {number}: item {row[2]} was changed",
                )


class _Growing:
    """A tree grown from nothing, its full tiles compared with the stored ones."""

    def __init__(self, database: psycopg.Connection[Any]) -> None:
        self.edge = Edge()
        self._database, self._counts = database, dict[int, int]()

    def append(self, leaf_hash: bytes, result: LogAudit) -> None:
        for level, data, root in self.edge.append(leaf_hash):
            n = self._counts.get(level, 0)
            self._counts[level] = n + 1
            result.tiles += 1
            stored = self._database.execute(
                "SELECT data, root FROM evidence.tile WHERE level = %s AND n = %s", [level, n]
            ).fetchone()
            if stored != (data, root):
                result.find(
                    f"哈希片 {level}/{n} 与条目不符",
                    f"tile {level}/{n} differs from its entries",
                )


class _Heads:
    """The published checkpoints in their order, each checked when the tree has its size."""

    def __init__(self, stored: Iterator[tuple[Any, ...]], policy: Policy, result: LogAudit) -> None:
        self._stored, self._policy, self._result = stored, policy, result
        self._log_keys = [log.key for log in policy.logs]
        self._witnesses = {witness.key: witness.name for witness in policy.witnesses}
        self._next = next(stored, None)
        self._enough = True

    def compare(self, size: int, edge: Edge) -> None:
        """Check the checkpoint of this size, if there is one."""
        if self._next is None or self._next[0] != size:
            return
        text = self._next[1]
        self._next = next(self._stored, None)
        self._result.checkpoints += 1
        problem = self._problem(text, size, edge.root())
        if problem:
            self._result.find(
                f"检查点 {size} 不成立：{problem}", f"the checkpoint at {size}: {problem}"
            )

    def _problem(self, text: str, size: int, root: bytes) -> str:
        try:
            note = parse_note(text.encode())
            found = verify_note(note, [*self._log_keys, *self._witnesses])
            head = parse_checkpoint(note.text)
        except NoteProblem as problem:
            return str(problem)
        self._enough = self._policy.satisfied_by(
            {self._witnesses[one.key] for one in found if one.key in self._witnesses}
        )
        if not any(one.key in self._log_keys and one.key.name == head.origin for one in found):
            return "the log itself did not sign"
        if (head.size, head.root) != (size, root):
            return "its entries give another root"
        return ""

    def finish(self) -> None:
        """Say what is left over, and whether the last one was witnessed enough."""
        if self._next is not None:
            self._result.find(
                f"检查点 {self._next[0]} 超出现有条目",
                f"a checkpoint of {self._next[0]} entries is published; they do not exist",
            )
        if not self._enough:
            self._result.find(
                "最后的检查点没有足够的见证签名",
                "the last checkpoint lacks the witnesses that the policy asks for",
            )


def _compare_signed(signed: Signed, edge: Edge, result: LogAudit) -> None:
    if signed.root != edge.root():
        result.find(
            f"前 {signed.size} 条的根与签过的不符",
            f"the root of the first {signed.size} entries is not the one that was signed",
        )


def _opens(row: tuple[Any, ...], key: bytes) -> bool:
    """Whether an item's fields, key, columns and hash belong together."""
    fields = json.loads(row[10])
    head = fields.get(HEAD, {})
    p = None if row[6] is None else b64url(row[6])
    columns = (head.get("chain"), head.get("s"), head.get("p")) == (row[4], row[5], p)
    return columns and commit(fields, key).root == row[7]


def audit_log(
    login: dict[str, Any], *, policy: Policy, store: Path, origin: str, keys: Path, fast: bool
) -> LogAudit:
    """Audit the log of a database as the role that may read all of it.

    Raises: psycopg.OperationalError when the database does not answer.
    """
    with psycopg.connect(**login) as connection:
        try:
            kept = CheckpointStore(store, origin)
        except StoreAhead as problem:
            return LogAudit(violations=[Violation(str(problem), str(problem))])
        auditor = LogAuditor(connection, policy=policy, store=kept, keys=KeyStore(keys))
        return auditor.run(fast=fast)
