"""Bad input through the browser: the message names field and remedy, and nothing is written."""

import io
import re
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.desk.given import client
from tests.registry.given import COUNTY, areas, licensed, many, new, rows
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.look.uploads import BYTES_MAX
from yuxin.registry.importing.models import ImportBatch


@pytest.fixture
def desk(db):
    """An officer's browser and the codes of two institutions."""
    areas()
    receipt = many([licensed(), new("示例县蓝天体育俱乐部")])
    return client(Role.OFFICER, area=COUNTY), receipt["codes"]


def _entries() -> int:
    return int(rows("SELECT count(*) FROM evidence.outbox")[0][0])


def _batches() -> int:
    with reading(Actor.clock(())):
        return ImportBatch.objects.count()


def _based_on(browser, address) -> str:
    found = re.search(r'name="based_on" value="(\d+)"', browser.get(address).content.decode())
    return found[1] if found else "0"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-1", "-1"),
        ("0.001", "0.001"),
        ("1e5", "1e5"),
        ("NaN", "NaN"),
        ("十万", "十万"),
        ("99999999999999999999999", ""),
    ],
)
def test_a_sum_that_is_none_is_refused_beside_its_field(desk, typed, told):
    browser, codes = desk
    address = f"/desk/institutions/{codes[0]}/correct/identity"
    form = {
        "request_id": str(uuid.uuid4()),
        "based_on": _based_on(browser, address),
        "capital_fen": typed,
        "valid_from": "2026-03-01",
        "reason": "验资报告",
    }
    before = _entries(), rows("SELECT count(*) FROM registry_identityvalue")
    answer = browser.post(address, form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'id="id_capital_fen_error"[^>]*>.*?[\u4e00-\u9fff]', text, re.S)
    assert told in text
    assert (_entries(), rows("SELECT count(*) FROM registry_identityvalue")) == before


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-00-00", "昨天", "1e3"])
def test_an_impossible_day_is_refused_beside_its_field(desk, day):
    browser, codes = desk
    address = f"/desk/institutions/{codes[0]}/correct/name"
    form = {
        "request_id": str(uuid.uuid4()),
        "based_on": _based_on(browser, address),
        "registered_name": "示例县青禾美育学校",
        "valid_from": day,
        "reason": "许可证换发",
    }
    before = _entries()
    answer = browser.post(address, form)
    assert answer.status_code == 422
    assert "不是有效日期，请按 2026-03-27 的样子填写" in answer.content.decode()
    assert _entries() == before


@pytest.mark.parametrize("wrong", ["7Q2MX8RK4TDWA", "123", "ZZZZ-ZZZZ-ZZZZZ", "'; DROP TABLE x"])
def test_a_wrong_code_is_refused_beside_its_field(desk, wrong):
    browser, codes = desk
    form = {"request_id": str(uuid.uuid4()), "merged_code": wrong, "reason": "重复录入"}
    before = _entries()
    answer = browser.post(f"/desk/institutions/{codes[0]}/merge", form)
    assert answer.status_code == 422
    assert 'id="id_merged_code_error"' in answer.content.decode()
    assert _entries() == before


def test_a_code_in_the_address_that_is_none_is_not_found(desk):
    browser, _ = desk
    for code in ("7Q2MX8RK4TDWA", "x", "../../etc/passwd"):
        assert browser.get(f"/desk/institutions/{code}").status_code == 404


def test_a_character_that_no_column_can_hold_is_refused_everywhere(desk):
    """The database would refuse it with an error of ours; the door refuses it with a sentence."""
    browser, _ = desk
    for address in ("/desk/institutions/%00", "/desk/search?q=a%00b", "/desk/search?%00=a"):
        answer = browser.get(address)
        assert answer.status_code == 400
        assert "数据没有改动" in answer.content.decode()
    answer = browser.post("/sign-in", {"login": "a\x00b", "password": "x"})
    assert answer.status_code == 400


def test_two_gigabytes_are_refused_by_what_they_announce(desk):
    browser, _ = desk
    before = _entries()
    answer = browser.generic(
        "POST",
        "/desk/imports",
        b"--x--",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2 * 1024**3),
    )
    assert answer.status_code == 413
    assert "没有上传，数据没有改动" in answer.content.decode()
    assert BYTES_MAX < 2 * 1024**3
    assert _entries() == before


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return file.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_opened(desk):
    browser, _ = desk
    before = _entries(), _batches()
    upload = SimpleUploadedFile("list.xlsx", _bomb())
    page = browser.get("/desk/imports").content.decode()
    number = re.search(r'name="request_id" value="([^"]+)"', page)
    answer = browser.post(
        "/desk/imports", {"request_id": number[1], "area_code": COUNTY, "file": upload}
    )
    assert answer.status_code == 422
    assert re.search(r'role="alert"|class="error"', answer.content.decode())
    assert (_entries(), _batches()) == before
