"""Each rule W01 to W22 at its very edge, under the demo county's pack."""

from datetime import date, timedelta

import pytest

from tests.assessment.given import clock_of_the_books, enrolled, noon
from tests.assessment.given_alerts import (
    TODAY,
    balance,
    looked,
    outflow,
    owed,
    posted,
    rows_of,
    sql,
)
from tests.given import call, institution, rules
from yuxin.kernel.calendar import add_months
from yuxin.ledger.models import Bucket
from yuxin.operations.alerts.set_preset import set_preset
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.registry.models import CustodyState
from yuxin.registry.services import NewCustody


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def of(db):
    rules()
    clock_of_the_books(noon(back(60)))
    return institution("晨光美术培训中心", valid_until=date(2028, 12, 31))


def after(of, rule):
    return rows_of(looked(of), rule)


@pytest.mark.parametrize(
    ("fen", "fires"), [(1_000_000, False), (1_000_001, True)], ids=["10 %", "10 % and a fen"]
)
@pytest.mark.law("粤教督〔2021〕9号", clause="GD1", says="单笔异动超过 10% 预警")
def test_w01_one_outflow_over_ten_per_cent_of_the_balance_before_it(of, fen, fires):
    balance(of, 10_000_000, back(4))
    balance(of, 1, back(2))
    outflow(of, fen, back(3))
    assert after(of, "W01") == (["alerts.W01.share"] if fires else [])


def test_w01_forgets_an_outflow_after_thirty_days(of):
    balance(of, 10_000_000, back(32))
    outflow(of, 5_000_000, back(31))
    assert after(of, "W01") == []


def preset(of, **lines):
    set_preset(
        call(of.officer, noon(back(9))), code=of.code, document_number="示教监〔2026〕1号", **lines
    )


@pytest.mark.parametrize(("fen", "fires"), [(5_000_000, False), (4_999_999, True)])
@pytest.mark.law("浙江2020年12月联合方案", clause="ZJ2", says="余额低于预设值预警")
def test_w02_balance_under_the_preset_of_the_institution(of, fen, fires):
    preset(of, balance_min_fen=5_000_000)
    balance(of, fen, back(1))
    assert after(of, "W02") == (["alerts.W02.balance"] if fires else [])


@pytest.mark.parametrize(("fen", "fires"), [(300_000, False), (300_001, True)])
def test_w02_movement_over_the_preset_of_the_institution(of, fen, fires):
    preset(of, movement_max_fen=300_000)
    outflow(of, fen, back(1))
    assert after(of, "W02") == (["alerts.W02.movement"] if fires else [])


def test_w02_says_nothing_where_nothing_was_set(of):
    balance(of, 1, back(1))
    outflow(of, 99_999_999, back(1))
    assert after(of, "W02") == []


@pytest.mark.parametrize(("fen", "fires"), [(700_000, False), (699_999, True)])
@pytest.mark.law("苏教监管函〔2022〕7号", clause="JS1", says="账户余额不低于未授课总额")
def test_w03_one_fen_less_than_fees_not_earned(of, fen, fires):
    owed(of, 700_000, back(20))
    balance(of, fen, back(1))
    assert after(of, "W03") == (["alerts.W03.short"] if fires else [])


def test_w03_counts_money_on_its_way_for_ten_days(of):
    owed(of, 700_000, back(20))
    posted(of, Bucket.IN_TRANSIT, Bucket.UNEARNED, 200_000, back(2))
    balance(of, 700_000, back(1))
    assert after(of, "W03") == []


def charge(of, *, total_fen=200_000, centiunits=2_000, **course):
    enrolled(of, 1, signed_on=back(30), total_fen=total_fen, centiunits=centiunits)
    for name, value in course.items():
        sql(of, f"UPDATE tuition_course SET {name} = %s WHERE institution_id = %s", value, of.id)


@pytest.mark.parametrize(
    ("course", "row"),
    [
        ({"total_fen": 500_000}, None),
        ({"total_fen": 500_001}, "alerts.W04.money"),
        ({"total_fen": 500_001, "category": "SUBJECT"}, None),
        ({"centiunits": 6_000}, None),
        ({"centiunits": 6_001}, "alerts.W04.lessons"),
        ({"last_on": add_months(back(20), 3) - timedelta(days=1), "first_on": back(20)}, None),
        ({"last_on": add_months(back(20), 3), "first_on": back(20)}, "alerts.W04.months"),
    ],
)
@pytest.mark.law("教监管函〔2021〕2号", clause="N01–N03", says="3 个月、60 课时、5,000 元")
def test_w04_one_charge_over_a_cap(of, course, row):
    charge(of, **course)
    assert after(of, "W04") == ([row] if row else [])


