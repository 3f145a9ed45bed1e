"""What every reader of contracts sees: the sums, the steps, the lessons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.registry.models import Entry
from yuxin.tuition.models import ClassSession, Contract, ContractStep, Lesson, RefundCase
from yuxin.tuition.services.refunds import may_be_answered


@dataclass(frozen=True)
class Sums:
    """A contract's money as the books have it, in fen."""

    custody: int = 0
    in_transit: int = 0
    advance: int = 0
    unearned: int = 0
    pending: int = 0
    frozen: int = 0
    payable: int = 0
    refund_payable: int = 0
    paid: int = 0
    released: int = 0
    refunded: int = 0

    @property
    def should_be_there(self) -> int:
        """Paid less what went to the institution and back to the family: the sheet's last line."""
        return self.paid - self.released - self.refunded

    @property
    def is_there(self) -> int:
        """What the books hold for the contract, on its way or in custody."""
        return self.custody + self.in_transit


@dataclass(frozen=True)
class Step:
    """A step of a contract's life. `item_key` is empty where the entry is of one thing only."""

    kind: str
    at: datetime
    amount_fen: int
    reference: str
    entry_id: str
    item_key: str


@dataclass(frozen=True)
class LessonLine:
    """A lesson as it stands. `by_on`: silence counts as yes from 00:05 of this day."""

    code: str
    contract_code: str
    ordinal: int
    centiunits: int
    amount_fen: int
    state: str
    present: bool
    starts_at: datetime
    ends_at: datetime
    answered_at: datetime | None
    by_on: date | None
    kept_fen: int | None
    dispute: str
    stopped_by: str = ""  # why silence did not count when its day came


@dataclass(frozen=True)
class RefundLine:
    """A refund and where it stands."""

    code: str
    contract_code: str
    state: str
    ground: str
    reason: str
    amount_fen: int
    sheet: dict[str, int]
    basis: str
    requested_at: datetime
    answer_by_on: date
    answered_at: datetime | None
    answer: str
    paid_on: date | None
    may_be_answered: bool


def sums_of(contracts: Iterable[Contract]) -> dict[int, Sums]:
    """The books of contracts; one statement."""
    ids = [contract.pk for contract in contracts]
    rows = ContractBalance.objects.filter(contract_id__in=ids)
    return {row.contract_id: _sums(row) for row in rows}


def _sums(row: ContractBalance) -> Sums:
    held = {
        name: row.in_bucket(bucket)
        for bucket in Bucket
        if (name := bucket.name.lower()) in Sums.__dataclass_fields__
    }
    return Sums(**held, paid=row.paid_fen, released=row.released_fen, refunded=row.refunded_fen)


def names_of(institution_ids: Iterable[int]) -> dict[int, Entry]:
    """The entries of institutions, as every notice board shows them; one statement."""
    rows = Entry.objects.filter(pk__in=set(institution_ids)).only(
        "subject_id", "code", "name", "brand", "address", "status", "colour", "connected"
    )
    return {entry.pk: entry for entry in rows}


def find(_actor: Actor, code: str) -> Contract:
    """The contract of a code, if the reader may see it.

    Raises: NotFound.
    """
    found = (
        Contract.objects.filter(code=code.strip().upper())
        .select_related("course", "class_group")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def number_of(actor: Actor, code: str) -> tuple[int, int]:
    """Institution and number of a contract in the books, for its statement.

    Raises: NotFound.
    """
    contract = find(actor, code)
    return contract.institution_id, contract.pk


def steps_of(contract: Contract) -> list[Step]:
    """The life of a contract, first step first; one statement."""
    rows = ContractStep.objects.filter(contract=contract).order_by("at", "pk")
    return [
        Step(row.kind, row.at, row.amount_fen, row.reference, row.entry_id, row.item_key)
        for row in rows
    ]


def lessons_of(contracts: Sequence[Contract], **chosen: Any) -> list[LessonLine]:
    """The lessons of contracts in order of time, without the voided; one statement."""
    rows = (
        Lesson.objects.filter(contract__in=contracts, **chosen)
        .exclude(state=Lesson.State.VOIDED)
        .select_related("session", "contract")
        .order_by("session__starts_at", "pk")
    )
    return [lesson_line(row) for row in rows]


def lesson_line(row: Lesson) -> LessonLine:
    """A lesson with its session, as lists show it."""
    return LessonLine(
        code=row.code,
        contract_code=row.contract.code,
        ordinal=row.ordinal,
        centiunits=row.centiunits,
        amount_fen=row.amount_fen,
        state=row.state,
        present=row.present,
        starts_at=row.session.starts_at,
        ends_at=row.session.ends_at,
        answered_at=row.answered_at,
        by_on=row.deemed_on,
        kept_fen=row.kept_fen,
        dispute=row.dispute_reason,
        stopped_by=row.stopped_by,
    )


def refunds_of(contracts: Sequence[Contract]) -> list[RefundLine]:
    """The refunds of contracts, latest first; one statement."""
    rows = (
        RefundCase.objects.filter(contract__in=contracts)
        .select_related("contract")
        .order_by("-requested_at", "-pk")
    )
    return [refund_line(row) for row in rows]


def refund_line(row: RefundCase) -> RefundLine:
    """A refund with its contract, as lists show it."""
    return RefundLine(
        code=row.code,
        contract_code=row.contract.code,
        state=row.state,
        ground=row.ground,
        reason=row.reason,
        amount_fen=row.amount_fen,
        sheet=dict(row.sheet),
        basis=row.basis,
        requested_at=row.requested_at,
        answer_by_on=row.answer_by_on,
        answered_at=row.answered_at,
        answer=row.answer,
        paid_on=row.paid_on,
        may_be_answered=may_be_answered(row),
    )


def sessions_to_come(class_group_ids: Sequence[int], at: datetime) -> dict[int, ClassSession]:
    """The next session of each class, if there is one; one statement."""
    rows = (
        ClassSession.objects.filter(
            class_group_id__in=class_group_ids, starts_at__gt=at, cancelled_at=None
        )
        .order_by("class_group_id", "starts_at")
        .distinct("class_group_id")
    )
    return {row.class_group_id: row for row in rows}
