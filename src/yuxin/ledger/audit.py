# ruff: noqa: S608  -- the queries are put together from constants of this file alone
"""The audit: everything recomputed from the first posting, and what does not agree named.

It trusts no function and no balance of the database: its own SQL reads the rows. It runs in one
snapshot beside whatever goes on, as the role `yuxin_audit` or any that may read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from time import perf_counter
from typing import Any, Final

import psycopg

from yuxin.kernel import merkle
from yuxin.ledger.buckets import MOVEMENTS, Bucket

Connection = psycopg.Connection[Any]
PAGE: Final = 256 * 32
NAMED_MAX: Final = 20  # so many violations of one kind are named, the rest only counted

# Column by column what ledger.posting_hash says; written out so that a changed function shows.
_HASH: Final = """sha256(int8send(institution_id) || uuid_send(key) || int8send(contract_id)
    || int4send(debit::integer << 16 | credit) || int8send(amount_fen) || date_send(effective_on)
    || timestamptz_send(recorded_at)
    || coalesce(uuid_send(reverses), '\\x00000000000000000000000000000000'::bytea)
    || textsend(fact_kind || '|' || fact_ref))"""

# Sums of whole numbers stay whole numbers: adding up `numeric` takes three times as long.
_SUM: Final = "least(sum(amount_fen), 9223372036854775807)::bigint"


def _fold(bucket: Bucket) -> str:
    up, down = ("d", "c") if bucket.is_asset else ("c", "d")
    return f"sum(CASE {int(bucket)} WHEN {up} THEN f WHEN {down} THEN -f ELSE 0 END)"


_FOLDS: Final = ", ".join(f"{_fold(b)} AS {b.name.lower()}" for b in Bucket)
_NAMES: Final = tuple(b.name.lower() for b in Bucket)
_PAIRS: Final = ", ".join(str(int(d) * 10000 + int(c)) for d, c in MOVEMENTS)
_DIFFERS: Final = " OR ".join(
    f"coalesce(b.{name}_fen, 0) <> coalesce(m.{name}, 0)" for name in _NAMES
)

_CONTRACTS: Final = f"""
WITH pairs AS (
    SELECT institution_id, contract_id, debit AS d, credit AS c, reverses IS NULL AS forth,
           count(*) AS n, {_SUM} AS f, min(amount_fen) AS least,
           count(*) FILTER (WHERE payload_hash IS DISTINCT FROM {_HASH}) AS altered
      FROM ledger.posting GROUP BY 1, 2, 3, 4, 5
), moved AS (
    SELECT institution_id, contract_id, sum(n) AS n, sum(altered) AS altered, {_FOLDS},
        coalesce(sum(f) FILTER (WHERE c = 2001 AND d < 2000), 0)
            - coalesce(sum(f) FILTER (WHERE d = 2001 AND c < 2000), 0) AS paid,
        coalesce(sum(f) FILTER (WHERE c = 1001 AND d IN (2004, 1003)
                                   OR d = 1003 AND c IN (2001, 2005)), 0)
            - coalesce(sum(f) FILTER (WHERE d = 1001 AND c IN (2004, 1003)
                                         OR c = 1003 AND d IN (2001, 2005)), 0) AS released,
        coalesce(sum(f) FILTER (WHERE d = 2005 AND c < 2000), 0)
            - coalesce(sum(f) FILTER (WHERE c = 2005 AND d < 2000), 0) AS refunded,
        bool_or(least < 1 OR CASE WHEN forth THEN d * 10000 + c ELSE c * 10000 + d END
                NOT IN ({_PAIRS})) AS unknown
      FROM pairs GROUP BY 1, 2
), judged AS (
    SELECT coalesce(m.institution_id, b.institution_id) AS i,
        coalesce(m.contract_id, b.contract_id) AS k, coalesce(m.n, 0) AS n,
        coalesce(m.altered, 0) > 0 AS altered, coalesce(m.unknown, false) AS unknown,
        b.contract_id IS NULL AS unopened,
        b.contract_id IS NOT NULL AND ({_DIFFERS}
            OR b.paid_fen <> coalesce(m.paid, 0) OR b.released_fen <> coalesce(m.released, 0)
            OR b.refunded_fen <> coalesce(m.refunded, 0)) AS differs,
        b.custody_fen::numeric + b.in_transit_fen + b.advance_fen
            <> b.unearned_fen::numeric + b.pending_fen + b.frozen_fen + b.payable_fen
               + b.refund_payable_fen
          OR m.custody + m.in_transit + m.advance
            <> m.unearned + m.pending + m.frozen + m.payable + m.refund_payable AS k1,
        b.paid_fen::numeric + b.advance_fen
            <> b.unearned_fen::numeric + b.pending_fen + b.frozen_fen + b.payable_fen
               + b.released_fen + b.refund_payable_fen + b.refunded_fen
          OR m.paid <> m.custody + m.in_transit + m.released + m.refunded AS k2,
        least(b.custody_fen, b.in_transit_fen, b.advance_fen, b.unearned_fen, b.pending_fen,
              b.frozen_fen, b.payable_fen, b.refund_payable_fen, m.custody, m.in_transit,
              m.advance, m.unearned, m.pending, m.frozen, m.payable, m.refund_payable) < 0 AS k3
      FROM moved m FULL JOIN ledger.contract_balance b
        ON b.institution_id = m.institution_id AND b.contract_id = m.contract_id
)
SELECT count(*), coalesce(sum(n), 0)::bigint,
    {{named}}
  FROM judged
