"""Reads of outflow. The first argument is who reads."""

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.tuition.outflow.models import Hold


def holds(actor: Actor, institution_id: int) -> list[Hold]:
    """The holds on an institution within the reader's grants, the latest first.

    Raises: NotFound.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    return list(Hold.objects.filter(institution_id=institution_id).order_by("-pk"))


def waiting(actor: Actor) -> list[Hold]:
    """Holds within the reader's grants that wait for a second person."""
    rows = Hold.objects.filter(institution_id__in=actor.institution_ids, lifted_at=None)
    return [
        row
        for row in rows.order_by("pk")
        if row.approved_at is None or row.lift_proposed_at is not None
    ]
