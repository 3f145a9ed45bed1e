"""Give somebody who forgot theirs a new password."""

from yuxin.access import services
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation


@operation("password.reset", roles={Role.ADMINISTRATOR})
def reset_password(act: Act, *, account_id: int, password_hash: str, reason: str) -> Receipt:
    """Set another person's password and end their sessions. It arrives hashed.

    Raises: NotFound, ReasonTooShort.
    """
    why = services.stated(reason)
    account = services.other_account(act, account_id)
    account.password = password_hash
    account.save(update_fields=["password"])
    ended = services.close_sessions(at=act.at, account_id=account.pk)
    body = {"login": account.login, "reason": why}
    entry = evidence.append(act, chain=f"account:{account.pk}", subject=str(account.pk), body=body)
    return Receipt(entry.id, {"account_id": account.pk, "sessions": ended})