"""
_CONTRACT_KINDS: Final = {
    "payload": "altered",
    "movement": "unknown",
    "contract": "unopened",
    "balance": "differs",
    "K1": "k1",
    "K2": "k2",
    "K3": "k3",
}

_BATCHES: Final = f"""
WITH joined AS (
    -- The index gives the order of keys and hashing keeps it inside each group: with sorting
    -- switched off nothing comes between. A root that differs is computed again, slowly.
    SELECT institution_id, batch_id, string_agg(payload_hash, ''::bytea) AS hashes
      FROM (SELECT institution_id, batch_id, payload_hash FROM ledger.posting
             ORDER BY institution_id, key) p
     GROUP BY 1, 2
), pairs AS (
    SELECT institution_id, batch_id, debit AS d, credit AS c, count(*) AS n, {_SUM} AS f
      FROM ledger.posting GROUP BY 1, 2, 3, 4
), sums AS (
    SELECT institution_id, batch_id, sum(n) AS n, sum(f) AS total, {_FOLDS}
      FROM pairs GROUP BY 1, 2
), found AS (SELECT * FROM sums JOIN joined USING (institution_id, batch_id))
SELECT coalesce(f.institution_id, b.institution_id), coalesce(f.batch_id, b.id), f.hashes,
       b.merkle_root,
       f.n = b.posting_count AND f.total = b.sum_fen
       AND {" AND ".join(f"f.{name} = b.{name}_fen" for name in _NAMES)}
  FROM found f
  FULL JOIN ledger.batch b ON b.institution_id = f.institution_id AND b.id = f.batch_id
"""

_HASHES: Final = """
SELECT string_agg(payload_hash, ''::bytea ORDER BY key) FROM ledger.posting
 WHERE institution_id = %s AND batch_id = %s
"""

_CHAIN: Final = f"""
SELECT institution_id, id, previous_hash, hash, posting_count, sum_fen,
       {", ".join(f"{name}_fen" for name in _NAMES)}, merkle_root
  FROM ledger.batch ORDER BY institution_id, id
"""

_ALTERED: Final = f"""
SELECT key FROM ledger.posting
 WHERE institution_id = %s AND contract_id = %s AND payload_hash IS DISTINCT FROM {_HASH} LIMIT 1
"""

_REVERSALS: Final = """
SELECT p.institution_id, p.key FROM ledger.posting p
  LEFT JOIN ledger.posting o ON o.institution_id = p.institution_id AND o.key = p.reverses
 WHERE p.reverses IS NOT NULL AND (o.contract_id, o.amount_fen, o.debit, o.credit, o.reverses)
       IS DISTINCT FROM (p.contract_id, p.amount_fen, p.credit, p.debit, NULL::uuid)
"""
_TWICE: Final = """
SELECT institution_id, {column} FROM ledger.posting WHERE {column} IS NOT NULL
 GROUP BY 1, 2 HAVING count(*) > 1
