"""When an institution gets the money of a contract, by mode of supervision (funds-rules 2).

Integer arithmetic on fen and days, nothing else. `target` says what the institution may have had
by now, `settle` what that means for the books tonight: what is transferred, how much of it is an
advance, and what of the earned money works an advance off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from yuxin.kernel.calendar import Calendar, add_months
from yuxin.kernel.money import Fen
from yuxin.rules.earning import Recovery, advance_of, transferred

WHOLE: Final = 10_000


class Mode(StrEnum):
    """How the money of a contract is kept safe."""

    PER_LESSON = "CUSTODY_PER_LESSON"
    STAGED = "CUSTODY_STAGED"
    ADVANCE = "CUSTODY_ADVANCE"
    ROLLING = "CUSTODY_ROLLING"
    DEPOSIT = "DEPOSIT"
    DUAL = "DUAL"
    LEARNER_LOCK = "LEARNER_LOCK"
    PAY_AFTER = "PAY_AFTER"


class Cycle(StrEnum):
    """When confirmed lessons are settled (A1 to A4)."""

    ON_CONFIRMATION = "ON_CONFIRMATION"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    WHOLE_ORDER = "WHOLE_ORDER"


# Released lesson by lesson, in the cycle of the plan.
BY_LESSON: Final = (Mode.PER_LESSON, Mode.DUAL, Mode.LEARNER_LOCK)
# The institution holds money that was not taught yet: the two named exceptions, and the deposit.
AHEAD: Final = (Mode.ADVANCE, Mode.DEPOSIT)


@dataclass(frozen=True)
class Stage:
    """From this progress on, so much more of the price may be released."""

    progress_bps: int
    release_bps: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The mode that a contract was signed under, with every parameter it needs.

    `within_days` is the limit of weekly settlement in calendar days, that of the whole order in
    working days. `partial` is the older rolling variant that leaves part of the money uncovered.
    """

    mode: Mode = Mode.PER_LESSON
    cycle: Cycle = Cycle.ON_CONFIRMATION
    within_days: int = 0
    stages: tuple[Stage, ...] = ()
    advance_bps: int = 0
    exposure_max_fen: int = 0
    recovery: Recovery = Recovery.RECOUP_FIRST
    months: int = 0
    retention_bps: int = 0
    partial: bool = False
    debt_days: int = 0

    @property
    def by_lesson(self) -> bool:
        """Whether an order to transfer is made of whole lessons."""
        return self.mode in BY_LESSON

    @property
    def runs_ahead(self) -> bool:
        """Whether the institution may hold money of lessons not taught yet."""
        return self.mode in AHEAD or self.partial


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a contract is: fen, and hundredths of a percent of its units.

    `begun`: its course has started; `months`: whole months since; `done`: nothing of it is
    unearned, waits or is disputed any more.
    """

    paid: int
    earned: int
    taught_bps: int = 0
    begun: bool = True
    months: int = 0
    done: bool = False


def target(plan: Plan, at: Progress) -> Fen:
    """What the institution may have had by now, in fen (the T(k) of the rules).

    Rounding: down, in favour of custody; the last part takes the rest. Save for an advance, a
    deposit and the older rolling variant never above what was earned.
    """
    return Fen(_TARGETS[plan.mode](plan, at))


def _earned(_plan: Plan, at: Progress) -> int:
    return at.earned


def _staged(plan: Plan, at: Progress) -> int:
    if at.done:
        return at.earned
    bps = sum(each.release_bps for each in plan.stages if each.progress_bps <= at.taught_bps)
    return min(at.paid * min(bps, WHOLE) // WHOLE, at.earned)


def _advance(plan: Plan, at: Progress) -> int:
    if not at.begun:
        return 0
    return transferred(at.paid, at.earned, advance_of(at.paid, plan.advance_bps), plan.recovery)


def _rolling(plan: Plan, at: Progress) -> int:
    months = min(at.months, plan.months)
    kept = at.paid - at.paid * (WHOLE - plan.retention_bps) // WHOLE
    if plan.partial:
        return at.paid - kept + kept * months // plan.months
    if at.done:
        return at.earned
    part = at.paid if months == plan.months else at.paid * months // plan.months
    return min(part, at.earned, at.paid - kept)


def _all(_plan: Plan, at: Progress) -> int:
    return at.paid


def _nothing(_plan: Plan, _at: Progress) -> int:
    return 0


_TARGETS: Final[dict[Mode, Callable[[Plan, Progress], int]]] = {
    Mode.PER_LESSON: _earned,
    Mode.DUAL: _earned,
    Mode.LEARNER_LOCK: _earned,
    Mode.STAGED: _staged,
    Mode.ADVANCE: _advance,
    Mode.ROLLING: _rolling,
    Mode.DEPOSIT: _all,
    Mode.PAY_AFTER: _nothing,
}


@dataclass(frozen=True, kw_only=True)
class Held:
    """A contract's buckets, in fen; `released` counts advances."""

    custody: int
    advance: int
    released: int
    refund_payable: int = 0


@dataclass(frozen=True)
class Settlement:
    """What an evening does to a contract: transfer so much, `ahead` of it as an advance, and let
    so much of what was earned work the advance off."""

    transfer: Fen
    ahead: Fen
    recovered: Fen


NOTHING: Final = Settlement(Fen(0), Fen(0), Fen(0))


def settle(plan: Plan, at: Progress, held: Held, *, closing: bool = False) -> Settlement:
    """What is to be transferred and recovered so that the institution has had its target.

    `closing`: a refund is asked or granted; from then on nothing is paid ahead any more, and what
    was earned works the advance off first. A refund that is due comes before any transfer.
    """
    goal = max(held.released, at.earned) if closing and plan.runs_ahead else target(plan, at)
    due = max(at.earned - (held.released - held.advance), 0)
    exposed = max(goal - at.earned, 0)
    recovered = min(max(held.advance - exposed, 0), due)
    ahead = max(exposed - held.advance, 0)
    transfer = min(
        max(goal - held.released, 0),
        due - recovered + ahead,
        max(held.custody - held.refund_payable, 0),
    )
    return Settlement(Fen(transfer), Fen(min(ahead, transfer)), Fen(recovered))


def settles_on(plan: Plan, earned_on: date, bank: Calendar, work: Calendar, lag: int) -> date:
    """The day at whose end money earned on `earned_on` is ordered to be transferred.

    A2 orders at the end of the week, A3 at the end of the month, A4 so that the money is there on
    the last bank day of its term; A2 and A4 as many days earlier as bank holidays ask for.
    Law: funds-rules 2.2 (A1 to A4), XM1, WH1.
    """
    if plan.cycle is Cycle.WEEKLY:
        last = earned_on + timedelta(days=plan.within_days)
        wished = earned_on + timedelta(days=6 - earned_on.weekday())
    elif plan.cycle is Cycle.MONTHLY:
        return add_months(earned_on.replace(day=1), 1) - timedelta(days=1)
    elif plan.cycle is Cycle.WHOLE_ORDER:
        last = wished = work.add_working_days(earned_on, plan.within_days)
    else:
        return earned_on
    while wished > earned_on and bank.add_working_days(wished, lag) > last:
        wished -= timedelta(days=1)
    return wished


def months_since(start: date, day: date) -> int:
    """Whole months from `start` to the end of `day`."""
    months = 0
    while add_months(start, months + 1) <= day + timedelta(days=1):
        months += 1
    return months
