"""What a phone could not get done: the tasks of its account."""

from yuxin.kernel.actor import Actor
from yuxin.tuition.queued.models import QueuedAct


def open_conflicts(actor: Actor) -> list[QueuedAct]:
    """Acts from the reader's phone that were refused and not looked at yet; one statement."""
    rows = QueuedAct.objects.filter(
        account_id=actor.account_id or 0, outcome=QueuedAct.Outcome.CONFLICT, closed_at=None
    )
    return list(rows.order_by("pk"))