"""

# What holds the books in the database, by the catalogue: name and kind.
_GUARDS_WANTED: Final = {
    *(
        ("constraint", name)
        for name in (
            "posting.posting_once",
            "posting.amount_is_money",
            "posting.movement_is_known",
            "posting.fact_is_a_word_and_a_code",
            "contract_balance.balance_of_contract",
            "contract_balance.no_bucket_below_zero",
            "contract_balance.held_equals_owed",
            "contract_balance.paid_is_accounted_for",
            "batch.batch_once",
            "batch.batch_follows_one",
        )
    ),
    ("index", "posting.posting_reversed_once"),
    *(
        ("trigger", name)
        for name in (
            "posting.posting_stays",
            "batch.batch_stays",
            "contract_balance.balance_stays",
        )
    ),
}
_GUARDS_FOUND: Final = """
SELECT 'constraint', c.conrelid::regclass::text || '.' || c.conname FROM pg_constraint c
 WHERE c.connamespace = 'ledger'::regnamespace AND c.convalidated
UNION ALL
SELECT 'index', i.indrelid::regclass::text || '.' || r.relname
  FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
 WHERE r.relnamespace = 'ledger'::regnamespace AND i.indisunique AND i.indisvalid
UNION ALL
SELECT 'trigger', t.tgrelid::regclass::text || '.' || t.tgname
  FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
 WHERE r.relnamespace = 'ledger'::regnamespace AND t.tgenabled IN ('O', 'A')
"""
_PRIVILEGES: Final = """
SELECT r.relname || ' ' || a.privilege_type || ' '
       || coalesce(nullif(a.grantee, 0)::regrole::text, 'PUBLIC')
  FROM pg_class r CROSS JOIN LATERAL aclexplode(r.relacl) a
 WHERE r.relnamespace = 'ledger'::regnamespace AND a.privilege_type <> 'SELECT'
   AND a.grantee <> r.relowner ORDER BY 1
