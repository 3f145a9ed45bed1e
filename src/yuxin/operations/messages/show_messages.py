"""Messages were displayed to their reader: the proof of delivery of the inbox."""

from yuxin.assessment import public_colour
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.kernel.refusal import NotFound
from yuxin.messages import services
from yuxin.operations.operation import operation
from yuxin.tuition.services.clocks import start_clocks


@operation("messages.shown", roles=EVERYBODY - {Role.PUBLIC})
def show_messages(act: Act, *, message_ids: tuple[str, ...]) -> Receipt:
    """Note that the reader's own messages were displayed just now.

    Called with those that are new; silence clocks of messages with legal effect start here.
    Raises: NotFound, when none of them is the reader's or all were displayed before.
    """
    shown = services.mark_shown(act, message_ids)
    if not shown:
        raise NotFound
    proven = [message for message in shown if message.proven_at == act.at]
    start_clocks(act, proven)
    public_colour.told_by(act, proven)
    entry = evidence.append_many(
        act,
        [
            evidence.Item(
                message.pk.hex,
                f"message:{message.pk.hex}",
                services.recipient_of(message),
                {"message": message.pk.hex, "template": message.template},
            )
            for message in shown
        ],
    )
    return Receipt(entry.id, {"shown": len(shown)})
