"""The desk's pages of institutions, as officers and heads meet them."""

import io
import re
import uuid
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.given import client
from tests.registry.given import COUNTY, TOWN, areas, call, licensed, many, new, officer, rows
from yuxin.kernel.actor import Role
from yuxin.operations.registry.record_post import NewColleague, record_post
from yuxin.operations.registry.record_site import NewRoom, record_site
from yuxin.registry.models import PostRole
from yuxin.registry.services import NewPost, NewSite

QINGHE = "示例县青禾艺术培训学校有限公司"
DAY = date(2026, 3, 2)


@pytest.fixture
def county(db) -> dict[str, object]:
    """Three institutions of the county; the first with everything."""
    areas()
    receipt = many(
        [
            licensed(name=QINGHE, brand="青禾美育", capital_fen=30_000_000, source="示例县名单"),
            new("示例县蓝天体育俱乐部", category="SPORTS"),
            new("=示例县公式培训部", area_code=COUNTY),
        ]
    )
    code, subject_id = receipt["codes"][0], receipt["subject_ids"][0]
    clerk = officer(subject_id)
    record_site(
        call(clerk),
        code=code,
        valid_from=DAY,
        site=NewSite(address="河口镇滨河路18号二层", name="本部", area_code=TOWN, area_dm2=32050),
        rooms=(NewRoom(name="301", capacity=20, area_dm2=6500),),
    )
    record_post(
        call(clerk),
        code=code,
        colleague=NewColleague(name="陆子衿", phone="13800005678", id_number="11010119900307001X"),
        post=NewPost(role=PostRole.TEACHING, title="声乐", qualification="初中音乐教师"),
        valid_from=DAY,
    )
    return {"code": code, "subject_id": subject_id, "codes": receipt["codes"]}


def _text(response) -> str:
    return response.content.decode()


def test_the_list_shows_what_the_grants_reach(county):
    page = client(Role.OFFICER, area=COUNTY).get("/desk/institutions")
    assert page.status_code == 200
    assert "您的范围内 3 家：已接入 0 家，未接入 3 家" in _text(page)
    page = client(Role.DEPARTMENT, area=COUNTY, line="SPORTS").get("/desk/institutions")
    assert "蓝天体育" in _text(page)
    assert QINGHE not in _text(page)


def test_the_list_is_filtered_by_words_area_and_connection(county):
    browser = client(Role.OFFICER, area=COUNTY)
    for query, shown in (
        ("q=qhmy", [QINGHE]),
        (f"area={COUNTY}", ["=示例县公式培训部"]),
        ("line=SPORTS", ["示例县蓝天体育俱乐部"]),
        ("connected=yes", []),
        ("colour=RED", []),
    ):
        text = _text(browser.get(f"/desk/institutions?{query}"))
        listed = re.findall(r'<a class="open"[^>]*>([^<]*)</a>', text)
        assert listed == shown, query


def test_a_file_taken_away_holds_the_view_is_safe_to_open_and_is_recorded(county):
    answer = client(Role.OFFICER, area=COUNTY).get("/desk/institutions?export=xlsx&sort=name")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    names = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sorted(names) == sorted([QINGHE, "示例县蓝天体育俱乐部", "=示例县公式培训部"])
    assert {cell.data_type for cell in sheet["B"]} == {"s"}
    assert rows("SELECT kind, thing FROM access_look") == [("list.exported", "institutions.xlsx 3")]


@pytest.mark.parametrize("address", ["/desk/institutions", "/desk/search?q=x"])
def test_who_has_no_business_there_is_refused(county, address):
    for role in (Role.GUARDIAN, Role.TEACHER, Role.INSURER):
        assert client(role).get(address).status_code == 403


def test_the_search_box_leads_straight_to_a_code_and_lists_what_is_alike(county):
    browser = client(Role.OFFICER, area=COUNTY)
    found = browser.get("/desk/search", {"q": county["code"]})
    assert found.headers["Location"] == f"/desk/institutions/{county['code']}"
    listed = _text(browser.get("/desk/search", {"q": "示例县"}))
    assert "找到 3 家" in listed
    assert "没有查到" in _text(browser.get("/desk/search", {"q": "查无此家"}))
    assert "<script>" not in _text(browser.get("/desk/search", {"q": "<script>"}))