"""


@dataclass(frozen=True)
class Violation:
    """One kind of thing that does not agree, how often, and the first places."""

    check: str
    count: int
    places: tuple[str, ...]


@dataclass
class AuditReport:
    """What was read, what does not agree, and how long it took."""

    postings: int = 0
    contracts: int = 0
    batches: int = 0
    sealed_postings: int = 0
    guards: int = 0
    seconds: float = 0.0
    violations: list[Violation] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return not self.violations

    def note(self, check: str, places: list[str]) -> None:
        """Record the places where a check failed, if any."""
        if places:
            self.violations.append(Violation(check, len(places), tuple(places[:NAMED_MAX])))

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "ok": self.ok,
            "postings": self.postings,
            "contracts": self.contracts,
            "batches": self.batches,
            "sealed_postings": self.sealed_postings,
            "guards": self.guards,
            "seconds": round(self.seconds, 3),
            "violations": [
                {"check": v.check, "count": v.count, "places": list(v.places)}
                for v in self.violations
            ],
        }

    def lines(self, language: str) -> list[str]:
        """The report for people."""
        if language == "en":
            head = (
                f"{self.postings} postings of {self.contracts} contracts and {self.batches} "
                f"sealed batches recomputed, {self.guards} guards found, {self.seconds:.1f} s"
            )
        else:
            head = (
                f"重算 {self.contracts} 份合同的 {self.postings} 条分录、"
                f"{self.batches} 个已封批次，核对 {self.guards} 道约束，用时 {self.seconds:.1f} 秒"
            )
        return [
            head,
            *(f"✗ {v.check} × {v.count}: {', '.join(v.places)}" for v in self.violations),
        ]


def audit(connection: Connection) -> AuditReport:
    """Recompute the books from the first row; changes nothing.

    Checks: every contract's buckets, payments, releases and refunds from its postings; K1, K2, K3
    on both; movements and payload hashes of every posting; reversals; contents, sums, root and
    chain of every sealed batch; that the guards and no other grants are in place.
    """
    began = perf_counter()
    report = AuditReport()
    kept = connection.isolation_level, connection.read_only
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    try:
        with connection.transaction():
            _prepare(connection)
            missing = _check_guards(connection, report)
            _check_contracts(connection, report)
            _check_reversals(connection, report, missing)
            _check_batches(connection, report)
            _check_chain(connection, report)
    finally:
        connection.isolation_level, connection.read_only = kept
    report.seconds = perf_counter() - began
    return report


def _prepare(connection: Connection) -> None:
    """Plans for one long read: no compiling, room to sort, the time it needs."""
    for setting in ("jit = off", "work_mem = '256MB'", "statement_timeout = 0"):
        connection.execute(f"SET LOCAL {setting}")


def _check_guards(connection: Connection, report: AuditReport) -> set[str]:
    connection.execute("SET LOCAL search_path = ledger, pg_catalog")
    found = {(kind, name) for kind, name in connection.execute(_GUARDS_FOUND)}
    connection.execute("SET LOCAL search_path = pg_catalog")
    report.guards = len(_GUARDS_WANTED & found)
    missing = sorted(f"{kind} {name}" for kind, name in _GUARDS_WANTED - found)
    report.note("guard", missing)
    report.note("privilege", [row[0] for row in connection.execute(_PRIVILEGES)])
    return {line.partition(".")[2] for line in missing}


def _check_contracts(connection: Connection, report: AuditReport) -> None:
    named = ", ".join(
        f"count(*) FILTER (WHERE {flag}),"
        f" (array_agg(i || '/' || k) FILTER (WHERE {flag}))[1:{NAMED_MAX}]"
        for flag in _CONTRACT_KINDS.values()
    )
    row = connection.execute(_CONTRACTS.replace("{named}", named)).fetchone()
    assert row is not None
    report.contracts, report.postings = row[0], row[1]
    for kind, count, places in zip(_CONTRACT_KINDS, row[2::2], row[3::2], strict=True):
        if not count:
            continue
        if kind == "payload":
            places = [_altered_posting(connection, place) for place in places]
        report.violations.append(Violation(kind, count, tuple(places)))


def _altered_posting(connection: Connection, place: str) -> str:
    row = connection.execute(_ALTERED, [int(part) for part in place.split("/")]).fetchone()
    return f"{place}/{row[0]}" if row else place


def _check_reversals(connection: Connection, report: AuditReport, missing: set[str]) -> None:
    report.note("reversal", [f"{i}/{key}" for i, key in connection.execute(_REVERSALS)])
    # Where the unique index stands, nothing can be there twice.
    for guard, column in (("posting_once", "key"), ("posting_reversed_once", "reverses")):
        if guard in missing:
            twice = connection.execute(_TWICE.format(column=column))
            report.note(f"twice the same {column}", [f"{i}/{key}" for i, key in twice])


def _check_batches(connection: Connection, report: AuditReport) -> None:
    row = connection.execute("SELECT id, sealed_id FROM ledger.open_batch").fetchone()
    assert row is not None
    open_id, sealed_id = row
    wrong: dict[str, list[str]] = {"batch": [], "batch root": [], "batch sums": []}
    suspected = []
    connection.execute("SET LOCAL enable_sort = off")
    for institution_id, batch_id, hashes, stored, sums_hold in _streamed(connection, _BATCHES):
        place = f"{institution_id}/{batch_id}"
        if stored is None:
            # Not sealed yet, unless its turn is over or has not come.
            if not sealed_id < batch_id <= open_id:
                wrong["batch"].append(place)
            continue
        report.batches += 1
        if hashes is None:
            wrong["batch"].append(place)
            continue
        report.sealed_postings += len(hashes) // 32
        if root_of(hashes) != stored:
            suspected.append((institution_id, batch_id, stored))
        if not sums_hold:
            wrong["batch sums"].append(place)
    connection.execute("SET LOCAL enable_sort = on")
    for institution_id, batch_id, stored in suspected:
        row = connection.execute(_HASHES, [institution_id, batch_id]).fetchone()
        if row is None or root_of(row[0]) != stored:
            wrong["batch root"].append(f"{institution_id}/{batch_id}")
    for check, places in wrong.items():
        report.note(check, places)


def _check_chain(connection: Connection, report: AuditReport) -> None:
    before: tuple[int, bytes] = (-1, b"")
    broken = []
    for institution_id, batch_id, previous, stored, *content in _streamed(connection, _CHAIN):
        expected = before[1] if before[0] == institution_id else bytes(32)
        *numbers, root = content
        numbers = [institution_id, batch_id, *numbers]
        packed = b"".join(n.to_bytes(8, "big", signed=True) for n in numbers)
        if previous != expected or stored != sha256(previous + packed + root).digest():
            broken.append(f"{institution_id}/{batch_id}")
        before = (institution_id, stored)
    report.note("batch chain", broken)


def root_of(hashes: bytes) -> bytes:
    """The root of a batch: its postings' hashes in the order of their keys, 256 to a leaf."""
    return merkle.root(
        [merkle.leaf_hash(hashes[at : at + PAGE]) for at in range(0, len(hashes), PAGE)]
    )


def _streamed(connection: Connection, query: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor(name="audit", binary=True) as cursor:
        cursor.itersize = 500
        yield from cursor.execute(query)
