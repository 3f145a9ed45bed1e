"""A bank's day compared with the books on four levels, beside one join of its lines.

YUXIN_BENCH_LINES sets the lines of the day (100,000; the goal is stated at 1,000,000), a hundred of
them an account. The floor reads every line once and finds by its number what it names: what no
comparison can leave out. One in ten thousand payments was never told by the bank: so many breaks
must come of it, and no other.
"""

import argparse
import importlib
import os
import time
from datetime import timedelta
from typing import Any

import django

from yuxin.kernel import clock
from yuxin.site.bench import Measure
from yuxin.site.scratch import Scratch, scratch_installation

AIM_SECONDS = 30
RECEIPTS_PER_CENT = 60
ROUNDS = 2
_FLOOR = """
SELECT count(*) FROM tuition_bankline l
  LEFT JOIN tuition_contract c ON c.code = l.reference
  LEFT JOIN tuition_instruction i ON i.code = l.reference
 WHERE l.account_day = %s
"""
_UNTOLD = (
    (
        "UPDATE tuition_paymentorder SET state = 'paid', arrived_on = NULL,"
        " paid_at = paid_at - interval '7 days' WHERE id > %s"
    ),
    (
        "DELETE FROM tuition_bankline l USING tuition_contract c"
        " WHERE c.id > %s AND l.reference = c.code AND l.kind = 'IN'"
    ),
    "DELETE FROM ledger.posting WHERE contract_id > %s AND debit = 1001",
    (
        "UPDATE ledger.contract_balance SET in_transit_fen = custody_fen, custody_fen = 0"
        " WHERE contract_id > %s"
    ),
)


def measure(_args: argparse.Namespace) -> list[Measure]:
    """Seconds of the comparison and of the floor, in one run."""
    lines = int(os.environ.get("YUXIN_BENCH_LINES", "100000"))
    with scratch_installation() as scratch:
        os.environ |= {"YUXIN_DATA": str(scratch.folder.root), "YUXIN_ROLE": "app"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "yuxin.site.settings"
        django.setup()
        seconds, floor = _measured(scratch, lines)
    aim = AIM_SECONDS * lines / 1_000_000
    return [
        Measure(f"reconcile.{lines:,} lines", seconds, "s", floor, aim, less_is_better=True),
    ]


def _measured(scratch: Scratch, lines: int) -> tuple[float, float]:
    load: Any = importlib.import_module("yuxin.site.bank_load")
    county: Any = importlib.import_module("yuxin.site.small_county")
    job: Any = importlib.import_module("yuxin.jobs.reconcile")
    at = clock.now()
    county.build(0, at)
    day = load.Day(scratch.server.connection(), at, load.yesterday(at))
    accounts, receipts = max(1, lines // 100), lines * RECEIPTS_PER_CENT // 100
    day.accounts(accounts)
    day.contracts(receipts, accounts)
    day.taught(lines - receipts, accounts)
    day.released(lines - receipts, accounts)
    day.files()
    day.lines(receipts, lines - receipts, accounts)
    untold = _untold(day, max(1, lines // 10_000))
    floor = min(_seconds(lambda: day.run(_FLOOR, day.on)) for _ in range(ROUNDS))
    seconds = _seconds(lambda: job.reconcile(at + timedelta(seconds=1)))
    found = day.db.execute(
        "SELECT (SELECT count(*) FROM breaks_break),"
        " (SELECT count(*) FROM reconciliation_accountday WHERE closed_at IS NOT NULL)"
    ).fetchone()
    assert found == (untold, accounts), f"{found} instead of {(untold, accounts)}"
    importlib.import_module("django.db").connection.close()
    day.db.close()
    return seconds, floor


def _untold(day: Any, count: int) -> int:
    """Payments of a week ago that the bank has and never told: in transit in the books."""
    last = day.db.execute("SELECT max(id) - %s FROM tuition_paymentorder", [count]).fetchone()[0]
    for statement in _UNTOLD:
        day.run(statement, last)
    return count


def _seconds(work: Any) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
