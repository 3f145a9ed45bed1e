"""Calls of the ledger from Python, for measuring: by the service, and bare."""

import random
import time
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yuxin.access.context import opened
from yuxin.kernel.act import Act, open_act
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.money import Fen
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.services import Group, Posting, arrays_of, post
from yuxin.policy.in_force import rules_in_force
from yuxin.site.ledger_load import CONTRACTS, HOT, INSTITUTIONS

_AT: Final = datetime(2026, 3, 4, tzinfo=UTC)
_CALL: Final = (
    "SELECT * FROM ledger.post(%s, %s::integer[], %s::uuid[], %s::bigint[], %s::smallint[],"
    " %s::smallint[], %s::bigint[], %s::date[], %s::text[], %s::text[], %s::uuid[])"
)


def groups(count: int) -> list[Group]:
    """Lessons taught in as many contracts of one institution."""
    millis = time.time_ns() // 1_000_000
    on = date(2026, 3, 4)
    chance = random.SystemRandom()
    return [
        Group(
            HOT,
            chance.randint(1, INSTITUTIONS * CONTRACTS),
            [
                Posting(
                    UUID(int=millis << 80 | 8 << 76 | 2 << 62 | chance.getrandbits(62)),
                    Bucket.UNEARNED,
                    Bucket.PENDING,
                    Fen(100),
                    "bench.taught",
                    "ABCD-EFGH-JKMN",
                    on,
                )
            ],
        )
        for _ in range(count)
    ]


def prepared(count: int) -> list[Any]:
    """The arrays of such a call, ready for the function."""
    return [HOT, *arrays_of(groups(count))]


def bare(db: Any, arrays: list[Any]) -> None:
    """Call the function with ready arrays, one commit."""
    db.execute(_CALL, arrays)


def through_services(call: list[Group]) -> None:
    """Call the service inside an open act, one commit."""
    with opened("operation"), transaction.atomic():
        act = _act()
        with open_act(act):
            post(act, call)


@cache
def _act() -> Act:
    actor = Actor(None, "bench", frozenset({Role.CLOCK}))
    return Act(actor, _AT, UUID(int=1), "bench.taught", rules_in_force(_AT))
