"""The proof that an entry is in the log, as text that needs no network (C2SP tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yuxin.formats.checkpoint import Checkpoint, parse_checkpoint, parse_decimal
from yuxin.formats.signed_note import Note, NoteProblem, b64decode, b64encode, parse_note

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
HASHES_MAX: Final = 63


@dataclass(frozen=True)
class TlogProof:
    """Index, sibling hashes from the leaf upwards, and the checkpoint with its signatures."""

    index: int
    path: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None

    @property
    def checkpoint(self) -> Checkpoint:
        """The tree head that the path leads to."""
        return parse_checkpoint(self.note.text)

    def render(self) -> str:
        """Return the text of the proof, the checkpoint verbatim."""
        extra = "" if self.extra is None else f"extra {b64encode(self.extra)}\n"
        hashes = "".join(f"{b64encode(node)}\n" for node in self.path)
        return f"{FIRST_LINE}\n{extra}index {self.index}\n{hashes}\n{self.note.render()}"


def parse_proof(data: bytes) -> TlogProof:
    """Read a tlog-proof.

    Raises: NoteProblem when the first line, the order of the lines or any of them is wrong.
    """
    head, gap, tail = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as problem:
        raise NoteProblem("the lines before the checkpoint are ASCII") from problem
    if not gap or lines.pop(0) != FIRST_LINE:
        raise NoteProblem(f"a proof begins with {FIRST_LINE}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = b64decode(lines.pop(0)[len("extra ") :])
    if not lines or not lines[0].startswith("index "):
        raise NoteProblem("the index line is missing")
    index = parse_decimal(lines.pop(0)[len("index ") :])
    path = tuple(b64decode(line) for line in lines)
    if len(path) > HASHES_MAX or any(len(node) != 32 for node in path):
        raise NoteProblem("a path is at most 63 hashes of 32 bytes")
    proof = TlogProof(index, path, parse_note(tail), extra)
    if index >= proof.checkpoint.size:
        raise NoteProblem("the index lies outside the tree of the checkpoint")
    return proof
