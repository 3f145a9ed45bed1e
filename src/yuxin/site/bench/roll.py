"""Call the roll of a class of 20 end to end: from the form's arrival to the answer.

A throw-away installation with a hundred classes of twenty paid learners; the teacher's form goes
through every middleware, the operation with all its guards, evidence, messages and the durable
commit, one after another. Floor: the same page asked without calling anything.
"""

import argparse
import importlib
import os
import time
import uuid
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import django

from yuxin.kernel.clock import now
from yuxin.site.bench import Measure
from yuxin.site.scratch import scratch_installation

CLASSES, LEARNERS, WARM = 120, 20, 20
AIM_MS = 100.0


def measure(_args: argparse.Namespace) -> list[Measure]:
    """The 99th of a hundred waits, in milliseconds."""
    with scratch_installation() as scratch:
        os.environ |= {"YUXIN_DATA": str(scratch.folder.root), "YUXIN_ROLE": "app"}
        django.setup()
        # The models exist only now that the data folder is known.
        made = importlib.import_module("yuxin.site.class_to_call").build(CLASSES, LEARNERS, now())
        client = importlib.import_module("django.test").Client(SERVER_NAME="127.0.0.1")
        client.cookies.load(made.cookies)
        looks = [_took(partial(_look, client, code)) for code in made.sessions]
        calls = [_took(partial(_call, client, code)) for code in made.sessions]
    p99 = sorted(calls[WARM:])[-1 - (len(calls) - WARM) // 100]
    floor = median(looks[WARM:])
    return [Measure("roll.p99", p99, "ms", floor, AIM_MS, less_is_better=True)]


def _took(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _look(client: Any, code: str) -> None:
    assert client.get(f"/desk/sessions/{code}/roll").status_code == 200


def _call(client: Any, code: str) -> None:
    form = {"request_id": str(uuid.uuid4())}
    assert client.post(f"/desk/sessions/{code}/roll", form).status_code == 302
