"""Sign out."""

from yuxin.access import services
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.operations.operation import operation


@operation("session.closed", roles=EVERYBODY - {Role.PUBLIC})
def close_session(act: Act, *, token_sha256: bytes | None = None) -> Receipt:
    """End one session of the actor, or all of them when no token is given."""
    assert act.actor.account_id is not None, "the public has no session"
    ended = services.close_sessions(
        at=act.at, account_id=act.actor.account_id, token_sha256=token_sha256
    )
    account = str(act.actor.account_id)
    entry = evidence.append(act, chain=f"account:{account}", subject=account, body={"ended": ended})
    return Receipt(entry.id, {"ended": ended})
