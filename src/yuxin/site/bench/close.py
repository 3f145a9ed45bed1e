"""The close of a bank's day: results matched, postings made with their evidence, accounts compared,
the night's books sealed; beside rows of the same postings written without any guard.

YUXIN_BENCH_POSTINGS sets how many postings the day makes (10,000; goal G7 is stated at 1,000,000 in
60 s), a hundred of them an institution. The floor inserts as many rows, a commit for each
institution, into a table without key, check or index.
"""

import argparse
import importlib
import os
import time
from collections.abc import Callable
from typing import Any

import django

from yuxin.kernel import clock
from yuxin.site.bench import Measure
from yuxin.site.scratch import Scratch, scratch_installation

GOAL_PER_SECOND = 1_000_000 / 60
A_COMMIT = 100
_FLOOR = (
    "INSERT INTO public.bench_floor SELECT n, n, 10000, now(), 1, gen_random_uuid(), current_date,"
    " 2004, 1001, '\\x00'::bytea, 'bench', 'B-1' FROM generate_series(1, 100) n"
)


def measure(_args: argparse.Namespace) -> list[Measure]:
    """Postings a second of each part of the close, and of the whole."""
    postings = int(os.environ.get("YUXIN_BENCH_POSTINGS", "10000"))
    with scratch_installation() as scratch:
        os.environ |= {"YUXIN_DATA": str(scratch.folder.root), "YUXIN_ROLE": "app"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "yuxin.site.settings"
        django.setup()
        seconds, floor = _measured(scratch, postings)
    total = sum(seconds.values())
    rates = {**seconds, "whole": total}
    return [
        Measure(
            f"close.{name}, {postings:,} postings",
            postings / took,
            "postings/s",
            floor,
            GOAL_PER_SECOND,
        )
        for name, took in rates.items()
    ]


def _measured(scratch: Scratch, postings: int) -> tuple[dict[str, float], float]:
    load: Any = importlib.import_module("yuxin.site.bank_load")
    county: Any = importlib.import_module("yuxin.site.small_county")
    files: Any = importlib.import_module("yuxin.jobs.exchange_files")
    compare: Any = importlib.import_module("yuxin.jobs.reconcile")
    books: Any = importlib.import_module("yuxin.jobs.keep_books")
    at = clock.now()
    county.build(0, at)
    day = load.Day(scratch.server.connection(), at, load.yesterday(at))
    accounts = max(1, postings // A_COMMIT)
    day.accounts(accounts)
    day.contracts(postings, accounts)
    day.taught(postings, accounts)
    day.files()
    day.ordered(postings, accounts)
    floor = postings / _seconds(lambda: _raw(day, accounts))
    seconds = {
        "matched": _seconds(lambda: _until_nothing(files.match_lines, at)),
        "compared": _seconds(lambda: compare.reconcile(at)),
        "sealed": _seconds(lambda: books.seal_books(day.on, at)),
    }
    row = day.db.execute("SELECT count(*) FROM ledger.posting WHERE credit = 1001").fetchone()
    assert row == (postings,), f"{row} instead of {postings} releases"
    importlib.import_module("django.db").connection.close()
    day.db.close()
    return seconds, floor


def _raw(day: Any, commits: int) -> None:
    day.run(
        "CREATE TABLE public.bench_floor AS SELECT institution_id, contract_id, amount_fen,"
        " recorded_at, batch_id, key, effective_on, debit, credit, payload_hash, fact_kind,"
        " fact_ref FROM ledger.posting LIMIT 0"
    )
    for _ in range(commits):
        day.run(_FLOOR)


def _until_nothing(work: Callable[[Any], int], at: Any) -> None:
    while work(at):
        pass


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
