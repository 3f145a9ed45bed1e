"""Which subject a row speaks of: by code, by name, or by likeness for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from rapidfuzz import fuzz, process

from yuxin.registry.intake.names import core, key

_LIKE_MIN = 82
_COMMON = 80


class Known(NamedTuple):
    """A subject that is already there: in the register, or from an earlier row of the file."""

    code: str
    """Its subject code; `row:<sheet>:<number>` for an earlier row."""
    name: str
    uscc: str = ""
    others: tuple[str, ...] = ()
    """Brands, former names, old numbers."""
    values: Mapping[str, str] = MappingProxyType({})


class Like(NamedTuple):
    """A subject whose name is like another, with what was compared."""

    known: Known
    score: int
    core: str
    other: str


class Directory:
    """The subjects that rows are matched with."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self.by_uscc: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self.by_other: dict[str, list[Known]] = defaultdict(list)
        self._pairs: dict[str, list[int]] = defaultdict(list)
        self._cores: list[tuple[str, Known]] = []
        self._waiting: list[Known] = []
        for one in known:
            self.add(one)

    def add(self, known: Known) -> None:
        """Take in one subject."""
        if known.uscc:
            self.by_uscc.setdefault(known.uscc, known)
        if known.name:
            self.by_name[key(known.name)].append(known)
            self._waiting.append(known)
        for other in known.others:
            if other:
                self.by_other[key(other)].append(known)

    def named(self, name: str) -> list[Known]:
        """Subjects with this very name, width and brackets apart."""
        return self.by_name.get(key(name), [])

    def called(self, name: str) -> list[Known]:
        """Subjects with this brand, former name or old number."""
        return self.by_other.get(key(name), [])

    def like(self, name: str) -> Like | None:
        """The subject with the likest name, when it is like enough to ask a person."""
        self._index()
        own = core(name)
        places: set[int] = set()
        for pair in _pairs(own):
            sharing = self._pairs.get(pair, [])
            if len(sharing) <= _COMMON:  # what every other name has tells nothing
                places.update(sharing)
        ordered = sorted(places)
        choices = [self._cores[place][0] for place in ordered]
        found = process.extractOne(own, choices, scorer=fuzz.ratio, score_cutoff=_LIKE_MIN)
        if found is None:
            return None
        other, score, nth = found
        return Like(self._cores[ordered[nth]][1], int(score), own, other)

    def _index(self) -> None:
        """Index by pairs of characters, only when likeness is asked for."""
        for known in self._waiting:
            place = len(self._cores)
            self._cores.append((core(known.name), known))
            for pair in _pairs(self._cores[place][0]):
                self._pairs[pair].append(place)
        self._waiting.clear()


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)} or {text}
