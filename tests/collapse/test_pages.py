"""The collapse through the pages: officer, head, family, institution, public."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from tests.collapse.given import Collapsed, families, owes
from tests.collapse.test_absconding import taught
from tests.given import at, call, institution, opened_class, timetable
from tests.visitors import FixedMoment, area, client_of, cookies, inside, look_at, parent
from yuxin.jobs import keep_deposits, run_closings
from yuxin.kernel.actor import Role
from yuxin.operations.tuition.confirm_lesson import confirm_lesson


@pytest.fixture(autouse=True)
def fixed_moment(settings: Any):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def text_of(answer) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def sent(client: Client, url: str, **fields: str):
    return client.post(url, {"request_id": str(uuid.uuid4()), **fields})


def short_world() -> Collapsed:
    area()
    world = families(("1700.00", "1200.00"))
    owes(world, 0, "300.00")
    world.deposit("200.00")
    return world


def declared(world: Collapsed) -> tuple[Client, Client, str]:
    officer, head = (client_of(cookies(role)) for role in (Role.OFFICER, Role.HEAD))
    look_at("03-10 09:00")
    answer = sent(
        officer,
        "/desk/closings/new",
        code=world.institution.code,
        kind="ABSCONDED",
        document_number="示教监〔2026〕12号",
        effective_on="2026-03-10",
        reason="现场关门",
        contact="示例县教育局 0990-5550101",
    )
    assert answer.status_code == 302, text_of(answer)
    url = answer["Location"]
    assert sent(officer, url, act="declare").status_code == 422
    look_at("03-10 10:00")
    assert "应退" in text_of(head.get(url))
    assert sent(head, url, act="declare").status_code == 302
    return officer, head, url


@pytest.mark.django_db
def test_from_the_proposal_to_the_familys_page():
    world = short_world()
    officer, _, url = declared(world)
    assert "2,600.00" in text_of(officer.get(url))
    claims = officer.get(f"{url}/claims")
    assert all(each in text_of(claims) for each in ("1,700.00", "1,400.00", "300.00"))
    sheet = officer.get(f"{url}/claims?export=csv")
    assert world.contracts[0].encode() in b"".join(sheet.streaming_content)
    assert sent(officer, url, act="start").status_code == 302
    run_closings.run_to_end(at("03-10 10:30"))
    world.paid_by_bank("03-10 23:50", "03-11 15:00")
    look_at("03-11 16:00")
    page = client_of(parent(world.families[0]))
    mine = text_of(page.get(f"/family/contracts/{world.contracts[0]}/closing"))
    assert "1,700.00" in mine
    assert "3月11日" in mine
    assert "300.00" in mine
    home = text_of(page.get("/family/"))
    assert "机构停业了，您的钱：1,700.00元" in home
    assert "停业了" in home.split("我的合同")[1]
    here = f"/family/contracts/{world.contracts[0]}"
    assert f'href="{here}/closing"' in page.get(here).content.decode()
    letter = page.get(f"/family/contracts/{world.contracts[0]}/closing/letter")
    assert "示教监〔2026〕12号" in text_of(letter)
    other = page.get(f"/family/contracts/{world.contracts[1]}/closing")
    assert other.status_code == 404
    public = text_of(Client().get(url.replace("/desk", "")))
    assert "晨光" in public
    assert world.contracts[0] not in public


@pytest.mark.django_db
def test_the_deposit_is_proposed_by_one_and_decided_by_another():
    world = short_world()
    officer, head, url = declared(world)
    sent(officer, url, act="start")
    run_closings.run_to_end(at("03-10 10:30"))
    listed = officer.get("/desk/deposits").content.decode()
    deposit = re.findall(r"/desk/deposits/([0-9A-Z]{13})", listed)[0]
    page = f"/desk/deposits/{deposit}"
    assert sent(officer, page, act="propose", reason="停业退费缺口").status_code == 302
    use = re.findall(r'name="use" value="([^"]+)"', head.get(page).content.decode())[0]
    assert sent(officer, page, act="grant", use=use).status_code == 422
    assert "决定动用保证金 200.00 元" in text_of(head.get("/desk/"))
    assert sent(head, page, act="grant", use=use).status_code == 302
    assert keep_deposits.order_parts(at("03-10 11:00")) == 1
    assert world.claim(0).open_fen == 10000


@pytest.mark.django_db
def test_earned_fees_are_set_off_on_the_console_and_letters_are_one_document():
    area()
    world = families(("1700.00", "1200.00"))
    owes(world, 1, "300.00")
    taught(world, 1)
    confirm_lesson(call(world.family, "03-04 19:00"), lesson_code=world.lesson(1).code)
    officer, head, url = declared(world)
    assert "提出怎么处理已确认的课费" not in text_of(officer.get(url))
    sent(officer, url, act="start")
    run_closings.run_to_end(at("03-10 10:30"))
    assert "提出怎么处理已确认的课费" in text_of(officer.get(url))
    assert sent(officer, url, act="earned", way="GIFT", reason="清偿").status_code == 422
    assert sent(officer, url, act="earned", way="SET_OFF", reason="清偿").status_code == 302
    assert "决定已确认的课费怎么处理，170.00 元" in text_of(head.get("/desk/"))
    use = re.findall(r'name="use" value="([^"]+)"', head.get(url).content.decode())[0]
    assert sent(officer, url, act="earned-grant", use=use).status_code == 422
    assert sent(head, url, act="earned-grant", use=use).status_code == 302
    assert "机构的课费抵付" in text_of(head.get(url))
    page = client_of(parent(world.families[1]))
    mine = text_of(page.get(f"/family/contracts/{world.contracts[1]}/closing"))
    assert "机构的课费抵付" in mine
    assert "130.00" in mine
    letters = text_of(officer.get(f"{url}/letters"))
    assert all(each in letters for each in (*world.contracts, "170.00", "130.00"))
    assert page.get(f"{url}/letters").status_code in (302, 403, 404)


@pytest.mark.django_db
def test_another_institution_offers_a_place_and_one_family_takes_it():
    world = short_world()
    _, _, url = declared(world)
    other = institution("星河美术培训中心", number=2)
    class_code = opened_class(other, sessions=timetable(20, "04-01 16:00"))
    willing = client_of(inside(other, Role.INSTITUTION_HEAD))
    offer = url.replace("closings", "places")
    assert "提供名额" in text_of(willing.get(offer))
    assert sent(willing, offer, class_code=class_code, count="99").status_code == 422
    assert sent(willing, offer, class_code=class_code, count="1").status_code == 302
    first, second = (client_of(parent(each)) for each in world.families)
    mine = f"/family/contracts/{world.contracts[0]}/closing"
    found = re.findall(r'name="offer" value="([^"]+)"', first.get(mine).content.decode())[0]
    assert sent(first, mine, offer=found).status_code == 302
    assert class_code in first.get(mine).content.decode()
    late = sent(second, mine.replace(*world.contracts), offer=found)
    assert late.status_code == 422
    assert "名额已经没有了" in text_of(late)


@pytest.mark.browser
def test_the_pages_are_sound(committing, visit):
    world = short_world()
    officer, _, url = declared(world)
    sent(officer, url, act="start")
    run_closings.run_to_end(at("03-10 10:30"))
    desk, family = cookies(Role.HEAD), parent(world.families[0])
    listed = officer.get("/desk/deposits").content.decode()
    deposit = re.findall(r"/desk/deposits/([0-9A-Z]{13})", listed)[0]
    look_at("03-10 16:00")
    mine = f"/family/contracts/{world.contracts[0]}/closing"
    pages = {
        "closings": ("/desk/closings", desk),
        "closing-new": ("/desk/closings/new", desk),
        "closing": (url, desk),
        "claims": (f"{url}/claims", desk),
        "letters": (f"{url}/letters", desk),
        "deposits": ("/desk/deposits", desk),
        "deposit": (f"/desk/deposits/{deposit}", desk),
        "products": ("/desk/insurance/products", desk),
        "product-new": ("/desk/insurance/products/new", desk),
        "insurer-new": ("/desk/insurance/insurers/new", desk),
        "cover-claims": ("/desk/insurance/claims", desk),
        "family-closing": (mine, family),
        "family-letter": (f"{mine}/letter", family),
        "public-closing": (url.replace("/desk", ""), None),
        "public-closings": ("/closings", None),
    }
    problems: list[str] = []
    for name, (path, jar) in pages.items():
        for width, language in ((360, "zh"), (1440, "zh"), (360, "en"), (1440, "en")):
            seen = visit(f"{path}?lang={language}", width=width, cookies=jar or {})
            seen.picture(f"{name}-{language}")
            for check in (seen.is_quiet, seen.fits, seen.is_accessible):
                try:
                    check()
                except AssertionError as problem:
                    problems.append(f"{name} {width} {language}: {problem}")
    assert not problems, "\n".join(problems)
