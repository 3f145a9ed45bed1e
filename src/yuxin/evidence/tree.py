"""The tree as it stands in the database: its right edge, its tiles, its entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from yuxin.formats.tlog_tiles import WIDTH, Edge, Tile, TileProblem, TileTree

#: Runs a statement with parameters and returns its rows: psycopg and Django both fit.
Rows = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


def load_edge(rows: Rows) -> Edge:
    """Read the right edge of the stored tree: what is in no full tile yet, level by level.

    Raises: TileProblem when entries or tiles are missing in between.
    """
    counted, highest = rows("SELECT count(*), coalesce(max(idx), -1) FROM evidence.entry", [])[0]
    if counted != highest + 1:
        raise TileProblem(f"entries are missing: {counted} rows up to index {highest}")
    levels, hashes, level = [], counted, 0
    while hashes:
        n, width = divmod(hashes, WIDTH)
        levels.append(_hashes(rows, "evidence", Tile(level, n, width)) if width else [])
        hashes, level = n, level + 1
    return Edge(levels)


def fetcher(rows: Rows, schema: str = "evidence") -> Callable[[Tile], bytes]:
    """Return how a tile tree gets its tiles; `schema` portal ends at what is published.

    Raises (when called): TileProblem for a tile that the tables do not fill.
    """

    def fetch(tile: Tile) -> bytes:
        return b"".join(_hashes(rows, schema, tile))

    return fetch


def tree_of(rows: Rows, size: int, schema: str = "evidence") -> TileTree:
    """Return the stored tree of a size, for roots and proofs."""
    return TileTree(size, fetcher(rows, schema))


def entries_of(rows: Rows, tile: Tile, schema: str = "evidence") -> list[bytes]:
    """Return the leaves of a bundle.

    Raises: TileProblem when the tables do not hold them all.
    """
    view = {"evidence": "evidence.entry", "portal": "portal.log_entry"}[schema]
    first = tile.n * WIDTH
    found = rows(
        f"SELECT leaf FROM {view} WHERE idx >= %s AND idx < %s ORDER BY idx",  # noqa: S608
        [first, first + tile.width],
    )
    return _all(tile, [bytes(leaf) for (leaf,) in found])


def _hashes(rows: Rows, schema: str, tile: Tile) -> list[bytes]:
    """A hash tile: leaf hashes from the entries, above them the roots of full tiles."""
    assert tile.level is not None
    first = tile.n * WIDTH
    if tile.level == 0:
        view = {"evidence": "evidence.entry", "portal": "portal.log_entry"}[schema]
        statement = f"SELECT leaf_hash FROM {view} WHERE idx >= %s AND idx < %s ORDER BY idx"  # noqa: S608
        found = rows(statement, [first, first + tile.width])
    else:
        view = {"evidence": "evidence.tile", "portal": "portal.log_tile"}[schema]
        statement = f"SELECT root FROM {view} WHERE level = %s AND n >= %s AND n < %s ORDER BY n"  # noqa: S608
        found = rows(statement, [tile.level - 1, first, first + tile.width])
    return _all(tile, [bytes(node) for (node,) in found])


def _all(tile: Tile, found: list[bytes]) -> list[bytes]:
    if len(found) != tile.width:
        raise TileProblem(f"tile/{tile.path} is not filled")
    return found
