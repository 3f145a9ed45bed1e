"""An institution opened a special account, its first or one that is to replace it."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.tuition.custody import services
from yuxin.tuition.custody.permissions import OPENS, require_reach
from yuxin.tuition.custody.services import NewAccount
from yuxin.tuition.models import Bank
from yuxin.tuition.selection import services as selection


class BankLeaving(Refusal):
    """A bank that left custody takes no new account."""

    code = "bank_leaving"
    zh = "这家银行已办理退出，不再开新的预收费专户。请选别的托管银行。"
    en = "This bank has left custody and takes no new account. Choose another bank."


@operation("account.opened", roles=OPENS)
def open_account(
    act: Act, *, institution_id: int, account: NewAccount, reason: str = ""
) -> Receipt:
    """Tell an account that the bank opened. `reason`: why it replaces the one in use.

    Raises: NotFound, BadInput for a bank that was not entered, BankLeaving, TooManyAccounts,
        AccountTaken.
    Law: one special account per institution (funds-rules 2.1; `bank.special_accounts_max`).
    """
    require_reach(act.actor, institution_id)
    if not Bank.objects.filter(code=account.bank_code).exists():
        raise BadInput(field="bank_code")
    if selection.is_leaving(account.bank_code):
        raise BankLeaving
    most = pack_of(act).on("bank.special_accounts_max", act.day).integer
    row = services.open_account(
        act, institution_id=institution_id, account=account, reason=reason.strip(), most=most
    )
    entry = evidence.append(
        act,
        chain=f"account:{row.code}",
        subject=f"account:{row.code}",
        body={
            "account": row.code,
            "bank": row.bank_code,
            "title": row.title,
            "last_four": row.number_last4,
            "replaces": not row.in_use,
        },
    )
    return Receipt(entry.id, {"account": row.code, "state": row.state})
