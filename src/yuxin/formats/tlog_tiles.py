"""The tree of a log cut into tiles, and the entries in bundles (C2SP tlog-tiles).

A tile of level L holds up to 256 hashes, each the root of 256**L entries. Everything but
the checkpoint is written once; proofs are computed from the tiles by whoever wants one.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from yuxin.kernel import merkle

WIDTH: Final = 256
HASH_BYTES: Final = 32
LEAF_BYTES_MAX: Final = 65_535
LEVEL_MAX: Final = 63

_PATH: Final = re.compile(
    r"(?:(entries)|(0|[1-9][0-9]?))/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?",
    re.ASCII,
)


class TileProblem(ValueError):
    """A path names no tile, or the bytes are not what a tile or bundle holds."""


@dataclass(frozen=True)
class Tile:
    """The address of one tile; `level` None is a bundle of entries; width 256 is full."""

    level: int | None
    n: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return the path below `tile/`."""
        kind = "entries" if self.level is None else str(self.level)
        suffix = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{kind}/{_number(self.n)}{suffix}"

    @property
    def entries_end(self) -> int:
        """How large the tree must be for this tile to exist."""
        return int((self.n * WIDTH + self.width) * WIDTH ** (self.level or 0))


def _number(n: int) -> str:
    last, parts = f"{n % 1000:03d}", []
    while n >= 1000:
        n //= 1000
        parts.append(f"x{n % 1000:03d}")
    return "/".join([*reversed(parts), last])


