"""Progress of a command: steps and bars on a terminal, plain lines otherwise.

Everything goes to standard error, so that a report on standard output stays clean.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_BAR_WIDTH = 24
_TERMINAL_EVERY = 0.1  # seconds between two drawings of a bar
_PLAIN_EVERY = 5.0  # seconds between two lines where there is no terminal


class Progress:
    """Tells a person what the program is busy with."""

    def __init__(self, language: str, *, quiet: bool = False, out: TextIO | None = None) -> None:
        self.language = language
        self.quiet = quiet
        self.out = out or sys.stderr
        self.terminal = self.out.isatty()

    def say(self, zh: str, en: str) -> None:
        """One plain line."""
        if not self.quiet:
            print(self._pick(zh, en), file=self.out, flush=True)

    @contextmanager
    def step(self, zh: str, en: str) -> Iterator[None]:
        """Name a step, then say how long it took; a step that failed is left open."""
        if self.quiet:
            yield
            return
        begin = time.monotonic()
        name = self._pick(zh, en)
        if self.terminal:
            print(f"  {name} …", end="", file=self.out, flush=True)
        yield
        head = "\r" if self.terminal else ""
        print(f"{head}✓ {name} ({time.monotonic() - begin:.1f} s)", file=self.out, flush=True)

    @contextmanager
    def bar(self, total: int, zh: str, en: str) -> Iterator["Bar"]:
        """A bar for `total` things; call `advance` on what it yields."""
        bar = Bar(self, self._pick(zh, en), total)
        yield bar
        bar.end()

    def _pick(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh


class Bar:
    """How far a long piece of work has come."""

    def __init__(self, progress: Progress, name: str, total: int) -> None:
        self._progress = progress
        self._name = name
        self._total = total
        self._done = 0
        self._begin = self._drawn = time.monotonic()

    def advance(self, count: int = 1) -> None:
        """`count` more things are done."""
        self._done += count
        every = _TERMINAL_EVERY if self._progress.terminal else _PLAIN_EVERY
        if not self._progress.quiet and time.monotonic() - self._drawn >= every:
            self._drawn = time.monotonic()
            self._draw()

    def end(self) -> None:
        """Draw the last state and the time it took."""
        if not self._progress.quiet:
            tail = f"  {time.monotonic() - self._begin:.1f} s\n"
            self._draw(tail if self._progress.terminal else tail.rstrip("\n"))

    def _draw(self, tail: str = "") -> None:
        share = min(self._done * 1000 // max(self._total, 1), 1000)  # thousandths
        count = f"{self._done:,} / {self._total:,}"
        if self._progress.terminal:
            filled = share * _BAR_WIDTH // 1000
            drawn = "█" * filled + "░" * (_BAR_WIDTH - filled)
            line = f"\r  {self._name} {drawn} {count}{tail}"
            print(line, end="", file=self._progress.out, flush=True)
        else:
            line = f"  {self._name} {share // 10} %  {count}{tail}"
            print(line, file=self._progress.out, flush=True)
