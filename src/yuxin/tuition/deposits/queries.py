"""Reads of deposits. The first argument is who reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.ledger.models import ContractBalance
from yuxin.tuition.deposits.models import Deposit, Floor, TopUp, Use
from yuxin.tuition.deposits.services import book_of
from yuxin.tuition.models import BankBalance, BankLine
from yuxin.tuition.queries.contracts import names_of


@dataclass(frozen=True)
class LineDue:
    """A line of a bank on a deposit's account that was not booked yet."""

    line_id: int
    deposit_id: int
    institution_id: int


def lines_due(_actor: Actor) -> list[LineDue]:
    """Lines on accounts of deposits, in the order in which they came."""
    return [LineDue(*row) for row in _rows("SELECT * FROM public.deposits_lines()")]


def institutions(_actor: Actor) -> list[tuple[int, int]]:
    """Institutions with deposits, and a number of theirs."""
    return [(row[0], row[1]) for row in _rows("SELECT * FROM public.deposits_institutions()")]


def uses_due(_actor: Actor) -> list[tuple[int, str, int]]:
    """Decided uses with parts that no refund carries: institution, code, how many."""
    return [(r[0], r[1], r[2]) for r in _rows("SELECT * FROM public.deposits_uses_due()")]


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class DepositLine:
    """A deposit in a list; sums in fen. `floor_fen` None: not measured yet."""

    deposit: Deposit
    institution: str
    institution_code: str
    balance_fen: int
    floor_fen: int | None
    top_up: TopUp | None

    @property
    def short_fen(self) -> int:
        """What is missing to the floor."""
        return max(0, (self.floor_fen or 0) - self.balance_fen)


def deposits(actor: Actor) -> list[DepositLine]:
    """Deposits within the reader's grants; four statements."""
    last = Floor.objects.filter(deposit=OuterRef("pk")).order_by("-pk").values("floor_fen")[:1]
    rows = list(
        Deposit.objects.filter(institution_id__in=actor.institution_ids)
        .annotate(floor=Subquery(last))
        .order_by("state", "pk")
    )
    books = _balances(rows)
    open_ones = TopUp.objects.filter(deposit__in=rows, proceeding__closed_at=None)
    orders = {each.deposit_id: each for each in open_ones.select_related("proceeding")}
    names = names_of({each.institution_id for each in rows})
    return [
        DepositLine(
            each,
            names[each.institution_id].name,
            names[each.institution_id].code,
            books.get(book_of(each), 0),
            each.floor,
            orders.get(each.pk),
        )
        for each in rows
    ]


def _balances(rows: Sequence[Deposit]) -> dict[int, int]:
    found = ContractBalance.objects.filter(
        institution_id__in={each.institution_id for each in rows},
        contract_id__in=[book_of(each) for each in rows],
    )
    return {each.contract_id: each.unearned_fen for each in found}


@dataclass(frozen=True)
class DepositPage:
    """A deposit with what belongs on its page; sums in fen.

    `held_fen` is what its account should hold by the books, `bank_fen` what the bank said last.
    """

    line: DepositLine
    held_fen: int
    bank: BankBalance | None
    others_fen: int
    floors: list[Floor]
    top_ups: list[TopUp]
    paid_in: list[BankLine]
    uses: list[Use]


def deposit_page(actor: Actor, code: str) -> DepositPage:
    """One deposit within the reader's grants. Raises: NotFound."""
    line = next((each for each in deposits(actor) if each.deposit.code == code), None)
    if line is None:
        raise NotFound
    deposit = line.deposit
    book = ContractBalance.objects.filter(
        institution_id=deposit.institution_id, contract_id=book_of(deposit)
    ).first()
    same = list(
        Deposit.objects.filter(
            institution_id__in=actor.institution_ids,
            bank_code=deposit.bank_code,
            number_index=bytes(deposit.number_index),
        ).exclude(pk=deposit.pk)
    )
    others = ContractBalance.objects.filter(contract_id__in=[book_of(each) for each in same])
    return DepositPage(
        line,
        book.custody_fen if book else 0,
        BankBalance.objects.filter(account_index=bytes(deposit.number_index))
        .order_by("-account_day")
        .first(),
        sum(each.custody_fen for each in others),
        list(deposit.floors.order_by("-pk")[:20]),
        list(deposit.top_ups.select_related("proceeding").order_by("-pk")),
        list(
            BankLine.objects.filter(
                institution_id=deposit.institution_id, note=f"deposit {deposit.code}"
            ).order_by("-pk")[:50]
        ),
        list(deposit.uses.order_by("-pk")),
    )


def waiting(actor: Actor) -> tuple[list[Use], list[Deposit]]:
    """What waits for a second person: uses to decide, returns to decide."""
    mine = {"institution_id__in": actor.institution_ids}
    return (
        list(Use.objects.filter(**mine, state=Use.State.PROPOSED).select_related("deposit")),
        list(
            Deposit.objects.filter(**mine, state=Deposit.State.OPEN, return_asked_by__isnull=False)
        ),
    )
