"""Money in suspense is matched by hand with the order that it paid."""

from yuxin.access.sealed import blind_index, unseal
from yuxin.assessment import services as assessment
from yuxin.cases import services as cases
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.tuition.breaks import services as breaks
from yuxin.tuition.breaks.kind import BREAK
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.breaks.queries import can_be_given_back
from yuxin.tuition.models import BankLine, Contract, PaymentOrder
from yuxin.tuition.services import banking, contracts, money, suspense, timeline
from yuxin.tuition.services.timeline import Step


class OrderDoesNotFit(BadInput):
    """The order chosen is not the one that this money paid."""

    code = "order_does_not_fit"
    zh = "这笔来款对不上该付款订单：{why_zh}。请核对订单号，或者原路退回来款。"
    en = "This money does not fit the order: {why_en}. Check the order, or give the money back."


@operation("break.matched", roles={Role.OFFICER, Role.HEAD}, moves=("break.matched",))
def match_break(act: Act, *, break_code: str, order_code: str, words: str) -> Receipt:
    """Book money held in suspense as the payment of an order: same account, same sum, unpaid.

    It never goes to an institution from suspense: it becomes the family's, unearned.
    Raises: NotFound, WrongState, Forbidden, WordsMissing, OrderDoesNotFit.
    """
    contract = contracts.contract_of_order_for_update(order_code)
    found = breaks.break_for_update(break_code)
    if found is None:
        raise NotFound
    order = contracts.order_for_update(order_code)
    if contract is None or order is None:
        raise OrderDoesNotFit(field="order", why_zh="没有这个订单", why_en="there is no such order")
    line = _fitting(found, order, contract)
    cases.advance(act, found.proceeding, BREAK, "matched", words=words)
    groups = [suspense.matched(suspense.Suspended(line, found.institution_id), on=act.day)]
    steps = [_step(found, order, contract, line, "arrived")]
    if not order.channel_serial:
        contracts.paid(
            order,
            serial=str(line.detail["channel_serial"]),
            channel=str(line.detail["channel"]),
            at=act.at,
        )
        groups.append(money.paid(order, on=act.day))
        steps.insert(0, _step(found, order, contract, line, "paid"))
    groups.append(money.arrived(order, on=act.day))
    contracts.arrived_many({act.day: [order]})
    money.post(act, groups)
    breaks.matched(found, order)
    banking.found(line, BankLine.State.MATCHED, institution_id=found.institution_id, note=words)
    entry = timeline.record_many(act, steps, [], idle=f"proceeding:{break_code}")
    messages.send(
        act,
        to_person_id=contract.guardian_id,
        template="payment.received",
        facts={"contract": contract.code, "amount_fen": order.amount_fen},
    )
    assessment.mark(found.institution_id)
    return Receipt(entry.id, {"break": break_code, "contract": contract.code})


def _step(found: Break, order: PaymentOrder, contract: Contract, line: BankLine, kind: str) -> Step:
    body = {"serial": line.bank_serial, "order": order.code, "break": found.proceeding.code}
    return Step(
        contract,
        kind,
        {**body, "amount_fen": order.amount_fen},
        amount_fen=order.amount_fen,
        reference=line.bank_serial,
    )


def _fitting(found: Break, order: PaymentOrder, contract: Contract) -> BankLine:
    """The line whose money fits the order.

    Raises: OrderDoesNotFit.
    """
    line, states = found.line, PaymentOrder.State
    if line is None or not can_be_given_back(found):
        raise _unfit("这个差错没有挂账的来款", "no money is held for this break")
    if order.amount_fen != found.held_fen:
        sum_of = yuan(Fen(order.amount_fen))
        raise _unfit(f"订单金额是 {sum_of} 元", f"the order is for {sum_of} yuan")
    waits = order.state == states.PAID or (
        order.state == states.CREATED and contract.state == Contract.State.SIGNED
    )
    if not waits:
        raise _unfit("订单已到账或已取消", "it arrived or was cancelled")
    serial = str(line.detail["channel_serial"])
    if order.channel_serial and order.channel_serial != serial:
        raise _unfit("付款流水号不同", "it was paid under another serial")
    account = blind_index("custody_number", unseal("custody_number", contract.custody_sealed))
    if bytes(line.account_index or b"") != account:
        raise _unfit("到的不是这份合同的专户", "it came to another account than the contract's")
    return line


def _unfit(zh: str, en: str) -> OrderDoesNotFit:
    return OrderDoesNotFit(field="order", why_zh=zh, why_en=en)
