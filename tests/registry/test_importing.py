"""A list on its way into the register: received, decided, written, and nothing twice."""

import uuid

import pytest

from tests.registry.given import AT, COUNTY, areas, call, officer
from tests.registry.test_reading_lists import SHARED, code, real, text
from yuxin.access.reading import reading
from yuxin.files import store
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.importing.confirm_import import confirm_import, write_all
from yuxin.operations.importing.decide_import_doubts import decide_import_doubts
from yuxin.operations.importing.map_import_columns import map_import_columns
from yuxin.operations.importing.receive_import import receive_import
from yuxin.operations.importing.withdraw_import import withdraw_import
from yuxin.registry import queries as registry
from yuxin.registry.importing import queries
from yuxin.registry.importing.edits import EditNotReadable
from yuxin.registry.importing.models import ImportBatch, ImportDoubt, ImportRow
from yuxin.registry.importing.services import (
    BatchChanged,
    BatchClosed,
    DoubtChanged,
    DoubtDecision,
    NothingProposed,
    ReasonMissing,
    RowWritten,
)
from yuxin.registry.models import Entry

pytestmark = pytest.mark.django_db
OFFICER = officer()
OTHER = Actor(8, "林知远", frozenset({Role.OFFICER}), area_codes=(COUNTY,))
HEADINGS = ["机构名称", "统一社会信用代码", "地址", "注册资本", "许可证有效期"]


@pytest.fixture(autouse=True)
def _county():
    areas()


def received(data, name="台账.csv", actor=OFFICER, area=COUNTY):
    sha256 = store.put(data)
    receipt = receive_import(
        call(actor), file_sha256=sha256, file_name=name, size=len(data), area_code=area
    )
    return receipt["batch"]


def sums(batch_code, actor=OFFICER):
    with reading(actor):
        return queries.sums(actor, queries.batch(actor, batch_code))


def written(batch_code, actor=OFFICER):
    return write_all(actor, batch_code, now=lambda: AT)


def doubts(batch_code):
    with reading(OFFICER):
        return list(ImportDoubt.objects.filter(batch__code=batch_code).order_by("place"))


def entries():
    with reading(OFFICER):
        return {entry.name: entry for entry in Entry.objects.all()}


def decided(batch_code, *decisions, actor=OFFICER):
    return decide_import_doubts(call(actor), batch_code=batch_code, decisions=decisions)


def accept(place, version=1):
    return DoubtDecision(place=place, choice="ACCEPTED", version=version)


CLEAN = text(
    HEADINGS,
    ["示例县东湖培训学校有限公司", code(1), "东湖路9号", "50万元", "2024.1.1至2027.12.31"],
    ["示例县北塘艺术培训有限公司", code(2), "北塘街22号", "N/A", ""],
)
MIXED = text(
    HEADINGS,
    ["示例县东湖培训学校有限公司", code(1), "东湖路9号", "50万元", ""],
    ["示例县北塘艺术培训有限公司", "371099000012345", "北塘街22号", "", ""],
    ["示例县云帆教育有限公司(小荷英语)文庙校区", "", "", "", ""],
    ["", "", "某处", "", ""],
)


def test_accepted_rows_become_subjects_that_are_not_connected():
    batch = received(CLEAN)
    assert sums(batch).report() == {
        "rows": 2, "accepted": 2, "unchanged": 0, "doubtful": 0, "rejected": 0,
    }  # fmt: skip
    assert written(batch) == 2
    entry = entries()["示例县东湖培训学校有限公司"]
    assert (entry.uscc, entry.area_code, entry.address) == (code(1), COUNTY, "东湖路9号")
    assert (entry.connected, entry.colour, entry.status) == (False, None, "UNKNOWN")
    assert entry.licence_until.isoformat() == "2027-12-31"


def test_the_same_file_again_leads_to_the_same_batch_and_writes_nothing():
    batch = received(CLEAN)
    written(batch)
    assert received(CLEAN) == batch
    assert written(batch) == 0
    assert len(entries()) == 2


def test_the_same_rows_in_another_file_are_unchanged():
    written(received(CLEAN))
    again = received(CLEAN + b"\n", name="again.csv")
    assert sums(again).report() == {
        "rows": 2, "accepted": 0, "unchanged": 2, "doubtful": 0, "rejected": 0,
    }  # fmt: skip
    assert written(again) == 0
    assert len(entries()) == 2


