"""Money on a custody account that belongs to no contract: held, matched later, or given back.

It stands in the pseudo-contract of the institution's special account and is never credited from
there to an institution or a family: a match takes the holding back and books the arrival; a return
leaves by the way the money came.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from yuxin.kernel.act import Act
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import Fen
from yuxin.ledger import services as ledger
from yuxin.ledger.buckets import Bucket
from yuxin.tuition.models import BankLine

HELD: Final = (Bucket.CUSTODY, Bucket.UNEARNED)
RETURN_DUE: Final = (Bucket.UNEARNED, Bucket.REFUND_PAYABLE)
RETURNED: Final = (Bucket.REFUND_PAYABLE, Bucket.CUSTODY)


@dataclass(frozen=True)
class Suspended:
    """The money of one line of a bank, in suspense on an institution's account.

    `order`: which order to return it is meant; each has postings of its own.
    """

    line: BankLine
    institution_id: int
    order: int = 0

    @property
    def number(self) -> int:
        """The pseudo-contract that it stands in."""
        return ledger.pseudo_contract(self.institution_id, ledger.Purpose.SUSPENSE)

    def posting(self, action: str, way: tuple[Bucket, Bucket], on: date) -> ledger.Posting:
        """One movement of it."""
        line, (debit, credit) = self.line, way
        return ledger.Posting(
            key=fact_key(
                line.file.received_at,
                contract=f"suspense:{self.institution_id}",
                fact=f"bank_line:{line.bank_code}:{line.bank_serial}",
                action=action,
                occurrence=line.account_day.isoformat(),
            ),
            debit=debit,
            credit=credit,
            amount_fen=Fen(line.amount_fen),
            fact_kind="bank_line",
            fact_ref=line.bank_serial,
            effective_on=on,
        )

    def group(self, posting: ledger.Posting) -> ledger.Group:
        """A posting alone."""
        return ledger.Group(self.institution_id, self.number, (posting,))


def _back(first: ledger.Posting, own: ledger.Posting) -> ledger.Posting:
    """The reversal of a posting, under a key of its own."""
    return replace(own, debit=first.credit, credit=first.debit, reverses=first.key)


def hold(act: Act, held: Suspended) -> None:
    """Money came in that is nobody's."""
    ledger.open_contracts(act, institution_id=held.institution_id, contract_ids=[held.number])
    ledger.post(act, [held.group(held.posting("held", HELD, held.line.account_day))])


def matched(held: Suspended, *, on: date) -> ledger.Group:
    """It is somebody's after all: the holding is taken back, the arrival is booked beside it."""
    first = held.posting("held", HELD, held.line.account_day)
    return held.group(_back(first, held.posting("matched", HELD, on)))


def return_due(held: Suspended, *, on: date) -> ledger.Group:
    """Its return is ordered."""
    return held.group(held.posting(f"return-due-{held.order}", RETURN_DUE, on))


def returned(held: Suspended, *, on: date) -> ledger.Group:
    """The bank gave it back by the way it came."""
    return held.group(held.posting(f"returned-{held.order}", RETURNED, on))


def return_failed(held: Suspended, *, due_on: date, on: date) -> ledger.Group:
    """The bank could not give it back: in suspense as before."""
    first = held.posting(f"return-due-{held.order}", RETURN_DUE, due_on)
    return held.group(_back(first, held.posting(f"return-failed-{held.order}", RETURN_DUE, on)))


def came_back(held: Suspended, *, paid_on: date, on: date) -> ledger.Group:
    """The bank gave it back and it came again: owed once more."""
    first = held.posting(f"returned-{held.order}", RETURNED, paid_on)
    return held.group(_back(first, held.posting(f"came-back-{held.order}", RETURNED, on)))
