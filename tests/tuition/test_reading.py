"""What families, institutions and officers read, and what they do not."""

import pytest

from tests.given import at, call, guardian, institution, looked, paid_world, world
from tests.registry.given import read
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.policy.in_force import calendar, pack_on
from yuxin.tuition import due, public
from yuxin.tuition.queries import families, institutions, officers


def three_lessons():
    """Lesson 1 confirmed and transferred, 2 open, 3 disputed."""
    k = paid_world()
    for number, when in ((1, "03-04 17:30"), (2, "03-07 10:30"), (3, "03-11 17:30")):
        call_roll(call(k.institution.teacher, when), session_code=k.session(number))
        if number == 1:
            confirm_lesson(call(k.family, "03-04 19:10"), lesson_code=k.lesson(1).code)
            k.evening("03-04 23:50")
            k.exchange("03-05 15:00")
    looked(k.family, "03-11 18:00")
    dispute_lesson(call(k.family, "03-11 20:00"), lesson_code=k.lesson(3).code, reason="teacher")
    return k


@pytest.mark.django_db
def test_a_family_reads_its_contract_to_the_fen():
    k = three_lessons()
    page = read(k.family, families.contract, k.contract)
    assert page.child == "陈小禾"
    assert (page.sums.paid, page.sums.released, page.sums.refunded) == (200000, 10000, 0)
    assert page.sums.should_be_there == page.sums.is_there == 190000
    assert [(each.ordinal, each.state) for each in page.lessons] == [
        (1, "confirmed"),
        (2, "pending"),
        (3, "disputed"),
    ]
    assert [each.kind for each in page.steps] == [
        *("drafted", "code_requested", "signed", "countersigned"),
        *("payment_ordered", "paid", "arrived"),
        *("taught", "confirmed", "release_instructed", "release_done"),
        *("taught", "taught", "disputed"),
    ]
    assert all(len(each.entry_id) == 32 for each in page.steps)
    home = read(k.family, families.home, at("03-12 08:00"))
    assert [task.kind for task in home.tasks] == ["lesson"]
    assert home.tasks[0].lesson.ordinal == 2
    assert home.contracts[0].next_lesson_at == at("04-08 16:00")
    lesson = read(k.family, families.lesson, k.lesson(2).code, at("03-12 08:00"))
    assert lesson.told_at is not None
    assert [kind for kind, _, _ in lesson.entry_ids] == ["taught"]


@pytest.mark.django_db
def test_the_sheet_of_a_refund_comes_to_the_books_own_figure():
    k = three_lessons()
    with reading(k.family):
        pack = pack_on(at("03-30 09:00").date())
        days = calendar(pack, "government", at("03-30 09:00").date())
        now = at("03-30 09:00")
        sheet = families.refund_sheet(k.family, k.contract, now, days, is_cooling=False)
    assert sheet.sheet.as_json() == {
        "paid_fen": 200000,
        "earned_fen": 10000,
        "pending_fen": 10000,
        "frozen_fen": 10000,
        "refunded_fen": 0,
        "refundable_fen": 170000,
    }
    assert sheet.unearned_fen == sheet.sheet.refundable
    assert sheet.answer_by_on.isoformat() == "2026-04-07"
    assert [each.ordinal for each in sheet.to_answer] == [2]


@pytest.mark.django_db
def test_another_family_and_another_institution_see_nothing():
    k = three_lessons()
    lesson = k.lesson(2).code
    other = institution("启明书画社", number=2)
    for stranger in (guardian(2), other.head, other.teacher, other.officer):
        with pytest.raises(NotFound):
            read(stranger, families.contract, k.contract)
        with pytest.raises(NotFound):
            read(stranger, families.lesson, lesson, at("03-12 08:00"))
    assert read(guardian(2), families.home, at("03-12 08:00")).contracts == []
    with pytest.raises(NotFound):
        read(other.teacher, institutions.roll, k.session(2))
    with pytest.raises(Forbidden):
        read(other.head, institutions.contracts, k.institution.id)


@pytest.mark.django_db
def test_an_institution_reads_roll_contracts_money_and_tasks():
    k = three_lessons()
    of = k.institution
    roll = read(of.teacher, institutions.roll, k.session(2))
    assert [(line.name, line.state, line.present) for line in roll.lines] == [
        ("陈小禾", "pending", True)
    ]
    with pytest.raises(Forbidden):
        read(of.officer, institutions.roll, k.session(2))
    table = read(of.finance, institutions.contracts, of.id)
    assert (table.total, table.rows[0].sums.custody) == (1, 190000)
    money = read(of.finance, institutions.money, of.id, at("03-12 08:00").date())
    assert (money.sums.released, money.sums.frozen, money.suspense_fen) == (10000, 10000, 0)
    assert money.settlement_last4 == of.settlement[-4:]
    asked = request_refund(
        call(k.family, "03-30 09:10"), contract_code=k.contract, reason="moved", seen_fen=170000
    )
    tasks = read(of.head, institutions.tasks, of.id, at("03-30 10:00"), at("03-30 10:00").date())
    assert (tasks[0].kind, tasks[0].reference) == ("refund", asked["refund"])
    assert tasks[0].by_on.isoformat() == "2026-04-07"
    assert {task.kind for task in tasks} == {"refund", "dispute"}
    classes = read(of.head, institutions.classes, of.id, at("03-12 08:00"))
    assert (classes[0].called_count, classes[0].next_session.ordinal) == (3, 4)


@pytest.mark.django_db
def test_an_officer_reads_the_statement():
    k = three_lessons()
    file = read(k.institution.officer, officers.contract, k.contract)
    assert len(file.statement) == 8


@pytest.mark.django_db
def test_the_public_reads_courses_and_no_person():
    k = world()
    anybody = Actor.public()
    with reading(anybody):
        courses = public.courses(k.institution.id, at("03-01 08:00").date())
        classes = public.classes(k.institution.id)
    assert [(course.name, course.total_fen) for course in courses] == [("少儿水彩", 200000)]
    assert [(each.places_left, each.session_count) for each in classes] == [(11, 20)]
    with pytest.raises(Exception, match="permission denied"):
        read(anybody, families.contract, k.contract)


@pytest.mark.django_db
def test_whoever_runs_the_machine_finds_a_contract_by_its_code():
    k = world()
    reader = Actor(None, "./yuxin ledger", frozenset({Role.AUDITOR}))
    assert read(reader, due.contract_number, k.contract) is not None
    assert read(reader, due.contract_number, "NONE") is None


@pytest.mark.django_db
def test_pages_take_the_same_number_of_statements_however_much_there_is(
    django_assert_num_queries,
):
    k = three_lessons()
    for count, ask in (
        (8, lambda: families.contract(k.family, k.contract)),
        (6, lambda: families.home(k.family, at("03-12 08:00"))),
        (3, lambda: institutions.contracts(k.institution.head, k.institution.id)),
    ):
        actor = k.institution.head if count == 3 else k.family
        with reading(actor), django_assert_num_queries(count):
            ask()