def test_a_changed_address_is_a_new_value_and_nothing_else_changes():
    written(received(CLEAN))
    moved = received(CLEAN.replace("东湖路9号".encode(), "东湖路10号".encode()))
    assert sums(moved).report()["accepted"] == 1
    assert written(moved) == 1
    entry = entries()["示例县东湖培训学校有限公司"]
    assert (entry.address, entry.uscc) == ("东湖路10号", code(1))
    with reading(officer(entry.pk)):
        lines = registry.history(officer(entry.pk), entry.pk)
    assert [line.aspect for line in lines].count("place") == 2
    assert [line.aspect for line in lines].count("identity") == 1


def test_doubtful_rows_wait_for_a_person_and_refused_ones_are_not_written():
    batch = received(MIXED)
    found = sums(batch)
    assert (found.accepted, found.doubtful, found.rejected) == (1, 2, 1)
    assert written(batch) == 1
    first, second = doubts(batch)
    assert first.proposal == {"uscc": "", "old_number": "371099000012345"}
    decided(batch, accept(first.place))
    decided(
        batch, DoubtDecision(place=second.place, choice="REFUSED", version=1, reason="不在本县")
    )
    assert written(batch) == 1
    assert set(entries()) == {"示例县东湖培训学校有限公司", "示例县北塘艺术培训有限公司"}
    found = sums(batch)
    assert (found.decided_accepted, found.decided_refused, found.waiting) == (1, 1, 0)


def test_a_split_name_is_written_as_name_brand_and_site():
    batch = received(MIXED)
    decided(batch, accept(2))
    written(batch)
    entry = entries()["示例县云帆教育有限公司"]
    assert entry.brand == "小荷英语"
    with reading(officer(entry.pk)):
        sites = registry.sites(officer(entry.pk), entry.pk, AT.date())
    assert [site.name for site in sites] == ["文庙校区"]


def test_an_edited_value_is_read_by_the_same_rules():
    batch = received(MIXED)
    edit = DoubtDecision(place=1, choice="EDITED", version=1, values={"uscc": code(7).lower()})
    decided(batch, edit)
    assert doubts(batch)[0].decided == {"uscc": code(7)}
    wrong = DoubtDecision(place=2, choice="EDITED", version=1, values={"established_on": "去年"})
    with pytest.raises(EditNotReadable):
        decided(batch, wrong)
    assert doubts(batch)[1].decision == ""


def test_a_decision_can_be_taken_back_until_the_row_is_written():
    batch = received(MIXED)
    decided(batch, accept(1))
    decided(batch, DoubtDecision(place=1, choice="", version=2))
    assert sums(batch).waiting == 2
    decided(batch, accept(1, version=3))
    written(batch)
    with pytest.raises(RowWritten):
        decided(batch, DoubtDecision(place=1, choice="", version=4))


def test_of_two_officers_on_one_doubt_the_second_is_told():
    batch = received(MIXED)
    decided(batch, accept(1))
    late = DoubtDecision(place=1, choice="REFUSED", version=1, reason="不对")
    with pytest.raises(DoubtChanged, match="沈亦舟"):
        decided(batch, late, actor=OTHER)
    assert doubts(batch)[0].decision == "ACCEPTED"


@pytest.mark.parametrize(
    ("decision", "refusal"),
    [
        (DoubtDecision(place=1, choice="REFUSED", version=1, reason=" "), ReasonMissing),
        (DoubtDecision(place=99, choice="ACCEPTED", version=1), NotFound),
    ],
)
def test_decisions_that_cannot_stand_are_refused_and_nothing_is_written(decision, refusal):
    batch = received(MIXED)
    with pytest.raises(refusal):
        decided(batch, accept(2), decision)
    assert [doubt.decision for doubt in doubts(batch)] == ["", ""]


def test_what_has_no_proposal_cannot_be_accepted():
    batch = received(text(HEADINGS, ["示例县甲学校有限公司", code(1), "", "", "3月1日至8月1日"]))
    with pytest.raises(NothingProposed):
        decided(batch, accept(1))


def test_a_row_that_refers_to_another_waits_for_it():
    name = "示例县甲培训有限公司"
    rows = [[name, "371099000012345", "", "", ""], [f"{name}东湖校区", "", "", "", ""]]
    batch = received(text(HEADINGS, *rows))
    assert doubts(batch)[1].proposal["same_as"] == "row:0:2"
    decided(batch, accept(2))
    assert written(batch) == 0
    decided(batch, accept(1))
    assert written(batch) == 2
    assert set(entries()) == {name}


