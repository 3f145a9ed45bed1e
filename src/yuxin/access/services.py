"""Writes of access, inside an operation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yuxin.access import limits, queries
from yuxin.access.models import Account, Area, Grant, Look, PrivilegedPeriod, Session, SignInAttempt
from yuxin.access.proof import device_step
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound, Refusal

REASON_CHARACTERS_MIN = 6


class ReasonTooShort(BadInput):
    """Such an act needs a reason that another person can understand."""

    code = "reason_too_short"
    zh = "请写明事由（不少于6个字），这段话会写入存证，供审计查看。"
    en = "State the reason (at least 6 characters); it is kept in the log for the auditor."


class PrivilegedPeriodNeeded(Refusal):
    """The right is shut until a privileged period is opened."""

    code = "privileged_period_needed"
    status = 403
    zh = "此项须先开启特权时段：请在“特权时段”写明事由，开启后再办。没有写入任何内容。"
    en = (
        "This needs a privileged period: open one under “Privileged period” with a reason, then"
        " do it again. Nothing was written."
    )


class NoDevice(Refusal):
    """Signing takes a code of the account's own device."""

    code = "no_device"
    status = 403
    zh = "签合同要用您账号绑定的动态码，这个账号还没有绑定。请系统管理员为您绑定后再签。"
    en = "Signing takes the code of your account's device, and none is bound to it yet."


class DeviceLocked(Refusal):
    """Too many wrong codes."""

    code = "device_locked"
    status = 429
    zh = "动态码错了太多次，请过{minutes}分钟再试。没有签合同。"
    en = "Too many wrong codes; try again in {minutes} minutes. Nothing was signed."


def stated(reason: str) -> str:
    """A reason without the blanks around it.

    Raises: ReasonTooShort.
    """
    text = reason.strip()
    if len(text) < REASON_CHARACTERS_MIN:
        raise ReasonTooShort(field="reason")
    return text


def require_privileged(act: Act) -> None:
    """The session in use must have a privileged period open; the machine's set-up has none.

    Raises: PrivilegedPeriodNeeded.
    """
    require_act()
    if act.actor.account_id is None:
        return
    is_open = PrivilegedPeriod.objects.filter(
        session_id=act.actor.session_id or 0,
        session__account_id=act.actor.account_id,
        session__closed_at=None,
        session__expires_at__gt=act.at,
        opened_at__lte=act.at,
        expires_at__gt=act.at,
    ).exists()
    if not is_open:
        raise PrivilegedPeriodNeeded


def other_account(act: Act, account_id: int) -> Account:
    """An account for update that is not the actor's own.

    Raises: NotFound, also for one's own: nobody administers themselves.
    """
    require_act()
    account = (
        Account.objects.filter(pk=account_id)
        .exclude(pk=act.actor.account_id or 0)
        .select_for_update(no_key=True)
        .first()
    )
    if account is None:
        raise NotFound
    return account


def record_attempt(*, login: str, address: str | None, at: datetime, succeeded: bool) -> None:
    """Keep one try to sign in."""
    require_act()
    SignInAttempt.objects.create(login=login, address=address, at=at, succeeded=succeeded)


def account_for_update(login: str) -> Account | None:
    """The account of `login`, locked until the operation ends."""
    require_act()
    return (
        Account.objects.filter(login=login, active=True)
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )


def own_account_for_update(act: Act) -> Account | None:
    """The actor's own account, locked until the operation ends; None for machines."""
    require_act()
    return (
        Account.objects.filter(pk=act.actor.account_id or 0, active=True)
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )


@dataclass(frozen=True)
class DeviceProof:
    """Whether a code of the account's device was right, and how many tries are left."""

    login: str
    right: bool
    tries_left: int


def prove_device(act: Act, code: str) -> DeviceProof:
    """Count one try of a code of the actor's own device; a right one never serves again.

    A wrong try must be kept, so it is no refusal. Raises: NoDevice, DeviceLocked.
    """
    account = own_account_for_update(act)
    if account is None or account.totp_sealed is None:
        raise NoDevice
    wrong, _ = queries.failures(account.login, None, act.at)
    if wrong >= limits.FAILURES_MAX:
        raise DeviceLocked(minutes=limits.LOCK_WINDOW.seconds // 60)
    step = device_step(account, code, act.at)
    right = step is not None and use_totp_step(account, step)
    record_attempt(login=account.login, address=None, at=act.at, succeeded=right)
    left = limits.FAILURES_MAX if right else limits.FAILURES_MAX - wrong - 1
    return DeviceProof(account.login, right, left)


def use_totp_step(account: Account, step: int) -> bool:
    """Note that the code of `step` was used; False when it, or a later one, was used before."""
    require_act()
    return (
        Account.objects.filter(pk=account.pk, totp_last_step__lt=step).update(totp_last_step=step)
        == 1
    )


def open_session(
    *,
    account: Account,
    token_sha256: bytes,
    opened_at: datetime,
    family: bool,
    address: str | None,
    agent: str,
) -> Session:
    """Open a session and end the oldest ones above the limit per account."""
    require_act()
    session = Session.objects.create(
        token_sha256=token_sha256,
        account=account,
        opened_at=opened_at,
        expires_at=opened_at + (limits.SESSION_MAX_FAMILY if family else limits.SESSION_MAX),
        address=address,
        agent=agent[:200],
    )
    older = (
        Session.objects.filter(account=account, closed_at=None, expires_at__gt=opened_at)
        .order_by("-opened_at", "-pk")
        .values_list("pk", flat=True)[limits.SESSIONS_PER_ACCOUNT_MAX :]
    )
    Session.objects.filter(pk__in=list(older)).update(closed_at=opened_at)
    return session


def close_sessions(
    *,
    at: datetime,
    account_id: int,
    token_sha256: bytes | None = None,
    but: bytes | None = None,
) -> int:
    """End one session of an account, or all of them `but` one; how many were open."""
    require_act()
    open_ones = Session.objects.filter(account_id=account_id, closed_at=None)
    if token_sha256 is not None:
        open_ones = open_ones.filter(token_sha256=token_sha256)
    if but is not None:
        open_ones = open_ones.exclude(token_sha256=but)
    return open_ones.update(closed_at=at)


def open_privileged_period(*, session: Session, reason: str, at: datetime) -> PrivilegedPeriod:
    """Open the shut rights of a session for a stated reason and a short time."""
    require_act()
    return PrivilegedPeriod.objects.create(
        session=session, reason=reason, opened_at=at, expires_at=at + limits.PRIVILEGED_MAX
    )


def record_look(act: Act, *, kind: str, thing: str, reason: str) -> Look:
    """Keep who looked at what is masked for others, and why."""
    assert act.actor.account_id is not None, "only somebody signed in may look"
    return Look.objects.create(
        account_id=act.actor.account_id, kind=kind, thing=thing, reason=reason, at=act.at
    )


def grant(
    act: Act,
    *,
    account: Account,
    role: Role,
    area_code: str = "",
    line: str = "ALL",
    subject_id: int | None = None,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
) -> Grant:
    """Give a role over an area node and a line, or over one subject, for a period."""
    require_act()
    return Grant.objects.create(
        account=account,
        role=role.value,
        area_code=area_code,
        line=line,
        subject_id=subject_id,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by=act.actor.account_id,
        reason=reason,
    )


def add_areas(rows: Sequence[tuple[str, str, str]], *, valid_from: date) -> None:
    """Write nodes of administration as code, name and the code above, from a day on."""
    require_act()
    Area.objects.bulk_create(
        Area(code=code, name=name, parent_code=parent, valid_from=valid_from)
        for code, name, parent in rows
    )
