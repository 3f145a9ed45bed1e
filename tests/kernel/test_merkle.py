"""Trees and proofs of RFC 6962, against its reference vectors and against every flipped byte."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots of the Certificate Transparency reference implementation.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 70)


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference(size):
    assert root([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


def by_the_book(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = by_the_book(leaves[:split]), by_the_book(leaves[split:])
    return sha256(b"\1" + left + right).digest()


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=70))
def test_the_root_is_the_recursive_definition(leaves):
    assert root([leaf_hash(leaf) for leaf in leaves]) == by_the_book(leaves)


def test_an_inner_node_is_not_a_leaf():
    assert node_hash(b"a" * 32, b"b" * 32) != leaf_hash(b"a" * 32 + b"b" * 32)


@given(st.data(), SIZES)
def test_every_leaf_proves_its_place_and_a_flipped_byte_does_not(data, size):
    tree = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    path, top = inclusion_path(tree, index), root(tree)
    assert verify_inclusion(tree[index], index, size, path, top)
    assert not verify_inclusion(flipped(tree[index]), index, size, path, top)
    assert not verify_inclusion(tree[index], index, size, path, flipped(top))
    assert not verify_inclusion(tree[index], index, size, [*path, top], top)
    for place in range(len(path)):
        wrong = [*path[:place], flipped(path[place]), *path[place + 1 :]]
        assert not verify_inclusion(tree[index], index, size, wrong, top)
        assert not verify_inclusion(tree[index], index, size, path[:place], top)


@given(st.data(), SIZES)
def test_a_leaf_does_not_prove_another_place(data, size):
    tree = hashes(size)
    index, other = data.draw(st.tuples(*[st.integers(0, size - 1)] * 2))
    proves = verify_inclusion(tree[index], other, size, inclusion_path(tree, index), root(tree))
    assert proves == (index == other)


@given(st.data(), SIZES)
def test_every_earlier_tree_proves_to_be_a_prefix_and_a_flipped_byte_does_not(data, size):
    tree = hashes(size)
    first = data.draw(st.integers(0, size))
    path = consistency_path(tree, first)
    old, new = root(tree[:first]), root(tree)
    assert verify_consistency(first, old, size, new, path)
    assert not verify_consistency(first, flipped(old), size, new, path)
    assert not verify_consistency(first, old, size, new, [*path, new])
    if first:
        assert not verify_consistency(first, old, size, flipped(new), path)
    for place in range(len(path)):
        wrong = [*path[:place], flipped(path[place]), *path[place + 1 :]]
        assert not verify_consistency(first, old, size, new, wrong)
        assert not verify_consistency(first, old, size, new, path[:place])


@given(st.data(), st.integers(2, 70))
def test_a_rewritten_history_proves_nothing(data, size):
    tree = hashes(size)
    first = data.draw(st.integers(1, size - 1))
    rewritten = data.draw(st.integers(0, first - 1))
    forged = [*tree[:rewritten], leaf_hash(b"forged"), *tree[rewritten + 1 :]]
    path = consistency_path(forged, first)
    assert not verify_consistency(first, root(tree[:first]), size, root(forged), path)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_place_outside_the_tree_proves_nothing(index, size):
    assert root_from_inclusion(leaf_hash(b""), index, size, []) is None


@pytest.mark.parametrize(("first", "second"), [(3, 2), (-1, 2), (0, -1)])
def test_a_larger_tree_is_no_prefix_of_a_smaller_one(first, second):
    assert not verify_consistency(first, root([]), second, root([]), [])


def test_an_empty_proof_of_a_ragged_tree_proves_nothing():
    assert not verify_consistency(3, root(hashes(3)), 5, root(hashes(5)), [])
