"""Receipts, and how an entry stands."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from yuxin.evidence.keystore import KeyDestroyed
from yuxin.evidence.public import rows
from yuxin.evidence.services import key_store
from yuxin.evidence.tree import tree_of
from yuxin.formats.leaf import HEAD, Record, commit, item_hashes
from yuxin.formats.receipt_file import Item, Receipt
from yuxin.formats.signed_note import parse_note
from yuxin.formats.tlog_proof import TlogProof
from yuxin.kernel import merkle
from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound, Refusal


class ReceiptErased(Refusal):
    """The subject was erased: its key is gone, and with it what the entry said."""

    code = "receipt_erased"
    status = 410
    zh = "这条记录的内容已按规定删除，不能再出具凭证；以前下载的凭证仍然有效。"
    en = (
        "What this entry said has been erased as the law requires; no new receipt can be made."
        " Receipts downloaded before stay valid."
    )


def places(_actor: Actor, entry_ids: Sequence[str]) -> dict[str, int]:
    """Return the index of each entry that has its place in the published log.

    Whoever knows a number may ask where it stands; the tiles say no less.
    """
    found = rows(
        "SELECT o.id, o.idx FROM evidence.outbox o WHERE o.id = ANY (%s)"
        " AND o.idx < (SELECT max(c.size) FROM evidence.checkpoint c)",
        [[_number(entry_id) for entry_id in entry_ids]],
    )
    return {number.hex: index for number, index in found}


def receipt_for(
    actor: Actor,
    entry_id: str,
    fields: Collection[str] | None = None,
    *,
    chains: Sequence[str] = (),
    item_key: str | None = None,
) -> Receipt:
    """Return the receipt of an entry: what the actor did, or what stands in a chain of theirs.

    `chains` are those that the caller has found the actor may see (the contract on whose page
    the link stands); without any, only what the actor's own account wrote is given. `fields`
    names the fields to show, all of the body by default; the head is always shown. In an act
    on many, `item_key` picks the item; without it there must be exactly one.

    Raises: NotFound; ReceiptErased when the subject's key is destroyed.
    """
    if actor.account_id is None and not chains:
        raise NotFound(field="entry_id")
    number = _number(entry_id)
    item = _one_item(number, chains, item_key)
    record = _open(item)
    wanted = set(record.fields) - {"by"} if fields is None else {HEAD, *fields}
    if not wanted <= set(record.fields):
        raise NotFound(field="fields")
    leaf, index = rows("SELECT leaf, idx FROM evidence.outbox WHERE id = %s", [number])[0]
    return Receipt(
        number.hex,
        bytes(leaf),
        tuple(record.disclose(path) for path in sorted(wanted)),
        _place(number, item),
        _proof(index),
    )


@dataclass(frozen=True)
class _Row:
    """An item of the actor's, as stored."""

    position: int
    item_key: str | None
    root: bytes
    key_id: UUID
    wrapped: bytes
    fields: str


def _number(entry_id: str) -> UUID:
    try:
        return UUID(hex=entry_id.replace(" ", ""))
    except ValueError:
        raise NotFound(field="entry_id") from None


def _one_item(number: UUID, chains: Sequence[str], item_key: str | None) -> _Row:
    found = [
        _Row(place, key, bytes(c), key_id, bytes(wrapped), fields)
        for place, key, _chain, c, key_id, wrapped, fields in rows(
            "SELECT * FROM evidence.read_items(%s, %s)", [number, list(chains)]
        )
        if item_key is None or key == item_key
    ]
    if len(found) != 1:
        raise NotFound(field="entry_id")
    return found[0]


def _open(item: _Row) -> Record:
    store = key_store(Path(settings.KEYS_ROOT))
    try:
        key = store.unwrap(item.key_id, item.wrapped)
    except KeyDestroyed:
        raise ReceiptErased from None
    record = commit(json.loads(item.fields), key)
    assert record.root == item.root, "a stored item no longer matches its commitment"
    return record


def _place(number: UUID, item: _Row) -> Item | None:
    """An item of an act on many has a key, and a path to the leaf's commitment."""
    if item.item_key is None:
        return None
    roots: list[Any] = rows("SELECT evidence.item_roots(%s)", [number])[0][0]
    hashes = item_hashes([bytes(root) for root in roots])
    path = merkle.inclusion_path(hashes, item.position)
    return Item(item.position, len(hashes), tuple(path))


def _proof(index: int | None) -> str | None:
    """The tlog-proof against the last published checkpoint; None while it is not in there."""
    found = rows("SELECT size, note FROM evidence.checkpoint ORDER BY size DESC LIMIT 1", [])
    if index is None or not found or index >= found[0][0]:
        return None
    size, note = found[0]
    path = tree_of(rows, size).inclusion_path(index)
    return TlogProof(index, tuple(path), parse_note(note.encode())).render()
