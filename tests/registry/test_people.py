"""Natural persons: found again by number, sealed at rest, shown to those they concern."""

from datetime import date

import pytest
from django.db import connection

from tests.registry.given import DAY, call, many, new, officer, read, rows
from yuxin.access.context import opened
from yuxin.access.reading import reading
from yuxin.kernel.act import Act, open_act
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.registry.end_post import end_post
from yuxin.operations.registry.record_post import NewColleague, record_post
from yuxin.policy.in_force import rules_in_force
from yuxin.registry import queries
from yuxin.registry.models import PostRole
from yuxin.registry.services import NewPost, person_by_phone

TEACHER = NewColleague(name="陆子衿", phone="13800005678", id_number="11010119900307001X")
SINGING = NewPost(role=PostRole.TEACHING, title="声乐", qualification="初中音乐教师")


@pytest.fixture
def two(db):
    """Two institutions and the officer of each."""
    receipt = many([new("甲"), new("乙")])
    return receipt["codes"], [officer(each) for each in receipt["subject_ids"]]


def hire(actor: Actor, code: str, colleague: NewColleague = TEACHER, post: NewPost = SINGING):
    """Record a post from DAY on."""
    return record_post(call(actor), code=code, colleague=colleague, post=post, valid_from=DAY)


def test_one_person_one_code_whoever_hires(two):
    codes, officers = two
    first = hire(officers[0], codes[0])
    again = hire(
        officers[1],
        codes[1],
        NewColleague(name="陆子衿", phone="13911112222", id_number="11010119900307001x "),
    )
    assert first["person_id"] == again["person_id"]
    assert rows("SELECT count(*) FROM registry_person") == [(1,)]


def test_what_one_institution_says_of_a_person_the_other_never_sees(two):
    codes, officers = two
    person = hire(officers[0], codes[0])["person_id"]
    hire(officers[1], codes[1], NewColleague(name="陆老师", id_number=TEACHER.id_number))
    mine = read(officers[0], queries.staff, officers[0].institution_ids[0], DAY)
    assert [(each.name, each.title) for each in mine] == [("陆子衿", "声乐")]
    assert read(officers[1], queries.staff, officers[0].institution_ids[0], DAY) == []
    own = Actor(9, "陆子衿", frozenset({Role.TEACHER}), person_ids=(person,))
    with reading(own), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM registry_personvalue ORDER BY id")
        assert cursor.fetchall() == [("陆子衿",), ("陆老师",)]
    stranger = Actor(10, "某人", frozenset({Role.TEACHER}))
    with reading(stranger), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_personvalue")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM registry_postvalue")
        assert cursor.fetchone() == (0,)


def test_numbers_are_sealed_and_shown_masked(two):
    codes, officers = two
    person = hire(officers[0], codes[0])["person_id"]
    told = read(officers[0], queries.person, person, DAY, officers[0].institution_ids[0])
    assert (told.phone_masked, told.id_number_masked) == ("138****5678", "1" + "*" * 16 + "X")
    assert b"13800005678" not in bytes(told.phone_sealed)
    assert b"11010119900307001X" not in bytes(told.id_number_sealed)


def test_a_telephone_number_leads_to_the_person_who_gave_it_last(two):
    codes, officers = two
    person = hire(officers[0], codes[0])["person_id"]
    with opened("operation"):
        asked = call(Actor.clock(()))
        act = Act(asked.actor, asked.at, asked.request_id, "test", rules_in_force(asked.at))
        with open_act(act):
            assert person_by_phone("13800005678") == person
            assert person_by_phone("13800005679") is None


def test_a_post_ends_on_its_day_and_stays_readable(two):
    codes, officers = two
    person = hire(officers[0], codes[0])["person_id"]
    end_post(
        call(officers[0]),
        code=codes[0],
        person_id=person,
        role=PostRole.TEACHING,
        ended_on=date(2026, 6, 1),
        reason="离职",
    )
    subject = officers[0].institution_ids[0]
    assert len(read(officers[0], queries.staff, subject, date(2026, 5, 31))) == 1
    assert read(officers[0], queries.staff, subject, date(2026, 6, 1)) == []
    with pytest.raises(NotFound):
        end_post(
            call(officers[0]),
            code=codes[0],
            person_id=person,
            role=PostRole.RESEARCH,
            ended_on=DAY,
            reason="x",
        )


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLOCK}))
def test_who_records_staff(two, role):
    codes, officers = two
    actor = officer(officers[0].institution_ids[0], roles=(role,))
    may = {
        Role.OFFICER,
        Role.HEAD,
        Role.WINDOW_CLERK,
        Role.INSTITUTION_HEAD,
        Role.SCHOOL_HEAD,
        Role.SCHOOL_ETHICS,
    }
    if role in may:
        assert hire(actor, codes[0])["person_id"]
        with pytest.raises(NotFound):
            hire(actor, codes[1])
    else:
        with pytest.raises(Forbidden):
            hire(actor, codes[0])


def test_natural_persons_are_in_no_list_and_no_search(two):
    codes, officers = two
    person = hire(officers[0], codes[0])["person_id"]
    everywhere = officer(*officers[0].institution_ids, person)
    assert read(everywhere, queries.institutions, queries.Filters()).total == 1
    assert read(everywhere, queries.search, "陆子衿", everywhere=True) == []
    [(code,)] = rows("SELECT code FROM registry_subject WHERE id = %s", person)
    with pytest.raises(NotFound):
        read(everywhere, queries.find, code)
