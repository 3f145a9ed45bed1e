"""A willing institution keeps places for the learners of one that closed."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.operations.tuition.draft_contract import require_open
from yuxin.tuition.collapse import places
from yuxin.tuition.services import contracts


class NoSuchPlaces(Refusal):
    """More places than the class has free, or offered before."""

    code = "no_such_places"
    zh = "这个班没有这么多空位，或者已经为这次停业提供过；一个班对一次停业只提供一次。"
    en = (
        "The class has not so many places free, or was offered for this closing already; a class "
        "is offered once."
    )


@operation("place.offered", roles={Role.INSTITUTION_HEAD})
def offer_place(
    act: Act, *, closing_code: str, class_code: str, count: int, words: str = ""
) -> Receipt:
    """Offer places of a class to the learners of a closing; the class's price and rules hold.

    Raises: NotFound, BadInput, CourseClosed, NoSuchPlaces.
    """
    closing = places.closing_in_force(closing_code)
    group = contracts.class_for_update(class_code)
    if closing is None or group is None:
        raise NotFound
    owner = group.course.institution_id
    if owner not in act.actor.institution_ids or owner == closing.institution_id:
        raise NotFound
    require_open(act, group)
    if count < 1:
        raise BadInput(field="count")
    if count > group.capacity - group.taken or places.offered(closing, group):
        raise NoSuchPlaces(field="count")
    offer = places.offer(
        closing=closing, group=group, count=count, words=words.strip()[:200], at=act.at
    )
    chain = f"closing:{closing.code}"
    entry = evidence.append(
        act,
        chain=chain,
        subject=chain,
        body={"offer": offer.code, "class": class_code, "places": count},
    )
    return Receipt(entry.id, {"offer": offer.code})
