"""A family takes a place that another institution offers; it may still take the money alone."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.collapse import places


class PlaceGone(Refusal):
    """The last place went to another family, or this family has one."""

    code = "place_gone"
    zh = "这个班提供的名额已经没有了，或者您已经选过一个。请刷新后另选，或者只收退款。"
    en = (
        "The places offered in this class are gone, or you took one before. Reload and choose "
        "another, or take the money alone."
    )


@operation("place.taken", roles={Role.GUARDIAN})
def take_place(act: Act, *, contract_code: str, offer_code: str) -> Receipt:
    """Take an offered place for the learner of a claim; the refund goes on as it is.

    The family then signs an ordinary contract for the class and pays it, with the refund when it
    has come: money never moves from one institution's account to another's past the family.
    Raises: NotFound, PlaceGone.
    """
    claim = places.claim_of(act.actor, contract_code)
    if claim is None:
        raise NotFound
    taken = places.take(claim, offer_code=offer_code, at=act.at)
    if taken is None:
        raise PlaceGone
    chain = f"contract:{contract_code}"
    entry = evidence.append(
        act, chain=chain, subject=contract_code, body={"offer": offer_code, "class": taken}
    )
    return Receipt(entry.id, {"class": taken})
