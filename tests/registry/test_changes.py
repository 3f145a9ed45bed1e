"""Changing what is said of a subject: twice, at once, by whom, and what stays readable."""

import threading
import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from tests.registry.given import (
    DAY,
    call,
    licensed,
    many,
    new,
    officer,
    read,
    registered,
    rows,
)
from yuxin.access.reading import reading
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.registry.change_status import change_status
from yuxin.operations.registry.confirm_connection import (
    AlreadyConnected,
    FeedUnknown,
    LicenceNotHeld,
    confirm_connection,
)
from yuxin.operations.registry.correct_value import (
    NotCorrectable,
    ReasonMissing,
    correct_value,
)
from yuxin.operations.registry.merge_subjects import merge_subjects
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.operations.registry.record_licence import record_licence
from yuxin.operations.registry.record_site import NewRoom, record_site
from yuxin.operations.registry.split_subject import split_subject
from yuxin.operations.registry.undo_merge import undo_merge
from yuxin.operations.registry.undo_split import undo_split
from yuxin.registry import public, queries
from yuxin.registry.aspects import BadValue, UnknownField
from yuxin.registry.models import CustodyState, Status
from yuxin.registry.services import (
    AlreadyMerged,
    NewCustody,
    NewLicence,
    NewSite,
    NotAnAccountNumber,
    NotMerged,
    SameSubject,
    UsccTaken,
    ValueChanged,
)

USCC = "91999999MA0K7F201M"
LICENCE = "教民 399990120240087 号"


@pytest.fixture
def qinghe(db):
    """One institution with a licence, and the officer who looks after it."""
    receipt = registered(licensed(uscc=USCC))
    return receipt, officer(receipt["subject_id"])


def rename(asked: Call, code: str, name: str, **how):
    """Give a subject another registered name from 2026-03-01 on."""
    told = {"valid_from": date(2026, 3, 1), "reason": "许可证换发", **how}
    return correct_value(
        asked, code=code, aspect="name", values={"registered_name": name, "brand": ""}, **told
    )


def test_a_new_name_holds_from_its_day_and_the_old_one_stays_readable(qinghe):
    receipt, reader = qinghe
    before = rows("SELECT public.recorded_now()")[0][0]
    rename(call(reader), receipt["code"], "示例县青禾美育学校")
    assert read(reader, queries.find, receipt["code"]).name == "示例县青禾美育学校"

    def name(day: date, known_at: datetime | None = None) -> str:
        subject = receipt["subject_id"]
        return read(reader, queries.value, "name", subject, day, known_at).registered_name

    assert name(date(2026, 2, 28)) == "示例县青禾艺术培训学校有限公司"
    assert name(date(2026, 3, 1)) == "示例县青禾美育学校"
    assert name(date(2026, 3, 1), before) == "示例县青禾艺术培训学校有限公司"


def test_a_repeat_records_nothing_twice(qinghe):
    receipt, reader = qinghe
    asked = call(reader, request_id=uuid.uuid4())
    rename(asked, receipt["code"], "甲")
    assert rename(asked, receipt["code"], "甲").repeated
    assert rows("SELECT count(*) FROM registry_namevalue") == [(2,)]


def test_whoever_writes_on_an_outdated_form_is_told(qinghe):
    receipt, reader = qinghe
    seen = queries.latest([read(reader, queries.value, "name", receipt["subject_id"], DAY)])
    rename(call(reader), receipt["code"], "甲", based_on=seen)
    with pytest.raises(ValueChanged):
        rename(call(reader), receipt["code"], "乙", based_on=seen)
    assert read(reader, queries.find, receipt["code"]).name == "甲"


def test_of_two_officers_on_one_record_one_is_told(committing):
    receipt = registered(licensed())
    reader = officer(receipt["subject_id"])
    seen = queries.latest([read(reader, queries.value, "name", receipt["subject_id"], DAY)])
    start, told = threading.Barrier(2), []

    def write(name: str) -> None:
        start.wait()
        try:
            rename(call(reader), receipt["code"], name, based_on=seen)
            told.append("recorded")
        except ValueChanged:
            told.append("told")
        finally:
            connection.close()

    racers = [threading.Thread(target=write, args=(name,)) for name in ("甲", "乙")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(told) == ["recorded", "told"]
    assert rows("SELECT count(*) FROM registry_namevalue") == [(2,)]


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"reason": " "}, ReasonMissing),
        ({"aspect": "custody"}, NotCorrectable),
        ({"aspect": "post"}, NotCorrectable),
        ({"values": {"motto": "厚德"}}, UnknownField),
        ({"values": {"brand": "长" * 81}}, BadValue),
        ({"aspect": "licence", "values": {}, "key": {"licence_id": 10**9}}, NotFound),
        ({"aspect": "licence", "values": {}}, NotFound),
        ({"aspect": "site", "values": {"address": "x"}, "key": {"id": 1}}, NotFound),
    ],
)
def test_bad_input_changes_nothing(qinghe, how, refusal):
    receipt, reader = qinghe
    told = {
        "code": receipt["code"],
        "aspect": "name",
        "valid_from": DAY,
        "values": {"registered_name": "甲"},
        "reason": "更正",
    }
    with pytest.raises(refusal):
        correct_value(call(reader), **{**told, **how})
    assert rows("SELECT count(*) FROM registry_namevalue") == [(1,)]


