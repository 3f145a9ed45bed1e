"""The checkpoint of a log: origin, size, root (C2SP tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from yuxin.formats.signed_note import NoteProblem, b64decode, b64encode

SIZE_MAX: Final = 2**63 - 1
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def parse_decimal(text: str) -> int:
    """Read an ASCII decimal without sign or leading zero, at most 2^63 - 1."""
    if not _DECIMAL.fullmatch(text) or int(text) > SIZE_MAX:
        raise NoteProblem("not a plain decimal number")
    return int(text)


@dataclass(frozen=True)
class Checkpoint:
    """A tree head. Extension lines are kept when read and never written by us."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the note text, each line ending in newline."""
        lines = (self.origin, str(self.size), b64encode(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint from a note's text.

    Raises: NoteProblem when a line is missing or empty, the size has a leading zero, or
        the root is not 32 bytes.
    """
    if not text.endswith("\n"):
        raise NoteProblem("a checkpoint's lines end in newline")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise NoteProblem("a checkpoint has an origin, a size and a root, and no empty line")
    root = b64decode(lines[2])
    if len(root) != 32:
        raise NoteProblem("the root is 32 bytes")
    return Checkpoint(lines[0], parse_decimal(lines[1]), root, tuple(lines[3:]))
