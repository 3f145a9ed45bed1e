"""What an act leaves in the log: a commitment that says nothing, and can be opened.

A record is a handful of fields. Each field is committed with a salt of its own, so any of
them can be shown without the others; without the record's key nobody, including whoever
holds the log, can test a guess. Act, subject, exact time and place in the contract's chain
are one field, the *head*, which every receipt shows. In the leaf itself stand only the
commitment, a random handle and the hour. A few acts that concern nobody are written in
clear, by a closed list.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from yuxin.kernel import canonical, merkle
from yuxin.kernel.canonical import Json

VERSION: Final = 1
KEY_BYTES: Final = 32
HEAD: Final = "head"
LEAF_BYTES_MAX: Final = 1024
ITEMS_MAX: Final = 1000

#: Acts whose entry is written in clear. They name no person, institution or contract.
CLEAR_ACTS: Final = frozenset(
    {
        "rule.activated",
        "draw.frame",
        "draw.commit",
        "draw.reveal",
        "draw.result",
        "key.rotated",
        "count.sealed",
        "erasure.done",
        "publication.made",
        "publication.ended",
    }
)

_B64: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_HANDLE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


class LeafProblem(ValueError):
    """A leaf, a field or a path of them is not of the form written here."""


def b64url(raw: bytes) -> str:
    """Base 64 for URLs, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def un_b64url(text: object, *, length: int = 32) -> bytes:
    """Read what `b64url` wrote, of the given length, in its one spelling.

    Raises: LeafProblem.
    """
    if not isinstance(text, str) or not _B64.fullmatch(text) or len(text) % 4 == 1:
        raise LeafProblem("not Base 64 for URLs")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != length or b64url(raw) != text:
        raise LeafProblem(f"not {length} bytes in Base 64 for URLs")
    return raw


def handle_text(handle: str) -> str:
    """Return a handle as people read it (存证号): 8 groups of 4."""
    return " ".join(handle[at : at + 4] for at in range(0, len(handle), 4))


def hour_of(instant: datetime) -> str:
    """Return the instant in UTC, cut to the hour."""
    assert instant.tzinfo is not None
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:00:00Z")


def instant_text(instant: datetime) -> str:
    """Return the instant in UTC to the microsecond, as heads write it."""
    assert instant.tzinfo is not None
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Head:
    """Who did what to what, when, and which link of the subject's chain this is.

    `previous` is the hash of the chain's item before, None for the first; `sequence` counts
    from 1, so a gap shows.
    """

    act: str
    subject: str
    at: str
    chain: str
    sequence: int
    previous: bytes | None

    def value(self) -> dict[str, Json]:
        """Return the committed value."""
        return {
            "act": self.act,
            "chain": self.chain,
            "p": None if self.previous is None else b64url(self.previous),
            "s": self.sequence,
            "subject": self.subject,
            "t": self.at,
        }


def fields_of(head: Head, body: Mapping[str, Json]) -> dict[str, Json]:
    """Return the record's fields by path: the head, then each key of the body."""
    fields: dict[str, Json] = {HEAD: head.value()}
    for key, value in body.items():
        if not key or not key.isascii():
            raise LeafProblem("the keys of a body are ASCII and not empty")
        fields[f"body.{key}"] = value
    return fields


def salt_of(key: bytes, path: str) -> str:
    """Return a field's salt, as it is committed and shown."""
    return b64url(hmac.digest(key, path.encode("ascii"), "sha256"))


def field_leaf(path: str, salt: str, value: Json) -> bytes:
    """Return the bytes that commit one field."""
    return canonical.dumps([path, salt, value])


@dataclass(frozen=True)
class Record:
    """A committed record: its fields, its key, and the hashes over them."""

    fields: Mapping[str, Json]
    key: bytes
    hashes: tuple[bytes, ...]
    root: bytes

    def disclose(self, path: str) -> Disclosed:
        """Return one field with all that proves it belongs to the record."""
        at = sorted(self.fields).index(path)
        return Disclosed(
            path,
            salt_of(self.key, path),
            self.fields[path],
            at,
            len(self.hashes),
            tuple(merkle.inclusion_path(self.hashes, at)),
        )