def test_a_branch_is_written_with_its_parent():
    rows = [["示例县甲培训有限公司", code(1), "", "", ""],
            ["示例县甲培训有限公司东湖分公司", code(2), "", "", ""]]  # fmt: skip
    batch = received(text(HEADINGS, *rows))
    decided(batch, accept(1))
    assert written(batch) == 2
    branch = entries()["示例县甲培训有限公司东湖分公司"]
    with reading(officer(branch.pk)):
        held = registry.as_of(officer(branch.pk), branch.pk, AT.date())["controller"]
    assert [row.controller_id for row in held] == [entries()["示例县甲培训有限公司"].pk]


def test_a_person_says_what_a_column_is_and_the_list_is_read_again():
    batch = received(text(["名称", "代码", "某列"], ["甲学校有限公司", code(1), "东湖路9号"]))
    chosen = {"0": {"0": "name", "1": "uscc", "2": "address"}}
    receipt = map_import_columns(call(OFFICER), batch_code=batch, chosen=chosen, version=1)
    written(receipt["batch"])
    assert entries()["甲学校有限公司"].address == "东湖路9号"
    with pytest.raises(BatchChanged):
        map_import_columns(call(OFFICER), batch_code=batch, chosen=chosen, version=1)


def test_a_batch_can_be_withdrawn_until_something_is_written():
    batch = received(MIXED)
    withdraw_import(call(OFFICER), batch_code=batch, version=1)
    with pytest.raises(BatchClosed):
        confirm_import(call(OFFICER), batch_code=batch, first=1)
    fresh = received(MIXED)
    assert fresh != batch
    written(fresh)
    with pytest.raises(BatchClosed):
        withdraw_import(call(OFFICER), batch_code=fresh, version=1)


def test_nobody_imports_into_an_area_that_was_not_granted():
    stranger = Actor(9, "外人", frozenset({Role.OFFICER}), area_codes=("990200",))
    with pytest.raises(Forbidden):
        received(CLEAN, actor=stranger)
    batch = received(CLEAN)
    with reading(stranger), pytest.raises(NotFound):
        queries.batch(stranger, batch)
    with pytest.raises(Forbidden):
        confirm_import(call(stranger), batch_code=batch, first=1)


def test_numbers_of_persons_are_stored_nowhere_but_in_the_sealed_file():
    data = text(
        ["机构名称", "统一社会信用代码", "联系电话", "法定代表人", "备注"],
        ["示例县甲学校有限公司", code(1), "13800138000", "某人甲", "找13900139000"],
    )
    batch = received(data)
    with reading(OFFICER):
        row = ImportRow.objects.get(batch__code=batch)
        sha256 = ImportBatch.objects.get(code=batch).file_sha256
    stored = str((row.cells, row.values, row.notes))
    assert all(word not in stored for word in ("13800138000", "13900139000", "某人甲"))
    assert store.get(sha256) == data
    assert b"13800138000" not in store._path(sha256).read_bytes()


def test_a_thousand_rows_at_a_time_go_on_where_they_stopped():
    rows = [[f"示例县第{n}培训学校有限公司", code(n), "", "", ""] for n in range(1, 1203)]
    batch = received(text(HEADINGS, *rows))
    with reading(OFFICER):
        first = queries.first_to_write(OFFICER, queries.batch(OFFICER, batch))
    receipt = confirm_import(call(OFFICER), batch_code=batch, first=first)
    assert (receipt["written"], receipt["left"]) == (1000, 202)
    assert written(batch) == 202
    assert len(entries()) == 1202


def test_a_repeat_of_one_write_does_nothing_twice():
    batch = received(CLEAN)
    request = uuid.uuid4()
    first = confirm_import(call(OFFICER, request_id=request), batch_code=batch, first=1)
    second = confirm_import(call(OFFICER, request_id=request), batch_code=batch, first=1)
    assert (first["written"], second["written"], second.repeated) == (2, 2, True)
    assert len(entries()) == 2


@real
def test_the_published_list_goes_in_twice_and_the_second_time_changes_nothing():
    data = (SHARED / "institutions.csv").read_bytes()
    batch = received(data)
    found = sums(batch)
    assert found.rows == 2270 == found.accepted + found.doubtful + found.rejected
    assert written(batch) == found.accepted
    again = sums(received(data + b"\n", name="again.csv"))
    assert again.accepted == 0
    assert again.unchanged >= found.accepted
