"""Rules on contracts, refunds, lessons, deposits and large use at their very edge."""

from datetime import date, timedelta

import pytest

from tests.assessment.given import clock_of_the_books, connected_as, enrolled, noon
from tests.assessment.given_alerts import TODAY, balance, looked, outflow, owed, rows_of, sql
from tests.given import call, institution, opened_class, rules
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.supervision.record_closure_sign import record_closure_sign
from yuxin.operations.tuition.notify_large_use import notify_large_use
from yuxin.supervision.clues.models import SignKind
from yuxin.tuition.deposits.models import Deposit, Floor
from yuxin.tuition.models import ClassGroup, ClassSession, Contract, Lesson, RefundCase
from yuxin.tuition.outflow.services import NewLargeUse


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def of(db):
    rules()
    clock_of_the_books(noon(back(60)))
    return institution("晨光美术培训中心", valid_until=date(2028, 12, 31))


def after(of, rule):
    return rows_of(looked(of), rule)


def family(of):
    """Who may read and write the rows of the builder's contracts."""
    return Actor(None, "造", frozenset({Role.CLOCK}), (of.id,), (80_000,))


def contract(of) -> Contract:
    with connected_as(family(of)):
        return Contract.objects.filter(institution_id=of.id).order_by("pk")[0]


def second_contract(of, **changes):
    """A further contract of the same learner, in a class of its own."""
    group = opened_class(of)
    said = ", ".join(f"'{name}', {value!r}" for name, value in changes.items())
    sql(
        of,
        "INSERT INTO tuition_contract SELECT (jsonb_populate_record(c, jsonb_build_object("
        f"'id', c.id + 1000, 'code', 'SECOND0000001', {said}, 'class_group_id',"
        " (SELECT id FROM tuition_classgroup WHERE code = %s)))).* FROM tuition_contract c"
        " WHERE c.institution_id = %s ORDER BY c.id LIMIT 1",
        group,
        of.id,
    )


@pytest.mark.parametrize(
    ("more", "row"),
    [
        ({"total_fen": 300_000, "total_centiunits": 4_000}, []),
        ({"total_fen": 300_001, "total_centiunits": 4_000}, ["alerts.W05.chain_money"]),
        ({"total_fen": 300_000, "total_centiunits": 4_001}, ["alerts.W05.chain_lessons"]),
    ],
)
def test_w05_two_contracts_of_one_learner_at_once_over_a_cap_together(of, more, row):
    enrolled(of, 1, signed_on=back(30), total_fen=200_000, centiunits=2_000)
    second_contract(of, **more)
    assert after(of, "W05") == row


def refund(of, days):
    one = contract(of)
    with connected_as(family(of)):
        RefundCase.objects.create(
            code="REFUND0000001",
            institution_id=of.id,
            guardian_id=80_000,
            contract=one,
            reason="other",
            sheet={},
            amount_fen=100_000,
            requested_at=noon(back(days)),
            answer_by_on=back(days - 5),
        )


@pytest.mark.parametrize(("learners", "fires"), [(20, False), (19, True)])
def test_w10_refunds_asked_by_more_than_a_twentieth_within_seven_days(of, learners, fires):
    """One of twenty is exactly 5 %, one of nineteen is above."""
    enrolled(of, learners, signed_on=back(30))
    sql(
        of,
        "INSERT INTO tuition_contractstep (institution_id, guardian_id, contract_id, kind, at,"
        " amount_fen, reference, entry_id, item_key) SELECT institution_id, guardian_id, id,"
        " 'paid', paid_at, 0, '', '', '' FROM tuition_contract WHERE institution_id = %s",
        of.id,
    )
    refund(of, 6)
    assert after(of, "W10") == (["alerts.W10.share"] if fires else [])


@pytest.mark.parametrize(("guardians", "fires"), [(3, False), (4, True)])
def test_w11_one_device_confirms_for_four_guardians(of, guardians, fires):
    sql(
        of,
        "INSERT INTO answers_answer (lesson_id, institution_id, guardian_id, answered_at,"
        " network_index, device_index, signed_in) SELECT n, %s, 80000 + n, %s,"
        " ('\\x' || md5(n::text))::bytea, '\\x0102030405060708', true"
        " FROM generate_series(1, %s) n",
        of.id,
        noon(back(2)),
        guardians,
    )
    assert after(of, "W11") == (["alerts.W11.device"] if fires else [])


