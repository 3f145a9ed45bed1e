"""For whom there is something to do: what the clock asks before it acts as an institution.

These read through functions of the database that tell numbers and no rows.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yuxin.access.sealed import unseal
from yuxin.kernel.actor import Actor
from yuxin.tuition.models import Bank, OutgoingFile
from yuxin.tuition.services.banking import OUTGOING


@dataclass(frozen=True)
class Due:
    """An institution with work, and a number that changes when some of the work was done."""

    institution_id: int
    mark: int


@dataclass(frozen=True)
class LineToMatch:
    """A line of a bank that was not matched yet; institution 0: nobody that we know."""

    line_id: int
    institution_id: int
    kind: str


@dataclass(frozen=True)
class OrdersToSend:
    """The institutions with orders that a bank does not have yet."""

    bank_code: str
    institution_ids: tuple[int, ...]
    mark: int


def lessons(_actor: Actor, day: date) -> list[Due]:
    """Institutions with lessons whose silence may count as yes on a day."""
    return _due("SELECT * FROM public.tuition_due_lessons(%s)", day)


def refunds(_actor: Actor, day: date) -> list[Due]:
    """Institutions that left requests for refunds unanswered past their day."""
    return _due("SELECT * FROM public.tuition_due_refunds(%s)", day)


def rests(_actor: Actor, day: date) -> list[Due]:
    """Institutions with contracts whose course is over and whose money is not used up."""
    return _due("SELECT * FROM public.tuition_due_rests(%s)", day)


def unpaid(_actor: Actor, signed_by: date) -> list[Due]:
    """Institutions with contracts signed by a day and not paid."""
    return _due("SELECT * FROM public.agreements_unpaid(%s)", signed_by)


def releases(_actor: Actor, day: date) -> list[Due]:
    """Institutions to which contracts may owe something by the end of a day."""
    return _due("SELECT * FROM public.tuition_due_releases(%s)", day)


def approved_refunds(_actor: Actor) -> list[Due]:
    """Institutions with approved refunds that no order carries yet."""
    return _due("SELECT * FROM public.tuition_approved_refunds()")


def lines_to_match(_actor: Actor, *, limit: int = 5000) -> list[LineToMatch]:
    """Lines that were not matched yet, in the order in which they came."""
    return [
        LineToMatch(*row) for row in _rows("SELECT * FROM public.tuition_lines_to_match(%s)", limit)
    ]


def orders_to_send(_actor: Actor, day: date) -> list[OrdersToSend]:
    """Banks with orders to be sent by a day."""
    by_bank: dict[str, list[tuple[int, int]]] = {}
    for bank, institution_id, first in _rows(
        "SELECT * FROM public.tuition_orders_to_send(%s)", day
    ):
        by_bank.setdefault(bank, []).append((institution_id, first))
    return [
        OrdersToSend(bank, tuple(each for each, _ in rows), min(first for _, first in rows))
        for bank, rows in by_bank.items()
    ]


def institution_of_order(_actor: Actor, order_code: str) -> int | None:
    """Whose an order to pay is; None when there is no such order."""
    found: int | None = _rows("SELECT public.tuition_institution_of_order(%s)", order_code)[0][0]
    return found


def contract_number(_actor: Actor, code: str) -> int | None:
    """The number of a contract in the books, for whoever runs this machine."""
    found: int | None = _rows("SELECT public.tuition_contract_number(%s)", code)[0][0]
    return found


def banks(_actor: Actor) -> list[Bank]:
    """The banks that files are exchanged with."""
    return list(Bank.objects.order_by("code"))


def bank(_actor: Actor, code: str) -> Bank | None:
    """A bank by its code."""
    return Bank.objects.filter(code=code).first()


def files_to_write(_actor: Actor, bank_code: str) -> list[OutgoingFile]:
    """Signed files that do not lie in the bank's folder yet, oldest first, readable."""
    files = list(OutgoingFile.objects.filter(bank_code=bank_code, written_at=None).order_by("pk"))
    for file in files:
        file.data = unseal(OUTGOING, file.data).encode()
    return files


def _due(statement: str, *parameters: Any) -> list[Due]:
    return [Due(*row) for row in _rows(statement, *parameters)]


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
