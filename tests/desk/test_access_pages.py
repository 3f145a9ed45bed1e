"""Accounts, grants, privileged periods, one's own page and looks, as people meet them."""

import re
import uuid
from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from tests.desk.given import client
from tests.registry.given import COUNTY, areas, call, licensed, many, officer, rows
from yuxin.access.context import opened
from yuxin.access.models import Account, Grant, Session
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import now
from yuxin.operations.registry.record_post import NewColleague, record_post
from yuxin.registry.models import PostRole
from yuxin.registry.services import NewPost

REASON = "年度授权核对，已经局长批准"
PHONE = "13800005678"


def _text(response) -> str:
    return response.content.decode()


def _form(**fields: str) -> dict[str, str]:
    return {"request_id": str(uuid.uuid4()), **fields}


@pytest.fixture
def admin(db) -> Client:
    """The browser of an administrator."""
    areas()
    return client(Role.ADMINISTRATOR, area=COUNTY)


NEW = {"login": "gu.ming", "display_name": "顾明", "organisation": "示例县教育局"}


def test_an_account_shows_its_secrets_once(admin):
    form = _form(**NEW, with_device="on")
    made = _text(admin.post("/desk/accounts/new", form))
    password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", made)
    assert password is not None
    assert "<svg" in made
    again = admin.post("/desk/accounts/new", form)
    assert again.status_code == 422
    assert "已经提交过并已办成" in _text(again)
    assert password[0] not in _text(again)
    taken = admin.post("/desk/accounts/new", _form(**NEW))
    assert "已被使用" in _text(taken)
    with opened("operation"):
        assert Account.objects.filter(login="gu.ming").count() == 1
    assert "顾明" in _text(admin.get("/desk/accounts?q=gu.m"))
    assert "顾明" not in _text(admin.get("/desk/accounts?state=shut"))


def _other() -> None:
    with opened("operation"):
        Account.objects.create(login="gu.ming", display_name="顾明", password="x", created_at=now())


def test_a_role_is_granted_and_ended_once_however_often_it_is_sent(admin):
    _other()
    form = _form(
        role="officer", area_code=COUNTY, line="ARTS", valid_from="2026-01-01", reason=REASON
    )
    address = "/desk/accounts/gu.ming/grant"
    assert "示例县" in _text(admin.get(address))
    first, again = admin.post(address, form), admin.post(address, form)
    assert first.status_code == 302
    assert first.headers["Location"] == again.headers["Location"]
    assert "教育局监管员" in _text(admin.get(first.headers["Location"]))
    with opened("operation"):
        grant = Grant.objects.get(account__login="gu.ming")
    end = f"/desk/accounts/gu.ming/do/end-grant?thing={grant.pk}"
    assert admin.post(end, _form(reason=REASON)).status_code == 302
    assert "已终止" in _text(admin.get("/desk/accounts/gu.ming/show"))
    second_tab = admin.post(end, _form(reason=REASON))
    assert second_tab.status_code == 422


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"role": ""}, "请选择“身份”"),
        ({"area_code": ""}, "二者都空"),
        ({"valid_from": "2026-02-30"}, "不是有效日期"),
        ({"valid_to": "2025-01-01"}, "止日早于起日"),
        ({"subject_code": "7Q2MX8RK4TDWA"}, "主体码"),
        ({"role": "bank"}, "须先开启特权时段"),
        ({"reason": ""}, "请填写“授权依据”"),
    ],
)
def test_a_wrong_grant_names_the_field_and_writes_nothing(admin, wrong, told):
    _other()
    right = {"role": "officer", "area_code": COUNTY, "line": "ALL", "valid_from": "2026-01-01"}
    answer = admin.post(
        "/desk/accounts/gu.ming/grant", _form(**{**right, "reason": REASON, **wrong})
    )
    assert answer.status_code == 422
    assert told in _text(answer)
    with opened("operation"):
        assert not Grant.objects.filter(account__login="gu.ming").exists()


def test_a_privileged_period_is_shown_in_the_frame_and_opens_what_was_shut(admin):
    _other()
    address = "/desk/accounts/gu.ming/do/device"
    assert "须先开启特权时段" in _text(admin.post(address, _form(reason=REASON)))
    short = admin.post("/desk/privileged", _form(reason="看看"))
    assert "不少于6个字" in _text(short)
    assert admin.post("/desk/privileged", _form(reason=REASON)).status_code == 302
    assert re.search(r"特权至 \d\d:\d\d", _text(admin.get("/desk/accounts")))
    assert "只显示一次" in _text(admin.post(address, _form(reason=REASON)))
    with opened("operation"):
        assert Account.objects.get(login="gu.ming").totp_sealed is not None


