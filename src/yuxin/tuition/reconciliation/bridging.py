"""From the books to the bank's closing: which named items make up a difference. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SUMS_MAX: Final = 20_000


@dataclass(frozen=True)
class Item:
    """Something that may lie between books and bank; positive raises the bank's balance."""

    kind: str
    what: str
    amount_fen: int


def bridge(difference_fen: int, items: Sequence[Item]) -> tuple[Item, ...] | None:
    """Items that come to the difference to the fen; None when none do.

    Of several ways the one with the fewest items, then the earliest ones. The search gives up
    after `SUMS_MAX` different sums: an account with so many open items is looked at by a person.
    """
    ways: dict[int, tuple[Item, ...]] = {0: ()}
    for item in items:
        if difference_fen in ways or len(ways) > SUMS_MAX:
            break
        more = {
            total + item.amount_fen: (*way, item)
            for total, way in ways.items()
            if all(each.what != item.what for each in way)
        }
        for total, way in more.items():
            if total not in ways or len(way) < len(ways[total]):
                ways[total] = way
    if difference_fen not in ways and sum(each.amount_fen for each in items) == difference_fen:
        return tuple(items)
    return ways.get(difference_fen)
