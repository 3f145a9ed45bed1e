"""Reads of closings. The first argument is who reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import NotFound
from yuxin.ledger.models import ContractBalance
from yuxin.registry.models import Entry
from yuxin.tuition.collapse.models import Claim, Closing, EarnedUse, PlaceOffer, PlaceTaken
from yuxin.tuition.models import RefundCase
from yuxin.tuition.queries.contracts import names_of

_PAID: Final = RefundCase.State.PAID
_ELSEWHERE: Final = ("deposit", "insurance", "set_off")  # than custody


@dataclass(frozen=True)
class Due:
    """A closing with work for the clock: families to tell, refunds to line up."""

    institution_id: int
    code: str
    untold: int
    unordered: int


def due(_actor: Actor) -> list[Due]:
    """Closings in force and how much of each is not done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM public.collapse_due()")
        return [Due(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class ClosingLine:
    """A closing in a list."""

    closing: Closing
    institution: str
    institution_code: str


def closings(actor: Actor) -> list[ClosingLine]:
    """Closings within the reader's grants, the latest first."""
    rows = list(
        Closing.objects.filter(institution_id__in=actor.institution_ids).order_by("-proposed_at")
    )
    names = names_of({each.institution_id for each in rows})
    return [
        ClosingLine(each, names[each.institution_id].name, names[each.institution_id].code)
        for each in rows
    ]


@dataclass(frozen=True)
class Progress:
    """How far the run is: numbers of families, sums in fen."""

    claims: int
    told: int
    ordered: int
    paid: int
    returned: int
    claim_fen: int
    held_fen: int
    paid_fen: int
    shortfall_fen: int
    deposit_fen: int
    insurance_fen: int
    set_off_fen: int

    @property
    def open_fen(self) -> int:
        """What nobody has covered yet."""
        return self.shortfall_fen - self.deposit_fen - self.insurance_fen - self.set_off_fen


@dataclass(frozen=True)
class ClosingPage:
    """A closing with its institution and its progress."""

    closing: Closing
    entry: Entry
    progress: Progress
    payable_fen: int
    has_paid: bool
    earned_uses: list[EarnedUse]


def closing_page(actor: Actor, code: str) -> ClosingPage:
    """One closing within the reader's grants; five statements. Raises: NotFound."""
    closing = Closing.objects.filter(code=code, institution_id__in=actor.institution_ids).first()
    if closing is None:
        raise NotFound
    claims = closing.claims.exclude(state=Claim.State.UNDONE)
    gone = [RefundCase.State.INSTRUCTED, _PAID, RefundCase.State.RETURNED]
    found = claims.aggregate(
        claims=Count("pk"),
        told=Count("told_at"),
        ordered=Count("pk", filter=Q(state=Claim.State.ORDERED)),
        paid=Count("pk", filter=Q(refund__state=_PAID)),
        returned=Count("pk", filter=Q(refund__state=RefundCase.State.RETURNED)),
        gone=Count("pk", filter=Q(refund__state__in=gone)),
        claim_fen=Sum("claim_fen"),
        held_fen=Sum("held_fen"),
        paid_fen=Sum("refund__amount_fen", filter=Q(refund__state=_PAID)),
        shortfall_fen=Sum("shortfall_fen"),
        deposit_fen=Sum("deposit_fen"),
        insurance_fen=Sum("insurance_fen"),
        set_off_fen=Sum("set_off_fen"),
    )
    numbers = {name: value or 0 for name, value in found.items()}
    sent = numbers.pop("gone") + sum(numbers[f"{kind}_fen"] for kind in _ELSEWHERE)
    payable = ContractBalance.objects.filter(
        institution_id=closing.institution_id, contract_id__gt=0
    ).aggregate(total=Sum("payable_fen"))["total"]
    uses = list(closing.earned_uses.order_by("-pk"))
    entry = Entry.objects.get(pk=closing.institution_id)
    return ClosingPage(closing, entry, Progress(**numbers), payable or 0, sent > 0, uses)


def claims_of(closing: Closing) -> QuerySet[Claim]:
    """The claims list, with what is open of each."""
    return (
        closing.claims.exclude(state=Claim.State.UNDONE)
        .select_related("refund")
        .annotate(
            left_fen=F("shortfall_fen") - F("deposit_fen") - F("insurance_fen") - F("set_off_fen"),
        )
    )


def letters_of(closing: Closing, *, after: str, limit: int) -> list[Claim]:
    """The next claims past a contract code, with their courses; one statement."""
    return list(
        closing.claims.exclude(state=Claim.State.UNDONE)
        .filter(contract_code__gt=after)
        .select_related("contract__course")
        .order_by("contract_code")[:limit]
    )


@dataclass(frozen=True)
class FamilyClaim:
    """A family's claim with what belongs on its page."""

    claim: Claim
    closing: Closing
    institution: str
    course: str
    deposits: list[RefundCase]
    insured: list[RefundCase]
    set_off: list[RefundCase]
    offers: list["Offer"]
    place: PlaceTaken | None


@dataclass(frozen=True)
class Offer:
    """A place offered, as a family chooses it."""

    code: str
    institution: str
    class_code: str
    course: str
    class_name: str
    total_fen: int
    first_on: date
    left: int
    words: str


def family_claim(actor: Actor, contract_code: str) -> FamilyClaim:
    """The claim of a contract of the reader in a closing that is in force. Raises: NotFound."""
    claim = (
        Claim.objects.filter(
            contract_code=contract_code,
            guardian_id__in=actor.person_ids,
            closing__state=Closing.State.DECLARED,
        )
        .select_related("closing", "refund", "contract__course")
        .first()
    )
    if claim is None:
        raise NotFound
    others = list(
        RefundCase.objects.filter(contract=claim.contract_id, ground=RefundCase.Ground.CLOSING)
        .exclude(pk=claim.refund_id or 0)
        .order_by("pk")
    )
    name = names_of([claim.institution_id])[claim.institution_id].name
    return FamilyClaim(
        claim,
        claim.closing,
        name,
        claim.contract.course.name,
        [each for each in others if each.source == RefundCase.Source.DEPOSIT],
        [each for each in others if each.source == RefundCase.Source.INSURANCE],
        [each for each in others if each.source == RefundCase.Source.CUSTODY],
        offers(claim.closing),
        PlaceTaken.objects.filter(claim=claim).select_related("offer__class_group").first(),
    )


def claims_of_family(actor: Actor) -> list[Claim]:
    """Every claim of the reader's in closings in force; one statement."""
    return list(
        Claim.objects.filter(
            guardian_id__in=actor.person_ids, closing__state=Closing.State.DECLARED
        )
        .select_related("closing", "refund")
        .order_by("pk")
    )


def offers(closing: Closing) -> list[Offer]:
    """Places of other institutions for the learners of a closing."""
    rows = list(
        closing.offers.filter(withdrawn_at=None)
        .select_related("class_group__course")
        .order_by("offered_at")
    )
    names = names_of({each.institution_id for each in rows})
    return [
        Offer(
            each.code,
            names[each.institution_id].name,
            each.class_group.code,
            each.class_group.course.name,
            each.class_group.name,
            each.class_group.course.total_fen,
            each.class_group.course.first_on,
            each.places - each.taken,
            each.words,
        )
        for each in rows
    ]


@dataclass(frozen=True)
class OpenClosing:
    """A closing to whose learners an institution may offer places."""

    code: str
    institution: str
    kind: str
    effective_on: date
    claims: int


def closings_in_force(_actor: Actor) -> list[OpenClosing]:
    """Every closing in force: nothing of a family in it."""
    rows = list(
        Closing.objects.filter(state=Closing.State.DECLARED).order_by("-effective_on", "-pk")
    )
    names = names_of({each.institution_id for each in rows})
    return [
        OpenClosing(
            each.code,
            names[each.institution_id].name,
            each.kind,
            each.effective_on,
            each.claim_count,
        )
        for each in rows
    ]


def own_offers(actor: Actor) -> QuerySet[PlaceOffer]:
    """Places that the reader's institution offers."""
    return (
        PlaceOffer.objects.filter(institution_id__in=actor.institution_ids)
        .select_related("class_group__course", "closing")
        .order_by("-offered_at")
    )


def waiting(actor: Actor) -> list[Closing]:
    """Closings that wait for a second person of the bureau."""
    return [
        each
        for each in Closing.objects.filter(institution_id__in=actor.institution_ids)
        .exclude(state__in=[Closing.State.REJECTED, Closing.State.UNDONE])
        .order_by("pk")
        if _waits(each, actor)
    ]


def earned_waiting(actor: Actor) -> list[EarnedUse]:
    """Proposals about earned fees that wait for another person; one statement."""
    return list(
        EarnedUse.objects.filter(
            institution_id__in=actor.institution_ids, state=EarnedUse.State.PROPOSED
        )
        .exclude(proposed_by=actor.account_id or 0)
        .select_related("closing")
        .order_by("pk")
    )


def _waits(closing: Closing, actor: Actor) -> bool:
    if closing.state == Closing.State.PROPOSED:
        return closing.proposed_by != actor.account_id
    return closing.undo_asked_by not in (None, actor.account_id)


def preview(_actor: Actor, institution_id: int) -> dict[str, Any]:
    """What a declaration would list now: contracts, owed, held, short; one statement."""
    owed = F("unearned_fen") + F("pending_fen") + F("frozen_fen") + F("refund_payable_fen")
    found = ContractBalance.objects.filter(
        institution_id=institution_id, contract_id__gt=0
    ).aggregate(
        contracts=Count("contract_id", filter=~Q(paid_fen=F("released_fen") + F("refunded_fen"))),
        owed=Sum(owed),
    )
    return {name: value or 0 for name, value in found.items()}
