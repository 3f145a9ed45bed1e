"""Comparing a bank's day with the books, and reading what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from yuxin.kernel.actor import Actor
from yuxin.kernel.calendar import Calendar
from yuxin.tuition.breaks.models import Break, Cause
from yuxin.tuition.breaks.services import Found
from yuxin.tuition.models import BankLine
from yuxin.tuition.reconciliation.bridging import Item

AGAIN_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True)
class DayDue:
    """A bank's day to be compared: all of it, or what was left open in it."""

    bank_code: str
    account_day: date
    whole: bool
    mark: datetime


@dataclass(frozen=True)
class Account:
    """A custody account on a day: the bank's figures beside those of the books."""

    institution_id: int
    last4: str
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int
    before_fen: int | None
    books_fen: int
    contract_count: int
    receipt_count: int
    receipt_fen: int
    release_count: int
    release_fen: int
    refund_count: int
    refund_fen: int


def days_due(_actor: Actor, at: datetime) -> list[DayDue]:
    """Days of banks that are all there and were not compared, or not to their end."""
    rows = _rows("SELECT * FROM public.reconciliation_days_due(%s, %s)", at, AGAIN_AFTER)
    return [DayDue(*row) for row in rows]


def institutions_of(_actor: Actor, due: DayDue) -> list[int]:
    """Whose accounts and lines a day holds; 0 stands for nobody that we know."""
    return [
        row[0]
        for row in _rows(
            "SELECT * FROM public.reconciliation_institutions(%s, %s, %s)",
            due.bank_code,
            due.account_day,
            due.whole,
        )
    ]


@dataclass(frozen=True)
class Lines:
    """Level 1 of a day: what differs, and how many items stand on another day, by account."""

    found: list[Found]
    other_day: dict[tuple[int, str], int]


def lines(bank: str, day: date, ids: Sequence[int]) -> Lines:
    """Lines that were matched and differ from what they name all the same."""
    rows = list(
        _rows("SELECT * FROM public.reconciliation_lines(%s, %s, %s)", bank, day, list(ids))
    )
    there = BankLine.objects.in_bulk([row[3] for row in rows if row[2] != "other_day"])
    told = Lines([], {})
    for owner, last4, cause, line_id, expected in rows:
        if cause == "other_day":
            told.other_day[owner, last4] = told.other_day.get((owner, last4), 0) + 1
            continue
        line = there[line_id]
        told.found.append(
            Found(
                cause=Cause(cause),
                level=1,
                bank_code=bank,
                account_day=day,
                institution_id=owner,
                account_last4=last4,
                reference=line.reference,
                expected_fen=expected,
                found_fen=line.amount_fen,
                line=line,
            )
        )
    return told


def overdue(bank: str, cutoff: date, ids: Sequence[int]) -> list[Found]:
    """Level 1: what we hold to be paid or ordered by `cutoff` and the bank never told."""
    return [
        Found(
            cause=Cause.PLATFORM_ONLY,
            level=1,
            bank_code=bank,
            account_day=due_on,
            institution_id=owner,
            account_last4=last4,
            reference=reference,
            expected_fen=amount,
        )
        for owner, last4, amount, reference, due_on in _rows(
            "SELECT * FROM public.reconciliation_overdue(%s, %s, %s)", bank, cutoff, list(ids)
        )
    ]


def accounts(bank: str, day: date, ids: Sequence[int]) -> list[Account]:
    """Level 2: the accounts of a day's balance file."""
    statement = "SELECT * FROM public.reconciliation_accounts(%s, %s, %s)"
    return [Account(*row) for row in _rows(statement, bank, day, list(ids))]


def items(bank: str, day: date, ids: Sequence[int]) -> dict[tuple[int, str], list[Item]]:
    """What may lie between the books and the closing of accounts."""
    found: dict[tuple[int, str], list[Item]] = {}
    statement = "SELECT * FROM public.reconciliation_items(%s, %s, %s) ORDER BY 1, 2, 3, 4"
    for owner, last4, kind, what, amount in _rows(statement, bank, day, list(ids)):
        found.setdefault((owner, last4), []).append(Item(kind, what, amount))
    carried = Break.objects.filter(
        institution_id__in=ids, bank_code=bank, cause=Cause.BAL_DIFF, account_day__lt=day
    ).exclude(proceeding__state="matched")
    for one in carried.order_by("account_day", "pk"):
        fen = (one.found_fen or 0) - (one.expected_fen or 0)
        item = Item("carried", f"{one.reference}:{one.account_day}", fen)
        found.setdefault((one.institution_id, one.account_last4), []).append(item)
    return found


def proved(bank: str, day: date, ids: Sequence[int]) -> list[Found]:
    """Level 3: contracts whose balance is not what their postings come to. Level 4: receipts
    without papers, releases without confirmed lessons.
    """
    return [
        Found(
            cause=Cause(cause),
            level=3 if cause == Cause.BOOKS_DIFF else 4,
            bank_code=bank,
            account_day=day,
            institution_id=owner,
            account_last4=last4,
            reference=reference,
            expected_fen=expected,
            found_fen=found,
        )
        for owner, last4, cause, reference, expected, found in _rows(
            "SELECT * FROM public.reconciliation_books(%s, %s, %s)"
            " UNION ALL SELECT * FROM public.reconciliation_proofs(%s, %s, %s)",
            *(bank, day, list(ids)),
            *(bank, day, list(ids)),
        )
    ]


def cutoff_of(days: Calendar, day: date, carry: int) -> date:
    """The last day whose items should have been told by the end of `day`.

    An item is carried in transit for so many bank days after its own (funds-rules 7.4).
    """
    cutoff = day
    while days.working_days_between(cutoff, day) < carry:
        cutoff -= timedelta(days=1)
    return cutoff


def _rows(statement: str, *parameters: Any) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
