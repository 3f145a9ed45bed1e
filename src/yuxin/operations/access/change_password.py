"""Change one's own password."""

from yuxin.access import limits, queries, services
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.operations.operation import operation


@operation("password.changed", roles=EVERYBODY - {Role.PUBLIC})
def change_password(
    act: Act,
    *,
    login: str,
    proven_against: str,
    password_hash: str,
    token_sha256: bytes,
    address: str | None = None,
) -> Receipt:
    """Set the actor's password when the old one was proven, and end their other sessions.

    `proven_against` is the stored hash that the old password was found to fit, empty when it
    fits none. A wrong one is counted like a wrong one at the door, so it is no refusal: the
    outcome `changed`, `wrong` or `locked` stands in the receipt.
    """
    assert act.actor.account_id is not None, "only somebody signed in has a password"
    account = services.account_for_update(login)
    assert account is not None and account.pk == act.actor.account_id, "one's own account"
    wrong, _ = queries.failures(login, None, act.at)
    if wrong >= limits.FAILURES_MAX:
        return _receipt(act, "locked")
    if proven_against != account.password:
        services.record_attempt(login=login, address=address, at=act.at, succeeded=False)
        return _receipt(act, "wrong")
    account.password = password_hash
    account.save(update_fields=["password"])
    services.close_sessions(at=act.at, account_id=account.pk, but=token_sha256)
    return _receipt(act, "changed")


def _receipt(act: Act, outcome: str) -> Receipt:
    account = str(act.actor.account_id)
    body = {"outcome": outcome}
    entry = evidence.append(act, chain=f"account:{account}", subject=account, body=body)
    return Receipt(entry.id, {"outcome": outcome})
