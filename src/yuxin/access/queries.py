"""Reads of access. They need no actor: they are how an actor is found."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from yuxin.access.models import Account, Grant, PrivilegedPeriod, Session
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
