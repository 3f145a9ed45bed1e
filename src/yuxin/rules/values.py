"""What a rule file says, once read: dated, cited values and flat tables of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from yuxin.kernel.refusal import Refusal

Scalar: TypeAlias = int | bool | str | date | None
Plain: TypeAlias = "Scalar | list[Plain] | Mapping[str, Plain]"
Mark = Literal["read", "press", "draft", "recalled", "proposal"]
Direction = Literal["ceiling", "floor", "fixed", "open"]
Comparator = Literal["=", "!=", "<", "<=", ">", ">=", "in"]

MARKS: Final = ("read", "press", "draft", "recalled", "proposal")
# How each mark is said to people, so that nobody takes a proposal for law.
MARK_WORDS: Final = MappingProxyType(
    {
        "read": ("读过原文", "text read"),
        "press": ("见于报道或转述，原文未保存", "read in the press or a restatement"),
        "draft": ("见于征求意见稿", "read in a consultation draft"),
        "recalled": ("凭记忆，未核对", "from memory, unverified"),
        "proposal": ("建议值，非法规", "a proposed default, not law"),
    }
)
DIRECTIONS: Final = ("ceiling", "floor", "fixed", "open")
COMPARATORS: Final = ("=", "!=", "<", "<=", ">", ">=", "in")
# Units whose values are whole numbers; `table` holds rows, `calendar` a year's days off.
NUMBER_UNITS: Final = (
    "lesson",
    "centi_lesson",
    "month",
    "day",
    "working_day",
    "bank_day",
    "hour",
    "minute",
    "fen",
    "bps",
    "count",
    "dm2",
    "point",
)
UNITS: Final = (*NUMBER_UNITS, "flag", "text", "table", "calendar")


class PackRefused(Refusal):
    """A rule file that cannot be used; the sentence names the file and the place."""

    code = "pack_refused"
    status = 422
    zh = "规则文件 {file} 不能使用：{why_zh}。"
    en = "The rule file {file} cannot be used: {why_en}."


class RuleMissing(Refusal):
    """No value is in force; nothing that depends on it may go on."""

    code = "rule_missing"
    zh = "{jurisdiction}的规则包在 {day} 没有“{key}”的有效值，因此不能办理。{ask_zh}"
    en = (
        "The rule pack of {jurisdiction} has no value of “{key}” in force on {day}, "
        "so this cannot go on. {ask_en}"
    )


@dataclass(frozen=True)
class Cite:
    """Where a value comes from, and the day somebody last looked."""

    instrument: str
    clause: str
    checked_on: date


@dataclass(frozen=True)
class Condition:
    """One test of a row: an indicator against a constant."""

    indicator: str
    comparator: Comparator
    value: int | bool | str | tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row of a flat table: it fires when all its conditions hold.

    A `locked` row may only be tightened by a lower layer. `then` is plain data for the reader of
    the table; `zh` and `en` are its sentence, with indicators in braces.
    """

    code: str
    when: tuple[Condition, ...]
    then: Mapping[str, int | bool | str]
    zh: str = ""
    en: str = ""
    locked: bool = False
    off: bool = False
    cite: Cite | None = None
    mark: Mark | None = None


@dataclass(frozen=True)
class CalendarYear:
    """A year's days off and make-up workdays, by a notice or, if provisional, weekends only."""

    status: Literal["notified", "provisional"]
    holidays: frozenset[date]
    workdays: frozenset[date]


Content: TypeAlias = int | bool | str | tuple[Row, ...] | CalendarYear


@dataclass(frozen=True)
class Dated:
    """A value and the day from which it holds, until the next one starts."""

    since: date
    content: Content
    cite: Cite
    mark: Mark
    approver: str = ""


@dataclass(frozen=True)
class Case:
    """An example that runs as a test of the rule."""

    on: date
    given: Mapping[str, Scalar]
    expect: Scalar | tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One key of a topic file."""

    key: str
    title: Mapping[str, str]
    unit: str
    direction: Direction
    values: tuple[Dated, ...]
    cases: tuple[Case, ...]
    ask: Mapping[str, str]

    def on(self, day: date) -> Dated | None:
        """The value in force on a day, if any."""
        started = [value for value in self.values if value.since <= day]
        return started[-1] if started else None


@dataclass(frozen=True)
class Topic:
    """One file of one jurisdiction, with the hash of its exact bytes."""

    jurisdiction: str
    path: str
    sha256: str
    data: bytes
    rules: Mapping[str, Rule]


@dataclass(frozen=True)
class Value:
    """A value in force on a day: what it is, in which unit, and why it may be relied on.

    `sha256` is the hash of the file that holds it; `since` the day it came into force.
    """

    key: str
    value: Content
    unit: str
    cite: Cite
    mark: Mark
    since: date
    sha256: str
    jurisdiction: str
    title: Mapping[str, str]

    @property
    def integer(self) -> int:
        """The value as a whole number of its unit."""
        assert isinstance(self.value, int), f"{self.key} is no number"
        return self.value

    @property
    def text(self) -> str:
        """The value as a word."""
        assert isinstance(self.value, str), f"{self.key} is no word"
        return self.value

    @property
    def flag(self) -> bool:
        """The value as yes or no."""
        assert isinstance(self.value, bool), f"{self.key} is no yes or no"
        return self.value

    @property
    def rows(self) -> tuple[Row, ...]:
        """The value as a table."""
        assert isinstance(self.value, tuple), f"{self.key} is no table"
        return self.value

    @property
    def is_law(self) -> bool:
        """Whether people may be told that an instrument says so (read, or read about)."""
        return is_law(self.mark)

    def source(self, row: Row) -> tuple[Cite, Mark]:
        """Where a row of this table comes from: its own source, or else the table's."""
        return row.cite or self.cite, row.mark or self.mark


def is_law(mark: Mark) -> bool:
    """Whether people may be told that an instrument says so (read, or read about)."""
    return mark in ("read", "press")
