"""The timetable changes: moved, cancelled, made up for, a substitute; every family is told."""

import pytest

from tests.given import World, at, call, institution, paid_world, rows
from yuxin.access.reading import reading
from yuxin.kernel.refusal import BadInput, Forbidden
from yuxin.messages import queries as letters
from yuxin.operations.tuition.call_roll import LessonNotTaught, RollCalled, call_roll
from yuxin.operations.tuition.change_session import add_session, cancel_session, change_session
from yuxin.tuition.models import ClassSession
from yuxin.tuition.services.timetables import ChangeNeedsReason, SessionOver, TimetableWrong

pytestmark = pytest.mark.django_db


def move(k: World, starts: str, ends: str, *, when: str = "03-03 09:00", **how):
    return change_session(
        call(k.institution.head, when),
        session_code=k.session(1),
        starts_at=at(starts),
        ends_at=at(ends),
        reason=how.pop("reason", "老师开会"),
        **how,
    )


def letter(k: World) -> tuple[str, str]:
    with reading(k.family):
        newest = letters.inbox(k.family)[0]
    return newest.title, newest.text


def hours(k: World, number: int = 1) -> tuple[str, str | None]:
    found = rows(
        "SELECT starts_at, planned_at FROM tuition_classsession WHERE code = %s", k.session(number)
    )[0]
    return found[0], found[1]


def test_a_session_is_moved_and_the_family_told_with_the_reason():
    k = paid_world()
    assert move(k, "03-05 18:00", "03-05 19:30")["told"] == 1
    assert hours(k) == (at("03-05 18:00"), at("03-04 16:00"))
    title, text = letter(k)
    assert title == "课表有变动"
    assert "2026-03-04 16:00–17:30" in text and "2026-03-05 18:00–19:30" in text
    assert "老师开会" in text
    with pytest.raises(LessonNotTaught):
        call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    assert call_roll(call(k.institution.teacher, "03-05 19:30"), session_code=k.session(1))[
        "taught"
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        ("03-05 20:00", "03-05 21:30", "应在20:30前结束"),
        ("03-07 09:30", "03-07 11:00", "和本班另一次课重叠"),
        ("06-01 16:00", "06-01 17:30", "不在课程起止日期之内"),
        ("03-05 16:00", "03-05 16:30", "短于课程写明"),
        ("03-03 08:00", "03-03 09:30", "已经过去"),
    ],
)
def test_a_new_time_keeps_the_rules_of_the_course(starts, ends, why):
    k = paid_world()
    with pytest.raises(TimetableWrong) as refused:
        move(k, starts, ends)
    assert why in refused.value.say("zh")
    assert hours(k) == (at("03-04 16:00"), None)


def test_a_substitute_is_named_to_the_family():
    k = paid_world()
    move(k, "03-04 16:00", "03-04 17:30", teacher_name="王老师")
    assert "王老师" in letter(k)[1]
    with reading(k.institution.clock):
        assert ClassSession.objects.get(teacher_name="王老师").class_group.teacher_name == "林老师"


def test_a_change_takes_a_reason_a_difference_and_a_session_not_over():
    k = paid_world()
    with pytest.raises(ChangeNeedsReason):
        move(k, "03-05 16:00", "03-05 17:30", reason=" ")
    with pytest.raises(BadInput):
        move(k, "03-04 16:00", "03-04 17:30")
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    with pytest.raises(SessionOver):
        move(k, "03-05 16:00", "03-05 17:30", when="03-04 18:00")
    with pytest.raises(SessionOver):
        cancel_session(
            call(k.institution.head, "03-04 18:00"), session_code=k.session(1), reason="错"
        )
    with pytest.raises(Forbidden):
        cancel_session(
            call(institution("别家", number=2).head, "03-04 18:00"),
            session_code=k.session(2),
            reason="错",
        )


def test_a_cancelled_session_costs_nothing_and_is_made_up_for_once():
    k = paid_world()
    head = k.institution.head
    cancel_session(call(head, "03-04 09:00"), session_code=k.session(1), reason="老师生病")
    assert letter(k)[0] == "有一节课取消"
    with pytest.raises(RollCalled):
        call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}

    def make_up(when: str, starts: str, ends: str):
        return add_session(
            call(head, when),
            class_code=k.class_code,
            starts_at=at(starts),
            ends_at=at(ends),
            centiunits=100,
            makes_up=k.session(1),
        )

    make_up("03-04 09:10", "03-05 18:00", "03-05 19:30")
    assert letter(k)[0] == "新排了一节课"
    with pytest.raises(TimetableWrong) as refused:
        make_up("03-04 09:20", "03-06 18:00", "03-06 19:30")
    assert "已经排过补课" in refused.value.say("zh")
    call_roll(call(k.institution.teacher, "03-05 19:30"), session_code=k.session(21))
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "pending": "100.00"}


def test_no_more_is_planned_than_the_course_has():
    k = paid_world()
    with pytest.raises(TimetableWrong) as refused:
        add_session(
            call(k.institution.head, "03-04 09:00"),
            class_code=k.class_code,
            starts_at=at("03-05 18:00"),
            ends_at=at("03-05 19:30"),
            centiunits=100,
        )
    assert "还能排0课时" in refused.value.say("zh")
