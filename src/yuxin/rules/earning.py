"""What a lesson earns and what a family gets back: integer arithmetic on fen, nothing else.

`paid_fen` is what was actually paid on one contract (P), `units` all its units including gift
units (N), `taken` the units confirmed or deemed confirmed (k), both in one unit of count: whole
lessons or hundredths of one. No contract pays for another, so nothing here takes two.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeAlias

from yuxin.kernel.money import Fen


class PriceBasis(StrEnum):
    """By which price taken lessons are counted when money is given back."""

    PROPORTIONAL = "PROPORTIONAL"
    LIST_PRICE = "LIST_PRICE"


class Recovery(StrEnum):
    """How an advance is worked off (mode C)."""

    RECOUP_FIRST = "RECOUP_FIRST"
    PRO_RATA = "PRO_RATA"


def earned(paid_fen: int, taken: int, units: int) -> Fen:
    """What `taken` units of `units` have earned together.

    Rounding: down to the fen on the running total, so nothing drifts and the last unit takes the
    rest; the learner is ahead by less than a fen until then.
    """
    assert paid_fen >= 0
    assert 0 <= taken <= units
    assert units > 0
    return Fen(paid_fen * taken // units)


def lesson_amount(paid_fen: int, units: int, before: int, after: int) -> Fen:
    """What the units from `before` to `after` earn: the fixed amount of the lesson they make."""
    assert before <= after
    return Fen(earned(paid_fen, after, units) - earned(paid_fen, before, units))


def release_of_lesson(paid_fen: int, ordinal: int, units: int, *, per_lesson: int = 1) -> Fen:
    """The fixed amount of the lesson with this ordinal, counted from 1; `per_lesson` units each."""
    assert ordinal >= 1
    before = (ordinal - 1) * per_lesson
    return lesson_amount(paid_fen, units, before, min(before + per_lesson, units))


def of_ordinals(paid_fen: int, ordinals: Iterable[int], units: int) -> Fen:
    """What a set of lessons earns, in whatever order they were confirmed."""
    return Fen(sum(release_of_lesson(paid_fen, ordinal, units) for ordinal in set(ordinals)))


def next_free_ordinal(used: Iterable[int]) -> int:
    """The lowest ordinal that no lesson holds; a voided lesson gave its own back."""
    taken = set(used)
    ordinal = 1
    while ordinal in taken:
        ordinal += 1
    return ordinal


Span: TypeAlias = tuple[int, int]


def free_units(held: Iterable[Span], units: int) -> list[Span]:
    """The stretches of a contract's units that no lesson holds, lowest first."""
    free, at = [], 0
    for start, end in sorted(held):
        if start > at:
            free.append((at, start))
        at = max(at, end)
    return [*free, (at, units)] if at < units else free


def next_units(held: Iterable[Span], wanted: int, units: int) -> list[Span]:
    """The units that the next lesson takes: the lowest free ones, so a voided lesson's first.

    Fewer than `wanted`, or none, when the contract holds no more.
    """
    taken = []
    for start, end in free_units(held, units):
        if wanted <= 0:
            break
        upto = min(end, start + wanted)
        taken.append((start, upto))
        wanted -= upto - start
    return taken


def amount_of_units(paid_fen: int, spans: Iterable[Span], units: int) -> Fen:
    """What stretches of units earn, fixed by where they lie: all of them together earn P."""
    return Fen(sum(lesson_amount(paid_fen, units, start, end) for start, end in spans))


def split_lesson(amount_fen: int, institution_bps: int) -> tuple[Fen, Fen]:
    """A lesson divided by settlement: the institution's part and the learner's.

    Rounding: the odd fen goes to the learner.
    """
    assert amount_fen >= 0
    assert 0 <= institution_bps <= 10_000
    institution = amount_fen * institution_bps // 10_000
    return Fen(institution), Fen(amount_fen - institution)


def refundable(
    paid_fen: int,
    earned_fen: int,
    *,
    pending_fen: int = 0,
    frozen_fen: int = 0,
    refunded_fen: int = 0,
    itemised_fen: int = 0,
) -> Fen:
    """What can be given back now; pending and frozen lessons are settled on their own.

    `itemised_fen` are separately listed, delivered goods with a receipt. Below zero is zero.
    """
    left = paid_fen - earned_fen - pending_fen - frozen_fen - refunded_fen - itemised_fen
    return Fen(max(left, 0))


def refund_by_list_price(paid_fen: int, list_unit_fen: int, taken: int) -> tuple[Fen, bool]:
    """Paid minus the taken units at list price, and whether an officer must look at it.

    Only for a consumer's own cause, where the contract says so and policy permits. Gift units
    taken count nothing, so `taken` leaves them out. Below zero is zero, and goes to an officer.
    """
    left = paid_fen - list_unit_fen * taken
    return Fen(max(left, 0)), left < 0


def transferred(paid_fen: int, earned_fen: int, advance_fen: int, recovery: Recovery) -> Fen:
    """What the institution has had by now when it got an advance (mode C).

    Rounding: the advance's share is rounded down, in favour of custody.
    """
    assert 0 <= advance_fen <= paid_fen
    if recovery is Recovery.RECOUP_FIRST:
        return Fen(max(advance_fen, earned_fen))
    if paid_fen == 0:
        return Fen(0)
    return Fen(advance_fen + earned_fen * (paid_fen - advance_fen) // paid_fen)


def shortfall(paid_fen: int, earned_fen: int, transferred_fen: int) -> Fen:
    """What this contract's custody lacks for the refund due: the institution owes it."""
    due = paid_fen - earned_fen
    custody = paid_fen - transferred_fen
    return Fen(max(due - custody, 0))


def advance_of(paid_fen: int, advance_bps: int) -> Fen:
    """An advance by ratio. Rounding: down, in favour of custody."""
    assert 0 <= advance_bps <= 10_000
    return Fen(paid_fen * advance_bps // 10_000)


def pro_rata(fund_fen: int, claims_fen: Sequence[int]) -> list[Fen]:
    """Divide a fund among claims in proportion to them, never above a claim.

    Rounding: down, then one fen each to the largest remainders; equal remainders in the order
    given, which callers make the order of contract codes.
    """
    assert fund_fen >= 0
    assert all(claim >= 0 for claim in claims_fen)
    total = sum(claims_fen)
    if fund_fen >= total:
        return [Fen(claim) for claim in claims_fen]
    shares = [fund_fen * claim // total for claim in claims_fen]
    by_remainder = sorted(
        range(len(claims_fen)), key=lambda i: (-(fund_fen * claims_fen[i] % total), i)
    )
    for i in by_remainder[: fund_fen - sum(shares)]:
        shares[i] += 1
    return [Fen(share) for share in shares]


def late_interest(refund_fen: int, rate_bps: int, days: int, year_days: int = 365) -> Fen:
    """Interest on a late refund, owed from the institution's own money.

    Rounding: half up.
    """
    assert min(refund_fen, rate_bps, days) >= 0
    over = 10_000 * year_days
    return Fen((2 * refund_fen * rate_bps * days + over) // (2 * over))
