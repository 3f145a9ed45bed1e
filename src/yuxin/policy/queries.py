"""Reads of policy: the packs that were prepared and those that rule."""

from datetime import date

from django.db.models import QuerySet

from yuxin.kernel.actor import Actor
from yuxin.policy.models import RulePack


def packs(_actor: Actor) -> "QuerySet[RulePack]":
    """Every pack ever prepared, the latest first."""
    return RulePack.objects.order_by("-pk")


def pack(_actor: Actor, pack_id: int) -> RulePack | None:
    """One pack with the places of its files."""
    return RulePack.objects.filter(pk=pack_id).prefetch_related("places").first()


def ruling(_actor: Actor, day: date) -> int | None:
    """The number of the pack that rules on a day."""
    return (
        RulePack.objects.filter(valid_from__lte=day, approved_at__isnull=False)
        .order_by("-approved_at", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
