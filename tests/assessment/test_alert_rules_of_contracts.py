"""Rules on sums, prices, invoices, leases, loans and accounts at their very edge."""

from datetime import date, timedelta

import pytest

from tests.assessment.given import clock_of_the_books, connected_as, enrolled, noon
from tests.assessment.given_alerts import TODAY, balance, looked, owed, rows_of, sql
from tests.assessment.test_alert_rules_of_lessons import (
    family,
    refund,
    second_contract,
    taught,
)
from tests.given import call, draft, institution, opened_class, rules
from tests.mirror.given import K, fact, receive, source
from yuxin.access.sealed import blind_index
from yuxin.operations.registry.change_status import change_status
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.registry.models import ControllerRole, ControllerValue, CustodyState, Status
from yuxin.registry.services import NewCustody
from yuxin.supervision.clues.models import (
    Comparison,
    Finding,
    Means,
    OutsideFinding,
    OutsidePayment,
)
from yuxin.tuition.models import BankFile, BankLine, ClassSession, Contract, Learner, Lesson
from yuxin.tuition.reconciliation.models import AccountEvent


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def of(db):
    rules()
    clock_of_the_books(noon(back(60)))
    return institution("晨光美术培训中心", valid_until=date(2028, 12, 31))


def after(of, rule):
    return rows_of(looked(of), rule)


# Sums of households and controllers (W05)


def another_child(of, **changes):
    """A further contract of the same household for another child."""
    with connected_as(family(of)):
        child = Learner.objects.create(guardian_id=80_000, name_sealed=b"", added_at=noon(TODAY))
    second_contract(of, learner_id=child.pk, **changes)


@pytest.mark.parametrize(
    ("fen", "rows"), [(600_000, []), (600_001, ["alerts.W05.household_money"])]
)
def test_w05_two_children_of_one_household_over_ten_thousand_together(of, fen, rows):
    enrolled(of, 1, signed_on=back(30), total_fen=400_000, centiunits=2_000)
    another_child(of, total_fen=fen, total_centiunits=2_000)
    assert after(of, "W05") == rows


def test_w05_both_tests_of_one_circle_are_alerts_of_their_own(of):
    enrolled(of, 1, signed_on=back(30), total_fen=400_000, centiunits=4_000)
    second_contract(of, total_fen=400_000, total_centiunits=4_000)
    assert after(of, "W05") == ["alerts.W05.chain_lessons", "alerts.W05.chain_money"]


def test_w05_one_learner_at_two_institutions_under_one_controller(of):
    other = institution("远山美术培训中心", number=2, valid_until=date(2028, 12, 31))
    behind = institution("示例教育集团", number=9)
    with connected_as(of.clock):
        for each in (of, other):
            ControllerValue.objects.create(
                subject_id=each.id,
                controller_id=behind.id,
                role=ControllerRole.ACTUAL_CONTROLLER,
                valid_from=date(2025, 1, 1),
            )
    enrolled(of, 1, signed_on=back(30), total_fen=300_000, centiunits=3_000)
    with connected_as(family(of)):
        child = Contract.objects.get(institution_id=of.id).learner_id
    enrolled(other, 1, signed_on=back(29), total_fen=200_001, centiunits=3_001, learner=child)
    assert after(other, "W05") == ["alerts.W05.controller_lessons", "alerts.W05.controller_money"]
    assert after(of, "W05") == [], "the alert stands where the signature lifted the sum"


def test_w05_ends_with_the_contract(of):
    enrolled(of, 1, signed_on=back(30), total_fen=400_000, centiunits=2_000)
    second_contract(of, total_fen=200_000, total_centiunits=2_000)
    assert after(of, "W05") == ["alerts.W05.chain_money"]
    sql(
        of,
        "UPDATE tuition_contract SET closed_at = %s, state = 'closed' WHERE institution_id = %s",
        noon(back(1)),
        of.id,
    )
    assert rows_of(looked(of, hours=11), "W05") == []


# W06, W07, W09


def outside(of, fen, found_on, means=Means.WECHAT):
    with connected_as(of.officer):
        payment = OutsidePayment.objects.create(
            code=f"CLUE{found_on:%y%m%d}001",
            institution_id=of.id,
            paid_on=found_on,
            amount_fen=fen,
            means=means,
            payee_name="某老师",
            comparison=Comparison.OTHER,
            reported_at=noon(found_on),
        )
        OutsideFinding.objects.create(
            payment=payment,
            institution_id=of.id,
            finding=Finding.SUBSTANTIATED,
            words="收据与流水相符",
            found_on=found_on,
            found_by=1,
        )


@pytest.mark.parametrize(("days", "rows"), [(365, ["alerts.W06.any"]), (366, [])])
def test_w06_any_payment_outside_custody_within_a_year(of, days, rows):
    clock_of_the_books(noon(back(400)))
    outside(of, 1, back(days))
    assert after(of, "W06") == rows


