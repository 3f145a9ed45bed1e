"""What the night does to the books, and the morning to the register; each safe to repeat."""

from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import uuid4

from yuxin.jobs.apart import PARTS
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for
from yuxin.operations.ledger.close_ledger_batch import close_ledger_batch
from yuxin.operations.ledger.seal_ledger_batches import seal_ledger_batches
from yuxin.operations.registry.refresh_registry import refresh_registry

PAGES_MAX: Final = 1000  # of a thousand entries each
_CLOCK: Final = Actor.clock(())


def seal_books(day: date, at: datetime) -> int:
    """Close the batch of the night and, once that is committed, seal it; how many were sealed."""
    return PARTS.do("sealing the books", at, partial(_seal, day, at))


def _seal(day: date, at: datetime) -> int:
    close_ledger_batch(Call(_CLOCK, at, request_id_for(f"ledger_closed|{day}")))
    # A number of its own at each attempt: sealing what is sealed already finds nothing to do.
    return int(str(seal_ledger_batches(Call(_CLOCK, at, uuid4()))["sealed"]))


def refresh(_day: date, at: datetime) -> int:
    """Let values recorded ahead take over on their day; how many entries were renewed."""
    return PARTS.do("the register's values of the day", at, partial(_refresh, at))


def _refresh(at: datetime) -> int:
    total = 0
    for _ in range(PAGES_MAX):
        renewed = int(str(refresh_registry(Call(_CLOCK, at, uuid4()))["renewed"]))
        total += renewed
        if renewed == 0:
            break
    return total