def test_the_file_tells_everything_and_says_that_it_is_not_connected(county):
    text = _text(client(Role.OFFICER, area=COUNTY).get(f"/desk/institutions/{county['code']}"))
    for told in (
        QINGHE,
        "招牌 青禾美育",
        "未接入",
        "300,000.00 元",
        "教民 399990120240087 号",
        "文化艺术类 · 义务教育 · 线下",
        "320.50 m²",
        "教室 301",
        "陆子衿",
        "示例县名单",
        "确认接入",
    ):
        assert told in text, told
    assert "13800005678" not in text
    assert "11010119900307001X" not in text


def test_staff_are_shown_to_those_who_need_them(county):
    address = f"/desk/institutions/{county['code']}"
    for role, shown in ((Role.DEPARTMENT, False), (Role.SUPERVISOR, False), (Role.HEAD, True)):
        assert ("陆子衿" in _text(client(role, area=COUNTY).get(address))) is shown
    head = client(Role.INSTITUTION_HEAD, subject_id=county["subject_id"])
    text = _text(head.get(address))
    assert "陆子衿" in text
    assert "更正或续记" not in text
    assert head.get(f"/desk/institutions/{county['codes'][1]}").status_code == 404


def _fill(county, **changes):
    form = {
        "registered_name": "示例县青禾美育学校",
        "brand": "青禾",
        "valid_from": "2026-03-01",
        "reason": "许可证换发",
        "request_id": str(uuid.uuid4()),
    }
    return {**form, **changes}


def test_a_correction_is_recorded_once_however_often_it_is_sent(county):
    browser = client(Role.OFFICER, area=COUNTY)
    address = f"/desk/institutions/{county['code']}/correct/name"
    page = _text(browser.get(address))
    assert QINGHE in page
    based_on = re.search(r'name="based_on" value="(\d+)"', page)
    form = _fill(county, based_on=based_on[1])
    first = browser.post(address, form)
    assert first.status_code == 302
    assert browser.post(address, form).headers["Location"] == first.headers["Location"]
    file = _text(browser.get(first.headers["Location"]))
    assert "示例县青禾美育学校" in file
    assert "已记载。存证号" in file
    assert rows("SELECT count(*) FROM registry_namevalue") == [(4,)]
    past = _text(browser.get(f"/desk/institutions/{county['code']}?on=2026-02-28"))
    assert "以下是 2026-02-28 的情况" in past
    assert f"<h1>{QINGHE}</h1>" in past
    before_all = _text(browser.get(f"/desk/institutions/{county['code']}?known=2026-01-01"))
    assert "没有记载证照" in before_all
    assert "许可证换发" not in before_all
    stale = browser.post(address, _fill(county, based_on=based_on[1]))
    assert stale.status_code == 422
    assert "已被他人更改" in _text(stale)
    assert "许可证换发" in _text(stale)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"reason": ""}, "请填写“理由和依据”"),
        ({"valid_from": "2026-02-30"}, "不是有效日期"),
        ({"request_id": "x"}, "页面不完整"),
        ({"brand": "长" * 81}, "80"),
    ],
)
def test_a_wrong_form_says_where_and_writes_nothing(county, wrong, told):
    browser = client(Role.OFFICER, area=COUNTY)
    answer = browser.post(
        f"/desk/institutions/{county['code']}/correct/name", _fill(county, **wrong)
    )
    assert answer.status_code == 422
    assert told in _text(answer)
    assert rows("SELECT count(*) FROM registry_namevalue") == [(3,)]


