"""Our rules over facts of others: the buckets that they lead to, and where the others differ.

Pure. The same movements as the ledger's: lessons earn by the cumulative floor, a silent guardian
is deemed to confirm after the contract's working days, only what is earned may be released. What
was released beyond that is what the institution holds ahead (1003) and a difference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from yuxin.kernel.calendar import Calendar, CalendarMissing
from yuxin.kernel.clock import at as instant
from yuxin.kernel.clock import day_of
from yuxin.ledger.buckets import Bucket
from yuxin.rules.earning import lesson_amount

_B = Bucket


@dataclass(frozen=True)
class Fact:
    """One fact of one contract."""

    kind: str
    ref: str
    at: datetime
    lesson: str = ""
    amount_fen: int = 0
    centiunits: int = 0
    told_on: date | None = None
    deemed_days: int = 0


@dataclass(frozen=True)
class Difference:
    """Where the source did otherwise than the rules: by how much, on which fact."""

    kind: str
    ref: str
    on: date
    fen: int


@dataclass
class Replayed:
    """A contract after its facts."""

    total_fen: int = 0
    centiunits: int = 0
    deemed_days: int = 0
    taught: int = 0
    released_fen: int = 0
    refunded_fen: int = 0
    buckets: dict[Bucket, int] = field(default_factory=lambda: dict.fromkeys(Bucket, 0))
    differences: list[Difference] = field(default_factory=list)
    lessons: dict[str, tuple[str, int]] = field(default_factory=dict)  # state, fen
    due: dict[str, date] = field(default_factory=dict)  # silence counts from 00:05 of this day

    @property
    def ahead_fen(self) -> int:
        """What the institution got before it earned it."""
        return self.buckets[_B.ADVANCE]

    @property
    def payable_fen(self) -> int:
        """What is earned and was not released."""
        return self.buckets[_B.PAYABLE]

    def move(self, debit: Bucket, credit: Bucket, fen: int) -> None:
        """One movement, as the ledger books it."""
        for bucket, sign in ((debit, 1), (credit, -1)):
            self.buckets[bucket] += sign * fen if bucket.is_asset else -sign * fen

    def differs(self, fact: Fact, kind: str, fen: int) -> None:
        """Note a difference."""
        if fen:
            self.differences.append(Difference(kind, fact.ref, day_of(fact.at), fen))


def replay(facts: Sequence[Fact], *, calendar: Calendar, until: datetime) -> Replayed:
    """The contract as of an instant. Facts of one instant stand in the order given."""
    state = Replayed()
    for fact in sorted(facts, key=lambda each: each.at):
        if fact.at > until:
            break
        _silence(state, fact.at)
        _STEPS[fact.kind](state, fact, calendar)
    _silence(state, until)
    return state


def _silence(state: Replayed, at: datetime) -> None:
    """What silence decided by this instant, from 00:05 of the day after the last working day."""
    for ref in [ref for ref, on in state.due.items() if instant(on, 0, 5) <= at]:
        del state.due[ref]
        _earn(state, ref, "deemed")


def _earn(state: Replayed, ref: str, word: str) -> None:
    _, fen = state.lessons[ref]
    state.lessons[ref] = (word, fen)
    state.move(_B.PENDING, _B.PAYABLE, fen)
    _recover(state)


def _recover(state: Replayed) -> None:
    """What was released ahead is earned first."""
    fen = min(state.buckets[_B.ADVANCE], state.buckets[_B.PAYABLE])
    state.move(_B.PAYABLE, _B.ADVANCE, fen)


def _contract(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    state.total_fen, state.centiunits = fact.amount_fen, fact.centiunits
    state.deemed_days = fact.deemed_days


def _payment(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    state.differs(fact, "paid_otherwise", abs(fact.amount_fen - state.total_fen))
    state.move(_B.IN_TRANSIT, _B.UNEARNED, fact.amount_fen)


def _arrival(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    known = min(fact.amount_fen, state.buckets[_B.IN_TRANSIT])
    state.move(_B.CUSTODY, _B.IN_TRANSIT, known)
    state.differs(fact, "arrived_beyond", fact.amount_fen - known)


def _lesson(state: Replayed, fact: Fact, calendar: Calendar) -> None:
    before = min(state.taught, state.centiunits)
    after = min(before + fact.centiunits, state.centiunits)
    earned = lesson_amount(state.total_fen, state.centiunits, before, after)
    fen = min(earned, state.buckets[_B.UNEARNED])
    state.differs(fact, "taught_beyond", earned - fen)
    state.taught = after
    state.lessons[fact.ref] = ("pending", fen)
    state.move(_B.UNEARNED, _B.PENDING, fen)
    if fact.told_on is not None:
        start = max(fact.told_on, day_of(fact.at))
        deadline = _deadline(calendar, start, state.deemed_days)
        if deadline is not None:
            state.due[fact.ref] = deadline + timedelta(days=1)


def _deadline(calendar: Calendar, start: date, days: int) -> date | None:
    """The last day of a silence; None in years without a notice, of which nobody knows the days.

    The lesson then waits for an answer: what is not known is not held against the family, and one
    old lesson keeps nobody from seeing the rest.
    """
    try:
        found = calendar.deadline(start, days)
    except CalendarMissing:
        return None
    return None if found.provisional else found.day


def _confirmed(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    if state.lessons.get(fact.lesson, ("", 0))[0] == "pending":
        state.due.pop(fact.lesson, None)
        _earn(state, fact.lesson, "confirmed")


def _disputed(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    word, fen = state.lessons.get(fact.lesson, ("", 0))
    if word == "pending":
        state.due.pop(fact.lesson, None)
        state.lessons[fact.lesson] = ("disputed", fen)
        state.move(_B.PENDING, _B.FROZEN, fen)


def _settled(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    word, fen = state.lessons.get(fact.lesson, ("", 0))
    if word != "disputed":
        return
    kept = min(fact.amount_fen, fen)
    state.differs(fact, "kept_beyond", fact.amount_fen - kept)
    state.lessons[fact.lesson] = ("settled", fen)
    state.move(_B.FROZEN, _B.PAYABLE, kept)
    state.move(_B.FROZEN, _B.UNEARNED, fen - kept)
    _recover(state)


def _release(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    earned = min(fact.amount_fen, state.buckets[_B.PAYABLE], state.buckets[_B.CUSTODY])
    state.move(_B.PAYABLE, _B.CUSTODY, earned)
    ahead = min(fact.amount_fen - earned, state.buckets[_B.CUSTODY])
    state.move(_B.ADVANCE, _B.CUSTODY, ahead)
    state.released_fen += earned + ahead
    state.differs(fact, "released_ahead", ahead)
    state.differs(fact, "released_beyond", fact.amount_fen - earned - ahead)


def _refund_agreed(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    due = state.buckets[_B.UNEARNED]
    fen = min(fact.amount_fen, due)
    state.move(_B.UNEARNED, _B.REFUND_PAYABLE, fen)
    state.differs(fact, "refund_less", due - fen)
    state.differs(fact, "refund_more", fact.amount_fen - fen)


def _refunded(state: Replayed, fact: Fact, _calendar: Calendar) -> None:
    fen = min(fact.amount_fen, state.buckets[_B.REFUND_PAYABLE], state.buckets[_B.CUSTODY])
    state.move(_B.REFUND_PAYABLE, _B.CUSTODY, fen)
    state.refunded_fen += fen
    state.differs(fact, "refunded_beyond", fact.amount_fen - fen)


_STEPS: Final[dict[str, Callable[[Replayed, Fact, Calendar], None]]] = {
    "contract": _contract,
    "payment": _payment,
    "arrival": _arrival,
    "lesson": _lesson,
    "confirmed": _confirmed,
    "disputed": _disputed,
    "settled": _settled,
    "release": _release,
    "refund_agreed": _refund_agreed,
    "refunded": _refunded,
}