def test_shutting_an_account_and_ending_a_session(admin):
    _other()
    with opened("operation"):
        other = Account.objects.get(login="gu.ming")
        session = Session.objects.create(
            token_sha256=b"t", account=other, opened_at=now(), expires_at=now().replace(year=2099)
        )
    ended = admin.post("/desk/accounts/gu.ming/end-session", _form(session=session.pk))
    assert ended.status_code == 302
    assert admin.post("/desk/accounts/gu.ming/end-session", _form(session="x")).status_code == 404
    unnumbered = admin.post("/desk/accounts/gu.ming/end-session", {"session": session.pk})
    assert unnumbered.status_code == 422
    form = _form(reason=REASON)
    assert admin.post("/desk/accounts/gu.ming/do/deactivate", form).status_code == 302
    assert admin.post("/desk/accounts/gu.ming/do/deactivate", form).status_code == 302
    with opened("operation"):
        assert not Account.objects.get(login="gu.ming").active


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.AUDITOR, Role.GUARDIAN])
def test_nobody_else_administers(db, role):
    browser = client(role)
    assert browser.get("/desk/accounts").status_code == 403
    assert browser.get("/desk/accounts/x/show").status_code == 403


def test_my_page_says_who_i_am_and_changes_my_password(db):
    areas()
    browser = client(Role.OFFICER, area=COUNTY, line="ARTS")
    with opened("operation"):
        me = Account.objects.get(sessions__isnull=False)
        me.password = make_password("old password here")
        me.save()
    text = _text(browser.get("/desk/me"))
    assert "教育局监管员" in text
    assert "示例县 · 文化艺术类" in text
    new = {"new": "another long one", "again": "another long one"}
    wrong = browser.post("/desk/me/password", _form(old="no", **new))
    assert "现在的口令不对" in _text(wrong)
    for bad, told in (({"new": "short"}, "不足 12 位"), ({"again": "other"}, "两次输入")):
        answer = browser.post("/desk/me/password", _form(old="old password here", **{**new, **bad}))
        assert told in _text(answer)
    done = browser.post("/desk/me/password", _form(old="old password here", **new))
    assert done.headers["Location"] == "/desk/me?changed=1"
    assert browser.get("/desk/me").status_code == 200


def test_a_guardian_has_a_page_of_their_own(db):
    browser = client(Role.GUARDIAN)
    assert "家长" in _text(browser.get("/family/me"))
    assert Client().get("/family/me").status_code == 302


def test_a_number_is_shown_once_and_the_look_is_listed(db):
    areas()
    receipt = many([licensed()])
    subject = receipt["subject_ids"][0]
    record_post(
        call(officer(subject)),
        code=receipt["codes"][0],
        colleague=NewColleague(name="陆子衿", phone=PHONE, id_number="11010119900307001X"),
        post=NewPost(role=PostRole.TEACHING),
        valid_from=date(2026, 3, 1),
    )
    person, code = rows(
        "SELECT p.subject_id, s.code FROM registry_person p"
        " JOIN registry_subject s ON s.id = p.subject_id"
    )[0]
    browser = client(Role.OFFICER, area=COUNTY)
    file = _text(browser.get(f"/desk/institutions/{receipt['codes'][0]}"))
    assert "138****5678" in file
    assert PHONE not in file
    address = f"/desk/persons/{code}/unmask"
    form = _form(kind="phone", reason=REASON)
    shut = _text(browser.post(address, form))
    assert "须先开启特权时段" in shut
    assert PHONE not in shut
    browser.post("/desk/privileged", _form(reason=REASON))
    shown = browser.post(address, form)
    assert PHONE in _text(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert PHONE not in _text(browser.post(address, form)), "sent again, not shown again"
    assert PHONE not in _text(browser.get(address))
    assert client(Role.OFFICER).get(address).status_code == 404, "outside one's grants"
    listed = _text(client(Role.AUDITOR).get("/desk/looks?kind=phone"))
    assert REASON in listed
    assert REASON in _text(client(Role.TEACHER, person_id=person).get("/desk/me/looks"))
    assert REASON not in _text(client(Role.TEACHER).get("/desk/me/looks"))
