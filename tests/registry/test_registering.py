"""Entering subjects: one code for life, nothing twice, nothing half."""

import threading
from datetime import date

import psycopg
import pytest
from django.db import connection

from tests.registry.given import (
    CLOCK,
    COUNTY,
    ELSEWHERE,
    call,
    licensed,
    many,
    new,
    officer,
    read,
    registered,
    rows,
)
from yuxin.access.context import opened
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.codes import NotAUscc, check_subject_code
from yuxin.kernel.refusal import Forbidden, NotFound, RequestReused
from yuxin.operations.registry.register_subject import register_subject
from yuxin.registry import queries
from yuxin.registry.aspects import BadValue
from yuxin.registry.models import Kind, Subject
from yuxin.registry.services import AliasOnlyInDemo, UsccTaken

USCC = "91999999MA0K7F201M"


@pytest.mark.django_db
def test_a_subject_gets_a_code_that_tells_nothing_and_a_line_in_the_list():
    receipt = registered(licensed(uscc=USCC, brand="青禾艺术"))
    assert check_subject_code(receipt["code"])
    entry = read(officer(receipt["subject_id"]), queries.find, receipt["code"])
    assert (entry.name, entry.brand) == ("示例县青禾艺术培训学校有限公司", "青禾艺术")
    assert (entry.uscc, entry.category, entry.status) == (USCC, "ARTS", "ACTIVE")
    assert entry.licence_until == date(2027, 8, 31)
    assert (entry.connected, entry.colour) == (False, None)


@pytest.mark.django_db
def test_its_credit_code_and_its_alias_lead_to_it_too():
    receipt = registered(licensed(uscc=USCC), alias="QH")
    reader = officer(receipt["subject_id"])
    for text in (receipt["code"].lower(), USCC, "QH", f" {USCC[:8]} {USCC[8:]} "):
        assert read(reader, queries.find, text).code == receipt["code"]


@pytest.mark.django_db
def test_what_lies_outside_the_grants_does_not_exist():
    receipt = registered()
    with pytest.raises(NotFound):
        read(officer(), queries.find, receipt["code"])


@pytest.mark.django_db
def test_a_repeat_enters_nobody_twice():
    asked = call()
    first = register_subject(asked, subject=new())
    again = register_subject(asked, subject=new())
    assert again.repeated
    assert again["code"] == first["code"]
    with pytest.raises(RequestReused):
        register_subject(asked, subject=new("另一家"))
    assert rows("SELECT count(*) FROM registry_subject") == [(1,)]


@pytest.mark.django_db
def test_a_thousand_come_back_in_their_order():
    receipt = many([new(f"示例培训学校第{i}号") for i in range(1000)])
    with_names = dict(rows("SELECT code, name FROM registry_entry"))
    assert [with_names[code] for code in receipt["codes"]] == [
        f"示例培训学校第{i}号" for i in range(1000)
    ]


@pytest.mark.django_db
def test_one_credit_code_belongs_to_one_subject():
    registered(new(uscc=USCC))
    with pytest.raises(UsccTaken) as refused:
        registered(new("另一家", uscc=USCC))
    assert USCC in refused.value.say("zh")
    with pytest.raises(UsccTaken):
        many([new("甲", uscc="91999999MA0K7F302E"), new("乙", uscc="91999999MA0K7F302E")])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"uscc": "91999999MA0K7F201X"}, NotAUscc),
        ({"capital_fen": -1}, BadValue),
        ({"category": "MUSIC"}, BadValue),
        ({"name": "长" * 161}, BadValue),
        ({"established_on": "去年"}, BadValue),
        ({"address": "某路\x00一号"}, BadValue),
    ],
)
def test_bad_input_names_its_field_and_writes_nothing(wrong, refusal):
    with pytest.raises(refusal) as refused:
        registered(new(**wrong))
    assert refused.value.field == next(iter(wrong)).replace("name", "registered_name")
    assert rows("SELECT count(*) FROM registry_subject") == [(0,)]


@pytest.mark.django_db
def test_a_bureau_enters_subjects_in_its_own_areas_only():
    assert register_subject(call(officer()), subject=new())["code"]
    with pytest.raises(Forbidden):
        register_subject(call(officer()), subject=new(area_code=ELSEWHERE))
    for role in set(Role) - {Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.CLOCK}:
        with pytest.raises(Forbidden):
            register_subject(
                call(Actor(8, "某人", frozenset({role}), area_codes=(COUNTY,))),
                subject=new(area_code=COUNTY),
            )


@pytest.mark.django_db
def test_a_site_without_a_name_is_watched_under_its_code():
    receipt = registered(
        new("", kind=Kind.UNLICENSED_SITE, status="UNLICENSED", address="河口镇滨河路二号")
    )
    hits = read(officer(receipt["subject_id"]), queries.search, "滨河路")
    assert [(hit.code, hit.name) for hit in hits] == [(receipt["code"], "")]


def test_an_alias_belongs_to_a_demo(committing):
    login = {**committing.superuser, "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(**login, autocommit=True) as admin:
        admin.execute("UPDATE access_installation SET mode = 'production'")
    with pytest.raises(AliasOnlyInDemo):
        registered(new(), alias="K")
    assert rows("SELECT count(*) FROM registry_subject") == [(0,)]


def test_of_two_who_enter_one_code_at_once_one_is_refused(committing):
    start, told = threading.Barrier(2), []

    def enter(name: str) -> None:
        start.wait()
        try:
            registered(new(name, uscc=USCC))
            told.append("entered")
        except UsccTaken:
            told.append("refused")
        finally:
            connection.close()

    racers = [threading.Thread(target=enter, args=(name,)) for name in ("甲", "乙")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(told) == ["entered", "refused"]
    assert rows("SELECT count(*) FROM registry_entry WHERE uscc = %s", USCC) == [(1,)]


@pytest.mark.django_db
def test_nobody_but_the_owner_changes_what_was_recorded():
    registered()
    with pytest.raises(Exception, match="permission denied"), opened("operation"):
        Subject.objects.update(kind=Kind.CARE_CENTRE)


@pytest.mark.django_db
def test_the_list_shows_what_the_grants_reach_and_counts_it():
    ids = [registered(new(f"第{i}家"))["subject_id"] for i in range(3)]
    mine = officer(*ids[:2])
    page = read(mine, queries.institutions, queries.Filters())
    assert page.total == 2
    assert {entry.pk for entry in page.rows} == set(ids[:2])
    assert read(mine, queries.counts, queries.Filters())["not_connected"] == 2
    assert read(CLOCK, queries.institutions, queries.Filters()).total == 0
