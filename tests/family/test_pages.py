"""The family's pages as forms and answers: no browser, no script."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.family.lives import on_27_march, on_30_march, refund_asked, teach
from tests.given import (
    BANK,
    at,
    bank_key,
    call,
    code_sent,
    countersign,
    guardian,
    looked,
    notify,
    paid_world,
    world,
)
from tests.visitors import area, client_of, look_at, parent
from yuxin.access.reading import reading
from yuxin.formats import party_keys
from yuxin.formats.bank_messages import Order, open_message
from yuxin.kernel.actor import Actor
from yuxin.operations.tuition.register_bank import register_bank
from yuxin.tuition.keys import platform_key
from yuxin.tuition.models import Contract

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    """What a page says, without markup."""
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def number() -> str:
    """The number of a new form."""
    return str(uuid.uuid4())


@pytest.fixture(autouse=True)
def town() -> None:
    area()


@dataclass
class Counted:
    """How many statements a page needed."""

    statements: int = 0


@contextmanager
def counting() -> Iterator[Counted]:
    counted = Counted()
    with CaptureQueriesContext(connection) as seen:
        yield counted
    counted.statements = len(
        [one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    )


def test_from_the_public_course_to_the_money_in_custody():
    k = world()
    other = guardian(2)
    look_at("03-02 08:00")
    page = client_of(parent(other))
    enrol = f"/family/enrol/{k.class_code}"
    assert "先加上课的孩子" in text_of(page.get(enrol))
    added = page.post(
        "/family/children",
        {"request_id": number(), "name": "王一诺", "grade": "二年级", "next": enrol},
    )
    assert added.headers["Location"] == enrol
    child = re.search(r'name="child" value="(\d+)"', page.get(enrol).content.decode())
    assert child
    drafted = page.post(enrol, {"request_id": number(), "child": child[1]})
    sign = drafted.headers["Location"]
    code = sign.split("/")[3]
    shown = text_of(page.get(sign))
    for term in ("2,000.00", "贰仟元整", "20", "15个工作日不答复", "5个工作日内答复", "没有超过"):
        assert term in shown
    assert "签合同" in shown and "发验证码" in shown
    assert page.post(f"{sign}/code", {"request_id": number()}).status_code == 302
    digits = code_sent(other)
    wrong = page.post(sign, {"request_id": number(), "read": "on", "code": _other(digits)})
    assert wrong.status_code == 422
    assert "还可以试4次" in text_of(wrong)
    form = {"request_id": number(), "read": "on", "code": digits}
    signed = page.post(sign, form)
    assert signed.headers["Location"] == f"/family/contracts/{code}/pay?done=signed"
    again = page.post(sign, form)  # sent twice
    assert again.headers["Location"] == signed.headers["Location"]
    assert _state(other, code) == "signed"
    waiting = page.get(f"/family/contracts/{code}/pay")
    assert "等机构签字" in text_of(waiting)
    assert "去付" not in text_of(waiting)
    countersign(code, when="03-02 08:05")
    paying = page.post(f"/family/contracts/{code}/pay", {"request_id": number()})
    link = re.search(
        r'href="(http://127.0.0.1:8021/cashier\?order=[^"]+)"', paying.content.decode()
    )
    assert link
    order = open_message(Order, link[1].partition("order=")[2], platform_key().public_key())
    assert order.amount_fen == 200_000
    assert order.return_url == f"http://testserver/family/contracts/{code}/paid"
    back = f"/family/contracts/{code}/paid?notice=whatever-the-browser-says"
    assert "等银行的消息" in text_of(page.get(back))
    notify(k.bank.pay(order, at("03-02 08:10")), "03-02 08:10")
    assert "正在进专户" in text_of(page.get(back))
    k.exchange("03-03 08:40")
    look_at("03-03 09:00")
    assert "元在专户里" in text_of(page.get(back))
    assert "一分不差" in text_of(page.get(f"/family/contracts/{code}"))


def _other(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def _state(family: Actor, code: str) -> str:
    with reading(family):
        return Contract.objects.values_list("state", flat=True).get(code=code)


def test_an_expired_code_signs_nothing():
    k = world()
    other = guardian(2)
    look_at("03-02 08:00")
    page = client_of(parent(other))
    page.post("/family/children", {"request_id": number(), "name": "王一诺"})
    child = re.search(
        r'name="child" value="(\d+)"', page.get(f"/family/enrol/{k.class_code}").content.decode()
    )
    assert child
    drafted = page.post(
        f"/family/enrol/{k.class_code}", {"request_id": number(), "child": child[1]}
    )
    sign = drafted.headers["Location"]
    page.post(f"{sign}/code", {"request_id": number()})
    digits = code_sent(other)
    look_at("03-02 08:06")
    late = page.post(sign, {"request_id": number(), "read": "on", "code": digits})
    assert late.status_code == 422
    assert "验证码过期" in text_of(late)
    assert _state(other, sign.split("/")[3]) == "draft"


def test_the_sheet_of_27_march_can_be_recomputed_line_by_line():
    k = on_27_march()
    look_at("03-27 09:40")
    page = client_of(parent(k.family))
    shown = text_of(page.get(f"/family/contracts/{k.contract}"))
    for figure in ("2,000.00", "150.00", "1,850.00", "1,750.00", "100.00", "−50.00"):
        assert figure in shown
    assert "在。和银行对账单一分不差。" in shown
    assert "今天24:00截止，还有14小时20分" in shown
    assert "明天00:05算上过了" in shown
    assert "第3课时　各担一半" in shown
    assert "第5至20课时　还没上" in shown


def test_a_lesson_is_confirmed_once_whatever_is_sent_twice():
    k = on_27_march()
    look_at("03-27 09:40")
    page = client_of(parent(k.family))
    lesson = f"/family/lessons/{k.lesson(2).code}"
    shown = text_of(page.get(lesson))
    assert "100.00元3月30日（周一）划给机构" in shown
    form = {"request_id": number()}
    first = page.post(lesson, form)
    assert first.status_code == 302
    assert page.post(lesson, form).status_code == 302
    second_tab = page.post(lesson, {"request_id": number()})
    assert second_tab.status_code == 409
    assert "已经答复过" in text_of(second_tab)
    assert "您确认了" in text_of(page.get(first.headers["Location"]))
    assert k.buckets()["payable"] == "100.00"


def test_a_dispute_freezes_this_lesson_alone():
    k = on_27_march()
    look_at("03-27 09:40")
    page = client_of(parent(k.family))
    address = f"/family/lessons/{k.lesson(2).code}/dispute"
    assert "4月3日（周五）前" in text_of(page.get(address))
    empty = page.post(address, {"request_id": number()})
    assert empty.status_code == 422
    assert "请选择" in text_of(empty)
    sent = page.post(address, {"request_id": number(), "reason": "shorter", "words": "11点下课"})
    assert sent.status_code == 302
    assert k.buckets()["frozen"] == "100.00"
    assert "11点下课" in text_of(page.get(sent.headers["Location"]))


def test_the_refund_of_30_march_names_the_holiday_and_the_sum():
    k = on_30_march()
    look_at("03-30 09:10")
    page = client_of(parent(k.family))
    address = f"/family/contracts/{k.contract}/refund"
    shown = text_of(page.get(address))
    for said in (
        "1,750.00元",
        "人民币壹仟柒佰伍拾元整",
        "4月7日（周二）",
        "清明节（4月4日至4月6日）不算",
        "没上的17课时：1,700.00",
        "加第3课时退回的：50.00",
        "够，一分不差",
    ):
        assert said in shown
    form = {"request_id": number(), "reason": "schedule", "seen_fen": "175000"}
    assert page.post(address, form).status_code == 302
    assert page.post(address, form).status_code in (302, 422)
    assert k.refund().amount_fen == 175_000
    assert "等机构答复" in text_of(page.get(address))


def test_open_lessons_are_answered_on_the_form_and_do_not_change_the_sum():
    k = on_27_march()
    look_at("03-27 09:40")
    page = client_of(parent(k.family))
    address = f"/family/contracts/{k.contract}/refund"
    lesson = k.lesson(2).code
    form = {"request_id": number(), "reason": "schedule", "seen_fen": "175000"}
    unanswered = page.post(address, form)
    assert unanswered.status_code == 422
    assert "请先答这节课上了没有" in text_of(unanswered)
    done = page.post(address, {**form, f"lesson_{lesson}": "confirm"})
    assert done.status_code == 302
    assert k.lesson(2).state == "confirmed"
    assert k.refund().amount_fen == 175_000


def test_a_sum_that_moved_is_shown_anew_and_nothing_is_asked():
    k = on_30_march()
    look_at("03-30 09:10")
    page = client_of(parent(k.family))
    address = f"/family/contracts/{k.contract}/refund"
    stale = page.post(address, {"request_id": number(), "reason": "schedule", "seen_fen": "180000"})
    assert stale.status_code == 422
    assert "之后有了变动" in text_of(stale)
    assert 'value="175000"' in stale.content.decode()


def test_what_belongs_to_another_family_does_not_exist():
    k = refund_asked()
    look_at("03-30 10:00")
    stranger = client_of(parent(guardian(2)))
    lesson = k.lesson(2).code
    for address in (
        f"/family/contracts/{k.contract}",
        f"/family/contracts/{k.contract}/sign",
        f"/family/contracts/{k.contract}/terms",
        f"/family/contracts/{k.contract}/pay",
        f"/family/contracts/{k.contract}/paid",
        f"/family/contracts/{k.contract}/refund",
        f"/family/lessons/{lesson}",
        f"/family/lessons/{lesson}/dispute",
        "/family/enrol/0000000000000",
    ):
        assert stranger.get(address).status_code == 404, address
    assert stranger.post(f"/family/lessons/{lesson}", {"request_id": number()}).status_code == 404
    assert k.contract not in stranger.get("/family/").content.decode()
    assert Client().get(f"/family/contracts/{k.contract}").status_code == 302


def test_every_step_has_its_receipt_whoever_did_it():
    k = on_27_march()
    look_at("03-27 09:40")
    page = client_of(parent(k.family))
    links = set(
        re.findall(
            r'href="(/family/contracts/[^"]+\.json[^"]*)"',
            page.get(f"/family/contracts/{k.contract}").content.decode(),
        )
    )
    assert len(links) >= 10
    for link in links:
        answer = page.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, link
        assert answer.json()["entry"]
    stranger = client_of(parent(guardian(2)))
    assert stranger.get(next(iter(links))).status_code == 404


def test_to_be_shown_in_the_inbox_starts_the_clock_once():
    k = paid_world()
    teach(k, 1, "03-04 17:30")
    look_at("03-04 18:00")
    page = client_of(parent(k.family))
    assert k.lesson(1).told_at is None
    shown = text_of(page.get("/family/inbox"))
    assert "请确认上课" in shown
    told = k.lesson(1).told_at
    assert told is not None
    look_at("03-05 18:00")
    page.get("/family/inbox")
    assert k.lesson(1).told_at == told


def test_the_number_of_statements_does_not_grow_with_the_contract():
    k = paid_world()
    teach(k, 1, "03-04 17:30")
    looked(k.family, "03-04 18:00")
    look_at("03-04 19:00")
    page = client_of(parent(k.family))
    addresses = {
        "/family/": 19,  # the last for supplements that wait for a signature
        f"/family/contracts/{k.contract}": 23,  # the last two for covers and a closing
        f"/family/contracts/{k.contract}/refund": 30,  # the last: the service known before? (N14)
        f"/family/lessons/{k.lesson(1).code}": 25,
    }
    for address in addresses:  # rules are read once per process
        page.get(address)
    before = {address: _count(page, address) for address in addresses}
    teach(k, 2, "03-07 10:30")
    teach(k, 3, "03-11 17:30")
    looked(k.family, "03-11 18:00")
    look_at("03-11 19:00")
    assert {address: _count(page, address) for address in addresses} == before
    assert before == addresses


def _count(page: Client, address: str) -> int:
    with counting() as counted:
        assert page.get(address).status_code == 200
    return counted.statements


def test_nothing_to_do_says_when_the_next_thing_comes():
    k = paid_world()
    look_at("03-03 09:00")
    shown = text_of(client_of(parent(k.family)).get("/family/"))
    assert "现在没有要您做的事" in shown
    assert "3月4日（周三）16:00" in shown


def test_a_contract_that_waits_for_money_leads_to_the_cashier_or_says_there_is_none():
    k = world()
    look_at("03-02 10:00")
    page = client_of(parent(k.family))
    assert "付学费" in text_of(page.get("/family/"))
    register_bank(
        call(Actor.clock(()), "03-02 09:55"),
        code=BANK,
        name="示例银行",
        public_key_pem=party_keys.public_pem(bank_key().public_key()).decode(),
        exchange_folder="/nonexistent",
    )
    asked = page.post(f"/family/contracts/{k.contract}/pay", {"request_id": number()})
    assert "没有扣您的钱" in text_of(asked)
    back = page.get(f"/family/contracts/{k.contract}/sign")
    assert "不用再签" in text_of(back)
