"""Writing to the books: one function for a single posting and for a thousand.

The rules are held by the database (`migrations/`): keys, bounds, equations, append-only. What
stands here turns groups into arrays and refusals of the database into sentences.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, connection

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.money import MAX_FEN, Fen, yuan
from yuxin.kernel.refusal import Refusal
from yuxin.ledger.buckets import MOVEMENTS, Bucket
from yuxin.ledger.models import ContractBalance

AMOUNT_MAX: Final = MAX_FEN
_KIND = re.compile(r"[a-z0-9_.]{1,64}", re.ASCII)
_REFERENCE = re.compile(r"[0-9A-Za-z_.:/#-]{1,128}", re.ASCII)
_CALL: Final = (
    "SELECT * FROM ledger.post(%s, %s::integer[], %s::uuid[], %s::bigint[], %s::smallint[],"
    " %s::smallint[], %s::bigint[], %s::date[], %s::text[], %s::text[], %s::uuid[])"
)


class InsufficientFunds(Refusal):
    """A bucket would fall below zero."""

    code = "insufficient_funds"
    zh = "该合同“{bucket_zh}”的余额不足，还差 {short} 元，本次没有记账。请先核对该合同的资金明细。"
    en = (
        "The contract's bucket “{bucket_en}” is short of {short} yuan, so nothing was posted. "
        "Please check the contract's statement first."
    )


class KeyReused(Refusal):
    """One posting key came with two payloads."""

    code = "posting_key_reused"
    zh = "同一笔业务（{key}）已按另一内容记账，本次没有记账。更正须先冲销原分录。"
    en = (
        "This very fact ({key}) was already posted with other contents, so nothing was posted. "
        "To correct it, reverse the first posting."
    )


class ContractNotOpen(Refusal):
    """No balance was opened for a contract of the call."""

    code = "contract_not_open"
    zh = "合同尚未在托管账册中开立，本次没有记账。请先完成合同签订。"
    en = "The contract has no balance in the books yet, so nothing was posted. Sign it first."


class PostedInPart(Refusal):
    """Some postings of a group existed before, others did not."""

    code = "group_posted_in_part"
    zh = "这组分录中有一部分此前已经记账，本次没有记账。请核对后分别办理。"
    en = "A part of this group had been posted before, so nothing was posted. Post the rest apart."


class ReversesAnother(Refusal):
    """A reversal does not mirror the posting it names."""

    code = "reverses_another_posting"
    zh = "冲销分录与所指的原分录不一致（合同、科目或金额），本次没有记账。"
    en = "The reversal does not mirror the posting it names, so nothing was posted."


class AlreadyReversed(Refusal):
    """A posting is taken back at most once."""

    code = "posting_already_reversed"
    zh = "原分录已经冲销过，本次没有记账。"
    en = "The posting was already reversed, so nothing was posted."


class AmountTooLarge(Refusal):
    """A bucket would leave the range of whole fen that the books can hold."""

    code = "amount_too_large"
    status = 422
    zh = "金额超出账册可记的范围，本次没有记账。请核对金额。"
    en = "The amount is larger than the books can hold, so nothing was posted. Please check it."


class Purpose(IntEnum):
    """What money of no contract is kept for, in a pseudo-contract of its bank account."""

    SUSPENSE = 1
    INTEREST = 2
    DEPOSIT = 3
    INSURANCE = 4


def pseudo_contract(custody_account_id: int, purpose: Purpose) -> int:
    """The number under which money of no contract stands: below zero, so never a family's."""
    assert custody_account_id > 0
    return -(custody_account_id * 8 + purpose)


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement between two buckets of a contract.

    `key` follows from the fact (`kernel.ids.fact_key`); `fact_kind` and `fact_ref` name it.
    `reverses` is the key of the posting that this one takes back.
    """

    key: UUID
    debit: Bucket
    credit: Bucket
    amount_fen: Fen
    fact_kind: str
    fact_ref: str
    effective_on: date
    reverses: UUID | None = None

    def __post_init__(self) -> None:
        assert type(self.amount_fen) is int, "money is whole fen"
        assert 0 < self.amount_fen <= AMOUNT_MAX, "a posting moves at least one fen"
        way = (self.debit, self.credit) if self.reverses is None else (self.credit, self.debit)
        assert way in MOVEMENTS, f"nothing moves from {self.credit} to {self.debit}"
        assert _KIND.fullmatch(self.fact_kind), "the kind of a fact is a word"
        assert _REFERENCE.fullmatch(self.fact_ref), "a fact is named by its code"


@dataclass(frozen=True, slots=True)
class Group:
    """Postings of one contract that are posted whole or not at all."""

    institution_id: int
    contract_id: int
    postings: Sequence[Posting]


@dataclass(frozen=True, slots=True)
class Posted:
    """The answer to a call; a repeat of the call gets an equal one.

    `repeated` counts the postings that had been there before.
    """

    count: int
    recorded_at: datetime
    repeated: int = field(default=0, compare=False)


def open_contracts(act: Act, *, institution_id: int, contract_ids: Sequence[int]) -> None:
    """Open balances at zero; those that are open stay as they are."""
    assert act is require_act()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger.open_contracts(%s, %s::bigint[])",
            [institution_id, _array(contract_ids)],
        )


def post(act: Act, groups: Sequence[Group]) -> Posted:
    """Post groups; after a refusal the whole operation is rolled back and nothing was written.

    The same keys with the same payload answer as the first time and change nothing.

    Raises: InsufficientFunds, KeyReused, ContractNotOpen, PostedInPart, ReversesAnother,
        AlreadyReversed, AmountTooLarge.
    Law: no bucket below zero, no contract pays for another, corrections are reversals.
    """
    assert act is require_act()
    assert groups, "a call posts something"
    by_institution = attrgetter("institution_id")
    parts = [
        _post_institution(institution_id, list(part))
        for institution_id, part in groupby(sorted(groups, key=by_institution), by_institution)
    ]
    return Posted(
        count=sum(part.count for part in parts),
        recorded_at=max(part.recorded_at for part in parts),
        repeated=sum(part.repeated for part in parts),
    )


def _post_institution(institution_id: int, groups: Sequence[Group]) -> Posted:
    with connection.cursor() as cursor, _refusals():
        cursor.execute(_CALL, [institution_id, *arrays_of(groups)])
        posted, repeated, at = cursor.fetchone()
    return Posted(posted + repeated, at, repeated)


def close_batch(act: Act) -> int:
    """Let new postings join the next batch; the number of the one that is closed by it."""
    assert act is require_act()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger.close_batch()")
        closed: int = cursor.fetchone()[0]
        return closed


def seal_batches(act: Act, *, wait_ms: int) -> int | None:
    """Seal what was closed by a transaction that has ended; how many were written.

    None: somebody else seals, or somebody posts longer than `wait_ms`; to be tried again.
    """
    assert act is require_act()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger.seal_batches(%s)", [wait_ms])
        sealed: int | None = cursor.fetchone()[0]
        return sealed


def arrays_of(groups: Sequence[Group]) -> list[str]:
    """The arrays of a call of ledger.post, written out: no driver writes them as fast."""
    rows = [(number, g.contract_id, p) for number, g in enumerate(groups) for p in g.postings]
    return [
        _array([number for number, _, _ in rows]),
        _array([f"{p.key.int:032x}" for _, _, p in rows]),
        _array([contract_id for _, contract_id, _ in rows]),
        _array([int(p.debit) for _, _, p in rows]),
        _array([int(p.credit) for _, _, p in rows]),
        _array([p.amount_fen for _, _, p in rows]),
        _array([p.effective_on for _, _, p in rows]),
        _array([f'"{p.fact_kind}"' for _, _, p in rows]),
        _array([f'"{p.fact_ref}"' for _, _, p in rows]),
        _array(["NULL" if p.reverses is None else p.reverses for _, _, p in rows]),
    ]


def _array(values: Sequence[object]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the database refuses into a Refusal; what it cannot refuse passes as it is."""
    try:
        yield
    except DatabaseError as error:
        refusal = _refusal_for(error.__cause__)
        if refusal is None:
            raise
        raise refusal from error


