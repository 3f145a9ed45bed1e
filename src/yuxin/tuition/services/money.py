"""Which posting each fact of a contract's life makes (funds-rules section 9).

Every key comes from the fact's own fixed instant, so that a repeat is the same posting. What a
bank takes back is a reversal that names the posting it undoes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from yuxin.kernel.act import Act
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import Fen
from yuxin.ledger import services as ledger
from yuxin.ledger.buckets import Bucket
from yuxin.rules.modes import Mode
from yuxin.tuition.models import (
    BankLine,
    Contract,
    Instruction,
    InstructionLine,
    Lesson,
    PaymentOrder,
    RefundCase,
)

_B = Bucket
PAID: Final = (_B.IN_TRANSIT, _B.UNEARNED)
ARRIVED: Final = (_B.CUSTODY, _B.IN_TRANSIT)
TAUGHT: Final = (_B.UNEARNED, _B.PENDING)
CONFIRMED: Final = (_B.PENDING, _B.PAYABLE)
DISPUTED: Final = (_B.PENDING, _B.FROZEN)
KEPT: Final = (_B.FROZEN, _B.PAYABLE)
GIVEN_BACK: Final = (_B.FROZEN, _B.UNEARNED)
RELEASED: Final = (_B.PAYABLE, _B.CUSTODY)
REFUND_DUE: Final = (_B.UNEARNED, _B.REFUND_PAYABLE)
LISTED: Final = (_B.UNEARNED, _B.PAYABLE)
REFUNDED: Final = (_B.REFUND_PAYABLE, _B.CUSTODY)
ADVANCED: Final = (_B.ADVANCE, _B.CUSTODY)
RECOVERED: Final = (_B.PAYABLE, _B.ADVANCE)
ADVANCE_REPAID: Final = (_B.CUSTODY, _B.ADVANCE)
PAID_TO_INSTITUTION: Final = (_B.ADVANCE, _B.UNEARNED)
REFUNDED_BY_INSTITUTION: Final = (_B.REFUND_PAYABLE, _B.ADVANCE)
VOIDED: Final = (_B.PENDING, _B.UNEARNED)
PAID_IN: Final = (_B.CUSTODY, _B.UNEARNED)


@dataclass(frozen=True)
class Fact:
    """What happened: its kind, its own code and its own fixed instant."""

    contract: Contract
    kind: str
    code: str
    instant: datetime

    def moved(
        self, action: str, way: tuple[Bucket, Bucket], amount_fen: int, on: date
    ) -> ledger.Posting | None:
        """The posting of one step of this fact; None when it moves nothing."""
        if not amount_fen:
            return None
        debit, credit = way
        return ledger.Posting(
            key=fact_key(
                self.instant,
                contract=self.contract.code,
                fact=f"{self.kind}:{self.code}",
                action=action,
                occurrence=1,
            ),
            debit=debit,
            credit=credit,
            amount_fen=Fen(amount_fen),
            fact_kind=self.kind,
            fact_ref=self.code,
            effective_on=on,
        )

    def took_back(
        self, action: str, way: tuple[Bucket, Bucket], amount_fen: int, on: date
    ) -> ledger.Posting | None:
        """The reversal of the posting that `moved` made for the same step."""
        first = self.moved(action, way, amount_fen, on)
        if first is None:
            return None
        back = self.moved(f"{action}.reversed", way, amount_fen, on)
        assert back is not None
        return replace(back, debit=first.credit, credit=first.debit, reverses=first.key)


def group(contract: Contract, postings: Iterable[ledger.Posting | None]) -> ledger.Group:
    """Postings of one contract that stand or fall together; those of nothing are left out."""
    kept = tuple(posting for posting in postings if posting is not None)
    return ledger.Group(
        institution_id=contract.institution_id, contract_id=contract.pk, postings=kept
    )


def post(act: Act, groups: Iterable[ledger.Group]) -> None:
    """Post the groups that move anything."""
    moving = [each for each in groups if each.postings]
    if moving:
        ledger.post(act, moving)


def open_book(act: Act, contract: Contract) -> None:
    """Open the balance of a contract: before its first posting."""
    ledger.open_contracts(act, institution_id=contract.institution_id, contract_ids=[contract.pk])


def _order(order: PaymentOrder) -> Fact:
    return Fact(order.contract, "payment", order.code, order.created_at)


def paid(order: PaymentOrder, *, on: date) -> ledger.Group:
    """The guardian paid: in transit, owed to the learner; where a deposit stands behind it, the
    institution holds it at once."""
    way = PAID_TO_INSTITUTION if _without_custody(order.contract) else PAID
    return group(order.contract, [_order(order).moved("paid", way, order.amount_fen, on)])


def _without_custody(contract: Contract) -> bool:
    return contract.supervision == Mode.DEPOSIT.value


def arrived(order: PaymentOrder, *, on: date) -> ledger.Group:
    """The bank's file shows the money on the custody account."""
    if _without_custody(order.contract):
        return group(order.contract, [])
    return group(order.contract, [_order(order).moved("arrived", ARRIVED, order.amount_fen, on)])


