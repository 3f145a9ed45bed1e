"""The bank's notice says how an order ended: the money is in transit to custody, or it is not."""

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.models import Contract, PaymentOrder
from yuxin.tuition.services import contracts, money, timeline
from yuxin.tuition.services.timeline import Step


class AmountDiffers(Refusal):
    """The channel took another sum than the order says."""

    code = "amount_differs"
    zh = "渠道收到{found}分，与订单的{expected}分不符，没有入账。请银行核对。"
    en = "The channel took {found} fen, the order says {expected}; nothing was booked."


class NotPayable(Refusal):
    """The order was paid before, or its contract is not waiting for money."""

    code = "not_payable"
    zh = "这笔订单不在待付款状态，没有重复入账。"
    en = "This order is not waiting for payment; nothing was booked twice."


class AnotherBank(Refusal):
    """A bank speaks for orders of its own accounts alone."""

    code = "order_of_another_bank"
    status = 403
    zh = "这笔订单不属于本行托管的账户，没有入账。请核对订单号。"
    en = "The order belongs to an account at another bank; nothing was booked. Check its number."


@operation("payment.received", roles={Role.CLOCK})
def record_payment(
    act: Act,
    *,
    bank_code: str,
    order_code: str,
    amount_fen: int,
    channel: str,
    channel_serial: str,
) -> Receipt:
    """Book the payment of an order: in transit, owed to the learner.

    Called with what the signed notice of `bank_code` says; the clock acts for that bank.
    Raises: NotFound, AnotherBank, AmountDiffers, NotPayable, SerialUsed.
    """
    contract = contracts.contract_of_order_for_update(order_code)
    order = contracts.order_for_update(order_code)
    if order is None or contract is None:
        raise NotFound
    if order.bank_code != bank_code:
        raise AnotherBank(field="bank")
    if order.amount_fen != amount_fen:
        raise AmountDiffers(field="amount_fen", found=amount_fen, expected=order.amount_fen)
    if order.state != PaymentOrder.State.CREATED or contract.state != Contract.State.SIGNED:
        raise NotPayable
    order.contract = contract
    contracts.paid(order, serial=channel_serial, channel=channel, at=act.at)
    money.post(act, [money.paid(order, on=act.day)])
    entry = timeline.record(
        act,
        Step(
            contract,
            "paid",
            {
                "order": order.code,
                "amount_fen": amount_fen,
                "channel": channel,
                "serial": channel_serial,
            },
            amount_fen=amount_fen,
            reference=channel_serial,
        ),
    )
    assessment.mark(contract.institution_id)
    return Receipt(entry.id, {"contract": contract.code, "amount_fen": amount_fen})
