"""Builders for tests of the desk: somebody signed in, without the door."""

import uuid
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.test import Client

from yuxin.access import queries
from yuxin.access.context import opened
from yuxin.access.models import Account, Grant, Session
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import now


def cookie(
    role: Role,
    *,
    area: str = "",
    line: str = "ALL",
    subject_id: int | None = None,
    person_id: int | None = None,
) -> dict[str, str]:
    """The cookie of a live session of somebody with one grant."""
    token, at = queries.new_token(), now()
    with opened("operation"):
        account = Account.objects.create(
            login=uuid.uuid4().hex,
            display_name="沈亦舟",
            password="!",
            person_id=person_id,
            created_at=at,
        )
        Grant.objects.create(
            account=account,
            role=role.value,
            area_code=area,
            line=line,
            subject_id=subject_id,
            valid_from=datetime(2020, 1, 1, tzinfo=UTC).date(),
        )
        Session.objects.create(
            token_sha256=queries.token_sha256(token),
            account=account,
            opened_at=at,
            expires_at=at + timedelta(hours=1),
        )
    return {"session": signing.TimestampSigner(salt="yuxin.session").sign(token)}


def client(role: Role, **grant: object) -> Client:
    """A browser without script in which somebody with one grant is signed in."""
    browser = Client()
    browser.cookies.load(cookie(role, **grant))  # type: ignore[arg-type]
    return browser
