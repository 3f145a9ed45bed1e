"""Reading the books. Whose contract it is was settled where its code was looked up (tuition)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from yuxin.kernel.actor import Actor
from yuxin.kernel.money import Fen
from yuxin.ledger.buckets import MOVEMENTS, Bucket
from yuxin.ledger.models import ContractBalance, Posting

Buckets = dict[Bucket, Fen]


@dataclass(frozen=True)
class Line:
    """One line of a statement: what moved, and every bucket after it."""

    number: int
    key: UUID
    debit: Bucket
    credit: Bucket
    amount_fen: Fen
    fact_kind: str
    fact_ref: str
    effective_on: date
    recorded_at: datetime
    reverses: UUID | None
    after: Buckets

    def words(self, language: str) -> str:
        """What happened, in a word or two."""
        back = self.reverses is not None
        way = (self.credit, self.debit) if back else (self.debit, self.credit)
        zh, en = MOVEMENTS[way]
        if language.startswith("en"):
            return f"{en}, taken back" if back else en
        return f"冲销：{zh}" if back else zh


def balance_of(_actor: Actor, contract_id: int) -> ContractBalance | None:
    """What a contract holds and owes now; None when it was never opened."""
    return ContractBalance.objects.filter(contract_id=contract_id).first()


def payable_by_contract(_actor: Actor, institution_id: int) -> dict[int, Fen]:
    """What each family's contract owes the institution: confirmed and not yet transferred.

    Disputed and unconfirmed lessons stand in other buckets, so they can never be in it (K7).
    """
    rows = ContractBalance.objects.filter(
        institution_id=institution_id, contract_id__gt=0, payable_fen__gt=0
    ).order_by("contract_id")
    return {row.contract_id: Fen(row.payable_fen) for row in rows}


def statement(
    _actor: Actor, institution_id: int, contract_id: int, *, known_at: datetime | None = None
) -> list[Line]:
    """A contract's postings in the order they were recorded, as known at an instant.

    Several postings of one call are recorded at one instant; they stand in the order of keys.
    """
    known = Q() if known_at is None else Q(recorded_at__lte=known_at)
    rows = Posting.objects.filter(
        known, institution_id=institution_id, contract_id=contract_id
    ).order_by("recorded_at", "key")
    return list(_lines(rows.iterator()))


def buckets_at(actor: Actor, institution_id: int, contract_id: int, known_at: datetime) -> Buckets:
    """Every bucket as of an instant, from the postings recorded by then."""
    lines = statement(actor, institution_id, contract_id, known_at=known_at)
    return lines[-1].after if lines else dict.fromkeys(Bucket, Fen(0))


def _lines(rows: Iterator[Posting]) -> Iterator[Line]:
    after: Buckets = dict.fromkeys(Bucket, Fen(0))
    for number, row in enumerate(rows, start=1):
        debit, credit = Bucket(row.debit), Bucket(row.credit)
        fen = row.amount_fen
        after = dict(after)
        after[debit] = Fen(after[debit] + (fen if debit.is_asset else -fen))
        after[credit] = Fen(after[credit] + (-fen if credit.is_asset else fen))
        yield Line(
            number=number,
            key=row.key,
            debit=debit,
            credit=credit,
            amount_fen=Fen(fen),
            fact_kind=row.fact_kind,
            fact_ref=row.fact_ref,
            effective_on=row.effective_on,
            recorded_at=row.recorded_at,
            reverses=row.reverses,
            after=after,
        )
