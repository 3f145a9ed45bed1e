"""A signed contract that nobody paid is cancelled, by its family or by the clock."""

from datetime import date, timedelta

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.tuition.models import Contract
from yuxin.tuition.models.courses import Origin
from yuxin.tuition.permissions import require_is_guardian
from yuxin.tuition.services import cancelling, contracts, timeline
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 1000
DAYS = "charges.unpaid_days"


class NotCancellable(Refusal):
    """Only what nobody paid is cancelled; paid money comes back as a refund."""

    code = "not_cancellable"
    zh = "这份合同已经付款、结清或作废，不能取消。付过款的请申请退费。"
    en = "This contract was paid, settled or cancelled already. Ask for a refund if you have paid."


class PaymentUnderWay(Refusal):
    """An order lies at the bank's cashier: its money could arrive after the end of the contract."""

    code = "payment_under_way"
    status = 409
    zh = "这份合同的付款订单到{until}为止还有效，之前不能取消。没付款的话，到时再来取消。"
    en = "The order to pay this contract is valid until {until}; it can be cancelled after that."


@operation("contract.cancelled", roles={Role.GUARDIAN})
def cancel_contract(act: Act, *, contract_code: str) -> Receipt:
    """Cancel a draft or a signed, unpaid contract of one's own; its place is free again.

    Raises: NotFound, Forbidden, NotCancellable, PaymentUnderWay.
    """
    contract = contracts.contract_for_update(contract_code)
    if contract is None:
        raise NotFound
    require_is_guardian(act.actor, contract)
    unpaid = contract.state in (Contract.State.DRAFT, Contract.State.SIGNED)
    if not unpaid or contract.origin != Origin.OWN:
        raise NotCancellable
    until = cancelling.payable_until(contract, act.at)
    if until is not None:
        raise PaymentUnderWay(until=f"{until.astimezone(SHANGHAI):%H:%M}")
    cancelling.cancel(contract)
    entry = timeline.record(act, Step(contract, "cancelled", {"by": "family"}))
    return Receipt(entry.id, {"contract": contract.code})


@operation("contracts.lapsed", roles={Role.CLOCK})
def lapse_contracts_many(act: Act, *, institution_id: int, on: date, after: int = 0) -> Receipt:
    """Contracts of one institution, signed and not paid within the bureau's days, lapse.

    Where the bureau states no days, none lapses. At most 1,000 in a transaction.
    """
    pack = pack_of(act)
    due: list[Contract] = []
    if pack.has(DAYS, on):
        last = on - timedelta(days=pack.on(DAYS, on).integer + 1)
        due = cancelling.unpaid_for_update(
            institution_id=institution_id, signed_by=last, after=after, limit=ITEMS_MAX
        )
    lapsed = [each for each in due if cancelling.payable_until(each, act.at) is None]
    for each in lapsed:
        cancelling.cancel(each)
        messages.send(
            act,
            to_person_id=each.guardian_id,
            template="contract.lapsed",
            facts={"contract": each.code, "signed_on": _signed_on(each)},
        )
    entry = timeline.record_many(
        act,
        [Step(each, "lapsed", {"by": "clock", "on": on.isoformat()}) for each in lapsed],
        [],
        idle=f"institution:{institution_id}",
    )
    return Receipt(
        entry.id,
        {
            "lapsed": len(lapsed),
            "left": len(due) == ITEMS_MAX,
            "last": due[-1].pk if due else after,
        },
    )


def _signed_on(contract: Contract) -> str:
    assert contract.signed_at is not None, "a contract that lapses was signed"
    return day_of(contract.signed_at).isoformat()
