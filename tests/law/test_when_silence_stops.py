"""Silence stops counting when trust falls: lessons that cannot have happened, and why."""

from dataclasses import replace
from datetime import date

import pytest

from tests.given import (
    Institution,
    World,
    at,
    call,
    draft,
    guardian,
    institution,
    looked,
    notify,
    opened_class,
    paid_world,
    pay,
    rows,
    rules,
    signed,
    timetable,
)
from yuxin.access.reading import reading
from yuxin.operations.registry.change_status import change_status
from yuxin.operations.registry.record_site import NewRoom, record_site
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.change_session import change_session
from yuxin.policy.in_force import calendar, pack_on
from yuxin.registry.models import Status
from yuxin.registry.services import NewSite
from yuxin.tuition.models import Lesson
from yuxin.tuition.queries import silence

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.law("育信 decisions", clause="Silence", says="不可能的课，沉默不算确认"),
]


def why(k: World, number: int = 1) -> str:
    """The reason as every reader finds it: the guardian here."""
    code = k.lesson(number).code
    with reading(k.family):
        lesson = Lesson.objects.select_related("contract__course", "session").get(code=code)
        day = date(2026, 3, 30)
        pack = pack_on(day)
        days = calendar(pack, "government", day)
        return silence.impossible([lesson], pack=pack, days=days).get(lesson.pk, "")


def other_class(k: World, *, first: str, number: int = 2) -> World:
    """Another class of the institution with a paid learner."""
    of = k.institution
    code = opened_class(of, draft(of, name="素描"), timetable(20, first))
    family = guardian(number)
    other = World(k.bank, of, family, signed(family, code, when="03-02 09:00"), code)
    notify(pay(k.bank, family, other.contract, "03-02 11:00"), "03-02 11:00")
    return other


def test_a_teacher_in_two_places():
    k = paid_world()
    other = other_class(k, first="03-04 16:30")
    for each in (k, other):
        call_roll(call(k.institution.teacher, "03-04 18:30"), session_code=each.session(1))
    assert (why(k), why(other)) == ("teacher", "teacher")


def test_a_substitute_frees_the_teacher():
    k = paid_world()
    other = other_class(k, first="03-04 16:30")
    change_session(
        call(k.institution.head, "03-03 12:00"),
        session_code=other.session(1),
        starts_at=at("03-04 16:30"),
        ends_at=at("03-04 18:00"),
        teacher_name="王老师",
        reason="林老师另有课",
    )
    for each in (k, other):
        call_roll(call(k.institution.teacher, "03-04 18:30"), session_code=each.session(1))
    assert (why(k), why(other)) == ("", "")
    looked(k.family, "03-04 19:00")
    k.morning("03-26 00:05")
    assert k.lesson(1).state == "deemed"


def test_academic_training_on_a_day_off_and_not_on_a_make_up_saturday():
    rules()
    of = institution(categories=("SUBJECT",))
    course = draft(of, name="语文", category="SUBJECT")
    saturday = timetable(20, "03-07 09:00")
    k = paid_world(of=of, course=course, sessions=saturday)
    for number, when in ((1, "03-07 10:31"), (3, "03-09 10:31")):
        call_roll(call(of.teacher, when), session_code=k.session(number))
    assert (why(k, 1), why(k, 2)) == ("holiday", "")
    looked(k.family, "03-09 12:00")
    k.morning("04-01 00:05")
    assert (k.lesson(1).state, k.lesson(2).state) == ("pending", "deemed")


def test_other_training_on_a_saturday_is_usual():
    rules()
    of = institution()
    k = paid_world(of=of, sessions=timetable(20, "03-07 09:00"))
    call_roll(call(of.teacher, "03-07 10:31"), session_code=k.session(1))
    assert why(k) == ""


@pytest.mark.parametrize(
    ("area_dm2", "places", "expected"),
    [(599, 40, "capacity"), (600, 40, ""), (6000, 1, "capacity"), (6000, 2, "")],
)
def test_more_at_once_than_the_lower_of_area_and_approved_places(area_dm2, places, expected):
    """Two learners in two classes at one site; 3 m2 each."""
    rules()
    of = _with_site(institution(), area_dm2, places)
    k = paid_world(of=of)
    other = other_class(k, first="03-04 16:00")
    change_session(
        call(of.head, "03-03 12:00"),
        session_code=other.session(1),
        starts_at=at("03-04 16:00"),
        ends_at=at("03-04 17:30"),
        teacher_name="王老师",
        reason="分班",
    )
    for each in (k, other):
        call_roll(call(of.teacher, "03-04 17:45"), session_code=each.session(1))
    assert (why(k), why(other)) == (expected, expected)


def _with_site(of: Institution, area_dm2: int, places: int) -> Institution:
    """The institution with one more site of one room, where its courses are held."""
    made = record_site(
        call(of.clock, "01-06 09:00"),
        code=of.code,
        valid_from=date(2025, 1, 1),
        site=NewSite(address="示例县河口镇二号", area_dm2=area_dm2),
        rooms=(NewRoom(name="201", capacity=places, area_dm2=area_dm2),),
    )
    number = rows("SELECT id FROM registry_site WHERE code = %s", made["site_code"])[0][0]
    return replace(of, site_id=number)


def test_the_reason_is_kept_with_the_lesson_and_goes_when_it_ends():
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    looked(k.family, "03-04 19:00")
    change_status(
        call(k.institution.clock, "03-20 09:00"),
        code=k.institution.code,
        valid_from=date(2026, 3, 20),
        status=Status.CLOSED,
        reason="停业",
    )
    k.morning("03-26 00:05")
    assert (k.lesson(1).state, k.lesson(1).stopped_by) == ("pending", "closed")
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "pending": "100.00"}