@pytest.mark.parametrize(
    ("fen", "row"), [(500_000, "alerts.W06.any"), (500_001, "alerts.W06.large")]
)
@pytest.mark.law("芜湖2022年1月试行办法", clause="WH2", says="单笔或合计超过一万元")
def test_w06_the_sum_of_a_year_decides(of, fen, row):
    outside(of, 500_000, back(20))
    outside(of, fen, back(10))
    assert after(of, "W06") == [row]


def paid(of, channel, days, fen=200_000):
    sql(
        of,
        "INSERT INTO tuition_paymentorder (code, institution_id, guardian_id, contract_id,"
        " bank_code, amount_fen, state, channel, channel_serial, payer_mask, created_at,"
        " expires_at, paid_at) SELECT 'PAYORDER00001', %s, 80000, id, 'DEMOBANK', %s, 'paid', %s,"
        " 'S1', '', %s, %s, %s FROM tuition_contract WHERE institution_id = %s",
        of.id,
        fen,
        channel,
        noon(back(days)),
        noon(back(days)),
        noon(back(days)),
        of.id,
    )


def test_w07_cash_that_never_came_is_not_forgotten(of):
    clock_of_the_books(noon(back(200)))
    enrolled(of, 1, signed_on=back(190))
    paid(of, "COUNTER", 180)
    assert after(of, "W07") == ["alerts.W07.unswept"]


@pytest.mark.parametrize(("channel", "rows"), [("WECHAT", []), ("LOAN", ["alerts.W09.any"])])
@pytest.mark.law("教监管函〔2021〕2号", clause="N12", says="不得使用培训贷")
def test_w09_an_order_paid_with_a_loan(of, channel, rows):
    enrolled(of, 1, signed_on=back(30))
    paid(of, channel, 10)
    assert after(of, "W09") == rows


def receipt_line(of, channel, serial="S1"):
    """A line of the bank's file of receipts."""
    with connected_as(of.clock):
        file = BankFile.objects.create(
            sha256="0" * 64,
            bank_code="DEMOBANK",
            kind="IN",
            account_day=back(9),
            part=1,
            line_count=1,
            sum_fen=200_000,
            received_at=noon(back(8)),
        )
        BankLine.objects.create(
            file=file,
            bank_code="DEMOBANK",
            bank_serial="B1",
            account_day=back(9),
            kind="IN",
            account_index=blind_index("custody_number", of.custody),
            account_last4=of.custody[-4:],
            amount_fen=200_000,
            detail={"channel": channel, "channel_serial": serial},
            institution_id=of.id,
        )


@pytest.mark.parametrize(("channel", "rows"), [("WECHAT", []), ("LOAN", ["alerts.W09.any"])])
def test_w09_the_bank_says_that_a_receipt_came_from_a_loan(of, channel, rows):
    receipt_line(of, channel)
    assert after(of, "W09") == rows


def test_w09_what_order_and_bank_both_say_is_one_alert(of):
    enrolled(of, 1, signed_on=back(30))
    paid(of, "LOAN", 10)
    receipt_line(of, "LOAN")
    assert after(of, "W09") == ["alerts.W09.any"]


def test_w09_a_substantiated_payment_outside_custody_by_loan(of):
    outside(of, 100, back(10), Means.LOAN)
    assert after(of, "W09") == ["alerts.W09.any"]


# W08


@pytest.mark.parametrize(
    ("minutes", "fen", "rows"),
    [
        (45, 4_000, []),
        (45, 4_001, ["alerts.W08.over"]),
        (90, 8_000, []),
        (40, 3_555, []),
        (40, 3_556, ["alerts.W08.over"]),
    ],
)
@pytest.mark.law("教监管函〔2021〕2号", clause="一（一）", says="执行政府指导价")
def test_w08_an_academic_course_above_the_guide_price_of_its_minutes(of, minutes, fen, rows):
    opened_class(of, draft(of, unit_price_fen=10_000))
    sql(
        of,
        "UPDATE tuition_course SET category = 'SUBJECT', lesson_minutes = %s, unit_price_fen = %s"
        " WHERE institution_id = %s",
        minutes,
        fen,
        of.id,
    )
    assert after(of, "W08") == rows


def test_w08_says_nothing_of_other_categories_nor_of_withdrawn_courses(of):
    opened_class(of)
    assert after(of, "W08") == []
    sql(
        of,
        "UPDATE tuition_course SET category = 'SUBJECT', withdrawn_at = %s"
        " WHERE institution_id = %s",
        noon(back(1)),
        of.id,
    )
    assert rows_of(looked(of, hours=11), "W08") == []


# W10 overdue

TERMS = (
    '{"refund": {"due_after_start_days": 10, "due_before_start_days": 5},'
    ' "service": {"from": "%(from)s"}}'
)


