"""Show the public page: warm beside a view that returns the same bytes, and cold at a steady pace.

A fictional county of a hundred institutions with a course each, one web process of one worker, and
a client on the loopback that sends a bounded number of requests. Warm: the same page again and
again, floor a view behind the same server that returns the same bytes. Cold: every request another
page that nobody has asked for yet, twenty a second; floor the median of the warm page.
"""

import argparse
import http.client
import importlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import django

from yuxin.kernel.clock import now
from yuxin.site.bench import Measure
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.supervisor import environment_for
from yuxin.site.same_bytes import FILE
from yuxin.site.scratch import scratch_installation

INSTITUTIONS = 100
ROUNDS, ROUND_SECONDS, CLIENTS = 3, 2.0, 8
PACE = 20  # cold requests a second
WARM_AIM = 0.5  # of the view that returns the same bytes
COLD_AIM_MS = 150.0
HEADERS = {"Accept-Encoding": "gzip", "Host": "127.0.0.1"}


def measure(_args: argparse.Namespace) -> list[Measure]:
    """Requests a second when warm; the 99th of a hundred waits when cold."""
    with scratch_installation() as scratch, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"YUXIN_DATA": str(scratch.folder.root), "YUXIN_ROLE": "app"}
        django.setup()
        # The models exist only now that the data folder is known.
        county = importlib.import_module("yuxin.site.small_county")
        codes: list[str] = county.build(INSTITUTIONS, now())
        same = Path(folder) / "page"
        with _web(scratch.folder, same) as port:
            same.write_bytes(_get(port, f"/i/{codes[0]}"))
            floor, warm = _warm(port, f"/i/{codes[0]}")
            cold = _cold(port, [f"/i/{code}{tail}" for tail in ("", "?lang=en") for code in codes])
    return [
        Measure("portal.warm", warm, "requests/s", floor, floor * WARM_AIM),
        Measure("portal.cold_p99", cold, "ms", 1000 / warm, COLD_AIM_MS, less_is_better=True),
    ]


@contextmanager
def _web(folder: DataFolder, same: Path) -> Iterator[int]:
    """One web process on a free port of the loopback; ended afterwards."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    command = [
        *(sys.executable, "-m", "gunicorn", "yuxin.site.same_bytes:application"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "1"),
        *("--threads", "8", "--no-control-socket", "--log-level", "critical"),
    ]
    environment = environment_for(folder, "app") | {FILE: str(same)}
    web = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield port
    finally:
        web.terminate()
        web.wait(timeout=20)


def _wait(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            _get(port, "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the web process did not start")


def _get(port: int, address: str) -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        return _ask(line, address)
    finally:
        line.close()


def _ask(line: http.client.HTTPConnection, address: str) -> bytes:
    line.request("GET", address, headers=HEADERS)
    answer = line.getresponse()
    body = answer.read()
    assert answer.status == 200, (address, answer.status)
    return body


def _warm(port: int, address: str) -> tuple[float, float]:
    """The best of some rounds each, taken in turns: the floor and the page, in requests/s."""
    floors, pages = [], []
    for _ in range(ROUNDS):
        floors.append(_rate(port, "/same-bytes"))
        pages.append(_rate(port, address))
    return max(floors), max(pages)


def _rate(port: int, address: str) -> float:
    counts = [0] * CLIENTS

    def client(own: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        end = time.perf_counter() + ROUND_SECONDS
        while time.perf_counter() < end:
            _ask(line, address)
            counts[own] += 1
        line.close()

    begin = time.perf_counter()
    _together([partial(client, own) for own in range(CLIENTS)])
    return sum(counts) / (time.perf_counter() - begin)


def _together(work: Sequence[partial[None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _cold(port: int, addresses: Sequence[str]) -> float:
    """The 99th percentile of waits at a steady pace, counted from when each was due. In ms."""
    waits: list[float] = []
    begin = time.perf_counter()

    def visitor(own: int) -> None:
        for number in range(own, len(addresses), CLIENTS):
            due = begin + number / PACE
            time.sleep(max(0.0, due - time.perf_counter()))
            _get(port, addresses[number])
            waits.append(time.perf_counter() - due)

    _together([partial(visitor, own) for own in range(CLIENTS)])
    assert len(waits) == len(addresses), "a visitor gave up"
    return sorted(waits)[int(len(waits) * 0.99) - 1] * 1000
