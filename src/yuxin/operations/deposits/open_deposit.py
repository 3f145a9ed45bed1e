"""The bureau records the deposit that an institution agreed to keep."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation
from yuxin.registry import queries as registry
from yuxin.tuition.deposits import services
from yuxin.tuition.deposits.permissions import require_may_decide_deposit
from yuxin.tuition.deposits.services import NewDeposit
from yuxin.tuition.models import Bank


class BankUnknown(BadInput):
    """A bank that files are not exchanged with."""

    code = "bank_unknown"
    zh = "没有登记这家银行，请先在“托管银行”登记，或核对银行代码。"
    en = "This bank is not entered; enter it among the custody banks or check its code."


@operation("deposit.opened", roles={Role.OFFICER, Role.HEAD})
def open_deposit(act: Act, *, code: str, deposit: NewDeposit) -> Receipt:
    """Record a deposit: its kind, in whose account it lies. What it must be follows by itself.

    Raises: NotFound, Forbidden, BadInput, BankUnknown, NotAnAccount, DepositOpen.
    Law: N07; funds-rules 2.6, 2.8.
    """
    entry_of = registry.identify(act.actor, code)
    require_may_decide_deposit(act.actor, entry_of.pk)
    if not deposit.account_title.strip():
        raise BadInput(field="account_title")
    if not Bank.objects.filter(code=deposit.bank_code).exists():
        raise BankUnknown(field="bank_code")
    made = services.open_deposit(act, institution_id=entry_of.pk, deposit=deposit)
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "deposit": made.code,
            "kind": str(deposit.kind),
            "holder": str(deposit.holder),
            "bank": made.bank_code,
            "last4": made.number_last4,
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"deposit": made.code})
