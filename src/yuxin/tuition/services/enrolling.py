"""Writing many enrolments of one institution at once: learners, contracts, paid orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import F

from yuxin.access.sealed import seal
from yuxin.kernel import canonical
from yuxin.kernel.act import require_act
from yuxin.kernel.canonical import Json
from yuxin.kernel.codes import new_subject_code
from yuxin.tuition.models import ClassGroup, Contract, Learner, PaymentOrder
from yuxin.tuition.models.courses import Origin
from yuxin.tuition.services.contracts import ORDER_LASTS, Custody, mode_of


@dataclass(frozen=True)
class Enrolment:
    """One child of a guardian in a class, paid by a channel's serial."""

    class_code: str
    guardian_id: int
    learner_name: str
    grade: str
    channel_serial: str
    channel: str = "UNIONPAY"


@dataclass(frozen=True)
class Offer:
    """What every contract of one class has in common; only the learner differs."""

    group: ClassGroup
    custody: Custody
    terms: Mapping[str, Json]  # but the number and the learner
    deemed_days: int
    silence_days: int
    rules_sha256: str


def classes_for_update(codes: Sequence[str]) -> dict[str, ClassGroup]:
    """Classes with their courses by code, locked in one order."""
    require_act()
    rows = (
        ClassGroup.objects.filter(code__in=codes)
        .select_related("course")
        .prefetch_related("sessions")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    return {group.code: group for group in rows}


def add_learners(enrolments: Sequence[Enrolment], *, at: datetime) -> list[Learner]:
    """A learner for each enrolment; the names are sealed."""
    require_act()
    return Learner.objects.bulk_create(
        Learner(
            guardian_id=each.guardian_id,
            name_sealed=seal("learner", each.learner_name),
            grade=each.grade,
            added_at=at,
        )
        for each in enrolments
    )


def add_contracts(
    enrolments: Sequence[Enrolment],
    learners: Sequence[Learner],
    offers: Mapping[str, Offer],
    *,
    origin: Origin,
    at: datetime,
) -> list[Contract]:
    """A signed and paid contract for each enrolment."""
    require_act()
    return Contract.objects.bulk_create(
        _contract(each, learner, offers[each.class_code], origin=origin, at=at)
        for each, learner in zip(enrolments, learners, strict=True)
    )


def _contract(
    each: Enrolment, learner: Learner, offer: Offer, *, origin: Origin, at: datetime
) -> Contract:
    course = offer.group.course
    party = {"learner": each.learner_name[:1] + "*", "school": "", "grade": each.grade}
    code = new_subject_code()
    terms = {"contract_no": code, **offer.terms, "party_b": party}
    return Contract(
        code=code,
        institution_id=course.institution_id,
        guardian_id=each.guardian_id,
        learner=learner,
        learner_name_sealed=bytes(learner.name_sealed),
        course=course,
        class_group=offer.group,
        origin=origin,
        state=Contract.State.ACTIVE,
        total_fen=course.total_fen,
        total_centiunits=course.total_centiunits,
        gift_centiunits=course.gift_centiunits,
        bank_code=offer.custody.bank_code,
        custody_title=offer.custody.title,
        custody_sealed=offer.custody.sealed,
        custody_last4=offer.custody.last4,
        supervision=mode_of(terms),
        terms=terms,
        terms_sha256=sha256(canonical.dumps(terms)).hexdigest(),
        rules_sha256=offer.rules_sha256,
        deemed_days=offer.deemed_days,
        silence_days=offer.silence_days,
        drafted_at=at,
        signed_at=at,
        paid_at=at,
    )


def add_paid_orders(
    enrolments: Sequence[Enrolment], contracts: Sequence[Contract], *, at: datetime
) -> list[PaymentOrder]:
    """The order that paid each contract."""
    require_act()
    return PaymentOrder.objects.bulk_create(
        PaymentOrder(
            code=new_subject_code(),
            institution_id=contract.institution_id,
            guardian_id=contract.guardian_id,
            contract=contract,
            bank_code=contract.bank_code,
            amount_fen=contract.total_fen,
            state=PaymentOrder.State.PAID,
            channel=each.channel,
            channel_serial=each.channel_serial,
            created_at=at,
            expires_at=at + ORDER_LASTS,
            paid_at=at,
        )
        for each, contract in zip(enrolments, contracts, strict=True)
    )


def take_places(groups: Mapping[str, ClassGroup], enrolments: Sequence[Enrolment]) -> None:
    """Take the places of a batch; the database refuses one too many."""
    require_act()
    for code, group in groups.items():
        wanted = sum(1 for each in enrolments if each.class_code == code)
        ClassGroup.objects.filter(pk=group.pk).update(taken=F("taken") + wanted)
