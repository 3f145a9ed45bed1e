"""The guardian goes to the bank's cashier: the order is sealed with the platform's key."""

from yuxin.access.sealed import unseal
from yuxin.formats.bank_fields import SHANGHAI_OFFSET
from yuxin.formats.bank_messages import Order, seal_message
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.operations.tuition.draft_contract import require_lawful
from yuxin.tuition.keys import platform_key
from yuxin.tuition.models import Bank, Contract, PaymentOrder
from yuxin.tuition.permissions import require_is_guardian
from yuxin.tuition.services import contracts, timeline
from yuxin.tuition.services.timeline import Step


class NothingToPay(Refusal):
    """The contract does not wait for money."""

    code = "nothing_to_pay"
    zh = "这份合同现在不用付款：要么还没有签，要么已经付过。没有扣您的钱。"
    en = "This contract does not wait for payment: not signed yet, or paid. Nothing was charged."


@operation("payment.ordered", roles={Role.GUARDIAN})
def order_payment(act: Act, *, contract_code: str, return_url: str) -> Receipt:
    """Seal the order with which the bank lets the guardian pay; it lasts half an hour.

    `return_url` is where the bank sends the browser afterwards; the receipt's `pay_url` is where
    to send it now (empty where the bank has no cashier of its own). Asked again before it expires,
    the same order comes back; a paid one is not paid again.
    Raises: NotFound, Forbidden, NothingToPay, CourseClosed, BeyondLicence, OverCap,
        NoCustodyAccount.
    """
    contract = contracts.contract_for_update(contract_code)
    if contract is None:
        raise NotFound
    require_is_guardian(act.actor, contract)
    if contract.state != Contract.State.SIGNED:
        raise NothingToPay
    require_lawful(act, contract.class_group, signed=True)
    order = contracts.add_order(contract, at=act.at)
    token = seal_message(_order(contract, order, return_url), platform_key())
    entry = timeline.record(
        act,
        Step(
            contract,
            "payment_ordered",
            {"order": order.code, "amount_fen": order.amount_fen},
            amount_fen=order.amount_fen,
            reference=order.code,
        ),
    )
    bank = Bank.objects.filter(code=contract.bank_code).first()
    address = f"{bank.cashier_url}?order={token}" if bank and bank.cashier_url else ""
    return Receipt(
        entry.id,
        {"order": order.code, "bank": contract.bank_code, "token": token, "pay_url": address},
    )


def _order(contract: Contract, order: PaymentOrder, return_url: str) -> Order:
    made = order.created_at.astimezone(SHANGHAI_OFFSET)
    ends = order.expires_at.astimezone(SHANGHAI_OFFSET)
    return Order(
        order_id=order.code,
        bank=contract.bank_code,
        contract_no=contract.code,
        custody_acct=unseal("custody_number", contract.custody_sealed),
        merchant=contract.custody_title[:120],
        purpose=contract.course.name[:120],
        amount_fen=order.amount_fen,
        payer_name_mask="*",
        return_url=return_url,
        made_at=made.replace(microsecond=0),
        expires_at=ends.replace(microsecond=0),
    )