def commit(fields: Mapping[str, Json], key: bytes) -> Record:
    """Commit fields, in the order of their paths, under a record key of 32 random bytes."""
    assert len(key) == KEY_BYTES and fields
    hashes = tuple(
        merkle.leaf_hash(field_leaf(path, salt_of(key, path), fields[path]))
        for path in sorted(fields)
    )
    return Record(fields, key, hashes, merkle.root(hashes))


@dataclass(frozen=True)
class Disclosed:
    """One field shown: path, salt, value, and its way up to the record's root."""

    path: str
    salt: str
    value: Json
    index: int
    count: int
    proof: tuple[bytes, ...]

    def root(self) -> bytes | None:
        """Return the root this field leads to, None if the proof cannot fit."""
        leaf = merkle.leaf_hash(field_leaf(self.path, self.salt, self.value))
        return merkle.root_from_inclusion(leaf, self.index, self.count, self.proof)


def item_hashes(roots: Sequence[bytes]) -> list[bytes]:
    """Return the leaf hashes of a bulk tree over the roots of its items."""
    return [merkle.leaf_hash(root) for root in roots]


def bulk_root(roots: Sequence[bytes]) -> bytes:
    """Return the commitment of an act on many: the tree over its items, by item key."""
    assert 1 <= len(roots) <= ITEMS_MAX
    return merkle.root(item_hashes(roots))


def committed_leaf(commitment: bytes, handle: str, instant: datetime) -> bytes:
    """Return the leaf of a committed entry: exactly c, r, t and v."""
    assert len(commitment) == 32 and _HANDLE.fullmatch(handle)
    return canonical.dumps(
        {"c": b64url(commitment), "r": handle, "t": hour_of(instant), "v": VERSION}
    )


def clear_leaf(act: str, body: Mapping[str, Json], handle: str, instant: datetime) -> bytes:
    """Return the leaf of an entry in clear.

    Raises: LeafProblem for an act that is not on the closed list, or a body that is too long.
    """
    if act not in CLEAR_ACTS:
        raise LeafProblem(f"{act} is never written in clear")
    assert _HANDLE.fullmatch(handle)
    leaf = canonical.dumps(
        {"act": act, "body": body, "r": handle, "t": hour_of(instant), "v": VERSION}
    )
    if len(leaf) > LEAF_BYTES_MAX:
        raise LeafProblem(f"a leaf has at most {LEAF_BYTES_MAX} bytes; log the hash instead")
    return leaf


@dataclass(frozen=True)
class Leaf:
    """A leaf as read: the commitment, or the act and body of an entry in clear."""

    handle: str
    hour: str
    commitment: bytes | None
    act: str = ""
    body: Json = None


def parse_leaf(data: bytes) -> Leaf:
    """Read a leaf of this log.

    Raises: LeafProblem when it is not exactly of one of the two forms.
    """
    try:
        value = canonical.loads(data)
    except ValueError as problem:
        raise LeafProblem("a leaf is canonical JSON") from problem
    if not isinstance(value, dict) or value.get("v") != VERSION:
        raise LeafProblem("a leaf is an object of version 1")
    handle, hour = value.get("r"), value.get("t")
    if not isinstance(handle, str) or not _HANDLE.fullmatch(handle) or not isinstance(hour, str):
        raise LeafProblem("a leaf has a handle r and an hour t")
    if set(value) == {"c", "r", "t", "v"}:
        return Leaf(handle, hour, un_b64url(value["c"]))
    if set(value) == {"act", "body", "r", "t", "v"} and value["act"] in CLEAR_ACTS:
        return Leaf(handle, hour, None, str(value["act"]), value["body"])
    raise LeafProblem("a leaf holds c, r, t, v; or act, body, r, t, v for an act on the list")
