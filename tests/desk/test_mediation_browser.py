"""The mediation of a disputed lesson in a real browser: phone, institution, officer."""

import re
import uuid
from typing import Any

import pytest

from tests.browser import Visitor
from tests.given import World, call, paid_world
from tests.tuition.test_breaks import counter_money, the_break
from tests.visitors import FixedMoment, area, client_of, inside, look_at, parent
from yuxin.access.reading import reading
from yuxin.cases.models import Proceeding
from yuxin.kernel.actor import Role
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.dispute_lesson import dispute_lesson

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def fixed_moment(settings: Any):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def disputed() -> World:
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    dispute_lesson(
        call(k.family, "03-04 20:00"),
        lesson_code=k.lesson(1).code,
        reason="shorter",
        words="少上了40分钟",
    )
    return k


def send(jar: dict[str, str], address: str, **form: str) -> None:
    answer = client_of(jar).post(address, {"request_id": str(uuid.uuid4()), **form})
    assert answer.status_code == 302, re.sub(r"<[^>]+>", "", answer.content.decode())[-900:]


def look(visit: Visitor, name: str, path: str, jar: dict[str, str], problems: list[str]) -> None:
    """One page on desk and phone, in both languages."""
    for width, language in ((1440, "zh"), (360, "zh"), (1440, "en")):
        mark = "&" if "?" in path else "?"
        seen = visit(f"{path}{mark}lang={language}", width=width, cookies=jar)
        seen.picture(f"{name}-{language}")
        checks = [seen.is_quiet, seen.fits]
        for check in checks if language == "en" else [*checks, seen.is_accessible]:
            try:
                check()
            except AssertionError as problem:
                problems.append(f"{name} {width} {language}: {problem}")


def test_a_dispute_is_mediated_on_phone_and_desk(committing, visit):
    area()
    k = disputed()
    counter_money(k)
    look_at("03-09 10:00")
    head, officer = (
        inside(k.institution, Role.INSTITUTION_HEAD),
        inside(k.institution, Role.OFFICER),
    )
    bank, family = inside(k.institution, Role.BANK), parent(k.family)
    with reading(k.institution.clock):
        code = Proceeding.objects.get(kind="lesson_dispute").code
    desk, phone = f"/desk/proceedings/{code}", f"/family/lessons/{k.lesson(1).code}/mediation"
    gap = f"/desk/proceedings/{the_break(k).proceeding.code}"
    problems: list[str] = []
    look(visit, "dispute-head", desk, head, problems)
    send(head, desk, move="answered", words="林老师当天生病，由许老师代课，晚到四十分钟")
    send(officer, desk, act="take")
    look(visit, "dispute-officer", desk, officer, problems)
    send(officer, desk, move="proposed", kept="50", words="课上了一半，各担一半")
    look(visit, "mediation-phone", phone, family, problems)
    look(visit, "mediation-home", "/family/", family, problems)
    look(visit, "dispute-head-proposal", desk, head, problems)
    send(head, desk, move="accepted", seen_fen="5000")
    page = visit(phone, width=360, cookies=family)
    page.page.get_by_role("button", name="同意这个方案").click()
    page.page.get_by_text("双方都同意").wait_for()
    assert k.lesson(1).kept_fen == 5000
    look(visit, "mediation-agreed", phone, family, problems)
    look(visit, "dispute-agreed", desk, officer, problems)
    look(visit, "proceedings", "/desk/proceedings", officer, problems)
    look(visit, "proceedings-empty", "/desk/proceedings?stands=late", officer, problems)
    look(visit, "breaks", "/desk/breaks", officer, problems)
    look(visit, "break", gap, officer, problems)
    send(officer, gap, move="queried", words="请核对这笔柜面存款的用途")
    look(visit, "break-bank", gap, bank, problems)
    look(visit, "home-bank", "/desk/", bank, problems)
    for kind in ("break", "lesson_dispute", "refund"):
        look(visit, f"kind-{kind}", f"/desk/proceedings/kinds/{kind}", officer, problems)
    assert not problems, "\n".join(problems)
