"""End one session: one's own on another machine, or as administrator anybody's."""

from yuxin.access import services
from yuxin.access.models import Session
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation


@operation("session.ended", roles=EVERYBODY - {Role.PUBLIC})
def end_session(act: Act, *, session_id: int) -> Receipt:
    """End a session from this moment on. One that ended meanwhile is answered alike.

    Raises: NotFound, for a session of somebody else unless the actor administers.
    """
    session = Session.objects.filter(pk=session_id).first()
    if session is None:
        raise NotFound
    if session.account_id != act.actor.account_id and not act.actor.has(Role.ADMINISTRATOR):
        raise NotFound
    ended = services.close_sessions(
        at=act.at, account_id=session.account_id, token_sha256=bytes(session.token_sha256)
    )
    account = str(session.account_id)
    body = {"ended": ended, "session": session.pk}
    entry = evidence.append(act, chain=f"account:{account}", subject=account, body=body)
    return Receipt(entry.id, {"ended": ended})
