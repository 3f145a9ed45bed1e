"""One part of a step apart from the others: what fails is told, left and tried again later.

A part is the work of one institution, one bank or one file. Whatever is wrong with it, the other
parts of the step and the later steps are done in the same round.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connection

from yuxin.kernel.refusal import Refusal

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
_LOG = logging.getLogger("yuxin.jobs")


@dataclass(frozen=True)
class _Pause:
    since: datetime
    length: timedelta

    def holds(self, at: datetime) -> bool:
        """Whether `at` lies in the pause; an earlier instant belongs to another history."""
        return self.since <= at < self.since + self.length


@dataclass
class Parts:
    """What failed lately and until when it is left alone. `undone` counts what was not done."""

    undone: int = 0
    _pauses: dict[str, _Pause] = field(default_factory=dict)

    def do(self, name: str, at: datetime, work: Callable[[], int]) -> int:
        """The number that `work` answers; 0 when it fails, or failed and its pause is not over."""
        pause = self._pauses.get(name)
        if pause and pause.holds(at):
            self.undone += 1
            return 0
        try:
            count = work()
        except (Refusal, DatabaseError, OSError) as problem:
            # The first line alone: what follows may show a row.
            _LOG.warning("%s: %s", name, (str(problem).splitlines() or [""])[0])
        except AssertionError:
            _LOG.exception("%s: an assertion does not hold", name)
        else:
            self._pauses.pop(name, None)
            return count
        self._fail(name, at, pause)
        return 0

    def forget(self) -> None:
        """Leave nothing alone any more: what failed is tried at once."""
        self._pauses.clear()

    def _fail(self, name: str, at: datetime, before: _Pause | None) -> None:
        length = min(before.length * 2, LONGEST_PAUSE) if before else FIRST_PAUSE
        self._pauses[name] = _Pause(at, length)
        self.undone += 1
        line = connection.connection
        if line is not None and line.closed:
            connection.close()  # the next part asks for a fresh one


PARTS: Final = Parts()
