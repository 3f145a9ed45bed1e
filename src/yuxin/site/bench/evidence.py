"""Write, sequence and prove entries of the log, beside the bare database doing as much.

Floors, each in the same run on the same durable cluster: one raw row per commit; COPY of the same
items into a bare table, a thousand per commit; COPY of the same leaves alone.
"""

import argparse
import os
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import django
import psycopg
from django.db import transaction

from yuxin.access.context import opened
from yuxin.evidence import services
from yuxin.evidence.checkpoint_store import CheckpointStore
from yuxin.evidence.sequencer import Sequencer
from yuxin.formats.leaf import committed_leaf
from yuxin.formats.tlog_policy import parse_policy
from yuxin.kernel.act import Act
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.clock import now
from yuxin.site.bench import Measure
from yuxin.site.launcher.evidence_folder import log_key
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.scratch import scratch_installation

SINGLE, ITEMS, LEAVES = 400, 1000, 50_000
ROUNDS = 5
# Ten acts a second are a county's rush hour; a night's close is tens of thousands of items.
AIM_SINGLE, AIM_ITEMS, AIM_LEAVES = 50, 2_000, 10_000
OFFICER = Actor(1, "bench", frozenset({Role.OFFICER}))
BODY: dict[str, Json] = {
    "amount_fen": 200000,
    "lesson": 7,
    "teacher": "示例",
    "room": "3",
    "status": "taught",
}


def measure(_args: argparse.Namespace) -> list[Measure]:
    """Acts on one thing, items of acts on many, entries through the sequencer."""
    with scratch_installation() as scratch:
        os.environ |= {"YUXIN_DATA": str(scratch.folder.root), "YUXIN_ROLE": "app"}
        django.setup()
        with psycopg.connect(**scratch.folder.connection("owner"), autocommit=True) as owner:
            owner.execute("CREATE TABLE public.bench_floor (id uuid, leaf bytea, fields text)")
            return [*_writing(owner), _sequencing(owner, scratch.folder)]


def _writing(owner: psycopg.Connection[Any]) -> list[Measure]:

    def act() -> Act:
        return Act(OFFICER, now(), uuid.uuid4(), "bench.done", _NoRules())

    def one() -> None:

        with opened("operation"), transaction.atomic():
            services.append(act(), chain="bench:one", subject="bench:one", body=BODY)

    def many(at: int) -> None:

        items = [
            services.Item(f"{n:04}", f"bench:{at}:{n}", f"bench:{n}", BODY) for n in range(ITEMS)
        ]
        with opened("operation"), transaction.atomic():
            services.append_many(act(), items)

    leaf = committed_leaf(b"c" * 32, "0" * 32, now())
    text = "x" * 300

    def raw() -> None:
        owner.execute(
            "INSERT INTO public.bench_floor VALUES (gen_random_uuid(), %s, %s)", [leaf, text]
        )

    one()
    floor_one = _rate(SINGLE, lambda: _times(SINGLE, raw))
    value_one = _rate(SINGLE, lambda: _times(SINGLE, one))
    many(0)
    floors, values = [], []
    for at in range(1, ROUNDS):
        floors.append(_rate(ITEMS, lambda: _copy(owner, [(uuid.uuid4(), leaf, text)] * ITEMS)))
        values.append(_rate(ITEMS, partial(many, at)))
    return [
        Measure("evidence.acts", value_one, "acts/s", floor_one, AIM_SINGLE),
        Measure("evidence.items", max(values), "items/s", max(floors), AIM_ITEMS),
    ]


def _sequencing(owner: psycopg.Connection[Any], folder: DataFolder) -> Measure:

    at = now()
    numbers = [uuid.uuid4() for _ in range(LEAVES)]
    rows = [(number, committed_leaf(b"c" * 32, number.hex, at)) for number in numbers]
    floor = _rate(LEAVES, lambda: _copy(owner, [(*row, "") for row in rows]))
    with (
        owner.cursor() as cursor,
        cursor.copy("COPY evidence.outbox (id, leaf) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
    key = log_key(folder)
    policy = parse_policy(f"log {key.verifier.text()}\nquorum none\n".encode())
    store = CheckpointStore(folder.root / "bench.sqlite", folder.origin)
    with psycopg.connect(**folder.connection("sequencer")) as connection:
        sequencer = Sequencer(connection, key=key, policy=policy, store=store, publish_every=0)

        def drain() -> None:
            while sequencer.step():
                pass

        value = _rate(LEAVES, drain)
    return Measure("evidence.sequenced", value, "entries/s", floor, AIM_LEAVES)


class _NoRules:
    """No act measured here reads a rule."""

    def on(self, key: str, day: object) -> Any:
        raise AssertionError(f"{key} on {day}")


def _copy(owner: psycopg.Connection[Any], rows: list[tuple[Any, ...]]) -> None:
    statement = "COPY public.bench_floor FROM STDIN"
    with owner.transaction(), owner.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _times(count: int, run: Callable[[], None]) -> None:
    for _ in range(count):
        run()


def _rate(count: int, run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return count / (time.perf_counter() - begin)
