"""Proceedings on the workbench: list, charge, moves, diagram; for officer and bank."""

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.given import world
from tests.tuition.test_breaks import counter_money, suspense, the_break
from tests.visitors import FixedMoment, area, client_of, inside, look_at
from yuxin.kernel.actor import Role


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
def test_officer_and_bank_bring_a_break_to_its_end_through_pages():
    area()
    k = world()
    counter_money(k)
    look_at("03-03 10:00")
    officer = client_of(inside(k.institution, Role.OFFICER))
    chief = client_of(inside(k.institution, Role.HEAD))
    bank = client_of(inside(k.institution, Role.BANK))
    code = the_break(k).proceeding.code
    address = f"/desk/proceedings/{code}"
    assert "核对银行差错 2,000.00" in text_of(officer.get("/desk/"))
    shown = text_of(officer.get(address))
    assert "银行有、我方没有" in shown
    assert "挂账" in shown
    assert officer.post(address, {"act": "take"}).status_code == 302
    assert "核对银行差错" not in text_of(chief.get("/desk/")), "it is a colleague's now"
    assert "核对银行差错" in text_of(officer.get("/desk/"))
    empty = officer.post(address, {"move": "queried", "request_id": number(), "words": " "})
    assert empty.status_code == 422
    assert "请填写“理由或情况”" in text_of(empty)
    asked = {"move": "queried", "request_id": number(), "words": "请核对用途"}
    assert officer.post(address, asked).status_code == 302
    assert "答复对账查询" in text_of(bank.get("/desk/"))
    assert "请核对用途" in text_of(bank.get(address))
    told = {"move": "bank_answered", "request_id": number(), "words": "柜面存入"}
    assert bank.post(address, told).status_code == 302
    assert bank.post(address, {"move": "explained", "request_id": number()}).status_code in (
        403,
        422,
    )
    back = {"move": "return_proposed", "request_id": number(), "words": "无人认领"}
    assert officer.post(address, back).status_code == 302
    again = {"move": "return_approved", "request_id": number(), "words": "同意"}
    alone = officer.post(address, again)
    assert alone.status_code == 422
    assert "经办人不能复核自己经办的事项" in text_of(alone)
    assert suspense() == [(200000, 200000, 0)]
    assert chief.post(address, {**again, "request_id": number()}).status_code == 302
    assert suspense() == [(200000, 0, 200000)]
    assert "同意退回" in text_of(chief.get(address))


@pytest.mark.django_db
def test_tasks_are_taken_handed_over_and_counted_per_person():
    area()
    k = world()
    for n in range(3):
        counter_money(k, amount_fen=10000 + n, serial=f"C-{n}")
    look_at("03-03 10:00")
    officer = client_of(inside(k.institution, Role.OFFICER))
    page = officer.get("/desk/proceedings")
    codes = re.findall(r'name="chosen" value="([^"]+)"', page.content.decode())
    assert len(codes) == 3
    assert (
        officer.post("/desk/proceedings/assign", {"act": "take", "chosen": codes[:2]}).status_code
        == 302
    )
    assert (
        len(re.findall('name="chosen"', officer.get("/desk/proceedings?owner=me").content.decode()))
        == 2
    )
    assert (
        officer.post("/desk/proceedings/assign", {"act": "to:999999", "chosen": codes}).status_code
        == 422
    )
    assert (
        len(
            re.findall(
                'name="chosen"', officer.get("/desk/proceedings?owner=none").content.decode()
            )
        )
        == 1
    )
    nothing = text_of(officer.get("/desk/proceedings?stands=over"))
    assert "没有符合条件的" in nothing
    for address in ("/desk/proceedings?export=xlsx", "/desk/breaks?export=xlsx"):
        sheet = officer.get(address)
        assert b"".join(sheet.streaming_content).startswith(b"PK")
    teacher = client_of(inside(k.institution, Role.INSTITUTION_TEACHER))
    assert (
        teacher.post("/desk/proceedings/assign", {"act": "take", "chosen": codes}).status_code
        == 403
    )


@pytest.mark.django_db
def test_the_table_of_a_kind_is_drawn_and_can_be_read_without_the_drawing():
    area()
    k = world()
    look_at("03-03 10:00")
    officer = client_of(inside(k.institution, Role.OFFICER))
    assert "对账差错" in text_of(officer.get("/desk/proceedings/kinds"))
    shown = officer.get("/desk/proceedings/kinds/break")
    assert len(re.findall(b'<rect class="(?:step|end)"', shown.content)) == 8
    assert "2 个银行日" in text_of(shown)
    assert "须另一人" in text_of(shown)
    assert officer.get("/desk/proceedings/kinds/none").status_code == 404


@pytest.mark.django_db
def test_what_is_attached_is_looked_at_and_served_to_who_may_see_it():
    area()
    k = world()
    from datetime import date

    from tests.tuition.test_bank_faults import FileKind, hand_in, receipt_line, take

    hand_in(
        take(FileKind.IN, receipt_line(k, amount_fen=199999), part=1, day=date(2026, 3, 2)),
        "03-03 08:40",
    )
    look_at("03-03 10:00")
    officer = client_of(inside(k.institution, Role.OFFICER))
    address = f"/desk/proceedings/{the_break(k).proceeding.code}"
    form = {"move": "explanation_proposed", "request_id": number(), "words": "银行记错"}
    bad = SimpleUploadedFile("函.pdf", b"not a pdf")
    assert "打不开" in text_of(officer.post(address, {**form, "document": bad}))
    good = SimpleUploadedFile("函.pdf", b"%PDF-1.4 letter")
    assert officer.post(address, {**form, "document": good}).status_code == 302
    link = re.findall(r'href="([^"]+/documents/[^"]+)"', officer.get(address).content.decode())[0]
    served = officer.get(link)
    assert (served.status_code, served.content) == (200, b"%PDF-1.4 letter")
    assert served.headers["Content-Type"] == "application/pdf"
    stranger = client_of(inside(k.institution, Role.INSTITUTION_TEACHER))
    assert stranger.get(link.replace(link[-4:], "0000")).status_code == 404
