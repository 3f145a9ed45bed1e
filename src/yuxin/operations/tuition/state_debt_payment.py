"""The institution says that it paid a family what it owed; the guardian says whether it came."""

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.tuition.advances import services as advances
from yuxin.tuition.advances.models import Debt
from yuxin.tuition.models import Contract
from yuxin.tuition.permissions import require_is_guardian, require_may_answer_refund
from yuxin.tuition.services import contracts, money, refunds, timeline
from yuxin.tuition.services.timeline import Step

SERIAL_MAX = 64


class DebtNotOpen(Refusal):
    """The debt is not waiting for this."""

    code = "debt_not_open"
    zh = "这笔应补款现在不需要这一步：可能已经付清，或者还没有登记付款。请刷新查看。"
    en = "This debt does not wait for this step: it is settled, or no payment was stated. Reload."


class DebtIntoCustody(Refusal):
    """The debt is paid into custody, where the bank's file proves it."""

    code = "debt_into_custody"
    zh = "这笔款要缴入合同的托管专户，附言写编号 {debt}，到账后自动核销，不用登记。"
    en = "Pay this into the contract's custody account under number {debt}; it settles by itself."


@operation("debt.payment_stated", roles={Role.INSTITUTION_FINANCE, Role.INSTITUTION_HEAD})
def state_debt_payment(act: Act, *, debt_code: str, serial: str) -> Receipt:
    """State that the family was paid, with the bank's serial; the guardian is asked to confirm.

    Raises: NotFound, Forbidden, BadInput, DebtIntoCustody, DebtNotOpen.
    """
    debt = advances.debts_for_update([debt_code]).get(debt_code)
    if debt is None:
        raise NotFound
    require_may_answer_refund(act.actor, debt.institution_id)
    if not debt.direct:
        raise DebtIntoCustody(debt=debt.code)
    if debt.state != Debt.State.OPEN:
        raise DebtNotOpen
    if not 0 < len(serial.strip()) <= SERIAL_MAX:
        raise BadInput(field="serial")
    advances.state_paid(debt, serial=serial.strip(), at=act.at)
    messages.send(
        act,
        to_person_id=debt.guardian_id,
        template="debt.stated",
        facts={
            "contract": debt.contract.code,
            "amount_fen": debt.left_fen,
            "serial": serial.strip(),
        },
    )
    entry = timeline.record(act, _step(debt, "debt_stated", serial=serial.strip()))
    return Receipt(entry.id, {"debt": debt.code})


@operation("debt.payment_answered", roles={Role.GUARDIAN}, moves=("refund.paid_by_institution",))
def answer_debt_payment(act: Act, *, debt_code: str, came: bool) -> Receipt:
    """Say whether the money came: then the debt is settled; else the institution still owes it.

    Raises: NotFound, Forbidden, DebtNotOpen.
    """
    found = advances.debts_for_update([debt_code]).get(debt_code)
    if found is None:
        raise NotFound
    contract = contracts.contract_for_update(found.contract.code)
    assert contract is not None, "the contract of a visible debt is visible"
    require_is_guardian(act.actor, contract)
    if found.state != Debt.State.STATED:
        raise DebtNotOpen
    steps = [_step(found, "debt_paid" if came else "debt_denied")]
    if came:
        steps += _settle(act, found, contract)
    else:
        advances.reopen(found)
    entry = timeline.record_many(act, steps, [], idle=timeline.chain_of(contract))
    assessment.mark(contract.institution_id)
    told: dict[str, Json] = {
        "debt": found.code,
        "contract": contract.code,
        "state": str(found.state),
    }
    return Receipt(entry.id, told)


def _settle(act: Act, debt: Debt, contract: Contract) -> list[Step]:
    money.post(act, [advances.paid(debt, on=act.day)])
    if refunds.is_paid_up(debt.refund):
        refunds.move(act, debt.refund, "paid_by_institution", paid_on=act.day)
    moved = contracts.settle_states([contract], at=act.at)
    return [Step(each, word, {"closed": word == "closed"}) for each, word in moved]


def _step(debt: Debt, kind: str, **more: str) -> Step:
    return Step(
        debt.contract,
        kind,
        {"debt": debt.code, "amount_fen": debt.left_fen, **more},
        amount_fen=debt.left_fen,
        reference=debt.code,
    )