@pytest.mark.parametrize(
    ("cash", "days", "fires"), [("COUNTER", 5, False), ("COUNTER", 6, True), ("WECHAT", 9, False)]
)
@pytest.mark.law("泉州暂行规定", clause="QZ1", says="现金 3 个工作日内归集")
def test_w07_cash_not_in_custody_after_three_working_days(of, cash, days, fires):
    """Monday 16 November: Wednesday 11 is three working days ago, Tuesday 10 four."""
    enrolled(of, 1, signed_on=back(30))
    sql(
        of,
        "INSERT INTO tuition_paymentorder (code, institution_id, guardian_id, contract_id,"
        " bank_code, amount_fen, state, channel, channel_serial, payer_mask, created_at,"
        " expires_at, paid_at) SELECT 'PAYORDER00001', %s, 80000, id, 'B', 100, 'paid', %s, 'S1',"
        " '', %s, %s, %s FROM tuition_contract WHERE institution_id = %s",
        of.id,
        cash,
        noon(back(days)),
        noon(back(days)),
        noon(back(days)),
        of.id,
    )
    assert after(of, "W07") == (["alerts.W07.unswept"] if fires else [])


@pytest.mark.parametrize(("month", "fires"), [(2_000_000, False), (2_000_001, True)])
@pytest.mark.law("荣成2019年11月协议", clause="RC1", says="月支付不超过最低余额 2 倍")
def test_w16_a_month_over_twice_the_lowest_balance(of, month, fires):
    preset(of, balance_min_fen=1_000_000)
    outflow(of, 1_500_000, date(2026, 11, 2), 1)
    outflow(of, month - 1_500_000, date(2026, 11, 12), 2)
    outflow(of, 9_000_000, date(2026, 10, 31), 3)
    assert after(of, "W16") == (["alerts.W16.twice"] if fires else [])


@pytest.mark.parametrize(("last", "fires"), [(date(2028, 12, 31), False), (date(2029, 1, 1), True)])
@pytest.mark.law("北京科技类办法", clause="BJ4", says="不超过场地租期、许可期")
def test_w17_a_course_that_ends_after_the_licence(of, last, fires):
    charge(of, last_on=last)
    assert after(of, "W17") == (["alerts.W17.licence"] if fires else [])


@pytest.mark.parametrize(("fen", "fires"), [(10_000_000, False), (10_000_001, True)])
def test_w20_exposure_over_the_limit(of, fen, fires):
    posted(of, Bucket.ADVANCE, Bucket.UNEARNED, fen, back(5))
    assert after(of, "W20") == (["alerts.W20.limit"] if fires else [])


def test_w19_an_account_that_is_frozen_is_red(of):
    balance(of, 100, back(0), frozen=1)
    found = looked(of)
    assert rows_of(found, "W19") == ["alerts.W19.frozen"]
    assert [one.level for one in found if one.rule == "W19"] == ["RED"]


@pytest.mark.parametrize(("days", "fires"), [(4, False), (5, True)])
def test_w19_a_bank_that_says_nothing_for_three_bank_days(of, days, fires):
    """Monday 16 November: the balance of Thursday 12 is two bank days old, of Wednesday three."""
    balance(of, 100, back(days))
    assert after(of, "W19") == (["alerts.W19.silent"] if fires else [])


def account(of, state, settlement):
    record_custody_account(
        call(of.clock, noon(back(1))),
        code=of.code,
        valid_from=back(1),
        account=NewCustody(
            bank_code="DEMOBANK",
            bank_name="示例银行",
            account_title="专户",
            number=of.custody,
            settlement_number=settlement,
        ),
        state=state,
    )


def test_w21_money_of_a_branch_goes_to_the_account_of_another(of):
    assert after(of, "W21") == []
    head_office = institution("远山美术培训中心", number=2)
    account(of, CustodyState.VERIFIED, head_office.settlement)
    assert after(of, "W21") == ["alerts.W21.shared"]


@pytest.mark.parametrize(
    ("state", "rows"),
    [
        (CustodyState.OPENED, ["alerts.W22.verified", "alerts.W22.enabled"]),
        (CustodyState.VERIFIED, ["alerts.W22.enabled"]),
        (CustodyState.PAYMENT_ENABLED, []),
    ],
)
def test_w22_long_after_the_licence_an_account_is_not_verified_or_cannot_be_paid(of, state, rows):
    account(of, state, of.settlement)
    assert after(of, "W22") == rows


def test_a_rule_that_nobody_has_set_does_not_fire(db):
    rules(("national",))
    clock_of_the_books(noon(back(60)))
    of = institution("晨光美术培训中心", valid_until=date(2028, 12, 31))
    balance(of, 10_000_000, back(4))
    outflow(of, 9_000_000, back(3))
    owed(of, 70_000_000, back(20))
    charge(of, total_fen=600_000)
    found = looked(of)
    assert [(one.rule, one.due_at, one.owner_role) for one in found] == [("W04", None, "officer")]
    assert found[0].proceeding.due_on is None
