"""The workbench's pages of tuition: an institution from course to money, the bureau's decisions."""

import re
import uuid
from typing import Any

import pytest

from tests.family.lives import on_30_march, refund_asked
from tests.given import bank, call, institution, paid_world, rules
from tests.visitors import FixedMoment, area, client_of, cookies, inside, look_at
from yuxin.kernel.actor import Role
from yuxin.operations.tuition.answer_refund import answer_refund

COURSE = {
    "name": "创意水彩",
    "category": "ARTS",
    "stage": "COMPULSORY",
    "mode": "OFFLINE",
    "lesson_minutes": "90",
    "unit_price": "100.00",
    "paid_units": "20",
    "total": "2000.00",
    "first_on": "2026-03-03",
    "last_on": "2026-05-31",
}


@pytest.fixture(autouse=True)
def fixed_moment(settings: Any):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def text_of(answer) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def number() -> str:
    return str(uuid.uuid4())


@pytest.mark.django_db
def test_a_head_publishes_within_licence_and_caps_and_opens_a_class():
    area()
    rules()
    of = institution()
    bank(of)
    look_at("02-20 10:00")
    page = client_of(inside(of, Role.INSTITUTION_HEAD))
    shown = text_of(page.get("/desk/courses/new"))
    assert "一次收费最多60课时，含赠送" in shown
    assert "首课起不超过3个月" in shown
    form = {**COURSE, "site_id": str(of.site_id)}
    over = page.post(
        "/desk/courses/new",
        {**form, "request_id": number(), "unit_price": "270.00", "total": "5400.00"},
    )
    assert over.status_code == 422
    for said in ("5,400.00元", "上限5,000.00元", "prepay.amount_max_fen", "最多18课时"):
        assert said in text_of(over)
    beyond = page.post("/desk/courses/new", {**form, "request_id": number(), "category": "SPORTS"})
    assert "不在办学许可范围内" in text_of(beyond)
    sent = {**form, "request_id": number()}
    done = page.post("/desk/courses/new", sent)
    assert done.status_code == 302
    assert page.post("/desk/courses/new", sent).headers["Location"] == done.headers["Location"]
    course = done.headers["Location"].partition("?")[0]
    assert "创意水彩" in text_of(page.get("/desk/courses"))
    group = {
        "name": "周三周六班",
        "teacher_name": "周岚",
        "capacity": "12",
        "first_on": "2026-03-04",
        "weekdays": ["2", "5"],
        "starts": "16:00",
        "units": "1",
        "skip_holidays": "on",
    }
    preview = page.post(
        f"{course}/classes/new", {**group, "request_id": number(), "act": "preview"}
    )
    seen = text_of(preview)
    assert "20 次课" in seen
    assert "4月4日" not in seen  # Qingming is skipped
    late = {**group, "request_id": number(), "act": "open", "starts": "19:30"}
    assert "20:30前结束" in text_of(page.post(f"{course}/classes/new", late))
    opened = page.post(f"{course}/classes/new", {**group, "request_id": number(), "act": "open"})
    assert opened.status_code == 302
    assert "周三周六班" in text_of(page.get(course))
    assert page.post(course, {"request_id": number()}).status_code == 302
    assert "已停止招生" in text_of(page.get(course))


@pytest.mark.django_db
def test_a_roll_is_called_once_however_often_it_is_sent():
    area()
    k = paid_world()
    look_at("03-04 16:30")
    page = client_of(inside(k.institution, Role.INSTITUTION_TEACHER))
    assert "点名：少儿水彩第1次课" in text_of(page.get("/desk/"))
    address = f"/desk/sessions/{k.session(1)}/roll"
    assert "陈小禾" in text_of(page.get(address))
    form = {"request_id": number()}
    assert page.post(address, form).status_code == 302
    assert page.post(address, form).status_code == 302
    again = page.post(address, {"request_id": number()})
    assert again.status_code == 409
    assert k.buckets()["pending"] == "100.00"
    assert "到1，记课1，共1人" in text_of(page.get(address))
    assert page.get(f"/desk/sessions/{k.session(2)}/roll").status_code == 200
    assert page.get("/desk/money").status_code == 403


@pytest.mark.django_db
def test_the_books_of_a_contract_with_every_posting_and_receipt():
    area()
    k = refund_asked()
    k.exchange("03-30 15:00")
    answer_refund(
        call(k.institution.finance, "04-01 10:00"), refund_code=k.refund().code, agree=True
    )
    k.evening("04-01 23:50")
    k.exchange("04-02 15:00")
    look_at("04-02 16:00")
    page = client_of(cookies(Role.OFFICER))
    answer = page.get(f"/desk/contracts/{k.contract}")
    shown = text_of(answer)
    assert "记账 15 笔" in shown
    assert "陈**" in shown and "陈小禾" not in shown
    assert "250.00" in shown and "1,750.00" in shown
    assert "不成立" not in shown
    assert answer.content.decode().count("<tr data-row") == 16
    links = re.findall(r'href="(/desk/contracts/[^"]+\.json[^"]*)"', answer.content.decode())
    assert page.get(links[0].replace("&amp;", "&")).json()["entry"]
    assert "收据：第 3 笔" in text_of(page.get(f"/desk/contracts/{k.contract}?line=3"))


