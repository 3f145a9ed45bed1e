"""One act while it is being done, and what it leaves in the caller's hand."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from yuxin.kernel.actor import Actor
from yuxin.kernel.canonical import Json
from yuxin.kernel.clock import day_of


class RuleValue(Protocol):
    """A value of a rule pack, as far as an act needs it."""

    @property
    def integer(self) -> int:
        """The value as a whole number of its unit."""

    @property
    def text(self) -> str:
        """The value as a word."""

    @property
    def sha256(self) -> str:
        """The hash of the bytes the value was read from."""


class RulesInForce(Protocol):
    """The rule pack of a jurisdiction; the day is always given."""

    def on(self, key: str, day: date) -> RuleValue:
        """The value in force on a day; a missing one is refused."""


@dataclass(frozen=True)
class Call:
    """What delivery hands to an operation: who, when, and the number of the request."""

    actor: Actor
    at: datetime
    request_id: UUID

    def __post_init__(self) -> None:
        assert self.at.tzinfo is not None, "an act happens at an aware instant"


@dataclass(frozen=True)
class Act:
    """An operation in progress: who, when, which request, which act, under which rules.

    `moves` are the rows of proceedings that the operation claims (`cases.kinds`). `after_entry` is
    written last, once the number of the act's entry is known, whichever service asked for it.
    """

    actor: Actor
    at: datetime
    request_id: UUID
    act: str
    pack: RulesInForce
    moves: frozenset[str] = frozenset()
    after_entry: list[Callable[[str], None]] = field(default_factory=list, compare=False)

    @property
    def day(self) -> date:
        """The business day of the act, in Shanghai."""
        return day_of(self.at)


@dataclass(frozen=True)
class Receipt:
    """What an act leaves: the number of its evidence entry and what it decided.

    `repeated` says that the request had been done before and this is the first answer again.
    """

    entry_id: str
    values: Mapping[str, Json] = field(default_factory=dict)
    repeated: bool = False

    def __getitem__(self, key: str) -> Json:
        return self.values[key]


_open_act: ContextVar[Act | None] = ContextVar("yuxin_open_act", default=None)


@contextmanager
def open_act(act: Act) -> Iterator[Act]:
    """Mark an operation as open; only the @operation wrapper does this. Acts do not nest."""
    assert _open_act.get() is None, "an operation never calls another operation"
    token = _open_act.set(act)
    try:
        yield act
    finally:
        _open_act.reset(token)


def require_act() -> Act:
    """The open operation; services call this before they write."""
    act = _open_act.get()
    assert act is not None, "this service writes and may only be called inside an operation"
    return act


def act_is_open() -> bool:
    """Whether an operation is in progress here."""
    return _open_act.get() is not None
