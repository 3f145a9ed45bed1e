"""Merkle trees of RFC 6962: roots, inclusion and consistency proofs, and their checks.

All hashes are 32 bytes of SHA-256. `hashes` are leaf hashes, not leaves.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf: SHA-256(0x00 | leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 | left | right)."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; of none it is the hash of nothing."""
    if not hashes:
        return sha256(b"").digest()
    return _subtree(hashes, 0, len(hashes))


def inclusion_path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that leaf `index` is in the tree over all `hashes`, lowest sibling first."""
    assert 0 <= index < len(hashes), "the leaf is not in the tree"
    path = []
    start, end = 0, len(hashes)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(hashes, middle, end))
            end = middle
        else:
            path.append(_subtree(hashes, start, middle))
            start = middle
    return path[::-1]


def consistency_path(hashes: Sequence[bytes], first: int) -> list[bytes]:
    """The proof that the tree over the first so many hashes is a prefix of the whole."""
    assert 0 <= first <= len(hashes), "the smaller tree is not a prefix"
    path: list[bytes] = []
    if first in (0, len(hashes)):
        return path
    start, end, whole = 0, len(hashes), True
    while start + first != end:
        middle = start + _split(end - start)
        if first <= middle - start:
            path.append(_subtree(hashes, middle, end))
            end = middle
        else:
            path.append(_subtree(hashes, start, middle))
            first -= middle - start
            start, whole = middle, False
    return ([] if whole else [_subtree(hashes, start, end)]) + path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """The root that a leaf hash and its path lead to, or None if the path cannot fit."""
    if not 0 <= index < size:
        return None
    node, last = index, size - 1
    result = leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return result if last == 0 else None


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Iterable[bytes], expected: bytes
) -> bool:
    """Whether a path proves that the leaf hash stands at `index` of the tree of that root."""
    return root_from_inclusion(leaf, index, size, path) == expected


def verify_consistency(
    first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a path proves that the first tree is a prefix of the second (RFC 9162, 2.1.4.2)."""
    if first == 0 <= second:
        return not path and first_root == root([])
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second:
        return False
    # A perfect first tree is itself the start of the proof and is left out of it.
    proof = [first_root, *path] if first & (first - 1) == 0 else list(path)
    return _walk_consistency(first - 1, second - 1, proof) == (first_root, second_root)


def _walk_consistency(node: int, last: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots that a proof leads to, or None if its length cannot fit."""
    if not proof:
        return None
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(hashes: Sequence[bytes], start: int, end: int) -> bytes:
    """The root over a slice whose inner splits follow RFC 6962, level by level."""
    level = list(hashes[start:end])
    while len(level) > 1:
        odd = level[-1:] if len(level) & 1 else []
        level = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)] + odd
    return level[0]
