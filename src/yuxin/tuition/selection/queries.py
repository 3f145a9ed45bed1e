"""Reads of selections. A bank reads its own application until the result is public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.tuition.custody.models import OVER, CustodyAccount
from yuxin.tuition.reconciliation.board import bank_of
from yuxin.tuition.selection.models import Application, Criterion, Points, Seat, Selection

PUBLIC = ("noticed", "objected", "answered", "serving", "ended")


@dataclass(frozen=True)
class SelectionPage:
    """A selection as its reader may see it.

    `points`: by application and criterion, added over the opened sheets and the reader's own.
    `accounts`: accounts in reach that still lie at each chosen bank that leaves.
    """

    selection: Selection
    criteria: list[Criterion]
    applications: list[Application]
    seats: list[Seat]
    mine: Seat | None
    points: Mapping[tuple[int, int], int]
    accounts: Mapping[str, int]

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.selection.proceeding.state


def selections(actor: Actor) -> list[Selection]:
    """Every call, the latest first."""
    del actor  # calls are public
    rows = Selection.objects.select_related("proceeding").annotate(count=Count("applications"))
    return list(rows.order_by("-called_on", "-pk"))


def selection_page(actor: Actor, code: str) -> SelectionPage:
    """One selection. Raises: NotFound."""
    row = Selection.objects.filter(code=code).select_related("proceeding").first()
    if row is None:
        raise NotFound
    applications = row.applications.order_by("rank", "bank_code")
    own = bank_of(actor)
    if own and row.proceeding.state not in PUBLIC:
        applications = applications.filter(bank_code=own)
    seats = list(row.seats.order_by("department", "pk"))
    found = list(applications)
    return SelectionPage(
        row,
        list(row.criteria.order_by("ordinal")),
        found,
        [] if own else seats,
        next((one for one in seats if one.account_id == actor.account_id), None),
        {} if own else _points(row),
        _accounts(actor, found),
    )


def _points(row: Selection) -> dict[tuple[int, int], int]:
    sums: dict[tuple[int, int], int] = {}
    for one in Points.objects.filter(selection=row):
        key = one.application_id, one.criterion_id
        sums[key] = sums.get(key, 0) + one.points
    return sums


def _accounts(actor: Actor, applications: Sequence[Application]) -> dict[str, int]:
    leaving = [one.bank_code for one in applications if one.left_on is not None]
    if not leaving:
        return {}
    return dict(
        CustodyAccount.objects.filter(
            institution_id__in=actor.institution_ids, bank_code__in=leaving
        )
        .exclude(state__in=OVER)
        .values_list("bank_code")
        .annotate(count=Count("pk"))
    )


def to_score(actor: Actor) -> list[Selection]:
    """Selections whose sheet the reader still owes."""
    owed = Seat.objects.filter(account_id=actor.account_id or 0, handed_in_at=None)
    return list(
        Selection.objects.filter(
            proceeding__state="scoring", pk__in=owed.values("selection_id")
        ).order_by("scoring_until", "pk")
    )


def to_apply(actor: Actor, today: date) -> list[Selection]:
    """Open calls that the reader's bank has not applied for."""
    applied = Application.objects.filter(bank_code=bank_of(actor))
    return list(
        Selection.objects.filter(proceeding__state="called", closing_on__gte=today)
        .exclude(pk__in=applied.values("selection_id"))
        .order_by("closing_on", "pk")
    )
