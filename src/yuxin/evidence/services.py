"""Writing entries: in the transaction of the act that they tell of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.db import connection

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


def append(act: Act, *, chain: str, subject: str, body: Mapping[str, Json]) -> Entry:
    """Write the entry of an act on one thing."""
    return append_many(act, [Item(subject, chain, subject, body)])


def append_many(act: Act, items: Sequence[Item]) -> Entry:
    """Write one entry for an act on many things."""
    assert items, "an entry tells of something"
    number = uuid4()
    leaf = canonical.dumps(
        [{"act": act.act, "chain": i.chain, "body": dict(i.body)} for i in items]
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT evidence.append(%s, %s)", [number, leaf[:65535]])
    return Entry(number.hex)
