"""Officer, institution and family read and do their part in every mode."""

import re
import uuid
from datetime import date
from typing import Any

import pytest

from tests.desk.test_tuition_pages import COURSE
from tests.given import bank, call, guardian, institution, learner, opened_class, rows
from tests.modes.given import (
    debt,
    live_to_the_refund,
    paid_under,
    refund_agreed,
    rules_with,
)
from tests.registry.given import read
from tests.rules.given import rule
from tests.visitors import area, client_of, cookies, inside, look_at, parent
from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Refusal
from yuxin.operations.tuition.choose_supervision import choose_supervision
from yuxin.operations.tuition.draft_contract import draft_contract
from yuxin.rules.modes import Mode
from yuxin.tuition.models import Contract, Course
from yuxin.tuition.queries import exposure


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def owing(mode: Mode) -> Any:
    """Contract K under a mode, its refund agreed and what custody lacks demanded."""
    area()
    k = paid_under(mode)
    live_to_the_refund(k)
    refund_agreed(k)
    k.evening("04-01 23:50")
    look_at("04-02 09:00")
    return k


@pytest.mark.django_db
def test_an_institution_chooses_a_mode_for_a_course_and_reads_when_the_money_moves():
    area()
    rules_with()
    of = institution()
    bank(of)
    look_at("02-20 10:00")
    page = client_of(inside(of, Role.INSTITUTION_HEAD))
    shown = text_of(page.get("/desk/courses/new"))
    assert "银行托管，一课一消（本地默认） 上一节、您确认一节、划一节。" in shown
    assert "上到33.33%划30%，上到66.66%划30%，上到100%划40%" in shown
    form = {**COURSE, "site_id": str(of.site_id)}
    wrong = page.post(
        "/desk/courses/new",
        {**form, "supervision": "PAY_AFTER", "request_id": str(uuid.uuid4())},
    )
    assert wrong.status_code == 422
    done = page.post(
        "/desk/courses/new",
        {**form, "supervision": "CUSTODY_STAGED", "request_id": str(uuid.uuid4())},
    )
    assert done.status_code == 302
    assert "银行托管，分阶段解付" in text_of(page.get(done["Location"]))


@pytest.mark.django_db
def test_an_officer_reads_the_policy_and_a_check_of_other_layers():
    area()
    rules_with(rule("prepay.min_balance_rule", "text", "FIXED"))
    look_at("03-02 10:00")
    page = client_of(cookies(Role.OFFICER))
    shown = text_of(page.get("/desk/policy"))
    assert "施行中的政策通过了检查" in shown
    assert "成本预拨比例 prepay.advance_bps 30% 演示县规则（虚构） 第六条" in shown
    assert "national demo：可以启用。" in text_of(page.get("/desk/policy?layers=national+demo"))
    assert page.get("/desk/policy?layers=demo").status_code == 422


@pytest.mark.django_db
def test_what_institutions_hold_and_owe_is_shown_to_officer_institution_and_family():
    k = owing(Mode.ADVANCE)
    finance = client_of(inside(k.institution, Role.INSTITUTION_FINANCE))
    assert "合计拿着 350.00 元" in text_of(finance.get("/desk/exposure"))
    assert k.contract in text_of(finance.get(f"/desk/exposure/{k.institution.code}"))
    owed = debt(k)
    shown = text_of(finance.get(f"/desk/debts/{owed.code}"))
    assert f"附言写编号 {owed.code}" in shown
    assert "补足退费 350.00 元，家长在等" in text_of(finance.get("/desk/"))
    family = text_of(client_of(parent(k.family)).get(f"/family/contracts/{k.contract}"))
    assert "退费里有350.00元由机构补足，最晚4月9日（周四）" in family
    assert "先给了机构的" in family
    # A list of debts past their last day, for those who go on to the deposit.
    assert read(k.institution.officer, exposure.overdue, date(2026, 4, 9)) == []
    assert [each.code for each in read(k.institution.officer, exposure.overdue, date(2026, 4, 10))]


@pytest.mark.django_db
def test_a_family_confirms_what_the_institution_paid_it_and_nobody_else_can():
    k = owing(Mode.DEPOSIT)
    owed = debt(k)
    finance = client_of(inside(k.institution, Role.INSTITUTION_FINANCE))
    path = f"/desk/debts/{owed.code}"
    sent = {"serial": "B-77", "request_id": str(uuid.uuid4())}
    assert finance.post(path, sent).status_code == 302
    assert finance.post(path, sent).status_code == 302  # twice is once
    family = client_of(parent(k.family))
    assert "收到了再确认" in text_of(family.get(f"/family/contracts/{k.contract}"))
    came = {"came": "yes", "request_id": str(uuid.uuid4())}
    assert finance.post(f"/family/debts/{owed.code}", came).status_code == 403
    done = family.post(f"/family/debts/{owed.code}", came)
    assert done["Location"].endswith("?done=debt_yes")
    assert (k.state(), debt(k).state) == ("closed", "paid")


@pytest.mark.law("育信 funds-rules", clause="6 W20", says="exposure of advances above limit")
@pytest.mark.django_db
def test_above_the_limit_is_a_fact_for_alerts():
    k = paid_under(Mode.ADVANCE)
    k.evening("03-03 23:50")
    k.exchange("03-04 15:00")
    assert read(k.institution.officer, exposure.above_limit, date(2026, 3, 4)) == []
    (found,) = read(k.institution.officer, exposure.exposures, date(2026, 3, 4))
    assert (found.held_fen, found.contract_count, found.limit_fen) == (60_000, 1, 10_000_000)


@pytest.mark.law("朝阳预存宝", clause="3.3", says="all or some prepaid products, by choice")
@pytest.mark.django_db
def test_where_custody_is_a_choice_a_course_takes_money_only_once_it_is_put_under_it():
    rules_with(rule("prepay.custody_voluntary", "flag", "true"))
    of = institution()
    bank(of)
    family = guardian()
    class_code = opened_class(of)
    child = learner(family)
    with pytest.raises(Refusal, match="course_not_under_custody"):
        draft_contract(call(family, "03-02 09:00"), class_code=class_code, learner_id=child)
    with reading(of.head):
        code = Course.objects.values_list("code", flat=True).get()
    with pytest.raises(Refusal, match="mode_not_allowed"):
        choose_supervision(call(of.head, "03-02 09:10"), course_code=code, supervision="PAY_AFTER")
    choose_supervision(
        call(of.head, "03-02 09:10"), course_code=code, supervision="CUSTODY_PER_LESSON"
    )
    made = draft_contract(call(family, "03-02 09:20"), class_code=class_code, learner_id=child)
    with reading(family):
        terms = Contract.objects.get(code=made["contract"]).terms
    assert terms["funds"]["mode"] == "CUSTODY_PER_LESSON"


@pytest.mark.django_db
def test_an_unsafe_pack_is_refused_on_the_page_and_a_signed_plan_stays():
    k = paid_under(Mode.STAGED)
    choose_supervision(
        call(k.institution.head, "03-03 09:00"),
        course_code=rows("SELECT code FROM tuition_course", reader=k.institution.head)[0][0],
        supervision="CUSTODY_ADVANCE",
    )
    with pytest.raises(Refusal, match="policy_unsafe"):
        rules_with(rule("prepay.min_balance_rule", "text", "FULL_UNDELIVERED"))
    k.evening("03-03 23:50")
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}  # no advance
