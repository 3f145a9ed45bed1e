"""Writing contracts, learners and orders to pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F

from yuxin.access.sealed import seal
from yuxin.kernel import canonical
from yuxin.kernel.act import require_act
from yuxin.kernel.canonical import Json
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import Refusal
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.tuition.models import ClassGroup, Contract, Learner, PaymentOrder
from yuxin.tuition.services.joining import Share

ASSETS: Final = tuple(bucket for bucket in Bucket if bucket.is_asset)
ORDER_LASTS: Final = timedelta(minutes=30)
DRAFT_LASTS: Final = timedelta(days=7)


class SerialUsed(Refusal):
    """The channel's serial paid another order before."""

    code = "channel_serial_used"
    zh = "渠道流水号已用于另一笔订单，没有入账。请银行核对。"
    en = "The channel's serial paid another order before; nothing was booked."


@dataclass(frozen=True)
class Custody:
    """The special account in which the money of a contract is kept; the number is sealed."""

    bank_code: str
    bank_name: str
    title: str
    sealed: bytes
    last4: str
    agreement: str


def add_learner(
    *, guardian_id: int, name: str, birth: str, school: str, grade: str, at: datetime
) -> Learner:
    """Write a child of a guardian; the name is sealed."""
    require_act()
    return Learner.objects.create(
        guardian_id=guardian_id,
        name_sealed=seal("learner", name),
        birth_sealed=seal("birth", birth) if birth else None,
        school=school,
        grade=grade,
        added_at=at,
    )


def draft(
    *,
    class_group: ClassGroup,
    learner: Learner,
    custody: Custody,
    terms: Mapping[str, Json],
    deemed_days: int,
    silence_days: int,
    rules_sha256: str,
    at: datetime,
    share: Share,
) -> Contract:
    """Write a contract as both sides will see it; the hash of its terms is what is signed.

    The terms carry the contract's own number, `contract_no`: a code for one contract signs no
    other, however alike (siblings in one class).
    """
    require_act()
    course = class_group.course
    number = terms["contract_no"]
    assert isinstance(number, str), "the terms name the contract's own number"
    return Contract.objects.create(
        code=number,
        institution_id=course.institution_id,
        guardian_id=learner.guardian_id,
        learner=learner,
        learner_name_sealed=bytes(learner.name_sealed),
        course=course,
        class_group=class_group,
        total_fen=share.total_fen,
        total_centiunits=share.centiunits,
        gift_centiunits=share.gift_centiunits,
        bank_code=custody.bank_code,
        custody_title=custody.title,
        custody_sealed=custody.sealed,
        custody_last4=custody.last4,
        supervision=mode_of(terms),
        terms=dict(terms),
        terms_sha256=sha256(canonical.dumps(terms)).hexdigest(),
        rules_sha256=rules_sha256,
        deemed_days=deemed_days,
        silence_days=silence_days,
        drafted_at=at,
    )


def mode_of(terms: Mapping[str, Any]) -> str:
    """The mode of supervision that the terms of a contract name."""
    return str(terms["funds"]["mode"])


