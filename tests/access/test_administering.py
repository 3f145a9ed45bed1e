"""Acts on accounts: what an administrator may do to whom, and what needs a privileged period."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password

from yuxin.access.context import opened
from yuxin.access.models import Account, Session
from yuxin.access.queries import token_sha256
from yuxin.access.reading import reading
from yuxin.access.sealed import seal
from yuxin.access.services import PrivilegedPeriodNeeded, ReasonTooShort
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.access.change_password import change_password
from yuxin.operations.access.deactivate_account import AccountShut, deactivate_account
from yuxin.operations.access.end_session import end_session
from yuxin.operations.access.grant_role import SHUT, grant_role
from yuxin.operations.access.open_privileged_period import open_privileged_period
from yuxin.operations.access.reset_device import reset_device
from yuxin.operations.access.reset_password import reset_password

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
REASON = "本人书面申请，已核对身份"


def _call(actor: Actor, at: datetime = AT) -> Call:
    return Call(actor, at, uuid.uuid4())


def _account(login: str) -> Account:
    with opened("operation"):
        return Account.objects.create(
            login=login, display_name=login, password=make_password("old"), created_at=AT
        )


def _session(account: Account, token: str) -> Session:
    with opened("operation"):
        return Session.objects.create(
            token_sha256=token_sha256(token),
            account=account,
            opened_at=AT,
            expires_at=AT + timedelta(hours=12),
        )


@pytest.fixture
def two(db) -> tuple[Actor, Account]:
    """An administrator with a session, and somebody else with one."""
    admin, other = _account("admin"), _account("other")
    mine = _session(admin, "a")
    _session(other, "o")
    actor = Actor(admin.pk, "admin", frozenset({Role.ADMINISTRATOR}), session_id=mine.pk)
    return actor, other


def _period(admin: Actor, at: datetime = AT) -> None:
    with reading(admin):
        session = Session.objects.get(account_id=admin.account_id)
    open_privileged_period(_call(admin, at), session_id=session.pk, reason="年度授权核对")


def _open_sessions(account: Account) -> int:
    with opened("operation"):
        return Session.objects.filter(account=account, closed_at=None).count()


def test_a_shut_account_is_out_with_all_its_sessions(two):
    admin, other = two
    with pytest.raises(ReasonTooShort):
        deactivate_account(_call(admin), account_id=other.pk, reason="离职")
    assert deactivate_account(_call(admin), account_id=other.pk, reason=REASON)["sessions"] == 1
    assert _open_sessions(other) == 0
    with pytest.raises(AccountShut):
        deactivate_account(_call(admin), account_id=other.pk, reason=REASON)


def test_nobody_administers_themselves(two):
    admin, _ = two
    for act, more in (
        (deactivate_account, {}),
        (reset_password, {"password_hash": "x"}),
        (reset_device, {"totp_sealed": b"x"}),
    ):
        with pytest.raises(NotFound):
            act(_call(admin), account_id=admin.account_id, reason=REASON, **more)


@pytest.mark.parametrize("role", sorted(SHUT))
def test_powerful_roles_are_granted_only_in_a_privileged_period(two, role):
    admin, other = two
    grant = {
        "account_id": other.pk,
        "role": role.value,
        "area_code": "990100",
        "valid_from": AT.date(),
    }
    with pytest.raises(PrivilegedPeriodNeeded):
        grant_role(_call(admin), **grant)
    grant_role(_call(admin), **{**grant, "role": "officer"})
    _period(admin)
    grant_role(_call(admin), **grant)
    with pytest.raises(PrivilegedPeriodNeeded):
        grant_role(_call(admin, AT + timedelta(minutes=31)), **grant)


def test_the_period_of_one_person_opens_nothing_for_another(two):
    admin, other = two
    _period(admin)
    colleague = Actor(other.pk, "other", frozenset({Role.ADMINISTRATOR}))
    with pytest.raises(PrivilegedPeriodNeeded):
        reset_device(
            _call(colleague),
            account_id=admin.account_id,
            totp_sealed=seal("totp", "A"),
            reason=REASON,
        )


def test_a_period_opens_the_sign_in_it_was_opened_in_and_no_other(two):
    admin, other = two
    _period(admin)
    elsewhere = replace(admin, session_id=_session(Account(pk=admin.account_id), "b").pk)
    with pytest.raises(PrivilegedPeriodNeeded):
        reset_device(_call(elsewhere), account_id=other.pk, totp_sealed=b"x", reason=REASON)


def test_a_new_device_needs_a_period_and_ends_the_sessions(two):
    admin, other = two
    sealed = seal("totp", "ABC")
    with pytest.raises(PrivilegedPeriodNeeded):
        reset_device(_call(admin), account_id=other.pk, totp_sealed=sealed, reason=REASON)
    _period(admin)
    reset_device(_call(admin), account_id=other.pk, totp_sealed=sealed, reason=REASON)
    assert _open_sessions(other) == 0


def test_a_session_is_ended_by_its_owner_or_an_administrator(two):
    admin, other = two
    with reading(admin):
        session = Session.objects.get(account=other).pk
    stranger = Actor(_account("third").pk, "third", frozenset({Role.OFFICER}))
    with pytest.raises(NotFound):
        end_session(_call(stranger), session_id=session)
    assert end_session(_call(admin), session_id=session)["ended"] == 1
    assert end_session(_call(admin), session_id=session)["ended"] == 0


def test_ones_own_password_changes_only_with_the_old_one(two):
    _, other = two
    me = Actor(other.pk, "other", frozenset({Role.OFFICER}))
    _session(other, "elsewhere")

    def change(proven: str) -> str:
        receipt = change_password(
            _call(me),
            login="other",
            proven_against=proven,
            password_hash=make_password("new"),
            token_sha256=token_sha256("o"),
        )
        return str(receipt["outcome"])

    assert change("") == "wrong"
    assert _open_sessions(other) == 2
    assert change(other.password) == "changed"
    assert _open_sessions(other) == 1, "only the session that changed it goes on"
    assert [change("") for _ in range(5)] == ["wrong"] * 4 + ["locked"]
