"""The desk of whoever answers for banks: a day to close, breaks to claim, accounts to move on."""

import uuid
from typing import Any

import pytest

from tests.browser import Visitor
from tests.desk.test_tuition_pages import text_of
from tests.given import World, call, institution, notify, pay, rules, world
from tests.tuition.reconciling import compare
from tests.tuition.test_custody_accounts import agreed, new_account, opened_at, other_bank
from tests.tuition.test_reconciliation import stray_money
from tests.visitors import FixedMoment, area, client_of, cookies, inside, look_at
from yuxin.kernel.actor import Role
from yuxin.operations.tuition.file_account import file_account
from yuxin.operations.tuition.verify_account import verify_account


@pytest.fixture(autouse=True)
def fixed_moment(settings: Any):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def number() -> str:
    return str(uuid.uuid4())


def taken(answer: Any) -> bytes:
    """The file of an export, read and closed."""
    data = b"".join(answer.streaming_content)
    answer.close()
    return data


def broken() -> World:
    """One payment that agrees and 123.45 yuan that nobody ordered, compared on 3 March."""
    area()
    k = world()
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    stray_money(k)
    compare(k, "03-03 08:40")
    look_at("03-03 09:00")
    return k


@pytest.mark.django_db
def test_an_officer_sees_what_blocks_the_close_claims_it_and_closes():
    broken()
    page = client_of(cookies(Role.OFFICER))
    shown = text_of(page.get("/desk/reconciliation"))
    for said in ("1 笔差错无人认领，金额 123.45 元", "银行多", "2,123.45", "签名、合计、摘要相符"):
        assert said in shown
    refused = page.post(
        "/desk/reconciliation/close", {"request_id": number(), "day": "2026-03-02", "bank": ""}
    )
    assert refused.status_code == 409
    assert "还有 1 笔差错无人认领" in text_of(refused)
    answer = page.get("/desk/reconciliation")
    code = answer.context["table"].rows[0].key
    form = {"request_id": number(), "act": "claim", "chosen": code}
    assert page.post("/desk/reconciliation/claim", form).status_code == 302
    assert page.post("/desk/reconciliation/claim", form).status_code == 302
    assert "有责任人" in text_of(page.get("/desk/reconciliation"))
    close = {"request_id": number(), "day": "2026-03-02", "bank": ""}
    assert page.post("/desk/reconciliation/close", close).status_code == 302
    assert "已关账 1 个" in text_of(page.get("/desk/reconciliation"))
    assert page.get("/desk/reconciliation?day=zzz").status_code == 422
    assert taken(page.get("/desk/reconciliation?export=xlsx")).startswith(b"PK")


@pytest.mark.django_db
def test_a_bank_sees_its_own_days_and_another_bank_none():
    broken()
    own = client_of(cookies(Role.BANK, organisation="DEMOBANK"))
    assert "银行多" in text_of(own.get("/desk/reconciliation"))
    stranger = client_of(cookies(Role.BANK, organisation="OTHERBANK"))
    assert "还没有对过账" in text_of(stranger.get("/desk/reconciliation"))
    assert stranger.get("/desk/reconciliation?bank=DEMOBANK").status_code == 404
    form = {"request_id": number(), "day": "2026-03-02", "bank": ""}
    assert own.post("/desk/reconciliation/close", form).status_code == 403


@pytest.mark.django_db
def test_a_bank_s_service_is_counted_from_its_files_breaks_and_results():
    broken()
    answer = client_of(cookies(Role.HEAD)).get("/desk/bank-service")
    [row] = answer.context["table"].rows
    told = [row.cells[key] for key in ("days", "in_time", "refused", "lines", "breaks", "open")]
    assert told == [2, 1, 0, 2, 1, 1]  # Sunday's files came a day after their hour
    stranger = client_of(cookies(Role.BANK, organisation="OTHERBANK"))
    assert "示例银行" not in text_of(stranger.get("/desk/bank-service"))


