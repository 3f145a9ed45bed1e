"""What an evening orders to be transferred, contract by contract, under the plan of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from yuxin.access.sealed import seal
from yuxin.kernel.act import require_act
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.codes import new_subject_code
from yuxin.ledger.models import ContractBalance
from yuxin.rules.modes import (
    NOTHING,
    WHOLE,
    Cycle,
    Held,
    Mode,
    Plan,
    Progress,
    Settlement,
    months_since,
    settle,
    settles_on,
)
from yuxin.rules.plans import from_terms
from yuxin.tuition.models import (
    Contract,
    Instruction,
    InstructionLine,
    Lesson,
    PaymentOrder,
    RefundCase,
)
from yuxin.tuition.services.banking import ORDERED

_OVER = (RefundCase.State.PAID, RefundCase.State.WITHDRAWN)
_AHEAD_MODES = (Mode.ADVANCE.value, Mode.ROLLING.value)


@dataclass(frozen=True)
class Days:
    """The day that is closed, the two calendars, and the bank days from it to a transfer."""

    on: date
    bank: Calendar
    work: Calendar
    lag: int


@dataclass(frozen=True)
class Part:
    """What one contract pays: the sum, how much of it is an advance, the lessons it is made of.

    Only an order made of whole lessons names them.
    """

    contract: Contract
    amount_fen: int
    ahead_fen: int = 0
    lessons: Sequence[Lesson] = ()
    listed: Sequence[RefundCase] = ()  # what was kept at list price goes with them


@dataclass
class Evening:
    """What is due at one institution: parts of orders, and advances that earned money works off.

    `last` is the contract looked at last, `full` says that there may be more past it.
    """

    parts: list[Part] = field(default_factory=list)
    recovered: list[tuple[Contract, int]] = field(default_factory=list)
    over_limit: list[Contract] = field(default_factory=list)
    last: int = 0
    full: bool = False


@dataclass(frozen=True)
class _Read:
    """What is read once for all contracts of a page, after their locks."""

    balances: Mapping[int, ContractBalance]
    lessons: Mapping[int, list[Lesson]]
    refunds: Mapping[int, list[RefundCase]]


def due_for_update(*, institution_id: int, days: Days, after: int, limit: int) -> Evening:
    """What contracts of an institution owe it at the end of the day, and what it owes them; locked.

    A contract that stands in an open order waits for the bank's answer. What became payable later
    waits for its own day, however late this one is closed.
    """
    require_act()
    contracts = _candidates(institution_id, days.on, after, limit)
    evening = Evening(last=contracts[-1].pk if contracts else after, full=len(contracts) == limit)
    # Read after the locks: what moved meanwhile counts.
    waiting = set(
        InstructionLine.objects.filter(contract__in=contracts, open=True).values_list(
            "contract_id", flat=True
        )
    )
    free = [each for each in contracts if each.pk not in waiting]
    read = _read(institution_id, free, days.on)
    exposed = _exposure(institution_id) if any(map(_may_run_ahead, free)) else 0
    for contract in free:
        plan = from_terms(contract.terms["funds"])
        if plan.by_lesson:
            _by_lesson(evening, contract, plan, read, days)
        else:
            exposed += _by_plan(evening, contract, plan, read, days, exposed)
    return evening


def _may_run_ahead(contract: Contract) -> bool:
    return contract.supervision in _AHEAD_MODES


def _candidates(institution_id: int, on: date, after: int, limit: int) -> list[Contract]:
    balance = ContractBalance.objects.filter(
        institution_id=institution_id, contract_id=OuterRef("pk")
    )
    payable = Exists(balance.filter(payable_fen__gt=0).filter(_FUNDED))
    ahead = Q(supervision__in=_AHEAD_MODES, course__first_on__lte=on) & Exists(
        balance.filter(custody_fen__gt=0)
    )
    return list(
        Contract.objects.filter(institution_id=institution_id, pk__gt=after)
        .filter(orders__state=PaymentOrder.State.ARRIVED)
        .filter(payable | ahead)
        .exclude(releases__open=True)
        .select_related("course")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))[:limit]
    )


_FUNDED = Q(custody_fen__gt=0) | Q(advance_fen__gt=0)


def _read(institution_id: int, contracts: Sequence[Contract], on: date) -> _Read:
    keys = [each.pk for each in contracts]
    rows = ContractBalance.objects.filter(institution_id=institution_id, contract_id__in=keys)
    lessons: dict[int, list[Lesson]] = {}
    for lesson in Lesson.objects.filter(contract_id__in=keys, payable_on__lte=on).order_by("pk"):
        lessons.setdefault(lesson.contract_id, []).append(lesson)
    refunds: dict[int, list[RefundCase]] = {}
    for refund in RefundCase.objects.filter(contract_id__in=keys).order_by("pk"):
        refunds.setdefault(refund.contract_id, []).append(refund)
    return _Read({row.contract_id: row for row in rows}, lessons, refunds)


def _exposure(institution_id: int) -> int:
    """What the institution holds untaught, in fen."""
    rows = ContractBalance.objects.filter(institution_id=institution_id, contract_id__gt=0)
    return sum(rows.filter(advance_fen__gt=0).values_list("advance_fen", flat=True))


def share_of(lesson: Lesson) -> int:
    """What of a lesson's amount is its institution's, in fen."""
    return lesson.amount_fen if lesson.kept_fen is None else lesson.kept_fen


def _by_lesson(evening: Evening, contract: Contract, plan: Plan, read: _Read, days: Days) -> None:
    """Whole lessons, each in the cycle of the plan."""
    balance = read.balances[contract.pk]
    waiting = [
        each
        for each in read.lessons.get(contract.pk, [])
        if each.release_id is None and share_of(each)
    ]
    if plan.cycle is Cycle.WHOLE_ORDER:
        due = waiting if _whole_order_due(contract, plan, read, days) else []
    else:
        due = [each for each in waiting if _settles(plan, each.payable_on, days) <= days.on]
    kept = _listed(contract, plan, read, days, whole_due=bool(due))
    amount = sum(map(share_of, due)) + sum(each.listed_fen for each in kept)
    if amount and amount <= min(balance.payable_fen, balance.custody_fen):
        evening.parts.append(Part(contract, amount, lessons=due, listed=kept))


def _listed(
    contract: Contract, plan: Plan, read: _Read, days: Days, *, whole_due: bool
) -> list[RefundCase]:
    """Refunds of which the part kept at list price is to be transferred, in the plan's cycle."""
    kept = [
        each
        for each in read.refunds.get(contract.pk, [])
        if each.listed_fen and each.listed_release_id is None and each.answered_at is not None
    ]
    if plan.cycle is Cycle.WHOLE_ORDER:
        return kept if whole_due else []
    return [
        each
        for each in kept
        if each.answered_at and _settles(plan, day_of(each.answered_at), days) <= days.on
    ]


