"""Open rights that are otherwise shut, for a reason and a short time."""

from yuxin.access import services
from yuxin.access.models import Session
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation

REASON_CHARACTERS_MIN = 6


class ReasonTooShort(BadInput):
    """A privileged period needs a reason that another person can understand."""

    code = "reason_too_short"
    zh = "请写明事由（不少于6个字），这段话会写入存证，供审计查看。"
    en = "State the reason (at least 6 characters); it is kept in the log for the auditor."


@operation("privileged_period.opened", roles={Role.ADMINISTRATOR, Role.AUDITOR, Role.HEAD})
def open_privileged_period(act: Act, *, session_id: int, reason: str) -> Receipt:
    """Open the privileged rights of the actor's own session.

    Raises: ReasonTooShort; NotFound when the session is not the actor's or is over.
    """
    stated = reason.strip()
    if len(stated) < REASON_CHARACTERS_MIN:
        raise ReasonTooShort(field="reason")
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
