"""Signing in: the right password and code, and nothing else, opens the door."""

import uuid
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.contrib.auth.hashers import make_password

from yuxin.access import limits
from yuxin.access.context import opened
from yuxin.access.models import Account, Session, SignInAttempt
from yuxin.access.proof import prove
from yuxin.access.queries import new_token, signed_in, token_sha256
from yuxin.access.reading import reading
from yuxin.access.sealed import seal
from yuxin.access.services import ReasonTooShort
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.operations.access.close_session import close_session
from yuxin.operations.access.create_account import LoginTaken, create_account
from yuxin.operations.access.open_privileged_period import open_privileged_period
from yuxin.operations.access.open_session import open_session

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ADMINISTRATOR = Actor(9_999, "系统管理员", frozenset({Role.ADMINISTRATOR}))
DOOR = Actor.public()
PASSWORD = "correct horse"
DEVICE = pyotp.random_base32()


def _call(actor: Actor = DOOR, at: datetime = AT) -> Call:
    return Call(actor, at, uuid.uuid4())


@pytest.fixture
def officer(db) -> int:
    """An officer's account with a device; its id."""
    receipt = create_account(
        _call(ADMINISTRATOR),
        login="shen",
        display_name="沈亦舟",
        organisation="示例县教育局",
        password_hash=make_password(PASSWORD),
        totp_sealed=seal("totp", DEVICE),
    )
    return int(receipt["account_id"])


def _try(password: str = PASSWORD, code: str | None = None, at: datetime = AT, address="10.0.0.1"):
    """One try at the door: the outcome and the token that was offered."""
    token = new_token()
    shown = pyotp.TOTP(DEVICE).at(at) if code is None else code
    with reading(Actor.clock(())):
        proof = prove("shen", password, shown, at)
    receipt = open_session(
        _call(at=at),
        login="shen",
        proof=proof,
        token_sha256=token_sha256(token),
        family=False,
        address=address,
        agent="test",
    )
    return receipt, token


def _who(token: str, at: datetime = AT):
    with reading(Actor.clock(())):
        return signed_in(token, at, day_of(at))


def test_password_and_code_open_a_session(officer):
    receipt, token = _try()
    assert receipt["outcome"] == "opened"
    who = _who(token)
    assert who is not None
    assert who.account.pk == officer


def test_a_code_serves_once(officer):
    assert _try()[0]["outcome"] == "opened"
    assert _try()[0]["outcome"] == "code"
    assert _try(at=AT + timedelta(seconds=60))[0]["outcome"] == "opened"


@pytest.mark.parametrize("code", ["", "000000", "abcdef"])
def test_the_password_alone_opens_nothing(officer, code):
    receipt, token = _try(code=code)
    assert receipt["outcome"] == "code"
    assert _who(token) is None


def test_five_wrong_tries_lock_the_login_and_time_unlocks_it(officer):
    left = [_try(password="wrong")[0]["tries_left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert _try()[0]["outcome"] == "locked"
    later = AT + limits.LOCK_WINDOW + timedelta(seconds=1)
    assert _try(at=later)[0]["outcome"] == "opened"


def test_an_unknown_login_is_answered_like_a_wrong_password(db):
    with reading(Actor.clock(())):
        proof = prove("nobody", PASSWORD, "", AT)
    receipt = open_session(
        _call(),
        login="nobody",
        proof=proof,
        token_sha256=token_sha256("x"),
        family=False,
        address=None,
        agent="",
    )
    assert (receipt["outcome"], receipt["tries_left"]) == ("wrong", 4)


def test_many_wrong_tries_from_one_address_lock_the_address(officer):
    with_other_logins = [
        SignInAttempt(login=f"x{n}", address="10.0.0.9", at=AT, succeeded=False) for n in range(30)
    ]
    with opened("operation"):
        SignInAttempt.objects.bulk_create(with_other_logins)
    assert _try(address="10.0.0.9")[0]["outcome"] == "locked"
    assert _try(at=AT + timedelta(seconds=60))[0]["outcome"] == "opened"


def test_the_fourth_session_ends_the_oldest(officer):
    tokens = [_try(at=AT + timedelta(minutes=n))[1] for n in range(4)]
    later = AT + timedelta(minutes=5)
    assert [_who(token, later) is not None for token in tokens] == [False, True, True, True]


def test_a_session_ends_by_itself(officer):
    token = _try()[1]
    assert _who(token, AT + limits.SESSION_MAX - timedelta(seconds=1)) is not None
    assert _who(token, AT + limits.SESSION_MAX) is None


def test_signing_out_ends_the_session_at_once(officer):
    token = _try()[1]
    me = Actor(officer, "沈亦舟", frozenset({Role.OFFICER}))
    assert close_session(_call(me), token_sha256=token_sha256(token))["ended"] == 1
    assert _who(token) is None
    with reading(me):
        assert Session.objects.get().closed_at == AT


def test_a_login_is_given_once(officer):
    with pytest.raises(LoginTaken):
        create_account(
            _call(ADMINISTRATOR),
            login="shen",
            display_name="另一人",
            organisation="",
            password_hash="x",
            totp_sealed=None,
        )
    with reading(ADMINISTRATOR):
        assert Account.objects.count() == 1


def test_privileged_rights_open_with_a_reason_for_half_an_hour(officer):
    token = _try()[1]
    auditor = Actor(officer, "沈亦舟", frozenset({Role.AUDITOR}))
    session = _who(token).session_id
    with pytest.raises(ReasonTooShort):
        open_privileged_period(_call(auditor), session_id=session, reason=" 看看 ")
    open_privileged_period(_call(auditor), session_id=session, reason="核对三月份对账差错")
    assert _who(token).privileged_until == AT + limits.PRIVILEGED_MAX
    assert _who(token, AT + limits.PRIVILEGED_MAX).privileged_until is None
