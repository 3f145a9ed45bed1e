"""The leader's page: families, money in custody, what is not covered; one number, one source."""

import re
from datetime import date, timedelta

import pytest

from tests.given import World, call, paid_world
from tests.visitors import area, client_of, cookies, inside, look_at
from yuxin.access.context import opened
from yuxin.access.reading import reading
from yuxin.kernel.act import Act, open_act
from yuxin.kernel.actor import Role
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import Fen
from yuxin.ledger import services as ledger
from yuxin.ledger.buckets import Bucket
from yuxin.tuition.models import Contract
from yuxin.tuition.queries import flows, tonight


def text_of(answer) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def advance(k: World, fen: int) -> None:
    """The institution holds a part of the contract's money before it has earned it (1003)."""
    with reading(k.institution.clock):
        number = Contract.objects.values_list("pk", flat=True).get(code=k.contract)
    asked = call(k.institution.clock, "03-03 12:00")
    act = Act(asked.actor, asked.at, asked.request_id, "test.advanced", None)  # type: ignore[arg-type]
    posting = ledger.Posting(
        key=fact_key(asked.at, contract=k.contract, fact="advance:1", action="paid", occurrence=1),
        debit=Bucket.ADVANCE,
        credit=Bucket.CUSTODY,
        amount_fen=Fen(fen),
        fact_kind="advance",
        fact_ref="1",
        effective_on=date(2026, 3, 3),
    )
    with opened("operation"), open_act(act):
        ledger.post(act, [ledger.Group(k.institution.id, number, (posting,))])


@pytest.mark.django_db
def test_money_in_custody_covers_what_a_family_is_owed():
    k = paid_world()
    with reading(k.institution.officer):
        total, by_institution = tonight.tonight(k.institution.officer)
    assert (total.families, total.learners, total.contracts) == (1, 1, 1)
    assert (total.custody_fen, total.owed_fen, total.uncovered_fen) == (200000, 200000, 0)
    assert by_institution[k.institution.id].custody_fen == 200000


@pytest.mark.django_db
def test_what_the_institution_holds_untaught_is_not_covered(client):
    area()
    k = paid_world()
    advance(k, 60000)
    with reading(k.institution.officer):
        total, _ = tonight.tonight(k.institution.officer)
    assert (total.custody_fen, total.owed_fen) == (140000, 200000)
    assert (total.uncovered_fen, total.uncovered_families) == (60000, 1)
    look_at("03-03 20:00")
    page = client_of(cookies(Role.HEAD))
    shown = text_of(page.get("/desk/leader"))
    assert "0.06万元" in shown and "涉及 1 户，占在读家庭 100.0 %" in shown
    listed = text_of(page.get("/desk/tonight?only=uncovered"))
    assert "600.00" in listed and "1,400.00" in listed


@pytest.mark.django_db
def test_the_leaders_page_when_there_is_nothing_yet():
    area()
    look_at("03-03 20:00")
    page = client_of(cookies(Role.HEAD))
    shown = text_of(page.get("/desk/leader"))
    assert "您的范围内还没有机构。" in shown and "都覆盖了" in shown
    assert "没有符合的机构" in text_of(page.get("/desk/tonight"))


@pytest.mark.django_db
def test_the_live_page_shows_the_flows_of_one_institution():
    area()
    k = paid_world()
    look_at("03-04 12:00")
    for jar in (cookies(Role.OFFICER), inside(k.institution, Role.INSTITUTION_HEAD)):
        shown = text_of(client_of(jar).get(f"/desk/institutions/{k.institution.code}/live"))
        assert "进2,000.00元，划给机构0.00元，退给家长0.00元" in shown
        assert "上年平台上没有数据" in shown
        assert "这段时间没有从专户划出过钱" in shown
    teacher = client_of(inside(k.institution, Role.INSTITUTION_TEACHER))
    assert teacher.get(f"/desk/institutions/{k.institution.code}/live").status_code in (302, 403)


@pytest.mark.django_db
def test_a_day_without_a_word_of_the_bank_is_unknown_and_not_zero():
    k = paid_world()
    first = date(2026, 2, 27)
    with reading(k.institution.officer):
        found = flows.balances(k.institution.officer, k.institution.id, first, date(2026, 3, 4))
    by_day = {day: (closing, owed) for day, closing, owed in found}
    assert by_day[first] == (None, 0)
    assert by_day[first + timedelta(days=2)] == (0, 0)
    assert by_day[date(2026, 3, 2)][1] == 200000


@pytest.mark.django_db
def test_an_institution_does_not_see_anothers_live_page():
    area()
    k = paid_world()
    look_at("03-04 12:00")
    stranger = client_of(cookies(Role.INSTITUTION_HEAD, subject_id=k.institution.id + 999))
    answer = stranger.get(f"/desk/institutions/{k.institution.code}/live")
    assert answer.status_code in (302, 403, 404)
