"""Evaluating flat tables of rows over indicators, with a trace of what fired and why.

An indicator without a value (missing or None) fires nothing: the table must have rows of its
own for what is not known. There is no expression language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import Formatter
from types import MappingProxyType
from typing import Any, TypeAlias

from yuxin.kernel.money import Fen, yuan
from yuxin.rules.values import Condition, Row

Fact: TypeAlias = int | bool | str | date | None
Facts: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True)
class Fired:
    """A row that fired, with the values its conditions saw and its sentences filled in."""

    row: Row
    seen: Mapping[str, Fact]
    zh: str
    en: str


class _Sentences(Formatter):
    """Braces with the ways a whole number is shown: `:percent` of bps, `:hundredths`, `:yuan`.

    A fact nobody has is shown as a dash.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None:
            return "—"
        if format_spec == "yuan":
            return yuan(Fen(value))
        if format_spec not in ("percent", "hundredths"):
            return str(super().format_field(value, format_spec))
        whole, rest = divmod(abs(value), 100)
        sign = "-" if value < 0 else ""
        if format_spec == "percent":
            return f"{sign}{whole}.{rest:02d}%"
        return f"{sign}{whole}" + (f".{rest:02d}".rstrip("0") if rest else "")

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002
        return kwargs.get(str(key))


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether one condition holds; an unknown fact makes it false."""
    fact = facts.get(condition.indicator)
    if fact is None:
        return False
    limit = condition.value
    match condition.comparator:
        case "=":
            return fact == limit
        case "!=":
            return fact != limit
        case "in":
            assert isinstance(limit, tuple), "`in` takes a list"
            return fact in limit
    assert isinstance(fact, int) and isinstance(limit, int), (
        f"{condition.indicator} is compared by size and must be a whole number"
    )
    match condition.comparator:
        case "<":
            return fact < limit
        case "<=":
            return fact <= limit
        case ">":
            return fact > limit
        case _:
            return fact >= limit


def fires(row: Row, facts: Facts) -> bool:
    """Whether all conditions of a row hold; a row without conditions always fires."""
    return all(holds(condition, facts) for condition in row.when)


def undecided(row: Row, facts: Facts) -> bool:
    """Whether a row may or may not fire: some fact is unknown, and no known one speaks against."""
    unknown = [each for each in row.when if facts.get(each.indicator) is None]
    known = [each for each in row.when if facts.get(each.indicator) is not None]
    return bool(unknown) and all(holds(condition, facts) for condition in known)


def fired_rows(rows: Sequence[Row], facts: Facts) -> tuple[Fired, ...]:
    """All rows that fire, in the order of the table."""
    return tuple(explain(row, facts) for row in rows if fires(row, facts))


def first_row(rows: Sequence[Row], facts: Facts) -> Row | None:
    """The first row that fires: the way a table of alternatives is read."""
    return next((row for row in rows if fires(row, facts)), None)


def explain(row: Row, facts: Facts) -> Fired:
    """The row with the facts it saw, said in both languages."""
    say = _Sentences()
    seen = {condition.indicator: facts.get(condition.indicator) for condition in row.when}
    zh, en = (say.vformat(sentence, (), facts) for sentence in (row.zh, row.en))
    return Fired(row, MappingProxyType(seen), zh, en)


def threshold(rows: Sequence[Row], code: str, indicator: str) -> int:
    """The number that a row compares an indicator with, for who measures against it."""
    for row in rows:
        for condition in row.when:
            if row.code == code and condition.indicator == indicator:
                assert isinstance(condition.value, int), f"{code} compares {indicator} by name"
                return condition.value
    raise AssertionError(f"row {code} has no condition on {indicator}")


def overlay(upper: Sequence[Row], lower: Sequence[Row]) -> tuple[Row, ...]:
    """A lower layer's rows laid over the upper ones: same name replaces, a new one joins."""
    replaced = {row.code: row for row in lower}
    kept = [replaced.pop(row.code, row) for row in upper]
    return tuple(row for row in (*kept, *replaced.values()) if not row.off)


def loosened(upper: Sequence[Row], lower: Sequence[Row]) -> list[str]:
    """The locked rows that a lower layer makes fire less often, or to less effect."""
    replacing = {row.code: row for row in lower}
    return [
        row.code
        for row in upper
        if row.locked and row.code in replacing and not _at_least(replacing[row.code], row)
    ]


def _at_least(lower: Row, upper: Row) -> bool:
    """Whether `lower` fires whenever `upper` does, to the same effect, and stays locked."""
    if lower.off or not lower.locked or lower.then != upper.then:
        return False
    return all(any(_covers(condition, limit) for limit in upper.when) for condition in lower.when)


def _covers(lower: Condition, upper: Condition) -> bool:
    """Whether `upper` holding means that `lower` holds."""
    if (lower.indicator, lower.comparator) != (upper.indicator, upper.comparator):
        return False
    if isinstance(lower.value, int) and isinstance(upper.value, int):
        match lower.comparator:
            case "<" | "<=":
                return lower.value >= upper.value
            case ">" | ">=":
                return lower.value <= upper.value
    if isinstance(lower.value, tuple) and isinstance(upper.value, tuple):
        return set(upper.value) <= set(lower.value)
    return lower.value == upper.value
