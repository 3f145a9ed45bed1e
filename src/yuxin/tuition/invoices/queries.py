"""Reads of invoices: whether invoice, contract and purchaser agree, per contract and in lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from yuxin.access.sealed import unseal
from yuxin.kernel.actor import Actor
from yuxin.tuition.invoices.models import Invoice
from yuxin.tuition.models import Contract

OK, MISSING, DIFFERS = "ok", "missing", "differs"


@dataclass(frozen=True)
class InvoiceLine:
    """An invoice with the names on it."""

    number: str
    title: str
    buyer: str
    amount_fen: int
    issued_on: date
    undoes: str
    is_undone: bool
    title_matches: bool
    buyer_matches: bool
    recorded_at: datetime


@dataclass(frozen=True)
class Check:
    """The three-way check of one contract; what differs by name."""

    verdict: str
    paid_fen: int
    invoiced_fen: int
    amount_differs: bool
    title_differs: bool
    buyer_differs: bool


def invoices_of(_actor: Actor, contract: Contract) -> list[InvoiceLine]:
    """The invoices of a contract, in order of their days; one statement."""
    rows = (
        Invoice.objects.filter(contract=contract)
        .select_related("undoes", "undone_by")
        .order_by("issued_on", "pk")
    )
    return [
        InvoiceLine(
            number=row.number,
            title=unseal("invoice", row.title_sealed),
            buyer=unseal("invoice", row.buyer_sealed),
            amount_fen=row.amount_fen,
            issued_on=row.issued_on,
            undoes=row.undoes.number if row.undoes else "",
            is_undone=hasattr(row, "undone_by"),
            title_matches=row.title_matches,
            buyer_matches=row.buyer_matches,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]


def check_of(contract: Contract, lines: Sequence[InvoiceLine]) -> Check:
    """The three-way check from the invoices that stand. Nothing here asks the database."""
    standing = [each for each in lines if not each.undoes and not each.is_undone]
    invoiced = sum(each.amount_fen for each in standing)
    amount = bool(standing) and invoiced != contract.total_fen
    title = any(not each.title_matches for each in standing)
    buyer = any(not each.buyer_matches for each in standing)
    verdict = DIFFERS if amount or title or buyer else OK
    return Check(
        verdict if standing else MISSING, contract.total_fen, invoiced, amount, title, buyer
    )


def checked(actor: Actor) -> "QuerySet[Contract]":
    """Paid contracts with `invoiced` and `misnamed`, for lists; narrow with `by_verdict`."""
    standing = Invoice.objects.filter(contract=OuterRef("pk"), undoes=None, undone_by=None)
    total = standing.order_by().values("contract").annotate(total=Sum("amount_fen")).values("total")
    return (
        Contract.objects.filter(institution_id__in=actor.institution_ids, paid_at__isnull=False)
        .select_related("course")
        .annotate(
            invoiced=Coalesce(Subquery(total, output_field=BigIntegerField()), 0),
            mistitled=Exists(standing.filter(title_matches=False)),
            misbought=Exists(standing.filter(buyer_matches=False)),
        )
    )


def by_verdict(rows: QuerySet[Any], verdict: str) -> QuerySet[Any]:
    """Those of `checked` with one verdict."""
    wrong = Q(mistitled=True) | Q(misbought=True) | ~Q(invoiced=F("total_fen"))
    if verdict == MISSING:
        return rows.filter(invoiced=0)
    if verdict == DIFFERS:
        return rows.filter(wrong, invoiced__gt=0)
    return rows.filter(~wrong) if verdict == OK else rows


def counts(actor: Actor) -> dict[str, int]:
    """How many contracts there are of each verdict that asks for something; two statements."""
    rows = checked(actor)
    return {each: by_verdict(rows, each).count() for each in (MISSING, DIFFERS)}