@pytest.mark.django_db
def test_money_orders_and_the_banks_own_view():
    area()
    k = on_30_march()
    look_at("03-30 10:00")
    finance = client_of(inside(k.institution, Role.INSTITUTION_FINANCE))
    shown = text_of(finance.get("/desk/money"))
    for figure in ("1,850.00", "150.00", "100.00"):
        assert figure in shown
    assert k.contract in text_of(finance.get("/desk/contracts"))
    keeper = client_of(cookies(Role.BANK, organisation="DEMOBANK"))
    assert "划给机构" in text_of(keeper.get("/desk/instructions"))
    assert "100.00" in text_of(keeper.get("/desk/instructions?day=2026-03-30"))
    other = client_of(cookies(Role.BANK, organisation="OTHER"))
    assert "还没有指令" in text_of(other.get("/desk/instructions"))
    assert keeper.get("/desk/breaks").status_code == 200
    assert keeper.get("/desk/contracts").status_code == 403


@pytest.mark.django_db
def test_a_refund_is_answered_with_a_reason_then_decided_by_the_bureau():
    area()
    k = refund_asked()
    look_at("03-31 10:00")
    finance = client_of(inside(k.institution, Role.INSTITUTION_FINANCE))
    assert "答复退费，逾期视为同意 1,750.00 元" in text_of(finance.get("/desk/"))
    assert "剩 4 个工作日" in text_of(finance.get("/desk/refunds"))
    address = f"/desk/refunds/{k.refund().code}"
    bare = finance.post(address, {"request_id": number(), "agree": "no"})
    assert bare.status_code == 422
    assert "须写明理由" in text_of(bare)
    form = {"request_id": number(), "agree": "no", "words": "已备好教材"}
    assert finance.post(address, form).status_code == 302
    assert finance.post(address, form).status_code == 302
    officer = client_of(cookies(Role.OFFICER))
    assert "裁定退费 1,750.00 元" in text_of(officer.get("/desk/"))
    assert "已备好教材" in text_of(officer.get(address))
    decided = officer.post(
        address, {"request_id": number(), "grant": "yes", "words": "教材没有签收"}
    )
    assert decided.status_code == 302
    assert k.refund().state == "approved"


@pytest.mark.django_db
def test_another_institutions_rows_do_not_exist():
    area()
    k = refund_asked()
    other = institution("晨曦舞蹈培训中心", number=2)
    look_at("03-31 10:00")
    page = client_of(inside(other, Role.INSTITUTION_HEAD))
    for address in (
        f"/desk/contracts/{k.contract}",
        f"/desk/refunds/{k.refund().code}",
        f"/desk/disputes/{k.lesson(3).code}",
        f"/desk/sessions/{k.session(4)}/roll",
    ):
        assert page.get(address).status_code == 404, address
    assert k.contract not in page.get("/desk/contracts").content.decode()


@pytest.mark.browser
def test_the_desks_pages_of_tuition_are_sound(committing, visit):
    area()
    k = refund_asked()
    k.exchange("03-30 15:00")
    look_at("04-08 16:30")
    head = inside(k.institution, Role.INSTITUTION_HEAD)
    officer = cookies(Role.OFFICER)
    pages = {
        "home": ("/desk/", head),
        "courses": ("/desk/courses", head),
        "course-new": ("/desk/courses/new", head),
        "classes": ("/desk/classes", head),
        "roll": (f"/desk/sessions/{k.session(4)}/roll", head),
        "roll-called": (f"/desk/sessions/{k.session(3)}/roll", head),
        "money": ("/desk/money", head),
        "contracts": ("/desk/contracts", officer),
        "contract": (f"/desk/contracts/{k.contract}?line=5", officer),
        "refund": (f"/desk/refunds/{k.refund().code}", head),
        "instructions": ("/desk/instructions", officer),
        "breaks": ("/desk/breaks", officer),
    }
    problems: list[str] = []
    for name, (path, jar) in pages.items():
        for width, language in ((1440, "zh"), (360, "zh"), (1440, "en")):
            mark = "&" if "?" in path else "?"
            seen = visit(f"{path}{mark}lang={language}", width=width, cookies=jar)
            seen.picture(f"desk-{name}-{language}")
            checks = [seen.is_quiet, seen.fits]
            for check in checks if language == "en" else [*checks, seen.is_accessible]:
                try:
                    check()
                except AssertionError as problem:
                    problems.append(f"{name} {width} {language}: {problem}")
    assert not problems, "\n".join(problems)
