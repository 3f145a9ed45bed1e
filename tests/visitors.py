"""Signed-in visitors for page tests: an account with one grant, its cookies, and a fixed day."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.test import Client

from tests.given import AREA, BANK, Institution, at
from yuxin.access import queries
from yuxin.access.context import opened
from yuxin.access.models import Area
from yuxin.access.proof import Proof
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import now
from yuxin.look import signed_in
from yuxin.operations.access.create_account import create_account
from yuxin.operations.access.grant_role import grant_role
from yuxin.operations.access.open_session import open_session

ADMINISTRATOR = Actor(None, "系统管理员", frozenset({Role.ADMINISTRATOR}))
EARLY = datetime(2026, 1, 1, tzinfo=UTC)


class FixedMoment:
    """Middleware that lets every page be asked at one instant, which a test moves."""

    at: datetime | None = None

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if FixedMoment.at is not None:
            request.moment = FixedMoment.at  # type: ignore[attr-defined]
        return self.get_response(request)


def look_at(when: str) -> None:
    """Ask all pages from now on as of `03-27 09:40` of 2026."""
    FixedMoment.at = at(when)


def area() -> None:
    """The town that the given institutions lie in."""
    with opened("operation"):
        Area.objects.get_or_create(code=AREA, name="河口镇", valid_from=date(2026, 1, 1))


def cookies(
    role: Role,
    *,
    person_id: int | None = None,
    subject_id: int | None = None,
    organisation: str = "示例单位",
    name: str = "",
) -> dict[str, str]:
    """The cookies of somebody new who has one role and signed in just now."""
    login = f"{role.value}-{uuid.uuid4().hex[:8]}"
    made = create_account(
        Call(ADMINISTRATOR, EARLY, uuid.uuid4()),
        login=login,
        display_name=name or "某人",
        organisation=organisation,
        password_hash=make_password("unused"),
        totp_sealed=None,
        person_id=person_id,
    )
    grant_role(
        Call(ADMINISTRATOR, EARLY, uuid.uuid4()),
        account_id=int(str(made["account_id"])),
        role=role.value,
        area_code="" if subject_id else AREA,
        subject_id=subject_id,
        valid_from=EARLY.date(),
    )
    token, family = queries.new_token(), role is Role.GUARDIAN
    open_session(
        Call(Actor.public(), now() - timedelta(seconds=1), uuid.uuid4()),
        login=login,
        proof=Proof(True, False, None),
        token_sha256=queries.token_sha256(token),
        family=family,
        address="127.0.0.1",
        agent="test",
    )
    answer = HttpResponse()
    signed_in.keep(answer, token, family=family)
    return {name: morsel.value for name, morsel in answer.cookies.items()}


def client_of(jar: dict[str, str]) -> Client:
    """A test client with these cookies."""
    client = Client()
    client.cookies.load(jar)
    return client


def parent(family: Actor) -> dict[str, str]:
    """The cookies of a guardian."""
    return cookies(Role.GUARDIAN, person_id=family.person_ids[0], name=family.name)


def inside(of: Institution, role: Role) -> dict[str, str]:
    """The cookies of somebody who works at an institution."""
    organisation = BANK if role is Role.BANK else "示例单位"
    return cookies(role, subject_id=of.id, organisation=organisation)
