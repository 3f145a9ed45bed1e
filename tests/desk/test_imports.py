"""Lists on their way in, as an officer meets them: send, look, decide, write; without script."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.desk.test_sign_in_page import _sign_in
from tests.desk.test_sign_in_page import officer as officer  # the fixture
from tests.registry.test_importing import MIXED
from tests.registry.test_reading_lists import code, text
from yuxin.access.models import Look
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.registry.importing.models import ImportBatch, ImportDoubt
from yuxin.registry.models import Entry

CLOCK = Actor.clock(())


@pytest.fixture
def desk(officer):
    client = Client()
    _sign_in(client)
    return client


def send(desk, data=MIXED, name="台账.csv"):
    page = desk.get("/desk/imports")
    form = {
        "request_id": page.context["form"]["request_id"].value(),
        "area": "990100",
        "file": SimpleUploadedFile(name, data),
    }
    return desk.post("/desk/imports", form)


def the_batch():
    with reading(CLOCK):
        return ImportBatch.objects.exclude(state="WITHDRAWN").get()


def doubts():
    with reading(CLOCK):
        return list(ImportDoubt.objects.order_by("place"))


def _numbered(form):
    return {"request_id": str(uuid.uuid4()), **form}


def decide(desk, place, choice, version=1, **more):
    form = _numbered({"place": place, "version": version, "choice": choice, **more})
    return desk.post(f"/desk/imports/{the_batch().code}/decide", form)


def test_a_list_goes_from_the_file_into_the_register(desk):
    sent = send(desk)
    assert sent.status_code == 302
    review = desk.get(sent.headers["Location"])
    assert "旧注册号" in review.content.decode()
    address = f"/desk/imports/{the_batch().code}"
    answer = decide(desk, 1, "ACCEPTED")
    assert answer.headers["Location"] == f"{address}?at=2#open"
    decide(desk, 2, "REFUSED", reason="重复的行")
    desk.post(f"{address}/write")
    with reading(CLOCK):
        names = set(Entry.objects.values_list("name", flat=True))
    assert names == {"示例县东湖培训学校有限公司", "示例县北塘艺术培训有限公司"}
    assert "已入库" in desk.get(f"{address}/rows").content.decode()


def test_the_counts_on_the_page_add_up(desk):
    review = desk.get(send(desk).headers["Location"])
    sums = review.context["sums"]
    assert sums.lines == review.context["other_lines"] + sums.rows
    assert sums.rows == sums.accepted + sums.unchanged + sums.rejected + sums.doubtful
    decided = sums.decided_accepted + sums.decided_edited + sums.decided_refused
    assert sums.doubtful == decided + sums.waiting


def test_a_file_that_is_no_spreadsheet_is_refused_beside_the_form(desk):
    answer = send(desk, b"%PDF-1.7", "名单.xlsx")
    assert answer.status_code == 422
    assert "不是电子表格" in answer.content.decode()


def test_what_was_typed_is_kept_when_another_officer_was_faster(desk):
    send(desk)
    decide(desk, 1, "ACCEPTED")
    late = decide(desk, 1, "EDITED", version=1, **{"value-uscc": "91999901 TYPED"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "刚由沈亦舟定为" in page
    assert doubts()[0].decision == "ACCEPTED"


def test_a_typed_value_that_cannot_be_read_is_kept_and_said(desk):
    send(desk)
    answer = decide(desk, 1, "EDITED", **{"value-uscc": "91999901 TYPED", "value-old_number": ""})
    assert answer.status_code == 422
    assert 'value="91999901 TYPED"' in answer.content.decode()


def test_a_refusal_without_a_reason_is_not_taken(desk):
    send(desk)
    answer = decide(desk, 1, "REFUSED")
    assert answer.status_code == 422
    assert "须写明原因" in answer.content.decode()


def test_doubts_of_one_kind_are_listed_and_then_accepted_together(desk):
    rows = [[f"示例县第{n}学校有限公司", f"37109900001234{n}"] for n in range(3)]
    send(desk, text(["名称", "代码"], *rows))
    address = f"/desk/imports/{the_batch().code}/same/1"
    page = desk.get(address)
    assert len(page.context["rows"]) == 3
    desk.post(address, _numbered({"chosen": ["1", "3"]}))
    assert [doubt.decision for doubt in doubts()] == ["ACCEPTED", "", "ACCEPTED"]


def test_a_column_can_be_said_to_be_something_else(desk):
    send(desk, text(["名称", "代码", "某列"], ["甲学校有限公司", code(1), "东湖路9号"]))
    old = the_batch().code
    page = desk.get(f"/desk/imports/{old}/columns")
    assert "不认识的表头" in page.content.decode()
    desk.post(f"/desk/imports/{old}/columns", _numbered({"version": "1", "column-0-2": "address"}))
    assert the_batch().code != old
    assert the_batch().columns[0]["columns"][2]["field"] == "address"


def test_the_doubts_can_be_taken_away_as_a_file_that_runs_nothing(desk):
    send(desk, text(["名称", "代码"], ["=HYPERLINK(1)学校有限公司", "371099000012345"]))
    answer = desk.get(f"/desk/imports/{the_batch().code}?export=csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "371099000012345" in body
    with reading(CLOCK):
        look = Look.objects.get()
    assert (look.kind, look.thing) == ("list.exported", f"import-{the_batch().code}.csv 1")


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", ""])
def test_a_page_that_is_no_number_is_the_first(desk, number):
    send(desk)
    address = f"/desk/imports/{the_batch().code}"
    assert desk.get(f"{address}/rows", {"page": number}).context["number"] == 1
    assert desk.get(address, {"page": number, "at": number}).context["number"] == 1


def test_what_comes_without_its_number_is_refused_and_not_done(desk):
    send(desk)
    old = the_batch()
    answer = desk.post(f"/desk/imports/{old.code}/withdraw", {"version": old.version})
    assert answer.status_code == 422
    assert "页面不完整" in answer.content.decode()
    assert the_batch().state == "OPEN"


def test_a_batch_is_withdrawn_from_its_page(desk):
    send(desk)
    old = the_batch()
    desk.post(f"/desk/imports/{old.code}/withdraw", _numbered({"version": old.version}))
    with reading(CLOCK):
        assert ImportBatch.objects.get().state == "WITHDRAWN"


def test_pages_of_other_areas_are_not_there(desk):
    assert desk.get("/desk/imports/ZZZZZZZZZZZZZ").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_in_both_languages(desk, language):
    send(desk)
    batch = the_batch().code
    for path in ("", f"/{batch}", f"/{batch}?at=1", f"/{batch}/columns", f"/{batch}/rows",
                 f"/{batch}/rows?verdict=lines", f"/{batch}/same/1"):  # fmt: skip
        mark = "&" if "?" in path else "?"
        assert desk.get(f"/desk/imports{path}{mark}lang={language}").status_code == 200


def test_an_upload_of_two_gigabytes_is_refused_by_what_it_announces(desk):
    answer = desk.generic(
        "POST",
        "/desk/imports",
        b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2 * 1024**3),
    )
    assert answer.status_code == 413
    assert "没有上传" in answer.content.decode()
