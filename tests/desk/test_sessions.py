"""The limits of a session, met through the browser: idle, absolute, three places, everywhere."""

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from django.core import signing
from django.test import Client

from tests.desk.given import client
from tests.desk.test_sign_in_page import DEVICE, PASSWORD, make_officer
from yuxin.access import limits
from yuxin.access.context import opened
from yuxin.access.models import Account, Session, SignInAttempt
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import now

SALT = "yuxin.session"


class _Then(signing.TimestampSigner):
    """The signer of a cookie that was last used some time ago."""

    ago = timedelta()

    def timestamp(self) -> str:
        return signing.b62_encode(int((now() - self.ago).timestamp()))


def _rested(browser: Client, ago: timedelta) -> None:
    """Let the browser's cookie look as it would when it was last used `ago`."""
    signer = _Then(salt=SALT)
    signer.ago = ago
    token = signing.TimestampSigner(salt=SALT).unsign(browser.cookies["session"].value)
    browser.cookies["session"] = signer.sign(token)


@pytest.fixture
def sign_in(db) -> Callable[..., Client]:
    """Sign the officer in, from another browser each time."""
    make_officer()

    def door(**headers: str) -> Client:
        with opened("operation"):  # a code serves once; here the same one comes again
            Account.objects.update(totp_last_step=0)
        browser = Client()
        form = {"login": "shen", "password": PASSWORD, "code": pyotp.TOTP(DEVICE).at(now())}
        browser.status = browser.post("/sign-in", form, **headers).status_code  # type: ignore[attr-defined]
        return browser

    return door


def _is_in(browser: Client) -> bool:
    return browser.get("/desk/me").status_code == 200


@pytest.mark.parametrize(
    ("role", "longest"),
    [(Role.OFFICER, limits.IDLE_MAX), (Role.GUARDIAN, limits.IDLE_MAX_FAMILY)],
)
def test_a_session_that_rests_too_long_is_over(db, role, longest):
    browser = client(role)
    _rested(browser, longest - timedelta(minutes=1))
    assert browser.get("/desk/me").status_code == 200
    _rested(browser, longest + timedelta(minutes=1))
    assert browser.get("/desk/me").status_code == 302


def test_every_use_moves_the_time_of_last_use_on(db):
    browser = client(Role.OFFICER)
    _rested(browser, timedelta(minutes=20))
    old = browser.cookies["session"].value
    assert _is_in(browser)
    assert browser.cookies["session"].value != old


def test_a_session_ends_for_good_however_busy_it_is(sign_in):
    browser = sign_in()
    with opened("operation"):
        session = Session.objects.get()
        assert session.expires_at - session.opened_at == limits.SESSION_MAX
        Session.objects.update(expires_at=now())
    assert not _is_in(browser)


def test_a_form_sent_after_the_end_is_answered_plainly(db):
    browser = client(Role.OFFICER)
    with opened("operation"):
        Session.objects.update(expires_at=now())
    answer = browser.post("/desk/me/password", {"old": "x"})
    assert answer.status_code == 401
    assert "登录已过期，没有提交" in answer.content.decode()


def test_the_fourth_place_ends_the_first_and_one_click_ends_all(sign_in):
    browsers = [sign_in() for _ in range(4)]
    assert [_is_in(each) for each in browsers] == [False, True, True, True]
    assert browsers[1].post("/sign-out", {"all": "1"}).status_code == 302
    assert [_is_in(each) for each in browsers] == [False] * 4


def test_signing_out_here_leaves_the_other_place_alone(sign_in):
    here, there = sign_in(), sign_in()
    here.post("/sign-out")
    assert (_is_in(here), _is_in(there)) == (False, True)


def _failed(address: str) -> None:
    with opened("operation"):
        SignInAttempt.objects.bulk_create(
            SignInAttempt(login=f"x{n}", address=address, at=now(), succeeded=False)
            for n in range(limits.FAILURES_PER_ADDRESS_MAX)
        )


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_an_address_that_a_header_claims_counts_for_nothing(sign_in, header):
    """Else one could pass for many, or lock out somebody else."""
    _failed("10.9.9.9")
    assert sign_in(**{header: "10.9.9.9"}).status == 302
    _failed("127.0.0.1")
    assert sign_in(**{header: "10.8.8.8"}).status == 429