def _lesson(lesson: Lesson) -> Fact:
    return Fact(lesson.contract, "lesson", lesson.code, lesson.taught_at)


def taught(lesson: Lesson, *, on: date) -> ledger.Group:
    """A lesson was taught and waits for the guardian."""
    return group(lesson.contract, [_lesson(lesson).moved("taught", TAUGHT, lesson.amount_fen, on)])


def not_taught(lesson: Lesson, *, on: date) -> ledger.Group:
    """A lesson was called by mistake: the posting of its teaching is reversed."""
    back = _lesson(lesson).took_back("taught", TAUGHT, lesson.amount_fen, on)
    return group(lesson.contract, [back])


def confirmed(lesson: Lesson, *, on: date) -> ledger.Group:
    """A lesson was confirmed, expressly or by silence: payable."""
    posting = _lesson(lesson).moved("confirmed", CONFIRMED, lesson.amount_fen, on)
    return group(lesson.contract, [posting])


def disputed(lesson: Lesson, *, on: date, after_silence: bool = False) -> ledger.Group:
    """A lesson is disputed: its amount is frozen, the others go on.

    `after_silence`: silence had confirmed it, and its money has not been ordered out yet.
    """
    fact = _lesson(lesson)
    undone = fact.took_back("confirmed", CONFIRMED, lesson.amount_fen, on)
    frozen = fact.moved("disputed", DISPUTED, lesson.amount_fen, on)
    return group(lesson.contract, [undone, frozen] if after_silence else [frozen])


def settled(lesson: Lesson, *, kept_fen: int, on: date) -> ledger.Group:
    """A dispute is decided: the institution's part is payable, the rest is the learner's again."""
    fact = _lesson(lesson)
    return group(
        lesson.contract,
        [
            fact.moved("settled-kept", KEPT, kept_fen, on),
            fact.moved("settled-returned", GIVEN_BACK, lesson.amount_fen - kept_fen, on),
        ],
    )


def _release(line: InstructionLine) -> Fact:
    order = line.instruction
    return Fact(line.contract, "release", order.code, order.created_at)


def released(line: InstructionLine, *, on: date) -> ledger.Group:
    """The bank transferred a contract's part to the institution."""
    fact = _release(line)
    return group(
        line.contract,
        [
            fact.moved("advanced", ADVANCED, line.ahead_fen, on),
            fact.moved("released", RELEASED, line.amount_fen - line.ahead_fen, on),
        ],
    )


def release_returned(line: InstructionLine, *, on: date) -> ledger.Group:
    """The bank sent a transfer back: payable again (funds-rules 7.4, STATUS_DIFF)."""
    fact = _release(line)
    return group(
        line.contract,
        [
            fact.took_back("advanced", ADVANCED, line.ahead_fen, on),
            fact.took_back("released", RELEASED, line.amount_fen - line.ahead_fen, on),
        ],
    )


def refund_due(refund: RefundCase, *, on: date, less_fen: int = 0) -> ledger.Group:
    """A refund was agreed: what was unearned is owed as a refund; `less_fen` of it was before.

    What the list price adds to taken lessons is the institution's.
    """
    fact = _refund(refund)
    return group(
        refund.contract,
        [
            fact.moved("due", REFUND_DUE, refund.amount_fen - less_fen, on),
            fact.moved("listed", LISTED, refund.listed_fen, on),
        ],
    )


def refund_taken_back(refund: RefundCase, *, on: date) -> ledger.Group:
    """A refund that was agreed and not ordered is owed no more."""
    back = _refund(refund).took_back("due", REFUND_DUE, refund.amount_fen, on)
    return group(refund.contract, [back])