def test_a_credit_code_of_another_is_refused_and_ones_own_kept(qinghe):
    receipt, reader = qinghe
    other = registered(new("另一家"))
    told = {"aspect": "identity", "valid_from": DAY, "reason": "补录", "values": {"uscc": USCC}}
    correct_value(call(reader), code=receipt["code"], **told)
    with pytest.raises(UsccTaken):
        correct_value(call(officer(other["subject_id"])), code=other["code"], **told)


def test_a_licence_is_renewed_under_its_own_course_of_values(qinghe):
    receipt, reader = qinghe
    [licence] = read(reader, queries.licences, receipt["subject_id"], DAY)
    correct_value(
        call(reader),
        code=receipt["code"],
        aspect="licence",
        key={"licence_id": licence.licence_id},
        valid_from=date(2026, 3, 1),
        values={"kind": "OPERATING", "number": LICENCE, "valid_until": date(2029, 2, 28)},
        reason="换证",
        based_on=licence.pk,
    )
    assert read(reader, queries.find, receipt["code"]).licence_until == date(2029, 2, 28)
    before = read(reader, queries.licences, receipt["subject_id"], date(2026, 2, 28))
    assert [row.valid_until for row in before] == [date(2027, 8, 31)]


def test_a_subject_is_connected_on_its_licence_and_its_feeds(qinghe):
    receipt, reader = qinghe
    told = {"code": receipt["code"], "licence_number": LICENCE, "feeds": ("CONTRACTS", "BANK")}
    with pytest.raises(LicenceNotHeld):
        confirm_connection(call(reader), **{**told, "licence_number": "别的号"})
    with pytest.raises(FeedUnknown):
        confirm_connection(call(reader), **{**told, "feeds": ()})
    after_its_end = call(reader, at=datetime(2027, 9, 1, 2, tzinfo=UTC))
    with pytest.raises(LicenceNotHeld):
        confirm_connection(after_its_end, **told)
    confirm_connection(call(reader), **told)
    assert read(reader, queries.find, receipt["code"]).connected
    with pytest.raises(AlreadyConnected):
        confirm_connection(call(reader), **told)


def test_a_closed_subject_says_since_when(qinghe):
    receipt, reader = qinghe
    change_status(
        call(reader),
        code=receipt["code"],
        status=Status.CLOSED,
        valid_from=DAY,
        reason="注销登记",
    )
    assert read(reader, queries.find, receipt["code"]).status == "CLOSED"
    with pytest.raises(ReasonMissing):
        change_status(
            call(reader), code=receipt["code"], status=Status.ACTIVE, valid_from=DAY, reason=""
        )


def test_a_custody_account_shows_its_last_four_and_no_more(qinghe):
    receipt, reader = qinghe
    account = NewCustody(
        bank_code="DEMOBANK",
        bank_name="示例农商银行",
        account_title="示例县青禾艺术培训学校有限公司预收费资金托管专户",
        number="6230 0000 0000 6021",
    )
    told = {"code": receipt["code"], "valid_from": DAY, "state": CustodyState.FILED}
    record_custody_account(call(reader), account=account, **told)
    held = read(reader, queries.custody_account, receipt["subject_id"], DAY)
    assert (held.number_last4, held.state) == ("6021", "FILED")
    assert b"6230" not in bytes(held.number_sealed)
    for wrong in ("", "1234567", "62300000000060x1", "１２３４５６７８９"):
        bad = NewCustody(**{**vars(account), "number": wrong})
        with pytest.raises(NotAnAccountNumber):
            record_custody_account(call(reader), account=bad, **told)


def test_a_site_comes_with_its_rooms(qinghe):
    receipt, reader = qinghe
    made = record_site(
        call(reader),
        code=receipt["code"],
        valid_from=DAY,
        site=NewSite(address="青山镇学府街6号", area_dm2=32000),
        rooms=(NewRoom(name="301", capacity=20, area_dm2=6500),),
    )
    [site] = read(reader, queries.sites, receipt["subject_id"], DAY)
    assert (site.site.code, site.area_dm2) == (made["site_code"], 32000)
    [room] = read(reader, queries.rooms, receipt["subject_id"], DAY)
    assert (room.room.code, room.capacity) == (made["room_codes"][0], 20)
    with pytest.raises(BadValue):
        record_site(
            call(reader),
            code=receipt["code"],
            valid_from=DAY,
            site=NewSite(address="某处", area_dm2=0),
        )