def taught(of, count, *, disputed=0, early=0):
    """So many lessons, one a day; some disputed, some confirmed before they ended."""
    one = contract(of)
    with connected_as(family(of)):
        group = ClassGroup.objects.get(pk=one.class_group_id)
        for n in range(count):
            start = noon(back(25)) + timedelta(days=n)
            session = ClassSession.objects.create(
                code=f"SES{of.id:04d}{n:06d}",
                institution_id=of.id,
                class_group=group,
                ordinal=200 + n,
                starts_at=start,
                ends_at=start + timedelta(minutes=90),
                called_at=start,
            )
            Lesson.objects.create(
                institution_id=of.id,
                guardian_id=80_000,
                code=f"LES{of.id:04d}{n:06d}",
                contract=one,
                session=session,
                ordinal=n + 1,
                centiunits=100,
                amount_fen=10_000,
                state="disputed" if n < disputed else "confirmed",
                dispute_reason="absent" if n < disputed else "",
                present=True,
                taught_at=start,
                answered_at=start + timedelta(minutes=89 if n >= count - early else 91),
            )


@pytest.mark.parametrize(("disputed", "fires"), [(2, False), (3, True)])
def test_w12_more_than_a_tenth_of_twenty_lessons_disputed(of, disputed, fires):
    enrolled(of, 1, signed_on=back(30))
    taught(of, 20, disputed=disputed)
    assert after(of, "W12") == (["alerts.W12.disputed"] if fires else [])


@pytest.mark.parametrize(("early", "fires"), [(2, False), (3, True)])
def test_w11_lessons_confirmed_before_they_ended(of, early, fires):
    enrolled(of, 1, signed_on=back(30))
    taught(of, 5, early=early)
    assert after(of, "W11") == (["alerts.W11.early"] if fires else [])


@pytest.mark.parametrize(
    ("fen", "lessons", "fires"),
    [(5_000_001, 12, False), (5_000_001, 11, True), (5_000_000, 11, False)],
)
def test_w13_no_lesson_for_fifteen_days_while_much_is_owed(of, fen, lessons, fires):
    """The last of eleven lessons was 15 days ago, of twelve 14; more than 14 days count."""
    enrolled(of, 1, signed_on=back(30))
    taught(of, lessons)
    owed(of, fen, back(20))
    assert after(of, "W13") == (["alerts.W13.idle"] if fires else [])


def test_w13_a_sign_of_closing_that_an_officer_saw(of):
    record_closure_sign(
        call(of.officer, noon(back(3))),
        code=of.code,
        kind=SignKind.RENT,
        seen_on=back(3),
        words="房东说欠租两个月",
    )
    assert after(of, "W13") == ["alerts.W13.signs"]


@pytest.mark.parametrize(("held", "fires"), [(21_600_000, False), (20_000_000, True)])
@pytest.mark.law("教监管函〔2021〕2号", clause="N07", says="保证金不低于一个收费周期的费用")
def test_w14_a_deposit_below_its_floor(of, held, fires):
    with connected_as(of.clock):
        deposit = Deposit.objects.create(
            code="DEPOSIT000001",
            institution_id=of.id,
            kind="RISK",
            holder="INSTITUTION",
            bank_code="DEMOBANK",
            account_title="风险保证金",
            number_sealed=b"",
            number_index=b"",
            number_last4="0003",
            opened_on=back(50),
        )
        Floor.objects.create(
            deposit=deposit,
            institution_id=of.id,
            on=back(1),
            floor_fen=21_600_000,
            balance_fen=held,
            contract_count=120,
            at=noon(back(1)),
        )
    assert after(of, "W14") == (["alerts.W14.short"] if fires else [])


@pytest.mark.parametrize(
    ("notified", "row"),
    [(None, ["alerts.W15.untold"]), (back(10), []), (back(7), ["alerts.W15.late"])],
)
@pytest.mark.law("穗教规字〔2021〕8号", clause="GZ4", says="大额使用提前 5 个工作日报告")
def test_w15_large_use_needs_notice_five_working_days_ahead(of, notified, row):
    """Used on Friday 13 November: notice of the 6th is in time, of Monday the 9th it is late."""
    if notified:
        notify_large_use(
            call(of.head, noon(notified)),
            code=of.code,
            notice=NewLargeUse(
                plan="装修教室", amount_fen=3_000_000, use_from=back(4), use_until=back(2)
            ),
        )
    balance(of, 90_000_000, back(20))
    outflow(of, 2_000_001, back(3))
    outflow(of, 2_000_000, back(2), 2)
    assert after(of, "W15") == row