@pytest.mark.parametrize(("days", "rows"), [(14, []), (17, ["alerts.W10.overdue"])])
def test_w10_a_refund_over_the_term_of_its_contract(of, days, rows):
    """Ten working days: Monday 2 November is ten of them ago, Friday 30 October eleven."""
    enrolled(of, 1, signed_on=back(30), terms=TERMS % {"from": back(29)})
    refund(of, days)
    assert [row for row in after(of, "W10") if "overdue" in row] == rows


def test_w10_who_joined_later_has_the_term_of_before_their_own_start(of):
    """The course began in March, this contract begins tomorrow: five days, not ten.

    Friday 6 November is six working days ago.
    """
    enrolled(of, 1, signed_on=back(30), terms=TERMS % {"from": TODAY + timedelta(days=1)})
    refund(of, 10)
    assert "alerts.W10.overdue" in after(of, "W10")


# W11, W12, W13


def test_w11_two_lessons_of_one_learner_at_one_hour(of):
    enrolled(of, 1, signed_on=back(30))
    taught(of, 2)
    with connected_as(family(of)):
        first, second = ClassSession.objects.filter(ordinal__gte=200).order_by("ordinal")
        second.starts_at = first.ends_at - timedelta(minutes=1)
        second.ends_at = second.starts_at + timedelta(minutes=90)
        second.save()
    assert "alerts.W11.overlap" in after(of, "W11")


def test_w11_lessons_that_only_touch_do_not_overlap(of):
    enrolled(of, 1, signed_on=back(30))
    taught(of, 2)
    with connected_as(family(of)):
        first, second = ClassSession.objects.filter(ordinal__gte=200).order_by("ordinal")
        second.starts_at, second.ends_at = first.ends_at, first.ends_at + timedelta(minutes=90)
        second.save()
    assert "alerts.W11.overlap" not in after(of, "W11")


def test_w11_a_lesson_confirmed_without_a_roll(of):
    enrolled(of, 1, signed_on=back(30))
    taught(of, 1)
    assert after(of, "W11") == []
    with connected_as(family(of)):
        ClassSession.objects.filter(ordinal__gte=200).update(called_at=None)
    assert rows_of(looked(of, hours=11), "W11") == ["alerts.W11.uncalled"]


@pytest.mark.parametrize(("guardians", "rows"), [(20, []), (21, ["alerts.W11.network"])])
def test_w11_one_network_confirms_for_twenty_one_guardians(of, guardians, rows):
    sql(
        of,
        "INSERT INTO answers_answer (lesson_id, institution_id, guardian_id, answered_at,"
        " network_index, device_index, signed_in) SELECT n, %s, 80000 + n, %s,"
        " '\\x0102030405060708', ('\\x' || md5(n::text))::bytea, true"
        " FROM generate_series(1, %s) n",
        of.id,
        noon(back(2)),
        guardians,
    )
    assert after(of, "W11") == rows


@pytest.mark.parametrize(("pending", "rows"), [(12, []), (13, ["alerts.W12.unconfirmed"])])
def test_w12_more_than_sixty_per_cent_of_twenty_lessons_not_confirmed(of, pending, rows):
    enrolled(of, 1, signed_on=back(30))
    taught(of, 20)
    with connected_as(family(of)):
        ids = list(Lesson.objects.order_by("pk").values_list("pk", flat=True)[:pending])
        Lesson.objects.filter(pk__in=ids).update(state="pending", answered_at=None)
    assert after(of, "W12") == rows


@pytest.mark.parametrize(
    ("starts", "rows"),
    [(TODAY + timedelta(days=1), []), (back(14), []), (back(15), ["alerts.W13.idle"])],
)
def test_w13_the_time_before_a_course_begins_is_not_idle(of, starts, rows):
    """Lessons ended 21 days ago; what is owed is of a course that begins later."""
    enrolled(of, 1, signed_on=back(30), terms=TERMS % {"from": starts})
    taught(of, 5)
    owed(of, 9_000_000, back(20))
    assert after(of, "W13") == rows


# W17, W18


def leased(of, until):
    sql(
        of,
        "INSERT INTO registry_sitevalue (site_id, valid_from, recorded_at, ended, reason, source,"
        " name, address, area_code, photo_sha256, lease_until)"
        " VALUES (%s, %s, %s, false, '', '', '', '示例县河口镇滨河路一号', '', '', %s)",
        of.site_id,
        back(50),
        noon(back(50)),
        until,
    )


