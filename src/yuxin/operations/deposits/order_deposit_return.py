"""A deposit goes back to its institution once every family has its money."""

from yuxin.access.sealed import unseal
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.registry import queries as registry
from yuxin.tuition.collapse.permissions import require_another
from yuxin.tuition.deposits import services
from yuxin.tuition.deposits.models import Deposit
from yuxin.tuition.deposits.permissions import require_may_decide_deposit


class DepositStillNeeded(Refusal):
    """A deposit backs families until the last one has its money."""

    code = "deposit_still_needed"
    zh = "还有在读合同或没有结清的余款，保证金不能退。全部退费结清后再办。"
    en = (
        "There are running contracts or money that families are owed, so the deposit stays. "
        "Return it once every refund is settled."
    )


class NothingToReturn(Refusal):
    """A deposit without money, on its way back, or without an account to go to."""

    code = "nothing_to_return"
    zh = "保证金没有余额、正在退还，或机构没有登记结算账户，没有办理。"
    en = (
        "The deposit is empty, on its way back, or the institution has no settlement account, so "
        "nothing was done."
    )


@operation("deposit.return_asked", roles={Role.OFFICER, Role.HEAD})
def ask_deposit_return(act: Act, *, deposit_code: str) -> Receipt:
    """Ask that a deposit be given back. Raises: NotFound, Forbidden, DepositStillNeeded."""
    deposit = _ready(act, deposit_code)
    deposit.return_asked_by = act.actor.account_id
    deposit.save(update_fields=["return_asked_by"])
    return _receipt(act, deposit, 0)


@operation("deposit.return_ordered", roles={Role.OFFICER, Role.HEAD})
def order_deposit_return(act: Act, *, deposit_code: str) -> Receipt:
    """Another person orders a deposit back to the institution's own account.

    Raises: NotFound, Forbidden, SamePerson, DepositStillNeeded, NothingToReturn.
    """
    deposit = _ready(act, deposit_code)
    if deposit.return_asked_by is None:
        raise NothingToReturn
    require_another(act.actor, deposit.return_asked_by)
    own = registry.custody_account(act.actor, deposit.institution_id, act.day)
    account = own and own.settlement_sealed and unseal("settlement_number", own.settlement_sealed)
    amount = services.balance_of(deposit)
    if not account or not amount:
        raise NothingToReturn
    days = calendar(pack_of(act), "bank", act.day)
    order = services.order_return(
        act,
        deposit,
        to_account=str(account),
        amount_fen=amount,
        value_on=days.next_working(act.day),
    )
    deposit.state, deposit.instruction = Deposit.State.RETURNING, order
    deposit.returned_by = act.actor.account_id
    deposit.save(update_fields=["state", "instruction", "returned_by"])
    return _receipt(act, deposit, amount)


def _ready(act: Act, code: str) -> Deposit:
    deposit = services.deposit_for_update(code)
    if deposit is None:
        raise NotFound
    require_may_decide_deposit(act.actor, deposit.institution_id)
    if deposit.state != Deposit.State.OPEN:
        raise NothingToReturn
    if not services.owes_nothing(deposit.institution_id):
        raise DepositStillNeeded
    return deposit


def _receipt(act: Act, deposit: Deposit, amount_fen: int) -> Receipt:
    chain = f"deposit:{deposit.code}"
    body: dict[str, Json] = {
        "deposit": deposit.code,
        "state": str(deposit.state),
        "amount_fen": amount_fen,
    }
    entry = evidence.append(act, chain=chain, subject=chain, body=body)
    return Receipt(entry.id, body)