def _settles(plan: Plan, earned_on: date | None, days: Days) -> date:
    assert earned_on is not None, "an earned lesson has its day"
    return settles_on(plan, earned_on, days.bank, days.work, days.lag)


def _whole_order_due(contract: Contract, plan: Plan, read: _Read, days: Days) -> bool:
    """All consumed, nothing disputed, every refund paid, and the term over (A4)."""
    balance = read.balances[contract.pk]
    refunds = read.refunds.get(contract.pk, [])
    if not _is_done(balance) or balance.refund_payable_fen:
        return False
    if any(each.state not in _OVER for each in refunds):
        return False
    ends = [each.payable_on for each in read.lessons[contract.pk] if each.payable_on]
    ends += [each.paid_on for each in refunds if each.paid_on]
    return _settles(plan, max(ends), days) <= days.on


def _is_done(balance: ContractBalance) -> bool:
    return not (balance.unearned_fen or balance.pending_fen or balance.frozen_fen)


def _by_plan(
    evening: Evening, contract: Contract, plan: Plan, read: _Read, days: Days, exposed: int
) -> int:
    """The difference to what the plan gives by now; by how much the exposure rises."""
    balance = read.balances[contract.pk]
    closing = contract.state != Contract.State.ACTIVE or any(
        each.state not in _OVER for each in read.refunds.get(contract.pk, [])
    )
    listed = sum(each.listed_fen for each in read.refunds.get(contract.pk, []))
    lessons = read.lessons.get(contract.pk, [])
    done = _settlement(contract, plan, balance, lessons, days, closing, listed)
    if done.ahead and plan.exposure_max_fen and exposed + done.ahead > plan.exposure_max_fen:
        evening.over_limit.append(contract)
        done = Settlement(NOTHING.transfer, NOTHING.ahead, done.recovered)
    if done.recovered:
        evening.recovered.append((contract, done.recovered))
    if done.transfer:
        evening.parts.append(Part(contract, done.transfer, done.ahead))
    return done.ahead - done.recovered


def _settlement(
    contract: Contract,
    plan: Plan,
    balance: ContractBalance,
    lessons: Sequence[Lesson],
    days: Days,
    closing: bool,  # noqa: FBT001
    listed: int,
) -> Settlement:
    course = contract.course
    taught = sum(each.centiunits for each in lessons)
    at = Progress(
        paid=balance.paid_fen,
        earned=sum(map(share_of, lessons)) + listed,
        taught_bps=min(taught * WHOLE // contract.total_centiunits, WHOLE),
        begun=course.first_on <= days.on,
        months=months_since(course.first_on, days.on),
        done=_is_done(balance),
    )
    held = Held(
        custody=balance.custody_fen,
        advance=balance.advance_fen,
        released=balance.released_fen,
        refund_payable=balance.refund_payable_fen,
    )
    return settle(plan, at, held, closing=closing)


def add_release(
    *,
    institution_id: int,
    bank_code: str,
    from_account: str,
    to_account: str,
    parts: Sequence[Part],
    value_on: date,
    at: datetime,
) -> Instruction:
    """One order to transfer what several contracts pay their institution, with a line each."""
    require_act()
    ahead = any(part.ahead_fen for part in parts)
    instruction = Instruction.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        bank_code=bank_code,
        kind=Instruction.Kind.ADVANCE if ahead else Instruction.Kind.RELEASE,
        amount_fen=sum(part.amount_fen for part in parts),
        from_sealed=seal(ORDERED, from_account),
        from_last4=from_account[-4:],
        to_sealed=seal(ORDERED, to_account),
        value_on=value_on,
        created_at=at,
    )
    lines = InstructionLine.objects.bulk_create(
        InstructionLine(
            instruction=instruction,
            institution_id=institution_id,
            guardian_id=part.contract.guardian_id,
            contract=part.contract,
            amount_fen=part.amount_fen,
            ahead_fen=part.ahead_fen,
        )
        for part in parts
    )
    tied = [
        Lesson(pk=lesson.pk, release=line)
        for part, line in zip(parts, lines, strict=True)
        for lesson in part.lessons
    ]
    Lesson.objects.bulk_update(tied, ["release"])
    kept = [
        RefundCase(pk=each.pk, listed_release=line)
        for part, line in zip(parts, lines, strict=True)
        for each in part.listed
    ]
    RefundCase.objects.bulk_update(kept, ["listed_release"])
    return instruction