def test_a_merge_leads_every_code_to_the_kept_one_and_can_be_undone(qinghe):
    receipt, _ = qinghe
    codes, ids = [receipt["code"]], [receipt["subject_id"]]
    more = many([new("青禾校区"), new("青禾第二校区")])
    codes, ids = [*codes, *more["codes"]], [*ids, *more["subject_ids"]]
    reader = officer(*ids)

    def merge(kept: int, merged: int):
        told = {"kept_code": codes[kept], "merged_code": codes[merged], "reason": "同一主体"}
        return merge_subjects(call(reader), **told)

    merge(1, 2)
    merge(0, 1)
    for code in codes:
        assert read(reader, queries.find, code).code == codes[0]
    assert read(reader, queries.institutions, queries.Filters()).total == 1
    with pytest.raises(AlreadyMerged):
        merge(0, 2)
    with pytest.raises(SameSubject):
        merge(0, 0)
    undo_merge(call(reader), merged_code=codes[1], reason="并错")
    assert read(reader, queries.find, codes[2]).code == codes[1]
    assert read(reader, queries.find, codes[0]).code == codes[0]
    with pytest.raises(NotMerged):
        undo_merge(call(reader), merged_code=codes[1], reason="并错")


def test_a_split_lets_a_site_go_on_elsewhere_and_can_be_undone(qinghe):
    receipt, reader = qinghe
    made = record_site(
        call(reader),
        code=receipt["code"],
        valid_from=date(2025, 1, 1),
        site=NewSite(address="青山镇学府街6号", name="学府校区"),
    )
    split = split_subject(
        call(reader),
        code=receipt["code"],
        new=new("青禾学府校区"),
        site_codes=(made["site_code"],),
        reason="独立登记",
    )
    reader = officer(receipt["subject_id"], split["subject_id"])

    def names(subject_id: int, day: date) -> list[str]:
        return [row.name for row in read(reader, queries.sites, subject_id, day)]

    assert names(receipt["subject_id"], DAY) == []
    assert names(receipt["subject_id"], date(2026, 3, 1)) == ["学府校区"]
    assert names(split["subject_id"], DAY) == ["学府校区"]
    undo_split(call(reader), new_code=split["code"], reason="登记撤回")
    assert names(receipt["subject_id"], DAY) == ["学府校区"]
    assert names(split["subject_id"], DAY) == []
    with pytest.raises(NotMerged):
        undo_split(call(reader), new_code=split["code"], reason="登记撤回")


MATRIX = {
    "correct": (
        {Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK},
        lambda asked, code: rename(asked, code, "甲"),
    ),
    "status": (
        {Role.OFFICER, Role.HEAD},
        lambda asked, code: change_status(
            asked, code=code, status=Status.SUSPENDED, valid_from=DAY, reason="停业"
        ),
    ),
    "connect": (
        {Role.OFFICER, Role.HEAD},
        lambda asked, code: confirm_connection(
            asked, code=code, licence_number=LICENCE, feeds=("BANK",)
        ),
    ),
    "licence": (
        {Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK},
        lambda asked, code: record_licence(
            asked, code=code, valid_from=DAY, licence=NewLicence(number="1")
        ),
    ),
    "site": (
        {
            Role.OFFICER,
            Role.HEAD,
            Role.WINDOW_CLERK,
            Role.INSTITUTION_HEAD,
            Role.SCHOOL_HEAD,
        },
        lambda asked, code: record_site(
            asked, code=code, valid_from=DAY, site=NewSite(address="某街1号")
        ),
    ),
}


@pytest.mark.parametrize("act", sorted(MATRIX))
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLOCK}))
def test_who_may_not_is_refused_and_who_may_only_within_the_grants(qinghe, act, role):
    receipt, _ = qinghe
    allowed, do = MATRIX[act]
    reached = officer(receipt["subject_id"], roles=(role,))
    if role in allowed:
        with pytest.raises(NotFound):
            do(call(officer(roles=(role,))), receipt["code"])
        assert do(call(reached), receipt["code"]).entry_id
    else:
        with pytest.raises(Forbidden):
            do(call(reached), receipt["code"])


def test_the_public_sees_the_licence_and_never_the_account_number(qinghe):
    receipt, reader = qinghe
    account = NewCustody(
        bank_code="DEMOBANK", bank_name="示例农商银行", account_title="专户", number="62300060218"
    )
    record_custody_account(
        call(reader),
        code=receipt["code"],
        valid_from=DAY,
        account=account,
        state=CustodyState.VERIFIED,
    )
    with reading(Actor.public()):
        assert public.code_of(USCC) == receipt["code"]
        told = public.institution(receipt["code"])
        assert (told.uscc, told.connected) == (USCC, False)
        [licence] = public.licences(told.subject_id)
        assert (licence.number, licence.valid_until) == (LICENCE, date(2027, 8, 31))
        assert public.custody_account(told.subject_id).number_last4 == "0218"
        public.show(date(2024, 8, 31))
        assert public.licences(told.subject_id) == []
    with pytest.raises(NotFound), reading(Actor.public()):
        public.code_of("0000000000000")
    for table in ("registry_entry", "registry_custodyvalue", "registry_personvalue"):
        with (
            pytest.raises(Exception, match="permission denied"),
            reading(Actor.public()),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM {table}")
