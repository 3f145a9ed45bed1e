"""The door as a person meets it: a form, a session, the way back out."""

import uuid
from datetime import UTC, datetime

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from yuxin.access.context import opened
from yuxin.access.models import Account, Area, Grant
from yuxin.access.sealed import seal
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import now
from yuxin.operations.access.create_account import create_account
from yuxin.operations.access.grant_role import grant_role

ADMINISTRATOR = Actor(9_999, "系统管理员", frozenset({Role.ADMINISTRATOR}))
PASSWORD = "correct horse"
DEVICE = pyotp.random_base32()


@pytest.fixture
def officer(db) -> int:
    """An officer of the county with a device."""
    return make_officer()


def make_officer() -> int:
    """The account of an officer of the county; a device makes the codes."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with opened("operation"):
        Area.objects.create(code="990100", name="示例县", valid_from=at.date())
    receipt = create_account(
        Call(ADMINISTRATOR, at, uuid.uuid4()),
        login="shen",
        display_name="沈亦舟",
        organisation="示例县教育局",
        password_hash=make_password(PASSWORD),
        totp_sealed=seal("totp", DEVICE),
    )
    account = int(str(receipt["account_id"]))
    grant_role(
        Call(ADMINISTRATOR, at, uuid.uuid4()),
        account_id=account,
        role="officer",
        area_code="990100",
        valid_from=at.date(),
    )
    return account


def _sign_in(client: Client, **changes: str):
    form = {"login": "shen", "password": PASSWORD, "code": pyotp.TOTP(DEVICE).at(now())}
    return client.post("/sign-in", {**form, **changes})


def test_somebody_unknown_is_sent_to_the_door_and_back_to_the_page(officer):
    client = Client()
    asked = client.get("/desk/")
    assert asked.status_code == 302
    assert asked.headers["Location"] == "/sign-in?next=%2Fdesk%2F"
    opened_door = _sign_in(client, next="/desk/")
    assert opened_door.headers["Location"] == "/desk/"
    page = client.get("/desk/")
    assert page.status_code == 200
    assert "沈亦舟" in page.content.decode()


def test_a_wrong_code_says_how_many_tries_are_left(officer):
    refused = _sign_in(Client(), code="000000")
    assert refused.status_code == 403
    assert "还可试4次" in refused.content.decode()


def test_the_door_sends_nobody_to_another_site(officer):
    response = _sign_in(Client(), next="https://elsewhere.example/")
    assert response.headers["Location"] == "/desk/"


def test_signing_out_shuts_the_session_on_the_server(officer):
    client = Client()
    _sign_in(client)
    kept = client.cookies["session"].value
    client.post("/sign-out")
    client.cookies["session"] = kept
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "forged:1abcde:signature"])
def test_a_forged_cookie_is_the_public(officer, cookie):
    client = Client()
    client.cookies["session"] = cookie
    assert client.get("/desk/").status_code == 302


def test_an_ended_grant_is_gone_with_the_next_page(officer):
    client = Client()
    _sign_in(client)
    with opened("operation"):
        Grant.objects.update(ended_at=now())
    assert client.get("/desk/").status_code == 403


def test_a_shut_account_is_out_at_once(officer):
    client = Client()
    _sign_in(client)
    with opened("operation"):
        Account.objects.update(active=False)
    assert client.get("/desk/").status_code == 302


def test_a_role_that_is_not_granted_cannot_be_chosen(officer):
    client = Client()
    _sign_in(client)
    client.post("/act-as", {"role": "administrator", "next": "/desk/"})
    assert client.get("/desk/").status_code == 200
