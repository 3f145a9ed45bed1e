"""Let somebody who lost their device use another for the codes."""

from yuxin.access import services
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation


@operation("device.reset", roles={Role.ADMINISTRATOR})
def reset_device(act: Act, *, account_id: int, totp_sealed: bytes, reason: str) -> Receipt:
    """Set another person's device secret and end their sessions. It arrives sealed.

    Raises: NotFound, ReasonTooShort, PrivilegedPeriodNeeded.
    """
    why = services.stated(reason)
    account = services.other_account(act, account_id)
    services.require_privileged(act)
    account.totp_sealed = totp_sealed
    account.totp_last_step = 0
    account.save(update_fields=["totp_sealed", "totp_last_step"])
    ended = services.close_sessions(at=act.at, account_id=account.pk)
    body = {"login": account.login, "reason": why}
    entry = evidence.append(act, chain=f"account:{account.pk}", subject=str(account.pk), body=body)
    return Receipt(entry.id, {"account_id": account.pk, "sessions": ended})
