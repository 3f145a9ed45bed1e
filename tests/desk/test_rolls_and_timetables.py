"""The workbench's pages of rolls and timetables, also of a phone that was without a network."""

import re
import uuid
from typing import Any

import pytest

from tests.given import World, at, call, paid_world, rows
from tests.visitors import FixedMoment, area, client_of, inside, look_at
from yuxin.kernel.actor import Role
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson


@pytest.fixture(autouse=True)
def fixed_moment(settings: Any):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def text_of(answer) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def started(role: Role = Role.INSTITUTION_TEACHER, when: str = "03-04 17:30"):
    area()
    k = paid_world()
    page = client_of(inside(k.institution, role))
    look_at(when)
    return k, page


def tapped(k: World, page, when: str, number: str | None = None, **more):
    """What the phone's queue sends: the tap's own time, and that it waited."""
    return page.post(
        f"/desk/sessions/{k.session(1)}/roll",
        {"request_id": number or str(uuid.uuid4()), "occurred_at": at(when).isoformat(), **more},
        headers={"X-Queue": "1"},
    )


@pytest.mark.django_db
def test_a_tap_without_a_network_counts_from_the_tap_and_once():
    k, page = started(when="03-06 09:00")
    number = str(uuid.uuid4())
    for _ in range(2):
        answer = tapped(k, page, "03-04 17:00", number)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "called"})
    assert k.buckets()["pending"] == "100.00"
    kept = rows("SELECT outcome, claimed_at, received_at FROM queued_queuedact")
    assert kept == [("done", at("03-04 17:00"), at("03-06 09:00"))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tap", "sent", "code", "words"),
    [
        ("03-04 17:00", "03-07 17:00", "", ""),
        ("03-04 17:00", "03-07 17:01", "tap_too_old", "超过72小时才发到"),
        ("03-04 15:59", "03-04 18:00", "lesson_not_taught", "点的时候还没上课"),
        ("03-04 18:10", "03-04 18:00", "tap_ahead", "和现在的情况对不上"),
        ("03-04 16:01", "03-04 15:57", "lesson_not_taught", "点的时候还没上课"),
    ],
)
def test_what_came_too_late_or_too_early_is_a_task_and_nothing_else(tap, sent, code, words):
    k, page = started(when=sent)
    outcome = tapped(k, page, tap).json()["outcome"]
    assert outcome == ("conflict" if code else "called")
    assert rows("SELECT refusal FROM queued_queuedact") == [(code,)]
    if not code:
        return
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}
    assert "手机上点的名没有记上，请核对" in text_of(page.get("/desk/"))
    roll = page.get(f"/desk/sessions/{k.session(1)}/roll")
    assert words in text_of(roll)
    task = rows("SELECT id FROM queued_queuedact")[0][0]
    seen = page.post(f"/desk/conflicts/{task}", {"request_id": str(uuid.uuid4())})
    assert seen.status_code == 302
    assert "手机上点的名没有记上" not in text_of(page.get("/desk/"))


@pytest.mark.django_db
def test_a_tap_before_ones_last_sent_act_and_a_roll_called_meanwhile_are_tasks():
    k, page = started(when="03-07 11:00")
    second = page.post(
        f"/desk/sessions/{k.session(2)}/roll",
        {"request_id": str(uuid.uuid4()), "occurred_at": at("03-07 10:40").isoformat()},
        headers={"X-Queue": "1"},
    )
    assert second.json() == {"outcome": "called"}
    assert tapped(k, page, "03-07 10:39").json() == {"outcome": "conflict"}
    call_roll(call(k.institution.head, "03-07 10:50"), session_code=k.session(1))
    assert tapped(k, page, "03-07 10:55").json() == {"outcome": "conflict"}
    assert [each[0] for each in rows("SELECT refusal FROM queued_queuedact ORDER BY id")] == [
        "",
        "tap_before_last",
        "roll_called",
    ]
    assert k.buckets()["pending"] == "200.00"


@pytest.mark.django_db
def test_another_teachers_conflict_is_not_mine():
    k, page = started(when="03-04 15:00")
    tapped(k, page, "03-04 14:59")
    head = client_of(inside(k.institution, Role.INSTITUTION_HEAD))
    task = rows("SELECT id FROM queued_queuedact")[0][0]
    answer = head.post(f"/desk/conflicts/{task}", {"request_id": str(uuid.uuid4())})
    assert answer.status_code == 404
    assert rows("SELECT closed_at FROM queued_queuedact") == [(None,)]


@pytest.mark.django_db
def test_signing_out_wipes_what_the_phone_kept():
    _k, page = started()
    answer = page.post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.django_db
def test_the_roll_is_put_right_on_the_page_and_taken_back_whole():
    k, page = started(when="03-04 17:40")
    roll = f"/desk/sessions/{k.session(1)}/roll"
    page.post(roll, {"request_id": str(uuid.uuid4())})
    assert "更正点名" in text_of(page.get(roll))
    asked = page.post(
        f"{roll}/correct",
        {"request_id": str(uuid.uuid4()), f"outcome_{k.contract}": "leave", "reason": ""},
    )
    assert asked.status_code == 422
    assert "更正须写明原因" in text_of(asked)
    done = page.post(
        f"{roll}/correct",
        {"request_id": str(uuid.uuid4()), f"outcome_{k.contract}": "leave", "reason": "请过假"},
    )
    assert done.headers["Location"].endswith("?done=corrected")
    assert "请假" in text_of(page.get(roll))
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}
    back = page.post(
        f"{roll}/correct",
        {"request_id": str(uuid.uuid4()), "act": "withdraw", "reason": "点错班"},
    )
    assert back.headers["Location"].endswith("?done=withdrawn")
    assert "其余都到，提交" in text_of(page.get(roll))