@pytest.mark.django_db
def test_the_three_rates_and_who_is_behind():
    area()
    rules()
    institution()
    institution("晨曦音乐培训中心", number=2)
    look_at("03-10 09:00")
    page = client_of(cookies(Role.OFFICER))
    shown = text_of(page.get("/desk/custody"))
    for said in ("100.0%", "2 / 2", "0.0%", "0 / 2", "签三方协议、开通支付", "晨曦音乐培训中心"):
        assert said in shown
    assert taken(page.get("/desk/custody?by=bank&export=xlsx")).startswith(b"PK")


@pytest.mark.django_db
def test_an_account_that_only_the_register_knows_is_shown_and_goes_on_from_its_agreement():
    area()
    rules()
    of = institution()
    other_bank()
    look_at("03-10 09:00")
    here = f"/desk/custody/{of.code}"
    head, officer = client_of(inside(of, Role.INSTITUTION_HEAD)), client_of(cookies(Role.OFFICER))
    shown = text_of(head.get(here))
    assert of.custody[-4:] in shown
    assert "已核验" in shown
    assert "还没有按步骤登记的专户" not in shown
    assert [steps for *_, steps in officer.get(here).context["accounts"]] == []
    agreed(of)
    [(one, _, _, due)] = officer.get(here).context["accounts"]
    assert (one.number_last4, one.state) == (of.custody[-4:], "VERIFIED")
    assert [name for name, _, _ in due] == [f"enable:{one.code}"]


@pytest.mark.django_db
def test_an_account_is_moved_on_through_its_page():
    area()
    rules()
    of = institution(connected=False)
    other_bank()
    look_at("03-10 09:00")
    head = client_of(inside(of, Role.INSTITUTION_HEAD))
    assert head.get("/desk/custody/own").headers["Location"] == f"/desk/custody/{of.code}"
    told = new_account(of)
    form = {name: getattr(told, name) for name in told.__dataclass_fields__}
    sent = {**form, "request_id": number(), "act": "open", "reason": "服务不便"}
    here = f"/desk/custody/{of.code}"
    without = head.post(here, {**sent, "request_id": number(), "reason": ""})
    assert without.status_code == 422
    assert "只能有 1 个预收费专户" in text_of(without)
    assert head.post(here, sent).status_code == 302
    officer = client_of(cookies(Role.OFFICER))
    page = officer.get(here)
    steps = [name for _, _, _, due in page.context["accounts"] for name, _, _ in due]
    [filing] = [name for name in steps if name.startswith("file:")]
    done = {"request_id": number(), "act": filing, "document_no": "备2026-1", "words": ""}
    assert officer.post(here, done).status_code == 302
    assert "已备案" in text_of(officer.get(here))
    agreement = {
        "request_id": number(),
        "act": "agree",
        "bank_code": "OTHERBANK",
        "number": "SF-2026-9",
        "bureau": "示例县教育局",
        "signed_on": "2026-03-09",
    }
    assert officer.post(here, agreement).status_code == 302
    assert "SF-2026-9" in text_of(officer.get(here))
    assert officer.post(here, {**agreement, "request_id": number()}).status_code == 422


@pytest.mark.browser
@pytest.mark.parametrize(("width", "language"), [(1440, "zh"), (1440, "en"), (360, "zh")])
def test_the_pages_of_banks_are_sound(visit: Visitor, committing, width, language):
    k = broken()
    other_bank()
    code = opened_at(k.institution, "03-02 09:00")
    file_account(call(k.institution.officer, "03-02 10:00"), account_code=code, document_no="备1")
    verify_account(call(k.institution.officer, "03-02 11:00"), account_code=code, document_no="核1")
    agreed(k.institution)
    jar = cookies(Role.OFFICER)
    for name, path in (
        ("reconciliation", "/desk/reconciliation?day=2026-03-02&"),
        ("custody", "/desk/custody?"),
        ("custody-account", f"/desk/custody/{k.institution.code}?"),
    ):
        page = visit(f"{path}lang={language}", width=width, cookies=jar)
        page.is_sound(f"{name}-{language}")
