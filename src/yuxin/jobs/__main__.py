"""The worker: `python -m yuxin.jobs`. Looks for work, does it, waits, until it is told to stop.

Each round runs the steps that have something to do; a step that fails is told and tried again
in the next round, and holds up no other. Two workers at once do no harm: every act is a request
with a number of its own.
"""

import argparse
import importlib
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import django
from django.conf import settings
from django.db import DatabaseError, connection

from yuxin.jobs.apart import PARTS
from yuxin.kernel import clock
from yuxin.kernel.refusal import Refusal

Round: TypeAlias = Callable[[datetime], object]
POLL_SECONDS: Final = 1.0
_LOG = logging.getLogger("yuxin.jobs")
SIGNATURE: Final = "育信"
_MORNING: Final = timedelta(minutes=5)
_AGAIN: Final = timedelta(minutes=1)


def rounds(gateway_url: str) -> list[tuple[str, Round]]:
    """Every step of a round in its order. What a domain adds stands here and nowhere else.

    Without the address of a gateway messages stay in the inbox.
    """
    day = importlib.import_module("yuxin.jobs.day")  # tables can only be named once Django is up
    closes = DayClose(day.run, (*day.MORNING, *day.NIGHT), day.EVENING)
    return [
        *([("messages", _messages(gateway_url))] if gateway_url else []),
        ("bank files", lambda at: day.run(day.EXCHANGE, clock.day_of(at), at)),
        ("day", closes.look),
        ("colours", lambda at: day.run(day.MARKED, clock.day_of(at), at)),
    ]


def _messages(gateway_url: str) -> Round:
    adapters = importlib.import_module("yuxin.messages.adapters")
    keys = importlib.import_module("yuxin.tuition.keys")
    work = importlib.import_module("yuxin.jobs.deliver_messages")
    gateway = adapters.HttpGateway(gateway_url, keys.platform_key())

    def deliver(at: datetime) -> object:
        return work.deliver_due(
            at, gateway, signature=SIGNATURE, keep_codes=settings.MODE == "demo"
        )

    return deliver


class DayClose:
    """The morning of each day from 00:05 on, and the evening of the day before it.

    Once; where a part of them was not done, again after a minute, until all are.
    """

    def __init__(self, run: Callable[..., object], morning: object, evening: object) -> None:
        self._run, self._morning, self._evening = run, morning, evening
        self._done: object = None
        self._next: datetime | None = None

    def look(self, at: datetime) -> None:
        """Close what is over. After a restart it is looked at again, which changes nothing."""
        today = clock.day_of(at)
        if self._done == today or at < clock.at(today, 0, 0) + _MORNING:
            return
        if self._next is not None and self._next - _AGAIN <= at < self._next:
            return
        self._next, before = at + _AGAIN, PARTS.undone
        self._run(self._evening, today - timedelta(days=1), at)
        self._run(self._morning, today, at)
        if PARTS.undone == before:
            self._done, self._next = today, None


def run(steps: Sequence[tuple[str, Round]], stop: threading.Event) -> None:
    """Round after round until `stop`."""
    while not stop.is_set():
        for name, step in steps:
            try:
                step(clock.now())
            except Refusal as refusal:
                _LOG.warning("%s: %s", name, refusal)
            except (DatabaseError, OSError) as problem:
                _LOG.warning("%s: %s", name, problem)
                connection.close()
            except AssertionError:
                _LOG.exception("%s: an assertion does not hold", name)
            if stop.is_set():
                return
        stop.wait(POLL_SECONDS)


def main() -> int:
    """Entry of `python -m yuxin.jobs`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", default="", metavar="URL", help="where messages are posted")
    gateway_url = parser.parse_args().gateway
    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(rounds(gateway_url), stop)
    connection.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
