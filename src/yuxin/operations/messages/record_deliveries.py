"""What the gateway said of messages that were sent, many at once."""

from yuxin.assessment import public_colour
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Conflict
from yuxin.messages import services
from yuxin.messages.models import Delivery, Message
from yuxin.messages.services import Answer
from yuxin.operations.operation import operation
from yuxin.tuition.services.clocks import start_clocks


class DeliveriesMovedOn(Conflict):
    """Another worker wrote all of these answers before."""

    code = "deliveries_moved_on"
    zh = "这些消息的送达结果已由另一进程记下，没有重复记录。"
    en = "What became of these messages was written by another process; nothing was repeated."


@operation("messages.delivered", roles={Role.CLOCK})
def record_deliveries(act: Act, *, answers: tuple[Answer, ...], keep_codes: bool) -> Receipt:
    """Write the answers: accepted, failed, or to be tried again.

    Raises: DeliveriesMovedOn, when every one of them was written before.
    """
    changed = services.record_answers(act, answers, keep_codes=keep_codes)
    if not changed:
        raise DeliveriesMovedOn
    arrived = [row.message_id for row in changed if row.state == Delivery.State.ACCEPTED]
    proven = list(Message.objects.filter(pk__in=arrived, proven_at=act.at).order_by("pk"))
    start_clocks(act, proven)
    public_colour.told_by(act, proven)
    entry = evidence.append_many(
        act,
        [
            evidence.Item(
                row.pk.hex,
                f"message:{row.message_id.hex}",
                f"person:{row.to_person_id}",
                {
                    "message": row.message_id.hex,
                    "channel": row.channel,
                    "state": row.state,
                    "attempts": row.attempts,
                    "reason": row.reason,
                },
            )
            for row in changed
        ],
    )
    return Receipt(entry.id, {"recorded": len(changed)})
