"""The best share of those rated: rounded down, ties by score and then by fewer findings.

Reading: where a tie runs across the limit none of the tied is in by chance; people decide.
Law: supervision rules 2.3 (the best tenth of an annual inspection).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WHOLE: Final = 10_000


@dataclass(frozen=True)
class Rated:
    """One of those rated, by code."""

    code: str
    points: int
    findings: int


@dataclass(frozen=True)
class Share:
    """Who is in, and who is tied for the places that are left."""

    chosen: tuple[str, ...]
    tied: tuple[str, ...]
    places_left: int


def top_share(rated: Sequence[Rated], *, share_bps: int, points_min: int) -> Share:
    """The best of those rated with at least so many points.

    Units: share in 1/10000 of all who were rated. Rounding: floor.
    """
    places = len(rated) * share_bps // WHOLE
    able = [one for one in rated if one.points >= points_min]
    able.sort(key=lambda one: (-one.points, one.findings, one.code))
    if len(able) <= places:
        return Share(tuple(one.code for one in able), (), places - len(able))
    if places == 0:
        return Share((), (), 0)
    last, out = able[places - 1], able[places]
    if _order(last) != _order(out):
        return Share(tuple(one.code for one in able[:places]), (), 0)
    chosen = tuple(one.code for one in able if _order(one) < _order(last))
    tied = tuple(one.code for one in able if _order(one) == _order(last))
    return Share(chosen, tied, places - len(chosen))


def _order(one: Rated) -> tuple[int, int]:
    return (-one.points, one.findings)
