"""R10, R11: what each family gets from its own custody, then deposit, then insurance."""

from datetime import date

import pytest
from django.db import DatabaseError

from tests.collapse.given import Collapsed, families, owes, write_release
from tests.given import at, buckets, call
from yuxin.access.reading import reading
from yuxin.jobs import keep_deposits, run_closings
from yuxin.kernel.refusal import Refusal
from yuxin.messages import queries as letters
from yuxin.operations.collapse.decide_closing import decide_closing
from yuxin.operations.collapse.set_closing_run import set_closing_run
from yuxin.operations.collapse.undo_closing import ask_undo_closing, undo_closing
from yuxin.operations.deposits.decide_deposit_use import decide_deposit_use, propose_deposit_use
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.instruct_releases import instruct_releases_many
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.registry.models import Entry
from yuxin.rules.pro_rata import shares
from yuxin.tuition.collapse.models import Claim, Closing
from yuxin.tuition.models import Contract, Instruction, Lesson, RefundCase

pytestmark = pytest.mark.django_db


def r10() -> Collapsed:
    """Three claims of 1,700.00 / 1,200.00 / 600.00; their custody 1,400.00 / 1,200.00 / 400.00."""
    world = families(("1700.00", "1200.00", "600.00"))
    owes(world, 0, "300.00")
    owes(world, 2, "200.00")
    return world


def sums(world: Collapsed, *names: str) -> list[tuple[str, ...]]:
    claims = [world.claim(number) for number in range(len(world.contracts))]
    return [tuple(f"{getattr(each, name) / 100:.2f}" for name in names) for each in claims]


def test_r10_custody_then_deposit_pro_rata_then_what_is_open():
    world = r10()
    deposit = world.deposit("400.00")
    code = world.declare()
    assert sums(world, "claim_fen", "held_fen", "shortfall_fen") == [
        ("1700.00", "1400.00", "300.00"),
        ("1200.00", "1200.00", "0.00"),
        ("600.00", "400.00", "200.00"),
    ]
    world.run(code)
    world.paid_by_bank("03-10 23:50", "03-11 15:00")
    paid = [world.claim(number).refund for number in range(3)]
    assert [(each.amount_fen, each.paid_on) for each in paid if each] == [
        (140000, date(2026, 3, 11)),
        (120000, date(2026, 3, 11)),
        (40000, date(2026, 3, 11)),
    ]
    use = str(
        propose_deposit_use(
            call(world.institution.officer, "03-11 16:00"),
            deposit_code=deposit,
            reason="停业退费缺口",
        )["use"]
    )
    decide_deposit_use(call(world.head, "03-11 17:00"), use_code=use, grant=True)
    assert sums(world, "deposit_fen", "open_fen") == [
        ("240.00", "60.00"),
        ("0.00", "0.00"),
        ("160.00", "40.00"),
    ]
    keep_deposits.order_parts(at("03-11 17:01"))
    world.paid_by_bank("03-11 23:50", "03-12 15:00")
    assert [world.books(number) for number in range(3)] == [
        {"advance": "60.00", "unearned": "60.00"},
        {},
        {"advance": "40.00", "unearned": "40.00"},
    ]
    assert world.deposit_balance(deposit) == "0.00"
    assert world.bank.audit() == []


def test_r11_the_left_fen_goes_to_the_largest_remainder():
    assert shares(33333, [30000, 20000]) == [20000, 13333]


def test_equal_remainders_go_in_the_order_of_contract_codes():
    assert shares(100, [50, 50, 50]) == [34, 33, 33]
    assert shares(2, [1, 1, 1]) == [1, 1, 0]


def test_a_deposit_that_is_enough_pays_everybody_and_no_more():
    assert shares(90000, [30000, 0, 20000]) == [30000, 0, 20000]


def test_a_second_person_declares():
    world = families(("1700.00",))
    code = world.propose()
    with pytest.raises(Refusal, match="same_person"):
        decide_closing(
            call(world.institution.officer, "03-10 09:30"), closing_code=code, declare=True
        )
    assert _status(world) == "ACTIVE"


