"""From points to ranks. Pure: the same sheets give the same ranks, and say why."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scored:
    """A bank and its points by criterion, in the order of the call, added over all sheets."""

    key: int
    points: tuple[int, ...]


@dataclass(frozen=True)
class Ranked:
    """`decided_by`: the criterion that put it behind one of the same total; `tied`: nothing did."""

    key: int
    rank: int
    total: int
    tied: bool
    decided_by: str


def ranked(criteria: Sequence[tuple[str, int]], scored: Sequence[Scored]) -> list[Ranked]:
    """The order: by total, then by the points of the heaviest criterion, then of the next.

    Who is equal in everything shares a rank, and the next rank is left out. `criteria`: title and
    weight; of equal weights the first of the call decides first.
    """
    heavy = sorted(range(len(criteria)), key=lambda n: (-criteria[n][1], n))

    def standing(one: Scored) -> tuple[int, ...]:
        return total(one), *(one.points[n] for n in heavy)

    def total(one: Scored) -> int:
        return sum(weight * got for (_, weight), got in zip(criteria, one.points, strict=True))

    order = sorted(scored, key=lambda one: (*(-part for part in standing(one)), one.key))
    found: list[Ranked] = []
    for place, one in enumerate(order):
        before = standing(order[place - 1]) if place else ()
        mine = standing(one)
        same = [other for other in order if standing(other) == mine]
        decided = ""
        if place and before != mine and before[0] == mine[0]:
            parts = zip(before[1:], mine[1:], strict=True)
            first = next(n for n, (theirs, own) in enumerate(parts) if theirs != own)
            decided = criteria[heavy[first]][0]
        rank = found[-1].rank if place and before == mine else place + 1
        if place and before == mine:
            decided = found[-1].decided_by
        found.append(Ranked(one.key, rank, mine[0], len(same) > 1, decided))
    return found
