"""Reads of access. They need no actor: they are how an actor is found."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from yuxin.access import limits
from yuxin.access.models import Account, Area, Grant, Look, PrivilegedPeriod, Session, SignInAttempt
from yuxin.access.sealed import blind_index
from yuxin.kernel.actor import Role


@dataclass(frozen=True)
class SignedIn:
    """Who stands behind a session token now, with what was granted to them on that day."""

    account: Account
    grants: tuple[Grant, ...]
    session_id: int
    privileged_until: datetime | None


def new_token() -> str:
    """A session token: 256 random bits, kept by the browser alone."""
    return secrets.token_urlsafe(32)


def token_sha256(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def signed_in(token: str, at: datetime, day: date) -> SignedIn | None:
    """The session of `token`, or None when it is unknown, closed, over or its account shut."""
    session = (
        Session.objects.select_related("account")
        .filter(
            token_sha256=token_sha256(token),
            closed_at=None,
            expires_at__gt=at,
            account__active=True,
        )
        .first()
    )
    if session is None:
        return None
    privileged = (
        PrivilegedPeriod.objects.filter(session=session, expires_at__gt=at)
        .order_by("-expires_at")
        .values_list("expires_at", flat=True)
        .first()
    )
    grants = grants_on(session.account, day)
    return SignedIn(session.account, grants, session.pk, privileged)


def door_key(login: str) -> str:
    """The name under which tries are counted: the login, or a keyed hash of an unknown one.

    What is typed at the door may be a password in the wrong field: only known logins are kept.
    """
    if Account.objects.filter(login=login).exists():
        return login
    return "?" + blind_index("login", login).hex()[:32]


def failures(key: str, address: str | None, now: datetime) -> tuple[int, int]:
    """Wrong tries in the lock window since the last success: of the login, of the address."""
    window = SignInAttempt.objects.filter(at__gt=now - limits.LOCK_WINDOW)
    last = (
        window.filter(login=key, succeeded=True)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    of_login = window.filter(login=key, succeeded=False)
    if last is not None:
        of_login = of_login.filter(at__gt=last)
    of_address = window.filter(address=address, succeeded=False).count() if address else 0
    return of_login.count(), of_address


def is_locked(login: str, address: str | None, now: datetime) -> bool:
    """Whether the door is shut for this login or from this address."""
    wrong, from_address = failures(door_key(login), address, now)
    return wrong >= limits.FAILURES_MAX or from_address >= limits.FAILURES_PER_ADDRESS_MAX


def account_named(login: str) -> Account | None:
    """The account of a login, whether it may sign in or not."""
    return Account.objects.filter(login=login).first()


def grants_on(account: Account, day: date) -> tuple[Grant, ...]:
    """The grants of an account that hold on `day`, both ends included, and were not ended."""
    return tuple(
        Grant.objects.filter(account=account, valid_from__lte=day, ended_at=None)
        .filter(Q(valid_to=None) | Q(valid_to__gte=day))
        .order_by("pk")
    )


def accounts_with(role: Role, subject_id: int, day: date) -> list[int]:
    """The accounts that hold a role for a subject on `day` and may sign in."""
    return list(
        Grant.objects.filter(
            role=role,
            subject_id=subject_id,
            valid_from__lte=day,
            ended_at=None,
            account__active=True,
        )
        .filter(Q(valid_to=None) | Q(valid_to__gte=day))
        .order_by("account_id")
        .values_list("account_id", flat=True)
        .distinct()
    )


def people_with(roles: Iterable[Role], day: date) -> dict[int, str]:
    """Accounts that hold one of these roles on `day` and may sign in, with their names."""
    held = Grant.objects.filter(
        account=OuterRef("pk"),
        role__in=[role.value for role in roles],
        valid_from__lte=day,
        ended_at=None,
    ).filter(Q(valid_to=None) | Q(valid_to__gte=day))
    rows = Account.objects.filter(Exists(held), active=True).order_by("pk")
    return dict(rows.values_list("pk", "display_name"))


def accounts() -> "QuerySet[Account]":
    """Every account, for the administrator; `signed_in` says whether a session is open."""
    return Account.objects.prefetch_related("grants")


def signed_in_now(rows: "QuerySet[Account]", at: datetime) -> "QuerySet[Account]":
    """The accounts that have an open session."""
    live = Session.objects.filter(account=OuterRef("pk"), closed_at=None, expires_at__gt=at)
    return rows.filter(Exists(live))


def account(account_id: int) -> Account | None:
    """An account by its number."""
    return Account.objects.filter(pk=account_id).first()


def all_grants(account_id: int) -> list[Grant]:
    """Every grant that an account ever had, the latest first."""
    return list(Grant.objects.filter(account_id=account_id).order_by("-pk"))


def open_sessions(account_id: int, at: datetime) -> list[Session]:
    """The sessions of an account that are open, the latest first."""
    live = Session.objects.filter(account_id=account_id, closed_at=None, expires_at__gt=at)
    return list(live.order_by("-opened_at", "-pk"))


def looks(*, things: list[str] | None = None) -> "QuerySet[Look]":
    """Who looked at what is masked, or took a list away; `things` narrows to what it was."""
    rows = Look.objects.select_related("account")
    return rows if things is None else rows.filter(thing__in=things)


def area_tree(day: date) -> list[tuple[str, str, int]]:
    """Every area on a day as code, name and depth, each parent before its children."""
    held = (
        Area.objects.filter(valid_from__lte=day)
        .order_by("code", "-valid_from", "-recorded_at", "-id")
        .distinct("code")
    )
    known = {area.code: area for area in held if not area.ended}
    below: dict[str, list[str]] = {}
    for area in known.values():
        parent = area.parent_code if area.parent_code in known else ""
        below.setdefault(parent, []).append(area.code)
    told: list[tuple[str, str, int]] = []

    def walk(parent: str, depth: int) -> None:
        for code in sorted(below.get(parent, ())):
            told.append((code, known[code].name, depth))
            walk(code, depth + 1)

    walk("", 0)
    return told