def _refusal_for(error: Any) -> Refusal | None:
    detail = error.diag.message_detail or ""
    match (error.sqlstate, error.diag.constraint_name):
        case ("YL002", _):
            return ReversesAnother()
        case ("YL003", _):
            return ContractNotOpen()
        case ("YL004", _):
            return KeyReused(key=detail)
        case ("YL005", _):
            return PostedInPart()
        case (_, "posting_reversed_once"):
            return AlreadyReversed()
        case (_, "no_bucket_below_zero"):
            return _short_of(detail)
        case ("22003", _):
            return AmountTooLarge()
    return None


def _short_of(detail: str) -> InsufficientFunds:
    """Read the balance that the database refused: `Failing row contains (1, 42, 0, ...)`."""
    numbers = [int(n) for n in re.findall(r"-?\d+", detail[detail.rindex("(") :])]
    names = [f.attname for f in ContractBalance._meta.concrete_fields if f.attname != "pk"]
    row = dict(zip(names, numbers, strict=True))
    for bucket in Bucket:
        fen = row[f"{bucket.name.lower()}_fen"]
        if fen < 0:
            return InsufficientFunds(
                bucket_zh=bucket.zh, bucket_en=bucket.en, short=yuan(Fen(-fen))
            )
    fen = min(row["paid_fen"], row["released_fen"], row["refunded_fen"])
    return InsufficientFunds(bucket_zh="累计", bucket_en="total", short=yuan(Fen(-fen)))