def test_a_refused_proposal_changes_nothing():
    world = families(("1700.00",))
    code = world.propose()
    decide_closing(call(world.head, "03-10 09:30"), closing_code=code, declare=False)
    with reading(world.institution.clock):
        assert (Closing.objects.get().state, Claim.objects.count()) == ("rejected", 0)
    assert _status(world) == "ACTIVE"


def test_outflow_is_held_at_once_and_what_was_not_sent_is_withdrawn():
    world = families(("1700.00",))
    taught(world, 1)
    confirm_lesson(call(world.family, "03-04 19:00"), lesson_code=world.lesson(1).code)
    world.evening("03-09 23:50")
    world.declare()
    with reading(world.institution.clock):
        order = Instruction.objects.get()
        lesson = Lesson.objects.get()
    assert (order.state, order.amount_fen, lesson.release_id) == ("withdrawn", 0, None)
    world.evening("03-10 23:50")
    world.exchange("03-11 15:00")
    assert world.books(0) == {"custody": "1700.00", "unearned": "1530.00", "payable": "170.00"}
    receipt = instruct_releases_many(
        call(world.institution.clock, "03-11 23:50"),
        institution_id=world.institution.id,
        on=date(2026, 3, 11),
    )
    assert receipt["held"] == "outflow_held"


def taught(world: Collapsed, lessons: int) -> None:
    for number in range(1, lessons + 1):
        call_roll(
            call(world.institution.teacher, f"03-{3 + number:02d} 17:30"),
            session_code=world.session(number),
        )


def test_pending_and_disputed_lessons_stay_with_the_learner_unless_confirmed():
    world = families(("1700.00",))
    taught(world, 3)
    confirm_lesson(call(world.family, "03-04 19:00"), lesson_code=world.lesson(1).code)
    dispute_lesson(
        call(world.family, "03-05 19:00"), lesson_code=world.lesson(2).code, reason="not_held"
    )
    code = world.declare()
    assert sums(world, "claim_fen", "earned_fen") == [("1530.00", "170.00")]
    world.run(code)
    assert world.books(0) == {
        "custody": "1700.00",
        "payable": "170.00",
        "refund_payable": "1530.00",
    }
    assert [world.lesson(n).state for n in (1, 2, 3)] == ["confirmed", "settled", "settled"]


def test_a_lesson_confirmed_before_the_run_is_the_institutions():
    world = families(("1700.00",))
    taught(world, 2)
    code = world.declare()
    assert sums(world, "claim_fen") == [("1700.00",)]
    confirm_lesson(call(world.family, "03-10 10:30"), lesson_code=world.lesson(1).code)
    world.run(code)
    assert sums(world, "claim_fen", "held_fen") == [("1530.00", "1530.00")]


def test_what_is_payable_is_set_against_the_debt_before_anybody_is_short():
    world = families(("1700.00",))
    owes(world, 0, "500.00")
    taught(world, 1)
    confirm_lesson(call(world.family, "03-04 19:00"), lesson_code=world.lesson(1).code)
    code = world.declare()
    assert sums(world, "claim_fen", "held_fen", "shortfall_fen") == [
        ("1530.00", "1200.00", "330.00")
    ]
    world.run(code)
    assert world.books(0) == {
        "custody": "1200.00",
        "advance": "330.00",
        "unearned": "330.00",
        "refund_payable": "1200.00",
    }


def test_nothing_is_taught_asked_or_agreed_while_a_closing_is_in_force():
    world = families(("1700.00",))
    world.declare()
    with pytest.raises(Refusal, match="institution_closing"):
        taught(world, 1)
    with pytest.raises(Refusal, match="institution_closing"):
        request_refund(
            call(world.family, "03-10 12:00"),
            contract_code=world.contract,
            reason="service",
            seen_fen=170000,
        )


def test_a_refund_asked_before_is_paid_by_the_run_once():
    world = families(("1700.00",))
    request_refund(
        call(world.family, "03-09 12:00"),
        contract_code=world.contract,
        reason="service",
        seen_fen=170000,
    )
    code = world.declare()
    world.run(code)
    world.paid_by_bank("03-10 23:50", "03-11 15:00")
    with reading(world.institution.clock):
        states = RefundCase.objects.order_by("pk").values_list("state", "amount_fen")
        assert list(states) == [("withdrawn", 170000), ("paid", 170000)]
    assert (world.books(0), world.state()) == ({}, "closed")