def _refund(refund: RefundCase) -> Fact:
    return Fact(refund.contract, "refund", refund.code, refund.requested_at)


def _payback(instruction: Instruction) -> tuple[Fact, tuple[Bucket, Bucket]]:
    """A payment back: one refund may take several, when the first came back.

    Custody pays out of itself; a deposit or an insurer pays what the institution owes.
    """
    refund = instruction.refund
    assert refund is not None
    fact = Fact(refund.contract, "refund_payment", instruction.code, instruction.created_at)
    return fact, REFUNDED if refund.source == RefundCase.Source.CUSTODY else REFUNDED_BY_INSTITUTION


def refund_paid(instruction: Instruction, *, on: date) -> ledger.Group:
    """The bank paid the refund."""
    fact, way = _payback(instruction)
    return group(fact.contract, [fact.moved("paid", way, instruction.amount_fen, on)])


def refund_returned(instruction: Instruction, *, on: date) -> ledger.Group:
    """The bank could not pay a refund after all (a closed card): it is owed again."""
    fact, way = _payback(instruction)
    return group(fact.contract, [fact.took_back("paid", way, instruction.amount_fen, on)])


def covered(refund: RefundCase, *, on: date) -> ledger.Group:
    """Somebody else paid a refund to the family: the institution owes it no more."""
    way = REFUNDED_BY_INSTITUTION
    return group(refund.contract, [_refund(refund).moved("paid", way, refund.amount_fen, on)])


def deposit_due(refund: RefundCase, *, on: date) -> ledger.Group:
    """What a deposit will pay for a refund is set aside in the deposit's own book."""
    fact = _refund(refund)
    return _book_of(refund, fact.moved("deposit-due", REFUND_DUE, refund.amount_fen, on))


def deposit_paid(instruction: Instruction, *, on: date, back: bool = False) -> list[ledger.Group]:
    """The bank paid a refund out of a deposit, or sent it `back`; none for other refunds."""
    refund = instruction.refund
    if refund is None or refund.source_book is None:
        return []
    fact, _ = _payback(instruction)
    step = fact.took_back if back else fact.moved
    return [_book_of(refund, step("deposit-paid", REFUNDED, instruction.amount_fen, on))]


def _book_of(refund: RefundCase, posting: ledger.Posting | None) -> ledger.Group:
    assert refund.source_book is not None, "the refund of a deposit names its book"
    assert posting is not None, "a deposit pays something"
    return ledger.Group(refund.institution_id, refund.source_book, (posting,))


def set_off(
    source: Fact, target: Fact, *, amount_fen: int, on: date
) -> tuple[ledger.Group, ledger.Group]:
    """At a closing: what one contract owes its institution pays what that owes to another.

    Both lie on one custody account, so no bank moves anything; each contract's books stay whole.
    """
    return (
        group(source.contract, [source.moved("paid_over", RELEASED, amount_fen, on)]),
        group(target.contract, [target.moved("paid_in", ADVANCE_REPAID, amount_fen, on)]),
    )


def given_back(
    fact: Fact, *, pending_fen: int, frozen_fen: int, offset_fen: int, on: date, back: bool = False
) -> ledger.Group:
    """At a closing: unanswered and disputed lessons are the learner's again, and what is payable
    to the institution is set against what it owes. `back` undoes it.
    """
    step = fact.took_back if back else fact.moved
    return group(
        fact.contract,
        [
            step("voided", VOIDED, pending_fen, on),
            step("unfrozen", GIVEN_BACK, frozen_fen, on),
            step("offset", RECOVERED, offset_fen, on),
        ],
    )


def pay_in(act: Act, line: BankLine, *, institution_id: int, book: int, name: str) -> None:
    """Money on a deposit's account: in the deposit's own book."""
    ledger.open_contracts(act, institution_id=institution_id, contract_ids=[book])
    debit, credit = PAID_IN
    posting = ledger.Posting(
        key=fact_key(
            line.file.received_at,
            contract=name,
            fact=f"bank_line:{line.bank_code}:{line.bank_serial}",
            action="paid_in",
            occurrence=line.account_day.isoformat(),
        ),
        debit=debit,
        credit=credit,
        amount_fen=Fen(line.amount_fen),
        fact_kind="bank_line",
        fact_ref=line.bank_serial,
        effective_on=line.account_day,
    )
    ledger.post(act, [ledger.Group(institution_id, book, (posting,))])
