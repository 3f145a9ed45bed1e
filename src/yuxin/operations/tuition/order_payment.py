"""The guardian is about to pay: an order is opened that the bank's cashier takes."""

from datetime import date

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.operations.tuition.draft_contract import require_in_time, require_lawful_still
from yuxin.tuition.agreements import services as agreements
from yuxin.tuition.agreements.models import Side
from yuxin.tuition.models import Contract
from yuxin.tuition.models.courses import Origin
from yuxin.tuition.permissions import require_is_guardian
from yuxin.tuition.services import contracts, timeline
from yuxin.tuition.services.timeline import Step


class NothingToPay(Refusal):
    """The contract does not wait for money."""

    code = "nothing_to_pay"
    zh = "这份合同现在不用付款：要么还没有签，要么已经付过。没有扣您的钱。"
    en = "This contract does not wait for payment: not signed yet, or paid. Nothing was charged."


class NotCountersigned(Refusal):
    """Only what both sides signed is paid."""

    code = "not_countersigned"
    zh = "机构还没有签这份合同，签好了再付款。机构签字后会发消息给您。没有扣您的钱。"
    en = (
        "The institution has not signed this contract yet; you will be told when it has. Nothing "
        "was charged."
    )


@operation("payment.ordered", roles={Role.GUARDIAN})
def order_payment(act: Act, *, contract_code: str) -> Receipt:
    """Open the order with which the bank lets the guardian pay; it lasts half an hour.

    The page seals it when it shows the way (`tuition.queries.banks.way_to_pay`): the receipt is
    kept and holds codes alone, the sealed order the number of an account. Asked again before it
    expires, the same order comes back; a paid one is not paid again.
    Raises: NotFound, Forbidden, NothingToPay, NotCountersigned, LessonsHeldMeanwhile,
        CourseClosed, BeyondLicence, OverCap, NoCustodyAccount, ChargedTooEarly.
    """
    contract = contracts.contract_for_update(contract_code)
    if contract is None:
        raise NotFound
    require_is_guardian(act.actor, contract)
    if contract.state != Contract.State.SIGNED or contract.origin != Origin.OWN:
        raise NothingToPay
    if not agreements.is_signed_by(contract, Side.INSTITUTION):
        raise NotCountersigned
    require_lawful_still(act, contract, signed=True)
    require_in_time(
        act,
        contract.class_group,
        contract.learner_id,
        contract.terms["price_more"]["billing"],
        date.fromisoformat(contract.terms["service"]["from"]),
        without=contract.code,
    )
    order = contracts.add_order(contract, at=act.at)
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
    return Receipt(entry.id, {"order": order.code, "bank": contract.bank_code})
