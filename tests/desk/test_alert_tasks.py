"""What alerts ask of people in the inbox: answers, second persons, clues, reviews."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.assessment.given import TODAY, clock_of_the_books, connected_as, enrolled, noon
from tests.assessment.given_alerts import alerts, balance, looked, owed
from tests.assessment.test_alert_rules_of_lessons import family, taught
from tests.given import bank, call, guardian, institution, rules
from tests.visitors import area, client_of, cookies
from yuxin.access.reading import reading
from yuxin.assessment.alerts.models import Outcome
from yuxin.desk import alert_tasks, bank_tasks
from yuxin.desk.tasks import days_on
from yuxin.kernel.actor import Role
from yuxin.operations.alerts.answer_alert import answer_alert
from yuxin.operations.alerts.decide_alert import decide_alert
from yuxin.operations.alerts.judge_alert import judge_alert
from yuxin.operations.supervision.decide_outside_payment import decide_outside_payment
from yuxin.operations.supervision.report_outside_payment import report_outside_payment
from yuxin.operations.tuition.approve_hold import approve_hold
from yuxin.operations.tuition.propose_hold import propose_hold
from yuxin.operations.tuition.propose_hold_lift import propose_hold_lift
from yuxin.supervision.clues.models import Finding, Means
from yuxin.supervision.clues.services import NewPayment
from yuxin.tuition.models import Contract, RefundCase

pytestmark = pytest.mark.django_db
NEXT = noon(TODAY) + timedelta(days=1)


@pytest.fixture
def of(db):
    rules()
    clock_of_the_books(noon(TODAY - timedelta(days=60)))
    return institution("晨光美术培训中心")


def asked(reader) -> list[tuple[str, str]]:
    """The tasks of somebody: what, and where it leads."""
    with reading(reader):
        days = days_on(TODAY)
        return [(one.title, one.url) for one in alert_tasks.waiting(reader, NEXT, days)]


def decided(of) -> str:
    owed(of, 700_000, TODAY - timedelta(days=20))
    balance(of, 600_000, TODAY - timedelta(days=1))
    looked(of)
    code = next(one for one in alerts(of) if one.rule == "W03").code
    judge_alert(call(of.officer, NEXT), alert_code=code, people="沈亦舟", words="已核实")
    assert asked(of.head) == [], "nothing is asked before it was decided"
    decide_alert(call(of.officer, NEXT), alert_code=code, outcome=Outcome.ORDER, words="限期补足")
    return code


def test_an_institution_is_asked_to_answer_what_was_decided_until_it_did(of):
    code = decided(of)
    assert asked(of.head) == [("反馈预警的整改：专户余额低于未消课学费", f"/desk/alerts/{code}")]
    assert asked(of.finance) == asked(of.head)
    assert asked(of.teacher) == asked(of.officer) == []
    later = NEXT + timedelta(hours=1)
    answer_alert(call(of.head, later), alert_code=code, words="已补足")
    assert asked(of.head) == []


def test_another_person_than_the_first_is_asked_to_approve_a_hold_and_its_end(of):
    second = replace(of.officer, account_id=8080)
    hold = str(
        propose_hold(
            call(of.officer, NEXT), code=of.code, document_number="示教监〔2026〕9号", words="核查"
        )["hold"]
    )
    assert asked(of.officer) == []
    address = f"/desk/colour/{of.code}/record/hold-approve?hold_code={hold}"
    assert asked(second) == [("批准暂停划转", address)]
    approve_hold(call(second, NEXT), hold_code=hold)
    assert asked(second) == []
    propose_hold_lift(
        call(second, NEXT), hold_code=hold, document_number="示教监〔2026〕10号", words="已查清"
    )
    assert asked(second) == []
    assert [title for title, _url in asked(of.officer)] == ["批准恢复划转"]
    assert asked(of.head) == []


def test_an_officer_is_asked_to_look_into_a_clue_and_nobody_inside_learns_of_it(of):
    clue = str(
        report_outside_payment(
            call(guardian(), noon(TODAY)),
            code=of.code,
            payment=NewPayment(
                paid_on=TODAY, amount_fen=300_000, means=Means.WECHAT, payee_name="某老师"
            ),
        )["clue"]
    )
    assert asked(of.officer) == [("核实账户外收费的线索 3,000.00 元", f"/desk/clues/{clue}")]
    assert asked(of.head) == []
    decide_outside_payment(
        call(of.officer, NEXT), clue_code=clue, finding=Finding.UNFOUNDED, words="与流水不符"
    )
    assert asked(of.officer) == []


@pytest.mark.parametrize(("days", "lessons", "count"), [(7, 1, 1), (8, 1, 0), (7, 0, 0)])
@pytest.mark.law("法释〔2025〕4号", clause="第14条", says="付款之日起七日内可请求返还本金")
def test_a_refund_in_the_cooling_off_time_with_a_lesson_taken_is_reviewed(of, days, lessons, count):
    """Paid on Monday 2 November: Monday 9 is the last day, Tuesday 10 is over."""
    paid = TODAY - timedelta(days=14)
    enrolled(of, 1, signed_on=paid)
    taught(of, lessons)
    with connected_as(family(of)):
        RefundCase.objects.create(
            code="REFUND0000001",
            institution_id=of.id,
            guardian_id=80_000,
            contract=Contract.objects.get(institution_id=of.id),
            reason="other",
            sheet={},
            amount_fen=190_000,
            requested_at=noon(paid + timedelta(days=days)),
            answer_by_on=TODAY,
        )
    found = asked(of.officer)
    assert len(found) == count
    if found:
        assert found[0][0] == "复核冷静期内的退费 1,900.00 元，已上过课"
        assert re.fullmatch(r"/desk/refunds/\w+", found[0][1])


@pytest.mark.parametrize(("back", "count"), [(3, 0), (4, 1)])
def test_the_bureau_presses_a_bank_for_files_that_are_a_bank_day_late(of, back, count):
    """On Monday 16 November Friday's files may still come; Thursday's are late."""
    day = TODAY - timedelta(days=back)
    bank(of)
    balance(of, 100, day)
    with reading(of.officer):
        found = bank_tasks.waiting(of.officer, NEXT, days_on(TODAY))
    said = [one.title for one in found if "催报" in one.title]
    assert said == [f"催报银行文件：缺 1 天，最早 {day.isoformat()}"] * count


def test_the_second_person_sees_what_is_approved(of):
    propose_hold(
        call(of.officer, NEXT),
        code=of.code,
        document_number="示教监〔2026〕9号",
        words="账户异动核查",
    )
    area()
    page = client_of(cookies(Role.OFFICER)).get(f"/desk/colour/{of.code}/record/hold-approve")
    shown = page.content.decode()
    assert "示教监〔2026〕9号" in shown and "异动核查" in shown
