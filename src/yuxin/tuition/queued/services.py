"""Taking what a phone sent later: the time of the tap counts, within limits."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.refusal import Refusal
from yuxin.tuition.queued.models import QueuedAct

KEPT: Final = timedelta(hours=72)
AHEAD: Final = timedelta(minutes=5)  # how far a phone's clock may run before ours


class TapTooOld(Refusal):
    """What waited on a phone longer than three days is not done any more."""

    code = "tap_too_old"
    zh = "这一步是{tapped}点的，超过72小时才发到，没有办理。请核对后重新办理。"
    en = "This was tapped at {tapped} and arrived more than 72 hours later, so nothing was done."


class TapAhead(Refusal):
    """A phone whose clock runs ahead cannot say when something was tapped."""

    code = "tap_ahead"
    zh = "手机时间比北京时间快，没有办理。请把手机时间调成自动，再点一次。"
    en = "The phone's clock runs ahead, so nothing was done. Set it to automatic and tap again."


class TapBeforeLast(Refusal):
    """Acts of a phone are taken in the order in which they were tapped."""

    code = "tap_before_last"
    zh = "这一步点在您{last}那一步之前，却后发到，没有办理。请核对后重新办理。"
    en = "This was tapped before your act of {last} and arrived after it, so nothing was done."


def claimed(act: Act, occurred_at: datetime | None) -> dict[str, str]:
    """What the log says of a tap sent later; nothing for an act done at once.

    Raises: TapTooOld, TapAhead, TapBeforeLast.
    """
    require_act()
    if occurred_at is None:
        return {}
    if occurred_at > act.at + AHEAD:
        raise TapAhead
    if act.at - occurred_at > KEPT:
        raise TapTooOld(tapped=_words(occurred_at))
    last = QueuedAct.objects.filter(
        account_id=_account(act), outcome=QueuedAct.Outcome.DONE
    ).aggregate(at=Max("claimed_at"))["at"]
    if last is not None and occurred_at < last:
        raise TapBeforeLast(last=_words(last))
    return {"claimed_at": occurred_at.astimezone(SHANGHAI).isoformat()}


def keep(
    act: Act,
    *,
    institution_id: int,
    subject: str,
    occurred_at: datetime | None,
) -> None:
    """Keep that an act waited on a phone; nothing for an act done at once."""
    if occurred_at is None:
        return
    _add(
        act,
        institution_id=institution_id,
        subject=subject,
        name=act.act,
        occurred_at=min(occurred_at, act.at),
        refusal="",
    )


def conflict(
    act: Act, *, institution_id: int, subject: str, name: str, occurred_at: datetime, refusal: str
) -> None:
    """Keep that an act from a phone could not be done: a task of the account."""
    _add(
        act,
        institution_id=institution_id,
        subject=subject,
        name=name,
        occurred_at=occurred_at,
        refusal=refusal,
    )


def _add(
    act: Act, *, institution_id: int, subject: str, name: str, occurred_at: datetime, refusal: str
) -> None:
    require_act()
    QueuedAct.objects.create(
        account_id=_account(act),
        institution_id=institution_id,
        request_id=act.request_id,
        act=name,
        subject=subject,
        outcome=QueuedAct.Outcome.CONFLICT if refusal else QueuedAct.Outcome.DONE,
        refusal=refusal,
        claimed_at=occurred_at,
        received_at=act.at,
    )


def close(act: Act, *, number: int) -> QueuedAct | None:
    """Note that somebody looked at a conflict of theirs; None when there is none open."""
    require_act()
    found = (
        QueuedAct.objects.filter(
            pk=number,
            account_id=_account(act),
            outcome=QueuedAct.Outcome.CONFLICT,
            closed_at=None,
        )
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )
    if found is not None:
        found.closed_at = act.at
        found.save(update_fields=["closed_at"])
    return found


def _account(act: Act) -> int:
    """Whose phone it is."""
    assert act.actor.account_id is not None, "a phone is somebody's"
    return act.actor.account_id


def _words(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"
