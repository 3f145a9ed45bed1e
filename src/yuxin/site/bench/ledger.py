"""The escrow ledger beside what the database can do at most, on a durable cluster of its own.

YUXIN_BENCH_POSTINGS sets how many postings lie in the books beforehand (200,000; the goals are
stated at 1,000,000), YUXIN_BENCH_SECONDS how long each run takes (3).
"""

import argparse
import importlib
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import django

from yuxin.ledger.audit import audit
from yuxin.site.bench import Measure
from yuxin.site.ledger_load import BATCH, CONTRACTS, HOT, INSTITUTIONS, Load, loaded

ROUNDS = 3


class AtMost(Measure):
    """A figure that is better when it is smaller."""

    __slots__ = ()

    @property
    def met(self) -> bool:
        """Whether it stays within its aim."""
        return self.value <= self.aim


def measure(_args: argparse.Namespace) -> list[Measure]:
    """Every figure with its floor, taken in turns; medians of three rounds."""
    postings = int(os.environ.get("YUXIN_BENCH_POSTINGS", "200000"))
    seconds = int(os.environ.get("YUXIN_BENCH_SECONDS", "3"))
    with loaded(postings) as load:
        return [
            *_reads(load),
            *_audited(load),
            *_single(load, seconds),
            *_batched(load, seconds),
            *_from_python(load),
            *_disk(load),
        ]


def _in_turns(rates: dict[str, Callable[[], float]]) -> dict[str, float]:
    rounds = [{name: rate() for name, rate in rates.items()} for _ in range(ROUNDS)]
    return {name: statistics.median(each[name] for each in rounds) for name in rates}


def _single(load: Load, seconds: int) -> list[Measure]:
    wal: list[float] = []

    def one() -> float:
        before = _wal(load)
        rate = load.rate("one", seconds=seconds)
        wal.append((_wal(load) - before) / (rate * seconds))
        return rate

    got = _in_turns(
        {
            "floor": lambda: load.rate("one floor", seconds=seconds),
            "one": one,
            "hot": lambda: load.rate("one hot", seconds=seconds),
        }
    )
    floor, value = got["floor"], got["one"]
    return [
        Measure("ledger.G1 one a commit, 32 clients", value, "postings/s", floor, 0.60 * floor),
        Measure("ledger.G3 one hot institution", got["hot"], "postings/s", value, 0.95 * value),
        AtMost("ledger.G5 WAL, one a commit", min(wal), "bytes/posting", 300, 450),
    ]


def _batched(load: Load, seconds: int) -> list[Measure]:
    wal: list[float] = []

    def many() -> float:
        before = _wal(load)
        rate = BATCH * load.rate("many", clients=2, seconds=seconds)
        wal.append((_wal(load) - before) / (rate * seconds))
        return rate

    got = _in_turns(
        {
            "floor": lambda: BATCH * load.rate("many floor", clients=2, seconds=seconds),
            "many": many,
        }
    )
    return [
        Measure(
            "ledger.G2 1,000 a commit into one institution",
            got["many"],
            "postings/s",
            got["floor"],
            100_000,
        ),
        AtMost("ledger.G5 WAL, 1,000 a commit", min(wal), "bytes/posting", 300, 450),
    ]


def _from_python(load: Load) -> list[Measure]:
    """services.post with a thousand postings against the function with ready arrays."""
    os.environ |= {"YUXIN_DATA": str(load.folder.root), "YUXIN_ROLE": "app"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "yuxin.site.settings"
    django.setup()
    python = importlib.import_module("yuxin.site.ledger_calls")
    with load.connect() as app:
        got = _in_turns(
            {
                "sql": lambda: _calls(lambda arrays: python.bare(app, arrays), python.prepared),
                "python": lambda: _calls(python.through_services, python.groups),
            }
        )
    return [
        Measure(
            "ledger.G4b services.post, 1,000 a call",
            got["python"],
            "postings/s",
            got["sql"],
            0.9 * got["sql"],
        )
    ]


def _calls(call: Callable[[Any], None], make: Callable[[int], Any], count: int = 10) -> float:
    prepared = [make(BATCH) for _ in range(count)]
    begin = time.perf_counter()
    for each in prepared:
        call(each)
    return count * BATCH / (time.perf_counter() - begin)


def _disk(load: Load) -> list[Measure]:
    with load.connect("audit") as db:
        row = db.execute(
            "SELECT pg_table_size('ledger.posting')::float8 / n,"
            " pg_total_relation_size('ledger.posting')::float8 / n"
            " FROM (SELECT count(*) AS n FROM ledger.posting) c"
        ).fetchone()
    assert row is not None
    return [AtMost("ledger.G5 disk with indexes", row[1], "bytes/posting", row[0], 300)]


def _reads(load: Load) -> list[Measure]:
    balance = "SELECT * FROM ledger.contract_balance WHERE institution_id = %s AND contract_id = %s"
    page = (
        "SELECT * FROM ledger.posting WHERE institution_id = %s AND contract_id = %s"
        " AND recorded_at <= clock_timestamp() ORDER BY recorded_at, key"
    )
    with load.connect() as app:
        floor = _p99(app, "SELECT %s::bigint, %s::bigint")
        return [
            AtMost("ledger.G6 a balance, p99", _p99(app, balance), "ms", floor, 1),
            AtMost("ledger.G6 a statement as of now, p99", _p99(app, page), "ms", floor, 5),
        ]


def _p99(db: Any, query: str, count: int = 2000) -> float:
    chance = random.Random(1)  # noqa: S311 -- which contract is read, nothing secret
    times = []
    for _ in range(count):
        contract = chance.randint(1, INSTITUTIONS * CONTRACTS)
        begin = time.perf_counter()
        db.execute(query, [HOT, contract]).fetchall()
        times.append(time.perf_counter() - begin)
    return 1000 * sorted(times)[count * 99 // 100]


def _audited(load: Load) -> list[Measure]:
    """One core: without parallel workers. The floor reads every row and hashes 32 bytes of it."""
    with load.connect("audit") as db:
        db.execute("SET max_parallel_workers_per_gather = 0")

        def recomputed() -> float:
            report = audit(db)
            assert report.ok, report.lines("en")
            return report.postings / report.seconds

        def hashed() -> float:
            begin = time.perf_counter()
            row = db.execute("SELECT count(sha256(payload_hash)) FROM ledger.posting").fetchone()
            return row[0] / (time.perf_counter() - begin) if row else 0.0

        got = _in_turns({"floor": hashed, "audit": recomputed})
    return [
        Measure("ledger.G8 full audit, one core", got["audit"], "postings/s", got["floor"], 500_000)
    ]


def _wal(load: Load) -> int:
    with load.connect("audit") as db:
        row = db.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
    return int(row[0]) if row else 0
