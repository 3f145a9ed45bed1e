"""The bank's notice says that the payer turned back."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.operations.tuition.record_payment import AnotherBank, NotPayable
from yuxin.tuition.models import PaymentOrder
from yuxin.tuition.services import contracts, timeline
from yuxin.tuition.services.timeline import Step


@operation("payment.cancelled", roles={Role.CLOCK})
def record_cancellation(act: Act, *, bank_code: str, order_code: str) -> Receipt:
    """Note that the payer turned back at the cashier; another order may follow.

    Raises: NotFound, AnotherBank, NotPayable.
    """
    contract = contracts.contract_of_order_for_update(order_code)
    order = contracts.order_for_update(order_code)
    if order is None or contract is None:
        raise NotFound
    if order.bank_code != bank_code:
        raise AnotherBank(field="bank")
    if order.state != PaymentOrder.State.CREATED:
        raise NotPayable
    contracts.cancel_order(order)
    entry = timeline.record(
        act, Step(contract, "payment_cancelled", {"order": order.code}, reference=order.code)
    )
    return Receipt(entry.id, {"contract": contract.code})
