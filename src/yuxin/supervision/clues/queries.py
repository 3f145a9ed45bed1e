"""Reads of clues. The first argument is who reads."""

from django.db.models import QuerySet

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.supervision.clues.models import OutsidePayment
from yuxin.supervision.clues.permissions import BUREAU


def clues(actor: Actor) -> "QuerySet[OutsidePayment]":
    """Clues about institutions within an officer's grants, with what was found."""
    asked = actor.institution_ids if actor.roles & BUREAU else ()
    return OutsidePayment.objects.filter(institution_id__in=asked).select_related("finding")


def clue(actor: Actor, code: str) -> OutsidePayment:
    """One clue.

    Raises: NotFound.
    """
    row = clues(actor).filter(code=code).first()
    if row is None:
        raise NotFound
    return row


def own(actor: Actor) -> list[OutsidePayment]:
    """What a guardian reported, the latest first; the database shows them no other."""
    rows = OutsidePayment.objects.exclude(institution_id__in=actor.institution_ids)
    return list(rows.select_related("finding").order_by("-pk"))
