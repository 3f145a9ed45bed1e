"""The ledger once more, in a hundred lines of plain Python, to compare with.

It knows no SQL: a contract is a dict of buckets, a posting a tuple, a refusal a word.
"""

from dataclasses import dataclass, field
from typing import Any

from yuxin.ledger.buckets import MOVEMENTS, Bucket
from yuxin.ledger.services import Group, Posting

ZERO = dict.fromkeys(Bucket, 0)


@dataclass
class Contract:
    """Buckets and what was paid, released and refunded."""

    buckets: dict[Bucket, int] = field(default_factory=lambda: dict(ZERO))
    paid: int = 0
    released: int = 0
    refunded: int = 0

    def moved(self, posting: Posting) -> "Contract":
        """The contract after one posting; nothing is checked here."""
        fen = posting.amount_fen
        after = dict(self.buckets)
        after[posting.debit] += fen if posting.debit.is_asset else -fen
        after[posting.credit] += -fen if posting.credit.is_asset else fen
        way, sign = (posting.debit, posting.credit), 1
        if posting.reverses is not None:
            way, sign = (posting.credit, posting.debit), -1
        paid, released, refunded = effect(*way)
        return Contract(
            after,
            self.paid + sign * paid * fen,
            self.released + sign * released * fen,
            self.refunded + sign * refunded * fen,
        )

    def sound(self) -> bool:
        """K1, K2 and K3."""
        held = sum(fen for bucket, fen in self.buckets.items() if bucket.is_asset)
        owed = sum(fen for bucket, fen in self.buckets.items() if not bucket.is_asset)
        return (
            min(*self.buckets.values(), self.paid, self.released, self.refunded) >= 0
            and held == owed
            and self.paid + self.buckets[Bucket.ADVANCE] == owed + self.released + self.refunded
        )


def effect(debit: Bucket, credit: Bucket) -> tuple[int, int, int]:
    """By how much one fen moved this way raises paid, released, refunded."""
    match debit, credit:
        case (Bucket.IN_TRANSIT | Bucket.CUSTODY, Bucket.UNEARNED):
            return 1, 0, 0
        case (Bucket.ADVANCE, Bucket.UNEARNED):
            return 1, 1, 0
        case (Bucket.PAYABLE | Bucket.ADVANCE, Bucket.CUSTODY):
            return 0, 1, 0
        case (Bucket.CUSTODY, Bucket.ADVANCE):
            return 0, -1, 0
        case (Bucket.REFUND_PAYABLE, Bucket.CUSTODY):
            return 0, 0, 1
        case (Bucket.REFUND_PAYABLE, Bucket.ADVANCE):
            return 0, -1, 1
    return 0, 0, 0


@dataclass
class Ledger:
    """All contracts and postings of all institutions."""

    contracts: dict[tuple[int, int], Contract] = field(default_factory=dict)
    postings: dict[tuple[int, Any], tuple[int, Posting]] = field(default_factory=dict)

    def open(self, institution: int, contract: int) -> None:
        """Open a contract at zero, once."""
        self.contracts.setdefault((institution, contract), Contract())

    def post(self, groups: list[Group]) -> str | int:
        """How many postings were new, or the code of the refusal; then nothing has changed."""
        contracts, postings, new = dict(self.contracts), dict(self.postings), 0
        for group in groups:
            place = group.institution_id, group.contract_id
            old = 0
            for posting in group.postings:
                known = postings.get((group.institution_id, posting.key))
                if known is not None:
                    if known != (group.contract_id, posting):
                        return "posting_key_reused"
                    old += 1
                    continue
                if place not in contracts:
                    return "contract_not_open"
                if posting.reverses is not None:
                    named = self.postings.get((group.institution_id, posting.reverses))
                    if named is None or not mirrors(group.contract_id, posting, *named):
                        return "reverses_another_posting"
                    if any(p.reverses == posting.reverses for _, p in postings.values()):
                        return "posting_already_reversed"
                assert posting.reverses or (posting.debit, posting.credit) in MOVEMENTS
                postings[group.institution_id, posting.key] = group.contract_id, posting
                contracts[place] = contracts[place].moved(posting)
                new += 1
            if 0 < old < len(group.postings):
                return "group_posted_in_part"
        if not all(contract.sound() for contract in contracts.values()):
            return "insufficient_funds"
        self.contracts, self.postings = contracts, postings
        return new


def mirrors(contract: int, back: Posting, named_contract: int, named: Posting) -> bool:
    """Whether `back` is the other way round of the posting it names."""
    return (contract, back.debit, back.credit, back.amount_fen, None) == (
        named_contract,
        named.credit,
        named.debit,
        named.amount_fen,
        named.reverses,
    )
