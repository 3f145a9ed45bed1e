"""Confirmed lessons that a closing froze: set off or kept, by two persons."""

import pytest

from tests.collapse.given import Collapsed, families, owes
from tests.collapse.test_absconding import taught
from tests.given import at, call
from yuxin.access.reading import reading
from yuxin.jobs import run_closings
from yuxin.kernel.refusal import Refusal
from yuxin.messages import queries as letters
from yuxin.operations.collapse.decide_earned_use import decide_earned_use, propose_earned_use
from yuxin.operations.collapse.undo_closing import ask_undo_closing, undo_closing
from yuxin.operations.tuition.confirm_lesson import confirm_lesson

pytestmark = pytest.mark.django_db


def frozen(*owed: str) -> tuple[Collapsed, str]:
    """One lesson of 170.00 confirmed at the first contract and frozen; the others lack `owed`."""
    world = families(("1700.00", "1200.00", "600.00"))
    for number, yuan in enumerate(owed, start=1):
        owes(world, number, yuan)
    taught(world, 1)
    confirm_lesson(call(world.family, "03-04 19:00"), lesson_code=world.lesson(1).code)
    code = world.declare()
    world.run(code)
    world.paid_by_bank("03-10 23:50", "03-11 15:00")
    assert world.books(0) == {"custody": "170.00", "payable": "170.00"}
    return world, code


def proposed(world: Collapsed, closing: str, way: str) -> str:
    receipt = propose_earned_use(
        call(world.institution.officer, "03-11 16:00"), closing_code=closing, way=way, reason="清偿"
    )
    return str(receipt["use"])


def decided(world: Collapsed, closing: str, way: str) -> None:
    use = proposed(world, closing, way)
    decide_earned_use(call(world.head, "03-11 17:00"), use_code=use, grant=True)


def test_set_off_it_pays_families_pro_rata_out_of_custody_and_no_bank_moves_it_in():
    world, closing = frozen("300.00", "200.00")
    decided(world, closing, "SET_OFF")
    claims = [world.claim(number) for number in range(3)]
    assert [each.set_off_fen for each in claims] == [0, 10_200, 6_800]
    assert [each.open_fen for each in claims] == [0, 19_800, 13_200]
    assert world.books(0) == {}
    assert world.books(1) == {
        "custody": "102.00",
        "advance": "198.00",
        "unearned": "198.00",
        "refund_payable": "102.00",
    }
    world.paid_by_bank("03-11 23:50", "03-12 15:00")
    assert [world.books(number) for number in (1, 2)] == [
        {"advance": "198.00", "unearned": "198.00"},
        {"advance": "132.00", "unearned": "132.00"},
    ]
    assert world.bank.balance(world.institution.settlement) == 0
    assert world.bank.audit() == []


def test_kept_for_the_liquidator_nothing_moves_and_it_may_be_set_off_later():
    world, closing = frozen("300.00")
    decided(world, closing, "HELD")
    assert world.books(0) == {"custody": "170.00", "payable": "170.00"}
    decided(world, closing, "SET_OFF")
    assert world.claim(1).set_off_fen == 17_000


def test_the_proposer_does_not_decide_and_what_is_set_off_is_not_undone():
    world, closing = frozen("300.00")
    use = proposed(world, closing, "SET_OFF")
    officer = world.institution.officer
    with pytest.raises(Refusal, match="same_person"):
        decide_earned_use(call(officer, "03-11 17:00"), use_code=use, grant=True)
    decide_earned_use(call(world.head, "03-11 17:00"), use_code=use, grant=True)
    with pytest.raises(Refusal, match="closing_paid"):
        ask_undo_closing(call(officer, "03-11 18:00"), closing_code=closing, reason="更正")


def test_families_that_were_told_of_a_closing_are_told_that_it_was_undone():
    world = families(("1700.00", "1200.00"))
    code = world.declare()
    run_closings.run_to_end(at("03-10 10:05"))
    officer = world.institution.officer
    ask_undo_closing(call(officer, "03-10 12:00"), closing_code=code, reason="负责人已返回")
    undo_closing(call(world.head, "03-10 13:00"), closing_code=code)
    with reading(world.families[1]):
        told = [each.text for each in letters.inbox(world.families[1])]
    assert len([each for each in told if "撤销" in each and world.contracts[1] in each]) == 1