def test_the_run_is_stopped_and_resumed_and_repeats_without_effect(monkeypatch):
    monkeypatch.setattr("yuxin.operations.collapse.set_closing_run.CONTRACTS_MAX", 1)
    world = families(("1700.00", "1200.00", "600.00"))
    code = world.declare()
    officer = world.institution.officer
    set_closing_run(call(officer, "03-10 11:00"), closing_code=code, running=True)
    run_closings.run_closings(at("03-10 11:01"))
    set_closing_run(call(officer, "03-10 11:02"), closing_code=code, running=False)
    run_closings.run_to_end(at("03-10 11:03"))
    assert [world.claim(n).state for n in range(3)].count("ordered") == 1
    set_closing_run(call(officer, "03-10 11:04"), closing_code=code, running=True)
    run_closings.run_to_end(at("03-10 11:05"))
    run_closings.run_to_end(at("03-10 11:06"))
    with reading(world.institution.clock):
        assert RefundCase.objects.count() == 3
    assert {world.claim(n).state for n in range(3)} == {"ordered"}


def test_undone_before_paid_everything_is_as_before():
    world = r10()
    taught(world, 2)
    dispute_lesson(
        call(world.family, "03-05 19:00"), lesson_code=world.lesson(2).code, reason="not_held"
    )
    before = [world.books(n) for n in range(3)]
    code = world.declare()
    world.run(code)
    assert world.books(0) != before[0]
    officer = world.institution.officer
    ask_undo_closing(call(officer, "03-10 12:00"), closing_code=code, reason="负责人已返回")
    with pytest.raises(Refusal, match="same_person"):
        undo_closing(call(officer, "03-10 12:30"), closing_code=code)
    undo_closing(call(world.head, "03-10 13:00"), closing_code=code)
    assert [world.books(n) for n in range(3)] == before
    assert [world.lesson(n).state for n in (1, 2)] == ["pending", "disputed"]
    assert (_status(world), world.state()) == ("ACTIVE", "active")
    confirm_lesson(call(world.family, "03-10 14:00"), lesson_code=world.lesson(1).code)
    again = world.declare_again()
    assert sums(world, "claim_fen")[0] == ("1530.00",)
    assert again != code


def test_once_the_bank_has_an_order_it_is_not_undone():
    world = families(("1700.00",))
    code = world.declare()
    world.run(code)
    world.paid_by_bank("03-10 23:50", "03-11 15:00")
    with pytest.raises(Refusal, match="closing_paid"):
        ask_undo_closing(
            call(world.institution.officer, "03-11 16:00"), closing_code=code, reason="更正"
        )


def test_no_contract_pays_for_another():
    world = families(("1700.00", "1200.00"))
    owes(world, 0, "1700.00")
    code = world.declare()
    world.run(code)
    assert sums(world, "held_fen", "shortfall_fen") == [
        ("0.00", "1700.00"),
        ("1200.00", "0.00"),
    ]
    with reading(world.institution.clock):
        assert [each.amount_fen for each in RefundCase.objects.all()] == [120000]


def _status(world: Collapsed) -> str:
    with reading(world.institution.clock):
        return Entry.objects.get(pk=world.institution.id).status


def test_the_database_refuses_a_release_whoever_writes_it():
    world = families(("1700.00",))
    world.declare()
    with pytest.raises(DatabaseError, match="outflow_is_held"):
        write_release(
            call(world.institution.clock, "03-10 12:00"), institution_id=world.institution.id
        )


def test_every_family_is_told_once_with_its_own_sums():
    world = r10()
    world.declare()
    run_closings.run_to_end(at("03-10 10:05"))
    run_closings.run_to_end(at("03-10 10:06"))
    with reading(world.families[2]):
        told = [each.text for each in letters.inbox(world.families[2]) if "停业" in each.title]
    assert len(told) == 1
    assert "600.00" in told[0]
    assert "200.00" in told[0]
    assert buckets(world.institution, world.contracts[0])["custody"] == "1400.00"
    with reading(world.institution.clock):
        assert Contract.objects.filter(state="active").count() == 3
