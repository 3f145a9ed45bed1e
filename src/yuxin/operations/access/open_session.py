"""Sign in, or be refused at the door; both are written."""

from yuxin.access import limits, queries, services
from yuxin.access.proof import Proof
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import EVERYBODY
from yuxin.operations.operation import operation


@operation("session.opened", roles=EVERYBODY)
def open_session(
    act: Act,
    *,
    login: str,
    proof: Proof,
    token_sha256: bytes,
    family: bool,
    address: str | None,
    agent: str,
) -> Receipt:
    """Open a session when the proof holds and the door is not locked.

    The outcome stands in the receipt: `opened`, `wrong`, `code` (the password is right and a
    code is needed or was wrong) or `locked`. A wrong try must be counted, so it is no refusal.
    """
    account = services.account_for_update(login)
    key = queries.door_key(login)
    wrong, from_address = queries.failures(key, address, act.at)
    tries_left = limits.FAILURES_MAX - wrong
    if tries_left <= 0 or from_address >= limits.FAILURES_PER_ADDRESS_MAX:
        return _receipt(act, key, "locked", 0)
    if account is None or not proof.holds:
        outcome = "code" if proof.password_right else "wrong"
        services.record_attempt(login=key, address=address, at=act.at, succeeded=False)
        return _receipt(act, key, outcome, tries_left - 1)
    if proof.totp_step is not None and not services.use_totp_step(account, proof.totp_step):
        services.record_attempt(login=key, address=address, at=act.at, succeeded=False)
        return _receipt(act, key, "code", tries_left - 1)
    services.record_attempt(login=key, address=address, at=act.at, succeeded=True)
    services.open_session(
        account=account,
        token_sha256=token_sha256,
        opened_at=act.at,
        family=family,
        address=address,
        agent=agent,
    )
    return _receipt(act, key, "opened", limits.FAILURES_MAX)


def _receipt(act: Act, key: str, outcome: str, tries_left: int) -> Receipt:
    # Tries on logins that do not exist share one chain: strangers start none of their own.
    chain = "login:unknown" if key.startswith("?") else f"login:{key}"
    entry = evidence.append(
        act, chain=chain, subject=chain, body={"login": key, "outcome": outcome}
    )
    return Receipt(entry.id, {"outcome": outcome, "tries_left": tries_left})
