"""Record that an institution was told of its colour by other means than its inbox."""

from yuxin.assessment import decisions, public_colour
from yuxin.assessment.permissions import OFFICERS, require_may_decide_colour
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import Refusal
from yuxin.operations.operation import operation
from yuxin.registry import queries


class NothingToTell(Refusal):
    """No confirmed colour waits for the institution to be told."""

    code = "no_colour_to_tell"
    zh = "没有等待送达的码色：尚未核实，或已经送达，或码色已经变好。"
    en = "No colour waits to be served: not confirmed, served already, or it has become better."


@operation("colour.told", roles=OFFICERS)
def record_colour_told(act: Act, *, code: str, words: str) -> Receipt:
    """Record how and to whom the notice was served on paper or in person; the days run from today.

    Raises: NotFound, Forbidden, NothingToTell, ReasonMissing.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_decide_colour(act.actor, entry_of.pk)
    served = decisions.stated(words)
    confirmation = public_colour.open_confirmation(entry_of.pk)
    if confirmation is None:
        raise NothingToTell
    from_on = public_colour.told(act, confirmation)
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "colour": confirmation.colour,
            "served": served,
            "from_on": from_on.isoformat(),
        },
    )
    return Receipt(entry.id, {"code": entry_of.code, "from_on": from_on.isoformat()})
