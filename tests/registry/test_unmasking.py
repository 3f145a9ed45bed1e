"""Looking at a person's number in full: who may, what it needs, what is kept of it."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.registry.given import AT, areas, call, licensed, many, new, officer, rows
from yuxin.access.context import opened
from yuxin.access.models import Account, Look, Session
from yuxin.access.reading import reading
from yuxin.access.sealed import unseal
from yuxin.access.services import PrivilegedPeriodNeeded, ReasonTooShort
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.access.open_privileged_period import open_privileged_period
from yuxin.operations.registry.record_post import NewColleague, record_post
from yuxin.operations.registry.unmask_identifier import unmask_identifier
from yuxin.registry import queries
from yuxin.registry.models import PostRole
from yuxin.registry.services import NewPost

PHONE, NUMBER = "13800005678", "11010119900307001X"
REASON = "核实师德线索所涉人员身份"


@pytest.fixture
def teacher(db) -> tuple[Actor, Actor, str]:
    """The officer of the teacher's institution, of another one, and the teacher's code."""
    areas()
    receipt = many([licensed(), new("示例县蓝天体育俱乐部")])
    mine, other = (officer(each) for each in receipt["subject_ids"])
    record_post(
        call(mine),
        code=receipt["codes"][0],
        colleague=NewColleague(name="陆子衿", phone=PHONE, id_number=NUMBER),
        post=NewPost(role=PostRole.TEACHING),
        valid_from=date(2026, 3, 1),
    )
    with opened("operation"):
        account = Account.objects.create(
            id=mine.account_id, login="shen", display_name="沈亦舟", password="!", created_at=AT
        )
        session = Session.objects.create(
            token_sha256=b"s", account=account, opened_at=AT, expires_at=AT + timedelta(hours=1)
        )
    with reading(mine):
        person = queries.staff(mine, mine.institution_ids[0], date(2026, 3, 2))[0]
    assert (person.phone, person.id_number) == ("138****5678", "1****************X")
    return replace(mine, session_id=session.pk), other, person.code


def _period(actor: Actor) -> None:
    with reading(actor):
        session = Session.objects.get().pk
    open_privileged_period(call(actor), session_id=session, reason="办理师德线索")


@pytest.mark.parametrize(("kind", "plain"), [("phone", PHONE), ("id_number", NUMBER)])
def test_a_look_is_kept_and_says_the_number_nowhere(teacher, kind, plain):
    mine, _, code = teacher
    _period(mine)
    receipt = unmask_identifier(call(mine), person_code=code, kind=kind, reason=REASON)
    with reading(mine):
        sealed = queries.sealed_identifier(mine, code, kind)
        look = Look.objects.get()
    assert sealed is not None
    assert unseal(kind, sealed) == plain
    assert (look.kind, look.thing, look.reason, look.account_id) == (kind, code, REASON, 7)
    assert plain not in json.dumps(dict(receipt.values))
    written = rows("SELECT leaf FROM evidence.outbox")
    assert all(plain.encode() not in bytes(leaf) for (leaf,) in written)


def test_without_reason_period_or_reach_nothing_is_seen(teacher):
    mine, other, code = teacher
    asked = {"person_code": code, "kind": "phone"}
    with pytest.raises(PrivilegedPeriodNeeded):
        unmask_identifier(call(mine), **asked, reason=REASON)
    _period(mine)
    with pytest.raises(ReasonTooShort):
        unmask_identifier(call(mine), **asked, reason="看看")
    with pytest.raises(NotFound):
        unmask_identifier(call(other), **asked, reason=REASON)
    clerk = officer(*mine.institution_ids, roles=(Role.WINDOW_CLERK,))
    with pytest.raises(Forbidden):
        unmask_identifier(call(clerk), **asked, reason=REASON)
    with reading(mine):
        assert not Look.objects.exists()
