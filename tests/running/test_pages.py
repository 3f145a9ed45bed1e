"""Running contracts through the pages: list, faults, answer, decision, what is not covered."""

import io
import re
import uuid

import pytest

from tests.given import call
from tests.running.given import confirmed, declare, old, place, running
from tests.visitors import area, client_of, cookies, inside, look_at, parent
from yuxin.kernel.actor import Role
from yuxin.operations.tuition.answer_running_contract import answer_running_contract

pytestmark = pytest.mark.django_db
HEAD = "原合同号,班级编码,学员姓名,家长姓名,家长手机,已付金额,付款日期,总课时,已上课时\n"


def text_of(answer) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def send(page, body: str, **more):
    file = io.BytesIO((HEAD + body).encode())
    file.name = "存量.csv"
    form = {"file": file, "request_id": str(uuid.uuid4()), **more}
    return page.post("/desk/running/declare", form)


def test_a_list_with_one_wrong_row_keeps_nothing_and_says_where():
    area()
    w = place()
    look_at("03-01 09:00")
    page = client_of(inside(w.institution, Role.INSTITUTION_FINANCE))
    good = f"旧-001,{w.class_code},陈小禾,陈女士,13800000001,2000,2025-11-03,20,7\n"
    bad = "旧-001,XX,李四,李女士,138,0,2027-01-01,20,21\n"
    answer = send(page, good + bad)
    shown = text_of(answer)
    assert answer.status_code == 422
    assert "有 6 处要改，没有保存任何内容" in shown
    for said in (
        "没有这个班",
        "11位数字",
        "大于零",
        "不能晚于今天",
        "不能多于总课时",
        "出现了两次",
    ):
        assert said in shown
    assert "没有存量合同" in text_of(page.get("/desk/running"))
    sheet = send(page, bad, **{"as": "xlsx"})
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    done = send(page, good)
    assert done.status_code == 302
    assert "旧-001" in text_of(page.get("/desk/running"))


def test_a_file_that_is_no_list_is_answered_clearly():
    area()
    w = place()
    look_at("03-01 09:00")
    page = client_of(inside(w.institution, Role.INSTITUTION_HEAD))
    file = io.BytesIO("姓名,金额\n某人,1\n".encode())
    file.name = "x.csv"
    answer = page.post("/desk/running/declare", {"file": file, "request_id": str(uuid.uuid4())})
    assert answer.status_code == 422 and "没有找到列" in text_of(answer)
    assert (
        page.get("/desk/running/template.csv").content.decode("utf-8-sig").strip() == HEAD.strip()
    )


def test_one_contract_is_typed_in():
    area()
    w = place()
    look_at("03-01 09:00")
    page = client_of(inside(w.institution, Role.INSTITUTION_FINANCE))
    form = {
        "act": "one",
        "request_id": str(uuid.uuid4()),
        "paper_number": "旧-9",
        "class_code": w.class_code,
        "learner_name": "陈小禾",
        "guardian_name": "陈女士",
        "guardian_phone": "13800000001",
        "paid_fen": "1000.00",
        "paid_on": "2025-12-01",
        "total_centiunits": "10",
        "taught_centiunits": "2.5",
    }
    assert page.post("/desk/running/declare", form).status_code == 302
    shown = text_of(page.get("/desk/running"))
    assert "旧-9" in shown and "750.00" in shown and "还有 750.00 元没有进专户" in shown


def test_the_guardian_answers_on_the_phone():
    area()
    w = place()
    declare(w, old(w))
    look_at("03-01 20:00")
    page = client_of(parent(w.family))
    assert "剩余课时，对吗？" in text_of(page.get("/family/"))
    address = f"/family/running/{running(w.institution).code}"
    shown = text_of(page.get(address))
    assert "1,300.00" in shown and "7课时，700.00元" in shown
    form = {"request_id": str(uuid.uuid4())}
    assert page.post(address, form).status_code == 302
    assert page.post(address, form).status_code == 302, "sent twice, done once"
    assert "钱还没进专户" in text_of(page.get(address))
    contract = running(w.institution).contract
    assert contract is not None
    assert page.get(f"/family/contracts/{contract.code}").status_code == 200


def test_the_guardian_says_otherwise_and_the_officer_decides():
    area()
    w = place()
    declare(w, old(w))
    look_at("03-01 20:00")
    code = running(w.institution).code
    page = client_of(parent(w.family))
    address = f"/family/running/{code}"
    form = {"act": "otherwise", "request_id": str(uuid.uuid4()), "note": "只上了5节"}
    assert page.post(address, {**form, "taught": "25"}).status_code == 422
    assert page.post(address, {**form, "taught": "5"}).status_code == 302
    assert "等监管部门核定" in text_of(page.get(address))
    officer = client_of(cookies(Role.OFFICER))
    assert "核定 1 份存量合同的剩余" in text_of(officer.get("/desk/"))
    shown = text_of(officer.get(f"/desk/running/{code}"))
    assert "只上了5节" in shown and "陈**" in shown and "陈小禾" not in shown
    decision = {"request_id": str(uuid.uuid4()), "taught": "6", "reason": "签到表"}
    assert officer.post(f"/desk/running/{code}", decision).status_code == 302
    gaps = text_of(officer.get("/desk/running/uncovered"))
    assert "1,400.00" in gaps and "晨光美术培训中心" in gaps
    assert "签到表" in text_of(page.get(address))


def test_who_may_not_decide_does_not():
    area()
    w = place()
    declare(w, old(w))
    look_at("03-01 20:00")
    code = running(w.institution).code
    head = client_of(inside(w.institution, Role.INSTITUTION_HEAD))
    decision = {"request_id": str(uuid.uuid4()), "taught": "20", "reason": "我说的"}
    assert head.post(f"/desk/running/{code}", decision).status_code == 404
    assert "旧-001" in text_of(head.get(f"/desk/running/{code}"))
    assert head.get("/desk/running/uncovered").status_code in (302, 403)


def test_it_is_over_when_nothing_is_left():
    area()
    w = place()
    declare(w, old(w, taught_centiunits=2000))
    answer_running_contract(call(w.family, "03-01 20:00"), running_code=running(w.institution).code)
    look_at("03-02 20:00")
    officer = client_of(cookies(Role.OFFICER))
    assert "存量合同的钱都在专户里了" in text_of(officer.get("/desk/running/uncovered"))
    assert "没有进专户" not in text_of(officer.get("/desk/"))


def test_the_institution_reads_where_to_pay():
    area()
    w = place()
    code = confirmed(w)
    look_at("03-02 20:00")
    head = client_of(inside(w.institution, Role.INSTITUTION_HEAD))
    shown = text_of(head.get(f"/desk/running/{running(w.institution).code}"))
    assert f"附言写监管合同号 {code}" in shown and "末四位 0001" in shown
    assert "存量合同还有 1,300.00 元没有进专户" in text_of(head.get("/desk/"))
