"""Open rights that are otherwise shut, for a reason and a short time."""

from yuxin.access import services
from yuxin.access.models import Session
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation

OPENERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.HEAD, Role.OFFICER})


@operation("privileged_period.opened", roles=OPENERS)
def open_privileged_period(act: Act, *, session_id: int, reason: str) -> Receipt:
    """Open the privileged rights of the actor's own session.

    Raises: ReasonTooShort; NotFound when the session is not the actor's or is over.
    """
    stated = services.stated(reason)
    session = Session.objects.filter(
        pk=session_id, account_id=act.actor.account_id or 0, closed_at=None, expires_at__gt=act.at
    ).first()
    if session is None:
        raise NotFound
    period = services.open_privileged_period(session=session, reason=stated, at=act.at)
    account = str(act.actor.account_id)
    until = period.expires_at.isoformat()
    entry = evidence.append(
        act, chain=f"account:{account}", subject=account, body={"reason": stated, "until": until}
    )
    return Receipt(entry.id, {"until": until})
