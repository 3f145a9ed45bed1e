"""Writing places that other institutions offer to the learners of a closing."""

from datetime import datetime

from django.db.models import F

from yuxin.kernel.act import require_act
from yuxin.kernel.actor import Actor
from yuxin.kernel.codes import new_subject_code
from yuxin.tuition.collapse.models import Claim, Closing, PlaceOffer, PlaceTaken
from yuxin.tuition.models import ClassGroup


def closing_in_force(code: str) -> Closing | None:
    """A closing whose learners look for places."""
    return Closing.objects.filter(code=code, state=Closing.State.DECLARED).first()


def offered(closing: Closing, group: ClassGroup) -> bool:
    """Whether a class was offered for a closing before."""
    return PlaceOffer.objects.filter(closing=closing, class_group=group).exists()


def offer(
    *, closing: Closing, group: ClassGroup, count: int, words: str, at: datetime
) -> PlaceOffer:
    """Write an offer."""
    require_act()
    return PlaceOffer.objects.create(
        code=new_subject_code(),
        closing=closing,
        institution_id=group.course.institution_id,
        class_group=group,
        places=count,
        words=words,
        offered_at=at,
    )


def claim_of(actor: Actor, contract_code: str) -> Claim | None:
    """The claim of a contract of this guardian, locked."""
    require_act()
    return (
        Claim.objects.filter(
            contract_code=contract_code,
            guardian_id__in=actor.person_ids,
            closing__state=Closing.State.DECLARED,
        )
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def take(claim: Claim, *, offer_code: str, at: datetime) -> str | None:
    """Take a place; the code of its class, or None when it is gone or one was taken before.

    One UPDATE takes the place, so of two families at once one gets the last.
    """
    require_act()
    if PlaceTaken.objects.filter(claim=claim).exists():
        return None
    found = PlaceOffer.objects.filter(
        code=offer_code, closing=claim.closing_id, withdrawn_at=None, taken__lt=F("places")
    )
    if found.update(taken=F("taken") + 1) != 1:
        return None
    offer_ = PlaceOffer.objects.select_related("class_group").get(code=offer_code)
    PlaceTaken.objects.create(
        offer=offer_,
        claim=claim,
        guardian_id=claim.guardian_id,
        institution_id=offer_.institution_id,
        taken_at=at,
    )
    return offer_.class_group.code
