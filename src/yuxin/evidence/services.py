"""Writing entries: in the transaction of the act that they tell of."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

from yuxin.evidence.keystore import KeyStore
from yuxin.evidence.requests import actor_key
from yuxin.formats.leaf import (
    ITEMS_MAX,
    KEY_BYTES,
    Head,
    bulk_root,
    clear_leaf,
    commit,
    committed_leaf,
    fields_of,
    instant_text,
)
from yuxin.kernel import canonical
from yuxin.kernel.act import Act
from yuxin.kernel.canonical import Json


@dataclass(frozen=True)
class Entry:
    """An entry of the log; `id` is its number (存证号), 32 hexadecimal digits."""

    id: str


@dataclass(frozen=True)
class Item:
    """One of the many things that a bulk act did; `key` orders the items of its entry."""

    key: str
    chain: str
    subject: str
    body: Mapping[str, Json]


@dataclass(frozen=True)
class _Link:
    """An item committed, with its place in its chain."""

    key: str | None
    chain: str
    sequence: int
    previous: bytes | None
    root: bytes
    record_key: bytes
    fields: str


@cache
def key_store(folder: Path) -> KeyStore:
    """Return the key store of a key folder, one per process."""
    return KeyStore(folder)


def append(act: Act, *, chain: str, subject: str, body: Mapping[str, Json]) -> Entry:
    """Write the entry of an act on one thing.

    `chain` names the row of acts that it continues (one per contract, account, ...); `subject`
    whose key opens the entry: erasing that subject makes all its entries unreadable for ever.
    """
    link = _link_up(act, [Item("", chain, subject, body)])[0]
    return _write(act, [link], [subject], link.root)


def append_many(act: Act, items: Sequence[Item]) -> Entry:
    """Write one entry for an act on many things: at most 1,000 of one institution."""
    assert 1 <= len(items) <= ITEMS_MAX, "a transaction acts on at most 1,000 items"
    assert len({item.key for item in items}) == len(items), "item keys are distinct"
    ordered = sorted(items, key=lambda item: item.key)
    links = _link_up(act, ordered)
    root = bulk_root([link.root for link in links])
    return _write(act, links, [item.subject for item in ordered], root)


def append_clear(act: Act, body: Mapping[str, Json]) -> Entry:
    """Write an entry in clear, for an act of the closed list in `formats.leaf`.

    Raises: LeafProblem for any other act.
    """
    number = UUID(bytes=secrets.token_bytes(16))
    leaf = clear_leaf(act.act, body, number.hex, act.at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT evidence.append_clear(%s, %s)", [number, leaf])
    return Entry(number.hex)


def _link_up(act: Act, items: Sequence[Item]) -> list[_Link]:
    """Commit the items, each after the one before it in its chain; locks the chains."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, s, p FROM evidence.chain_heads(%s)", [[item.chain for item in items]]
        )
        heads = {name: (s, None if p is None else bytes(p)) for name, s, p in cursor.fetchall()}
    by: Json = {"actor": actor_key(act), "request": str(act.request_id)}
    at = instant_text(act.at)
    links = []
    for item in items:
        sequence, previous = heads[item.chain]
        head = Head(act.act, item.subject, at, item.chain, sequence + 1, previous)
        fields = {**fields_of(head, item.body), "by": by}
        key = secrets.token_bytes(KEY_BYTES)
        root = commit(fields, key).root
        heads[item.chain] = sequence + 1, root
        text = canonical.dumps(fields).decode()
        links.append(_Link(item.key or None, item.chain, sequence + 1, previous, root, key, text))
    return links


def _write(act: Act, links: Sequence[_Link], subjects: Sequence[str], root: bytes) -> Entry:
    store = key_store(Path(settings.KEYS_ROOT))
    subject_keys = store.create(subjects)
    key_ids = [subject_keys[subject] for subject in subjects]
    wrapped = store.wrap([(key, link.record_key) for key, link in zip(key_ids, links, strict=True)])
    number = UUID(bytes=secrets.token_bytes(16))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT evidence.append(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                number,
                committed_leaf(root, number.hex, act.at),
                act.actor.account_id,
                _texts(link.key for link in links),
                _texts(link.chain for link in links),
                [link.sequence for link in links],
                [link.previous for link in links],
                [link.root for link in links],
                key_ids,
                wrapped,
                _texts(link.fields for link in links),
            ],
        )
    return Entry(number.hex)


def _texts(values: Iterable[str | None]) -> str:
    """An array of texts written out: the driver's own way takes half of a batch's time."""
    return "{" + ",".join("NULL" if text is None else _quoted(text) for text in values) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
