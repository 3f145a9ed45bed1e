"""Shut an account: it signs in no more, and its sessions end at once."""

from yuxin.access import services
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import Conflict
from yuxin.operations.operation import operation


class AccountShut(Conflict):
    """The account was shut before."""

    code = "account_shut"
    zh = "这个账号已经停用，无需重复办理。"
    en = "This account is already shut; there is nothing left to do."


@operation("account.deactivated", roles={Role.ADMINISTRATOR})
def deactivate_account(act: Act, *, account_id: int, reason: str) -> Receipt:
    """Shut another person's account; its rows and entries stay.

    Raises: NotFound, AccountShut, ReasonTooShort.
    """
    why = services.stated(reason)
    account = services.other_account(act, account_id)
    if not account.active:
        raise AccountShut
    account.active = False
    account.save(update_fields=["active"])
    ended = services.close_sessions(at=act.at, account_id=account.pk)
    body: dict[str, Json] = {"login": account.login, "reason": why, "sessions": ended}
    entry = evidence.append(act, chain=f"account:{account.pk}", subject=str(account.pk), body=body)
    return Receipt(entry.id, {"account_id": account.pk, "sessions": ended})
