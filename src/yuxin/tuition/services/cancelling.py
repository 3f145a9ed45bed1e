"""Ending a contract that nobody paid."""

from datetime import date, datetime

from yuxin.kernel.act import require_act
from yuxin.kernel.clock import SHANGHAI
from yuxin.tuition.models import Contract, ContractStep, PaymentOrder
from yuxin.tuition.models.courses import Origin
from yuxin.tuition.services import contracts


def payable_until(contract: Contract, at: datetime) -> datetime | None:
    """Until when an order that was taken to the bank may still be paid; None when none may."""
    taken = ContractStep.objects.filter(contract=contract, kind="payment_ordered")
    return (
        PaymentOrder.objects.filter(
            contract=contract,
            state=PaymentOrder.State.CREATED,
            expires_at__gt=at,
            code__in=taken.values("reference"),
        )
        .values_list("expires_at", flat=True)
        .first()
    )


def cancel(contract: Contract) -> None:
    """Cancel a contract with its open orders; a place that it took is free again."""
    require_act()
    assert contract.state in (Contract.State.DRAFT, Contract.State.SIGNED), "nobody paid it"
    if contract.state == Contract.State.SIGNED:
        contracts.give_place_back(contract.class_group_id)
    PaymentOrder.objects.filter(contract=contract, state=PaymentOrder.State.CREATED).update(
        state=PaymentOrder.State.CANCELLED
    )
    contracts.move(contract, Contract.State.CANCELLED)


def unpaid_for_update(
    *, institution_id: int, signed_by: date, after: int, limit: int
) -> list[Contract]:
    """Contracts signed on or before a day and not paid, past the one numbered `after`, locked."""
    require_act()
    end = datetime.combine(signed_by, datetime.max.time(), tzinfo=SHANGHAI)
    return list(
        Contract.objects.filter(
            institution_id=institution_id,
            state=Contract.State.SIGNED,
            origin=Origin.OWN,
            signed_at__lte=end,
            pk__gt=after,
        )
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True)[:limit]
    )
