"""Tiles, bundles and proofs drawn from them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yuxin.formats.tlog_tiles import (
    Edge,
    Tile,
    TileProblem,
    TileTree,
    pack_entries,
    parse_path,
    tiles_of,
    unpack_entries,
    width_in,
)
from yuxin.kernel import merkle


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(3, 1234067), "3/x001/x234/067"),
        (Tile(0, 1000, 17), "0/x001/000.p/17"),
        (Tile(None, 999999, 255), "entries/x999/999.p/255"),
        (Tile(63, 0, 1), "63/000.p/1"),
    ],
)
def test_a_path_is_that_of_the_standard(tile, path):
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0/0",
        "0/00",
        "0/0000",
        "00/000",
        "64/000",
        "-1/000",
        "0/x000/000",
        "0/001/000",
        "0/x001/x000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "data/000",
        "entries/000/",
        "0/٠٠٠",
        "0/000\n",
        "0/000.p/1\n",
    ],
)
def test_any_other_spelling_is_no_tile(path):
    with pytest.raises(TileProblem):
        parse_path(path)


def test_the_example_of_seventy_thousand_entries():
    tiles = list(tiles_of(70_000))
    assert sum(t.level == 0 and t.width == 256 for t in tiles) == 273
    partial = {(t.level, t.width) for t in tiles if t.width < 256}
    assert partial == {(0, 112), (1, 17), (2, 1)}
    assert [t for t in tiles if t.level == 1 and t.width == 256] == [Tile(1, 0)]


def test_a_tree_of_256_is_a_full_tile_and_one_above():
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@given(st.lists(st.binary(max_size=40), max_size=256))
def test_a_bundle_is_read_back(leaves):
    assert unpack_entries(pack_entries(leaves)) == leaves


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a", b"\x00\x00\x01"])
def test_a_bundle_cut_short_is_refused(data):
    with pytest.raises(TileProblem):
        unpack_entries(data)


def grown(hashes):
    """Return the edge after these leaf hashes, and every full tile by level and number."""
    edge, tiles, counts = Edge(), {}, {}
    for leaf in hashes:
        for level, data, root in edge.append(leaf):
            assert root == merkle.root([data[at : at + 32] for at in range(0, 8192, 32)])
            n = counts[level] = counts.get(level, -1) + 1
            tiles[level, n] = data
    return edge, tiles


def tree_of(size, edge, tiles):
    def fetch(tile):
        held = tiles.get((tile.level, tile.n)) or b"".join(edge.levels[tile.level])
        return held[: tile.width * 32]

    return TileTree(size, fetch)


LEAVES = [merkle.leaf_hash(str(n).encode()) for n in range(1200)]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 767, 1000, 1200])
def test_the_edge_knows_the_root_and_the_tiles_prove_every_entry(size):
    edge, tiles = grown(LEAVES[:size])
    root = merkle.root(LEAVES[:size])
    assert (edge.size, edge.root()) == (size, root)
    tree = tree_of(size, edge, tiles)
    assert tree.root() == root
    for index in range(0, size, 37):
        path = tree.inclusion_path(index)
        assert path == merkle.inclusion_path(LEAVES[:size], index)
        assert merkle.verify_inclusion(LEAVES[index], index, size, path, root)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 1200).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_the_tiles_prove_that_the_log_has_only_grown(sizes):
    old, new = sizes
    edge, tiles = grown(LEAVES[:new])
    path = tree_of(new, edge, tiles).consistency_path(old)
    assert path == merkle.consistency_path(LEAVES[:new], old)
    assert merkle.verify_consistency(
        old, merkle.root(LEAVES[:old]), new, merkle.root(LEAVES[:new]), path
    )


def test_an_edge_of_three_levels_counts_its_full_tiles():
    edge = Edge([[b"a" * 32] * 112, [b"b" * 32] * 17, [b"c" * 32]])
    assert edge.size == 70_000


def test_a_copy_of_an_edge_grows_alone():
    edge, _ = grown(LEAVES[:10])
    copy = edge.copy()
    copy.append(LEAVES[10])
    assert (edge.size, copy.size) == (10, 11)


def test_a_tile_of_another_width_is_refused():
    with pytest.raises(TileProblem):
        TileTree(5, lambda _: b"x" * 32).root()
    with pytest.raises(TileProblem):
        TileTree(5, lambda _: b"x" * 33).root()


@pytest.mark.parametrize(
    ("size", "level", "n", "width"),
    [(70_000, 0, 273, 112), (70_000, 1, 1, 17), (70_000, 2, 0, 1), (70_000, 0, 274, 0)],
)
def test_the_width_of_the_last_tile(size, level, n, width):
    assert width_in(size, level, n) == width