@pytest.mark.parametrize(
    ("lease", "rows"),
    [(None, []), (date(2027, 1, 31), []), (date(2027, 1, 30), ["alerts.W17.lease"])],
)
@pytest.mark.law("北京科技类办法", clause="BJ4", says="收费不超过场地租期")
def test_w17_a_course_that_ends_after_the_lease_of_its_site(of, lease, rows):
    enrolled(of, 1, signed_on=back(30))
    sql(
        of,
        "UPDATE tuition_course SET last_on = %s WHERE institution_id = %s",
        date(2027, 1, 31),
        of.id,
    )
    leased(of, lease)
    assert after(of, "W17") == rows


@pytest.mark.parametrize(
    ("fen", "title", "buyer", "differing"),
    [
        (200_000, True, True, None),
        (199_999, True, True, 1),
        (200_000, False, True, 1),
        (200_001, False, False, 3),
    ],
)
def test_w18_invoice_contract_and_purchaser(of, fen, title, buyer, differing):
    enrolled(of, 1, signed_on=back(30))
    sql(
        of,
        "INSERT INTO invoices_invoice (institution_id, guardian_id, contract_id, number,"
        " title_sealed, buyer_sealed, amount_fen, issued_on, title_matches, buyer_matches,"
        " from_sheet, recorded_at) SELECT institution_id, guardian_id, id, '26112000000012345678',"
        " '\\x00', '\\x00', %s, %s, %s, %s, false, %s FROM tuition_contract"
        " WHERE institution_id = %s",
        fen,
        back(20),
        title,
        buyer,
        noon(back(20)),
        of.id,
    )
    found = [one for one in looked(of) if one.rule == "W18"]
    assert [one.inputs["differing"] for one in found] == ([differing] if differing else [])


def test_w18_does_not_ask_for_an_invoice_that_is_missing(of):
    enrolled(of, 1, signed_on=back(30))
    assert after(of, "W18") == []


# W19, W21, W22


def account(of, state, settlement="", on=TODAY - timedelta(days=10)):
    record_custody_account(
        call(of.clock, noon(on)),
        code=of.code,
        valid_from=on,
        account=NewCustody(
            bank_code="DEMOBANK",
            bank_name="示例银行",
            account_title="专户",
            number=of.custody,
            settlement_number=settlement or of.settlement,
        ),
        state=state,
    )


@pytest.mark.parametrize(("days", "rows"), [(4, []), (5, ["alerts.W19.silent"])])
def test_w19_a_bank_that_never_said_a_word_since_the_account_can_be_paid(of, days, rows):
    """Monday 16 November: Thursday 12 is two bank days ago, Wednesday three."""
    account(of, CustodyState.PAYMENT_ENABLED, on=back(days))
    assert after(of, "W19") == rows


def event(of, kind, on, number=1):
    with connected_as(of.clock):
        AccountEvent.objects.create(
            bank_code="DEMOBANK",
            event_id=f"E{number}",
            institution_id=of.id,
            account_index=blind_index("custody_number", of.custody),
            account_last4=of.custody[-4:],
            account_day=on,
            kind=kind,
            posted_at=noon(on),
            received_at=noon(on),
        )


def test_w19_the_bank_closed_the_account_in_use(of):
    balance(of, 100, back(0))
    event(of, "FREEZE", back(3))
    assert after(of, "W19") == []
    event(of, "CLOSING", back(1), 2)
    found = looked(of, hours=11)
    assert rows_of(found, "W19") == ["alerts.W19.closed"]
    assert [one.level for one in found if one.rule == "W19"] == ["RED"]
    event(of, "OPENED", back(0), 3)
    assert rows_of(looked(of, hours=12), "W19") == []


def test_w21_an_account_that_another_used_before_is_not_shared(of):
    head_office = institution("远山美术培训中心", number=2)
    account(of, CustodyState.VERIFIED, head_office.settlement)
    assert after(of, "W21") == ["alerts.W21.shared"]
    account(head_office, CustodyState.VERIFIED, "6217000000029999", on=back(5))
    assert rows_of(looked(of, hours=11), "W21") == []


def test_w22_says_nothing_of_who_closed(of):
    account(of, CustodyState.OPENED)
    assert after(of, "W22") == ["alerts.W22.verified", "alerts.W22.enabled"]
    change_status(
        call(of.officer, noon(back(1))),
        code=of.code,
        status=Status.CLOSED,
        valid_from=back(1),
        reason="终止办学",
    )
    assert rows_of(looked(of, hours=11), "W22") == []


# What another platform did otherwise


def test_a_mirrored_contract_that_differs_from_the_rules_is_an_alert(of):
    source()
    receive(of, K)
    assert after(of, "MIRROR") == [], "the life of contract K keeps the rules"
    early = fact("release", "03-03 15:00", "R1", amount_fen=60_000)
    receive(of, (early,), "04-03 10:00")
    (found,) = [one for one in looked(of, hours=11) if one.rule == "MIRROR"]
    assert found.row == "alerts.MIRROR.differs"
    assert found.inputs["differences"] >= 1
    assert found.inputs["difference_fen"] >= 50_000
