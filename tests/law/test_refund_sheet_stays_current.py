"""The sheet of a refund is the current one, with what changed; terms, cooling-off, late tasks."""

from datetime import date

import pytest

from tests.family.lives import teach
from tests.given import World, call, institution, looked, paid_world, rules
from tests.law.test_refund_by_operations import daily
from yuxin.access.reading import reading
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.policy.in_force import calendar, pack_on
from yuxin.rules.folder import NATION
from yuxin.tuition.queries import refund_sheets
from yuxin.tuition.queries.refund_sheets import Standing

pytestmark = pytest.mark.django_db


def asked(k: World, fen: int, when: str) -> str:
    receipt = request_refund(
        call(k.family, when), contract_code=k.contract, reason="schedule", seen_fen=fen
    )
    return str(receipt["refund"])


def standing(k: World, day: date, reader=None) -> Standing:
    code = k.refund().code
    with reading(reader or k.family):
        pack = pack_on(day)
        days = calendar(pack, "government", day)
        return refund_sheets.standing(reader or k.family, code, pack, days)


def test_a_lesson_disputed_between_asking_and_agreeing_changes_nothing_that_was_asked():
    k = daily("100.00", 20, "2000.00")
    teach(k, 1, "03-04 17:30")
    asked(k, 190000, "03-05 09:00")
    dispute_lesson(call(k.family, "03-05 10:00"), lesson_code=k.lesson(1).code, reason="not_held")
    now = standing(k, date(2026, 3, 5))
    assert (now.sheet.pending, now.sheet.frozen, now.sheet.refundable) == (0, 10000, 190000)
    assert [(each.ordinal, each.state) for each in now.changed] == [(1, "disputed")]


def test_what_is_agreed_is_the_sum_of_the_day_of_agreeing():
    k = daily("100.00", 20, "2000.00")
    teach(k, 1, "03-04 17:30")
    looked(k.family, "03-04 19:00")
    refund = asked(k, 190000, "03-05 09:00")
    confirm_lesson(call(k.family, "03-05 10:00"), lesson_code=k.lesson(1).code)
    assert standing(k, date(2026, 3, 5), k.institution.head).sheet.earned == 10000
    answer_refund(call(k.institution.head, "03-05 12:00"), refund_code=refund, agree=True)
    assert k.refund().amount_fen == 190000


def test_r2_the_term_before_the_start_is_the_local_rules():
    """The demo county's own rule: 5 working days before the start, 10 after."""
    k = paid_world()
    asked(k, 200000, "03-03 10:00")
    terms = standing(k, date(2026, 3, 3)).terms
    assert (terms.before_start, terms.due_on) == (True, date(2026, 3, 10))


def test_r1_the_term_after_the_start():
    k = paid_world()
    teach(k, 1, "03-04 17:30")
    asked(k, 190000, "03-05 10:00")
    terms = standing(k, date(2026, 3, 5)).terms
    assert (terms.before_start, terms.due_on) == (False, date(2026, 3, 19))


def test_without_a_local_rule_there_is_no_term_and_the_refund_goes_on():
    rules((NATION,))
    k = paid_world(of=institution())
    asked(k, 200000, "03-03 10:00")
    assert standing(k, date(2026, 3, 3)).terms.due_on is None
    answer_refund(call(k.institution.head, "03-03 12:00"), refund_code=k.refund().code, agree=True)
    assert k.buckets() == {"custody": "2000.00", "refund_payable": "2000.00"}


@pytest.mark.law("法释〔2025〕4号", clause="条款号待核", says="付款七日内未消费，可退全部本金")
@pytest.mark.parametrize(
    ("day", "taken", "is_cooling", "review"),
    [
        ("03-08", False, True, False),
        ("03-09", False, True, False),  # paid on Monday 2 March, day 0; day 7 is Monday
        ("03-10", False, False, False),
        ("03-05", True, True, True),
    ],
)
def test_r13_cooling_off_counts_from_the_payment_day(day, taken, is_cooling, review):
    k = paid_world()
    if taken:
        teach(k, 1, "03-04 17:30")
    asked(k, 190000 if taken else 200000, f"{day} 10:00")
    month, number = (int(each) for each in day.split("-"))
    terms = standing(k, date(2026, month, number)).terms
    assert (terms.is_cooling, terms.needs_review) == (is_cooling, review)