@pytest.mark.parametrize(
    "aspect",
    ["name", "identity", "status", "category", "place", "authority", "licence", "site", "room"],
)
def test_every_correctable_aspect_has_its_form(county, aspect):
    browser = client(Role.OFFICER, area=COUNTY)
    things = {
        "licence": "SELECT code FROM registry_licence",
        "site": "SELECT code FROM registry_site",
        "room": "SELECT code FROM registry_room",
    }
    base = f"/desk/institutions/{county['code']}/correct/{aspect}"
    address = f"{base}/{rows(things[aspect])[0][0]}" if aspect in things else base
    page = browser.get(address)
    assert page.status_code == 200
    form = {
        name: value
        for name, value in re.findall(
            r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', _text(page)
        )
        if name != "csrfmiddlewaretoken"
    }
    form |= {"reason": "核对后续记", "valid_from": "2026-03-05"}
    chosen = {
        "status": {"status": "SUSPENDED"},
        "category": {"category": "ARTS"},
        "place": {"area_code": TOWN},
        "identity": {"registration_kind": "ENTERPRISE", "business_scope": "艺术培训"},
        "licence": {"kind": "OPERATING", "categories": ["ARTS"], "stages": [], "modes": []},
        "site": {"area_code": TOWN},
    }
    answer = browser.post(address, form | chosen.get(aspect, {}))
    assert answer.status_code == 302, _text(answer)


@pytest.mark.parametrize("aspect", ["custody", "person", "post", "nothing", "licence"])
def test_no_form_for_what_has_its_own_act_or_does_not_exist(county, aspect):
    browser = client(Role.OFFICER, area=COUNTY)
    assert browser.get(f"/desk/institutions/{county['code']}/correct/{aspect}").status_code == 404


def test_connecting_asks_for_the_licence_and_the_feeds(county):
    browser = client(Role.OFFICER, area=COUNTY)
    address = f"/desk/institutions/{county['code']}/connect"
    assert "教民 399990120240087 号" in _text(browser.get(address))
    form = {"licence_number": "教民 399990120240087 号", "request_id": str(uuid.uuid4())}
    refused = browser.post(address, form)
    assert refused.status_code == 422
    assert "已核对的数据来源" in _text(refused)
    answer = browser.post(address, form | {"feeds": ["BANK", "CONTRACTS"]})
    assert answer.status_code == 302
    assert "无需重复确认" in _text(browser.get(address))
    other = f"/desk/institutions/{county['codes'][1]}/connect"
    assert "还没有在有效期内" in _text(browser.get(other))


def test_a_licence_a_site_and_an_account_are_added_and_two_subjects_merged(county):
    browser = client(Role.OFFICER, area=COUNTY)
    base = f"/desk/institutions/{county['codes'][1]}"
    forms = {
        "add/licence": {"kind": "OPERATING", "number": "教民 9 号", "categories": ["SPORTS"]},
        "add/site": {"address": "青山镇学府街6号", "area_code": TOWN, "area_dm2": "320.5"},
        "custody": {
            "bank_code": "DEMOBANK",
            "bank_name": "示例农商银行",
            "account_title": "专户",
            "number": "6230 0000 0000 6021",
            "state": "FILED",
        },
        "merge": {"merged_code": county["codes"][2], "reason": "重复录入"},
    }
    for address, told in forms.items():
        assert browser.get(f"{base}/{address}").status_code == 200
        told |= {"request_id": str(uuid.uuid4()), "valid_from": "2026-03-01"}
        answer = browser.post(f"{base}/{address}", told)
        assert answer.status_code == 302, _text(answer)
    file = _text(browser.get(base))
    for shown in ("教民 9 号", "320.50 m²", "6021", "并入的主体码"):
        assert shown in file, shown
    assert "62300000" not in file
    wrong = forms["custody"] | {"number": "12", "request_id": str(uuid.uuid4())}
    assert "8 至 30 位数字" in _text(browser.post(f"{base}/custody", wrong))
    assert browser.get(f"{base}/add/person").status_code == 404


@pytest.mark.parametrize(
    ("address", "most"),
    [("/desk/institutions", 12), ("/desk/search?q=示例县", 10), ("/desk/institutions/{code}", 29)],
)
def test_a_page_costs_a_bounded_number_of_statements(county, address, most):
    browser = client(Role.OFFICER, area=COUNTY)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address.format(code=county["code"])).status_code == 200
    asked = [q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    assert len(asked) <= most, "\n".join(q["sql"][:100] for q in asked)