def class_for_update(code: str) -> ClassGroup | None:
    """The class of `code` with its course, locked until the operation ends."""
    require_act()
    return (
        ClassGroup.objects.filter(code=code)
        .select_related("course")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def learner(learner_id: int) -> Learner | None:
    """A child of the actor; another's child does not exist for them."""
    require_act()
    return Learner.objects.filter(pk=learner_id).first()


def drop_drafts(*, learner: Learner, class_group: ClassGroup) -> None:
    """Cancel drafts that were never signed, so that a new one may be drawn up."""
    require_act()
    Contract.objects.filter(
        learner=learner, class_group=class_group, state=Contract.State.DRAFT
    ).update(state=Contract.State.CANCELLED)


def has_open_contract(*, learner: Learner, class_group: ClassGroup) -> bool:
    """Whether the child has a signed contract for the class."""
    require_act()
    return Contract.objects.filter(
        learner=learner,
        class_group=class_group,
        state__in=[Contract.State.SIGNED, Contract.State.ACTIVE, Contract.State.REFUNDING],
    ).exists()


def take_place(class_group: ClassGroup) -> bool:
    """Take a place of a class; False when none is left. The database refuses one too many."""
    require_act()
    return (
        ClassGroup.objects.filter(pk=class_group.pk, taken__lt=F("capacity")).update(
            taken=F("taken") + 1
        )
        == 1
    )


def give_place_back(class_group_id: int) -> None:
    """Give the place of an ended or cancelled contract back to its class."""
    require_act()
    ClassGroup.objects.filter(pk=class_group_id, taken__gt=0).update(taken=F("taken") - 1)


def contract_for_update(code: str) -> Contract | None:
    """The contract of `code`, locked until the operation ends."""
    require_act()
    return (
        Contract.objects.filter(code=code)
        .select_related("course", "class_group")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def contract_of_order_for_update(order_code: str) -> Contract | None:
    """The contract of an order, locked: contracts are locked before what belongs to them."""
    require_act()
    code = (
        PaymentOrder.objects.filter(code=order_code)
        .values_list("contract__code", flat=True)
        .first()
    )
    return contract_for_update(code) if code else None


def order_for_update(code: str) -> PaymentOrder | None:
    """The order of `code` with its contract, locked until the operation ends."""
    require_act()
    return (
        PaymentOrder.objects.filter(code=code)
        .select_related("contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def move(contract: Contract, state: Contract.State, **times: datetime) -> None:
    """Write the next state of a contract with the times that belong to it."""
    require_act()
    Contract.objects.filter(pk=contract.pk).update(state=state, **times)
    contract.state = state


def add_order(contract: Contract, *, at: datetime) -> PaymentOrder:
    """An order over the whole price of a contract; the one that can be paid if there is one.

    An expired order stays as it is: a notice may still be on its way.
    """
    require_act()
    open_one = contract.orders.filter(state=PaymentOrder.State.CREATED, expires_at__gt=at).first()
    return open_one or PaymentOrder.objects.create(
        code=new_subject_code(),
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        contract=contract,
        bank_code=contract.bank_code,
        amount_fen=contract.total_fen,
        created_at=at,
        expires_at=at + ORDER_LASTS,
    )


def cancel_order(order: PaymentOrder) -> None:
    """Note that an order will not be paid; the contract waits for another one."""
    require_act()
    PaymentOrder.objects.filter(pk=order.pk).update(state=PaymentOrder.State.CANCELLED)


def paid(order: PaymentOrder, *, serial: str, channel: str, at: datetime, payer: str = "") -> None:
    """Note that the channel took the money of an order; its contract is active from now on.

    Raises: SerialUsed; the other order may be another institution's, so the database says it.
    """
    require_act()
    try:
        with transaction.atomic():
            PaymentOrder.objects.filter(pk=order.pk).update(
                state=PaymentOrder.State.PAID,
                channel=channel,
                channel_serial=serial,
                payer_mask=payer,
                paid_at=at,
            )
    except IntegrityError as error:
        cause: Any = error.__cause__
        if cause.diag.constraint_name != "channel_serial_once":
            raise
        raise SerialUsed(field="channel_serial") from error
    order.state, order.channel_serial = PaymentOrder.State.PAID, serial
    move(order.contract, Contract.State.ACTIVE, paid_at=at)


def arrived_many(orders: Mapping[date, Sequence[PaymentOrder]]) -> None:
    """Note that the bank's files show the money of orders in custody, by accounting day."""
    require_act()
    for on, of_day in orders.items():
        PaymentOrder.objects.filter(pk__in=[order.pk for order in of_day]).update(
            state=PaymentOrder.State.ARRIVED, arrived_on=on
        )


def contract_at(code: str, institution_ids: Sequence[int]) -> Contract | None:
    """A contract of these institutions by its code, not locked; another's does not exist."""
    require_act()
    return Contract.objects.filter(code=code, institution_id__in=institution_ids).first()


def running_of_guardian_for_update(person_ids: Sequence[int]) -> list[Contract]:
    """The running contracts of guardians, locked in one order."""
    require_act()
    rows = Contract.objects.filter(guardian_id__in=person_ids, state=Contract.State.ACTIVE)
    return list(rows.order_by("pk").select_for_update(no_key=True))


def contracts_for_update(contract_ids: Sequence[int]) -> dict[int, Contract]:
    """Contracts by their keys, locked in one order."""
    require_act()
    rows = (
        Contract.objects.filter(pk__in=contract_ids).order_by("pk").select_for_update(no_key=True)
    )
    return {contract.pk: contract for contract in rows}


def settle_states(contracts: Sequence[Contract], *, at: datetime) -> list[tuple[Contract, str]]:
    """Close paid contracts whose money is gone to the last fen: each with what became of it.

    A closed contract to which money came back is reopened: the books decide, not the order of
    the bank's lines. What stays as it is, is left out.
    """
    require_act()
    held = _held(contracts)
    told = [(each, _settle_state(each, held.get(each.pk, 0), at=at)) for each in contracts]
    return [(each, word) for each, word in told if word]


def _held(contracts: Sequence[Contract]) -> dict[int, int]:
    """What lies in the asset buckets of contracts, in fen."""
    rows = ContractBalance.objects.filter(
        institution_id__in={each.institution_id for each in contracts},
        contract_id__in=[each.pk for each in contracts],
    )
    return {row.contract_id: sum(row.in_bucket(each) for each in ASSETS) for row in rows}


def _settle_state(contract: Contract, held: int, *, at: datetime) -> str:
    states = Contract.State
    if held and contract.state == states.CLOSED:
        again = states.REFUNDING if contract.refunds.exists() else states.ACTIVE
        Contract.objects.filter(pk=contract.pk).update(state=again, closed_at=None)
        contract.state = again
        return "reopened"
    if held or contract.state not in (states.ACTIVE, states.REFUNDING):
        return ""
    if contract.state == states.ACTIVE:
        give_place_back(contract.class_group_id)
    move(contract, states.CLOSED, closed_at=at)
    return "closed"