@pytest.mark.django_db
def test_what_was_answered_cannot_be_chosen_any_more():
    k, page = started(when="03-04 20:00")
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    confirm_lesson(call(k.family, "03-04 19:00"), lesson_code=k.lesson(1).code)
    shown = page.get(f"/desk/sessions/{k.session(1)}/roll/correct")
    assert "家长确认了" in text_of(shown)
    assert f'name="outcome_{k.contract}"' not in shown.content.decode()


@pytest.mark.django_db
def test_a_head_moves_cancels_and_makes_up_on_the_pages_and_a_teacher_reads():
    k, page = started(Role.INSTITUTION_HEAD, "03-03 09:00")
    table = f"/desk/classes/{k.class_code}"
    assert "3月4日（周三）16:00–17:30" in text_of(page.get(table))
    one = f"/desk/sessions/{k.session(1)}/change"
    sent = {
        "request_id": str(uuid.uuid4()),
        "act": "change",
        "day": "2026-03-05",
        "starts": "18:00",
        "ends": "19:30",
        "teacher_name": "王老师",
        "reason": "林老师开会",
    }
    late = page.post(one, {**sent, "starts": "20:00", "ends": "21:30"})
    assert "应在20:30前结束" in text_of(late)
    assert page.post(one, {**sent, "request_id": str(uuid.uuid4())}).status_code == 302
    shown = text_of(page.get(table))
    assert "3月5日（周四）18:00–19:30" in shown
    assert "原定3月4日（周三）16:00，代课" in shown
    two = f"/desk/sessions/{k.session(2)}/change"
    gone = {"request_id": str(uuid.uuid4()), "act": "cancel", "reason": "停电"}
    assert page.post(two, gone).status_code == 302
    assert "还有1课时没有排进课表" in text_of(page.get(table))
    added = {
        "request_id": str(uuid.uuid4()),
        "day": "2026-03-08",
        "starts": "09:00",
        "units": "1",
        "makes_up": k.session(2),
    }
    assert page.post(f"{table}/sessions/new", added).status_code == 302
    assert "补第2次" in text_of(page.get(table))
    teacher = client_of(inside(k.institution, Role.INSTITUTION_TEACHER))
    assert "改课表由机构负责人办理" in text_of(teacher.get(f"/desk/sessions/{k.session(3)}/change"))
    assert teacher.get(f"{table}/sessions/new").status_code == 403
    assert teacher.get(f"{table}?format=xlsx").status_code == 200


@pytest.mark.browser
def test_the_pages_read_well(committing, visit):
    area()
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    signed_in = inside(k.institution, Role.INSTITUTION_HEAD)
    look_at("03-07 10:40")
    pages = {
        "roll-open": f"/desk/sessions/{k.session(2)}/roll",
        "roll-done": f"/desk/sessions/{k.session(1)}/roll",
        "roll-correct": f"/desk/sessions/{k.session(1)}/roll/correct",
        "class": f"/desk/classes/{k.class_code}",
        "session": f"/desk/sessions/{k.session(3)}/change",
    }
    for name, path in pages.items():
        for width in (360, 1440):
            visit(path, width=width, cookies=signed_in).is_sound(f"lessons-{name}")
    for name, path in pages.items():
        seen = visit(f"{path}?lang=en", width=360, cookies=signed_in)
        seen.picture(f"lessons-{name}-en")


def _is_saved(page) -> None:
    """The worker keeps its copy after the page was shown: wait for it, as a person would."""
    for _ in range(300):
        if page.evaluate("caches.match(location.href).then((found) => Boolean(found))"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the page was not kept for a phone without a network")


@pytest.mark.browser
def test_a_phone_without_a_network_calls_the_roll_and_sends_it_once(committing, visit):
    area()
    k = paid_world()
    signed_in = inside(k.institution, Role.INSTITUTION_TEACHER)
    FixedMoment.at = None
    seen = visit(f"/desk/sessions/{k.session(1)}/roll", cookies=signed_in)
    page = seen.page
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    _is_saved(page)
    page.context.set_offline(True)
    page.reload()  # the saved copy
    page.get_by_text("其余都到，提交").click()
    page.get_by_text("记在手机上，等着上传的：").wait_for()
    seen.picture("lessons-roll-offline")
    assert rows("SELECT count(*) FROM queued_queuedact") == [(0,)]
    page.reload()
    page.get_by_text("记在手机上，等着上传的：").wait_for()
    page.context.set_offline(False)
    page.get_by_text("点名交了，家长会收到确认请求。").wait_for()
    assert rows("SELECT outcome FROM queued_queuedact") == [("done",)]
    assert k.buckets()["pending"] == "100.00"
