"""Reads of breaks: what is open, how old, and whether a day may be closed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from yuxin.kernel.actor import Actor, Role
from yuxin.tuition.breaks.models import Break, Cause
from yuxin.tuition.reconciliation.board import bank_of


@dataclass(frozen=True)
class Unsettled:
    """Breaks of a bank's day that are open: with an owner, and without."""

    owned: int
    unowned: int

    @property
    def may_close(self) -> bool:
        """A day closes when every break is matched, explained or owned (funds-rules 7.4)."""
        return self.unowned == 0


def listed(actor: Actor) -> "QuerySet[Break]":
    """Every break that the reader's grants reach, with where it stands."""
    reached = [0, *actor.institution_ids] if not actor.has(Role.GUARDIAN) else []
    rows = Break.objects.filter(institution_id__in=reached).select_related("proceeding", "line")
    own = bank_of(actor)
    return rows.filter(bank_code=own) if own else rows


def of_other_banks(actor: Actor) -> "QuerySet[Break]":
    """Breaks that a bank has no business with: another bank's, whoever they are about.

    What is of no institution that we know (a stray payment, a missing file) is in nobody's grants
    and would be in every bank's; so is what an institution left at the bank before.
    """
    own = bank_of(actor)
    return Break.objects.exclude(bank_code=own) if own else Break.objects.none()


def unsettled(bank_code: str, on: date) -> Unsettled:
    """The open breaks of a bank's accounting day, as far as the reader's grants reach."""
    owners = list(
        Break.objects.filter(
            bank_code=bank_code, account_day=on, proceeding__closed_at=None
        ).values_list("proceeding__owner_id", flat=True)
    )
    unowned = sum(owner is None for owner in owners)
    return Unsettled(len(owners) - unowned, unowned)


def two_persons(found: Break) -> bool:
    """Whether an explanation takes a second person: where sums differ (funds-rules 7.4)."""
    return found.cause in (Cause.AMOUNT_DIFF, Cause.BAL_DIFF)


def can_be_given_back(found: Break) -> bool:
    """Money held in suspense that nobody ordered, or that came twice, and no order returns yet."""
    return found.cause in (Cause.BANK_ONLY, Cause.DUPLICATE) and found.held_fen > 0
