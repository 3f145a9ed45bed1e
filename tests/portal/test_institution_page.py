"""The public page of an institution in each of its states."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from stdnum.cn import uscc

from tests import given
from tests.portal.given import CHILD, ID_NUMBER, PHONE, county, entered, taught, with_status
from tests.registry.given import officer
from yuxin.kernel.codes import new_subject_code
from yuxin.operations.registry.merge_subjects import merge_subjects
from yuxin.operations.tuition.withdraw_course import withdraw_course
from yuxin.portal import kept
from yuxin.portal.courses import refund
from yuxin.rules.folder import NATION, load_pack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_empty_shelf() -> None:
    kept.PAGES.clear()


def page(code: str, **headers: str) -> str:
    """The text of a public page; it must be there."""
    response = Client().get(f"/i/{code}", headers=headers)
    assert response.status_code == 200, response
    return response.content.decode()


def test_a_connected_institution_shows_licence_course_caps_refund_and_account():
    county()
    of = taught()
    shown = page(of.code)
    for said in (
        "办学许可证有效，到2027年8月31日。",
        "少儿水彩",
        "2,000.00",
        "<b>20</b> / 60",
        "没有超过一次收费的上限",
        "没上的课全退。",
        "5个工作日。",
        "**** **** **** 0001",
        "学费只交到这个专户",
        "12345",
        "截至20",
        "示例县教育局",
    ):
        assert said in shown, said
    assert of.custody not in shown
    assert "status-block" not in shown, "no colour, no shape until a judgement is published"


def test_an_institution_that_was_only_entered_is_grey_and_nothing_is_said_of_it():
    county()
    shown = page(entered())
    assert "未接入" in shown
    assert "不代表好，也不代表不好" in shown
    assert "公开的登记信息（20" in shown
    for silent in ("课程和收费", "学费只交到这个专户", "is-red", "is-yellow", "is-green"):
        assert silent not in shown, silent


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("CLOSED", "已终止"),
        ("REVOKED", "无许可证"),
        ("UNLICENSED", "无许可证"),
        ("SUSPENDED", "现在停业"),
        ("ABSCONDED", "联系不上"),
    ],
)
def test_an_institution_that_is_not_at_work_offers_no_course(status: str, said: str):
    county()
    of = taught()
    with_status(of, status)
    shown = page(of.code)
    assert said in shown
    assert "少儿水彩" not in shown
    assert "看课报名" not in shown


def test_every_other_name_leads_to_the_one_address():
    county()
    of = taught()
    other = entered()
    merge_subjects(
        given.call(officer(of.id, _id_of(other)), "02-01 10:00"),
        kept_code=of.code,
        merged_code=other,
        reason="同一家",
    )
    for name in (other, of.code.lower(), f"{of.code[:4]}-{of.code[4:8]}-{of.code[8:]}"):
        response = Client().get(f"/i/{name}")
        assert response.status_code == 302, name
        assert response["Location"] == f"/i/{of.code}"


def test_a_credit_code_leads_to_the_address():
    county()
    code = entered(uscc=_uscc())
    response = Client().get(f"/i/{_uscc()}")
    assert response["Location"] == f"/i/{code}"


def _id_of(code: str) -> int:
    found = given.rows("SELECT id FROM public.registry_subject WHERE code = %s", code)
    return int(found[0][0])


def _uscc() -> str:
    body = "91990101MA0000001"
    return body + uscc.calc_check_digit(body)


def test_each_line_of_the_refund_rule_names_its_own_source_and_a_proposal_is_no_law():
    day = date(2026, 11, 16)
    notes = [str(fact.note) for fact in refund(load_pack((NATION, "demo")), day)]
    assert [("建议值，非法规" in note) for note in notes] == [True, True, False, True, False]
    assert "见于报道或转述" in notes[2]
    assert "演示县规则（虚构）" in notes[3]
    assert "演示县" not in notes[2]


def test_a_code_with_a_wrong_check_character_is_a_slip_or_a_false_qr_code():
    code = new_subject_code()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    response = Client().get(f"/i/{wrong}")
    assert response.status_code == 404
    said = response.content.decode()
    assert "这个编码不存在" in said
    assert "可能是假的二维码" in said
    assert "127.0.0.1:8000" in said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("JQ85Q8WN821YN", "这个编码没有登记"),
        ("hello", "这不是公示牌编码"),
        ("%E2%80%AE", "这不是公示牌编码"),
        ("a" * 900, "这不是公示牌编码"),
        ("91990101MA0000001A", "统一社会信用代码不对"),
        ("<script>alert(1)<", "这不是公示牌编码"),
    ],
)
def test_an_unknown_or_malformed_code_is_said_to_be_so(code: str, said: str):
    response = Client().get(f"/i/{code}")
    assert response.status_code == 404
    assert said in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_a_hostile_name_is_text():
    county()
    code = entered(
        brand="<b>\u202e</b><img src=x onerror=alert(1)>", name="</title><script>x</script>"
    )
    shown = page(code)
    assert "<img" not in shown
    assert "<script>" not in shown
    assert "&lt;img src=x" in shown
    assert "\u202e" not in shown


def test_no_person_appears_in_any_public_page():
    county()
    k = given.paid_world(of=taught())
    code = entered(
        name=f"示例县某某{PHONE}公司", address=f"河口镇1号 {ID_NUMBER} 139 0000 1234", brand="某某"
    )
    pages = [
        f"/i/{k.institution.code}",
        f"/i/{k.institution.code}/notice",
        f"/i/{code}",
        f"/i/{code}/notice",
        "/search?q=某某",
        "/search?q=晨光",
        "/lists/institutions",
        "/lists/institutions?export=csv",
        "/",
    ]
    for address in pages:
        response = Client().get(address)
        assert response.status_code == 200, address
        body = b"".join(response) if response.streaming else response.content
        said = body.decode()
        for planted in (PHONE, ID_NUMBER, CHILD, "139 0000 1234", "陈女士", "林老师"):
            assert planted not in said, (address, planted)


def test_the_page_is_kept_and_dropped_by_the_act_that_changes_it():
    county()
    of = taught()
    first = page(of.code)
    with CaptureQueriesContext(connection) as asked:
        assert page(of.code) == first
    assert len([one for one in asked if "portal.page" in one["sql"]]) == 1
    assert not [one for one in asked if "portal.institution" in one["sql"]]
    course = given.rows("SELECT code FROM public.tuition_course")[0][0]
    withdraw_course(given.call(of.head, "03-01 10:00"), course_code=course)
    assert "少儿水彩" not in page(of.code)
    with_status(of, "CLOSED")
    assert "已终止" in page(of.code)


def test_a_kept_page_holds_nothing_of_the_visitor_who_had_it_made():
    county()
    code = entered()
    Client().get(f"/i/{code}?x=<planted>&lang=zh")
    assert "planted" not in page(code)


def test_whoever_has_the_page_already_is_sent_nothing():
    county()
    code = entered()
    first = Client().get(f"/i/{code}")
    again = Client().get(f"/i/{code}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    zipped = Client().get(f"/i/{code}", headers={"Accept-Encoding": "gzip"})
    assert zipped["Content-Encoding"] == "gzip"


# The committed number of queries of each page, whatever an institution has. The statements that
# open a reading (role, settings) are not counted.
QUERIES = {"made": 10, "kept": 1, "search": 3, "list": 4, "home": 1, "warnings": 1}


def _queries(address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(address).status_code == 200
    return len([one for one in asked if re.search(r'FROM \(*"?(portal|policy)', one["sql"])])


def test_the_number_of_queries_of_each_page_is_constant():
    county()
    for number in range(1, 4):
        taught(f"晨光美术培训中心{number}", number=number)
    of = taught("晨光美术培训中心", number=9)
    page(of.code)  # the bytes of the rule pack are read once per process
    kept.PAGES.clear()
    assert _queries(f"/i/{of.code}") == QUERIES["made"]
    assert _queries(f"/i/{of.code}") == QUERIES["kept"]
    assert _queries("/search?q=晨光") == QUERIES["search"]
    assert _queries("/lists/institutions") == QUERIES["list"]
    assert _queries("/") == QUERIES["home"]
    assert _queries("/warnings") == QUERIES["warnings"]


def test_a_shelf_gives_up_the_least_used_page():
    shelf = kept.Shelf(bytes_max=3_000)
    for name in "abc":
        shelf.put(name, kept.Page.of(uuid.uuid4().bytes * 60))
        shelf.get("a")
    assert shelf.get("a") is not None
    assert shelf.get("b") is None


@pytest.mark.django_db
def test_the_first_page_leads_to_signing_in():
    assert 'href="/sign-in"' in Client().get("/").content.decode()