def parse_path(path: str) -> Tile:
    """Read the path below `tile/`, in its one canonical spelling.

    Raises: TileProblem.
    """
    match = _PATH.fullmatch(path)
    if not match:
        raise TileProblem("no such tile")
    entries, level, upper, last, width = match.groups()
    n = int(upper.replace("x", "").replace("/", "") + last)
    tile = Tile(None if entries else int(level), n, int(width) if width else WIDTH)
    if (tile.level or 0) > LEVEL_MAX or tile.path != path:
        raise TileProblem("no such tile")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of this size, level by level (no bundles)."""
    level, hashes = 0, size
    while hashes:
        full, rest = divmod(hashes, WIDTH)
        yield from (Tile(level, n) for n in range(full))
        if rest:
            yield Tile(level, full, rest)
        level, hashes = level + 1, full


def width_in(size: int, level: int, n: int) -> int:
    """How many hashes tile n of a level holds in a tree of this size; 0 if none."""
    return int(max(0, min(WIDTH, size // WIDTH**level - n * WIDTH)))


def pack_entries(leaves: Sequence[bytes]) -> bytes:
    """Return a bundle: each leaf after its length in two bytes."""
    assert len(leaves) <= WIDTH and all(len(leaf) <= LEAF_BYTES_MAX for leaf in leaves)
    return b"".join(struct.pack(">H", len(leaf)) + leaf for leaf in leaves)


def unpack_entries(data: bytes) -> list[bytes]:
    """Return the leaves of a bundle.

    Raises: TileProblem when the bytes end within a leaf.
    """
    leaves, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise TileProblem("the bundle ends within an entry")
        leaves.append(data[at + 2 : end])
        at = end
    return leaves


def split_hashes(data: bytes) -> list[bytes]:
    """Cut a tile into its hashes."""
    if len(data) % HASH_BYTES:
        raise TileProblem("a tile is a whole number of hashes")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


class Edge:
    """The right edge of a growing tree: per level, the hashes not yet in a full tile.

    It is all that is needed to append and to know the root; full tiles are handed out as
    they fill.
    """

    def __init__(self, levels: Sequence[Sequence[bytes]] = ()) -> None:
        self.levels: list[list[bytes]] = [list(level) for level in levels]

    @property
    def size(self) -> int:
        """How many leaves the edge stands for, full tiles counted from their roots."""
        return sum(len(hashes) * WIDTH**level for level, hashes in enumerate(self.levels))

    def copy(self) -> Edge:
        """Return an edge of its own, so that a failed transaction leaves the first."""
        return Edge(self.levels)

    def append(self, leaf_hash: bytes) -> list[tuple[int, bytes, bytes]]:
        """Add one leaf; return the tiles that it filled as (level, hashes, root)."""
        filled: list[tuple[int, bytes, bytes]] = []
        level, node = 0, leaf_hash
        while True:
            if level == len(self.levels):
                self.levels.append([])
            hashes = self.levels[level]
            hashes.append(node)
            if len(hashes) < WIDTH:
                return filled
            node = merkle.root(hashes)
            filled.append((level, b"".join(hashes), node))
            hashes.clear()
            level += 1

    def root(self) -> bytes:
        """Return the root: the perfect subtrees from the left, folded from the right."""
        peaks: list[bytes] = []
        for hashes in reversed(self.levels):
            at = 0
            for bit in (128, 64, 32, 16, 8, 4, 2, 1):
                if len(hashes) & bit:
                    peaks.append(merkle.root(hashes[at : at + bit]))
                    at += bit
        if not peaks:
            return merkle.root([])
        node = peaks.pop()
        while peaks:
            node = merkle.node_hash(peaks.pop(), node)
        return node


class TileTree:
    """A tree of a fixed size read through its tiles, each fetched once.

    `fetch` returns the bytes of a hash tile (full or partial). Nothing fetched is trusted
    here: whoever asks for a proof verifies it against a signed root.
    """

    def __init__(self, size: int, fetch: Callable[[Tile], bytes]) -> None:
        self.size = size
        self._fetch = fetch
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """Return the root of the tree."""
        return self._range(0, self.size) if self.size else merkle.root([])

    def inclusion_path(self, index: int) -> list[bytes]:
        """Return the siblings of a leaf, from the leaf upwards."""
        assert 0 <= index < self.size
        path: list[bytes] = []
        begin, end = 0, self.size
        while end - begin > 1:
            split = begin + _largest_power_below(end - begin)
            if index < split:
                path.append(self._range(split, end))
                end = split
            else:
                path.append(self._range(begin, split))
                begin = split
        return path[::-1]

    def consistency_path(self, old: int) -> list[bytes]:
        """Return the proof that the tree of the old size is a beginning of this one."""
        assert 0 < old <= self.size
        path: list[bytes] = []
        begin, end, known = 0, self.size, True
        while old != end:
            split = begin + _largest_power_below(end - begin)
            if old <= split:
                path.append(self._range(split, end))
                end = split
            else:
                path.append(self._range(begin, split))
                begin, known = split, False
        if not known:
            path.append(self._range(begin, end))
        return path[::-1]

    def _range(self, begin: int, end: int) -> bytes:
        """Root of a range that is one node of the tree (possibly the ragged right one)."""
        count = end - begin
        power = 1 if count == 1 else _largest_power_below(count)
        if count == 1 or power * 2 == count:
            return self._perfect(begin, count)
        return merkle.node_hash(self._perfect(begin, power), self._range(begin + power, end))

    def _perfect(self, begin: int, count: int) -> bytes:
        level, height = divmod(count.bit_length() - 1, 8)
        first = begin // WIDTH**level
        n, at = divmod(first, WIDTH)
        hashes = self._hashes(level, n)
        return merkle.root(hashes[at : at + 2**height])

    def _hashes(self, level: int, n: int) -> list[bytes]:
        if (level, n) not in self._tiles:
            width = width_in(self.size, level, n)
            hashes = split_hashes(self._fetch(Tile(level, n, width)))
            if len(hashes) != width:
                raise TileProblem("the tile has another width than its address says")
            self._tiles[level, n] = hashes
        return self._tiles[level, n]


def _largest_power_below(count: int) -> int:
    """Return the largest power of two smaller than count (count > 1)."""
    return 1 << (count - 1).bit_length() - 1
