"""Breaks (funds-rules 7.4): owned, asked of the bank, explained, matched by hand, given back."""

from datetime import date

import pytest

from tests.given import BANK, World, at, call, notify, paid_world, pay, rows, world
from yuxin.access.reading import reading
from yuxin.cases import queries as cases
from yuxin.cases.models import Proceeding
from yuxin.cases.refusals import DocumentMissing, SamePerson, WordsMissing, WrongState
from yuxin.files import store
from yuxin.formats.bank_lines import Channel
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.kinds import KINDS
from yuxin.operations.tuition.explain_break import (
    ExplanationNeedsTwo,
    MoneyIsHeld,
    explain_break,
)
from yuxin.operations.tuition.match_break import OrderDoesNotFit, match_break
from yuxin.operations.tuition.order_payment import order_payment
from yuxin.operations.tuition.return_break_money import NothingHeld, return_break_money
from yuxin.parties.bank.payments import Receipt
from yuxin.parties.bank.terms import Faults
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.breaks.queries import unsettled

pytestmark = pytest.mark.django_db
ALWAYS = 1_000_000
DAY = date(2026, 3, 2)


def person(k: World, number: int, role: Role = Role.OFFICER) -> Actor:
    bank = BANK if role is Role.BANK else ""
    return Actor(number, "某人", frozenset({role}), (k.institution.id,), bank_code=bank)


def counter_money(k: World, amount_fen: int = 200000, serial: str = "C-1") -> None:
    """Money paid at the bank's counter that names no contract."""
    money = Receipt(k.institution.custody, amount_fen, Channel.COUNTER, serial, None, None, "王*")
    k.bank.receive(money, at("03-02 11:00"))
    k.exchange("03-03 08:40")


def the_break(k: World) -> Break:
    with reading(k.institution.clock):
        return Break.objects.select_related("proceeding").order_by("-pk")[0]


def code(k: World) -> str:
    return the_break(k).proceeding.code


def suspense() -> list[tuple[int, int, int]]:
    return rows(
        "SELECT custody_fen, unearned_fen, refund_payable_fen FROM ledger.contract_balance"
        " WHERE contract_id < 0"
    )


def step(k: World, actor: Actor, move: str, when: str, **how: str) -> None:
    advance_proceeding(call(actor, when), proceeding_code=code(k), move=move, **how)


def test_a_line_that_fits_nothing_opens_one_break_with_its_day():
    k = world()
    counter_money(k)
    found = the_break(k)
    assert (found.cause, found.level, found.held_fen) == ("bank_only", 1, 200000)
    stands = found.proceeding
    assert (stands.state, stands.amount_fen) == ("open", 200000)
    assert stands.due_on == date(2026, 3, 5), "two bank days from the day it was found"
    k.exchange("03-03 09:40")
    with reading(k.institution.clock):
        assert Break.objects.count() == 1, "found again it is the same"
        assert (unsettled("DEMOBANK", DAY).unowned, unsettled("DEMOBANK", DAY).may_close) == (
            1,
            False,
        )


def test_the_bank_is_asked_and_answers_or_its_days_pass():
    k = world()
    counter_money(k)
    bank = person(k, 31, Role.BANK)
    officer = person(k, 11)
    with pytest.raises(WordsMissing):
        step(k, officer, "queried", "03-03 10:00")
    step(k, officer, "queried", "03-03 10:00", words="请核对付款人用途")
    number = code(k)
    with reading(bank):
        assert [each.code for each in cases.inbox(bank, KINDS)] == [number]
    with pytest.raises(Forbidden):
        step(k, officer, "bank_answered", "03-03 11:00", words="替银行答")
    step(k, bank, "bank_answered", "03-03 11:00", words="柜面现金存入，未写合同号")
    assert the_break(k).proceeding.state == "open"
    step(k, officer, "queried", "03-03 12:00", words="再问：存款人是谁")
    k.morning("03-06 00:05")
    assert the_break(k).proceeding.state == "open", "two bank days without an answer"
    stands = the_break(k).proceeding
    with reading(officer):
        assert cases.timeline(officer, stands)[-1].move == "bank_silent"


def test_money_held_is_matched_by_hand_with_the_order_it_paid_and_with_no_other():
    k = world()
    counter_money(k)
    officer = person(k, 11)
    with pytest.raises(OrderDoesNotFit):
        match_break(call(officer, "03-03 10:00"), break_code=code(k), order_code="X", words="查")
    order = str(order_payment(call(k.family, "03-03 09:00"), contract_code=k.contract)["order"])
    match_break(
        call(officer, "03-03 10:00"), break_code=code(k), order_code=order, words="存款回单核对"
    )
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}
    assert k.state() == "active"
    assert suspense() == [(0, 0, 0)]
    assert the_break(k).proceeding.state == "matched"
    with pytest.raises((WrongState, OrderDoesNotFit)):
        match_break(
            call(officer, "03-03 10:05"), break_code=code(k), order_code=order, words="再来"
        )
    assert suspense() == [(0, 0, 0)]


def test_another_sum_is_never_matched_with_an_order():
    k = world()
    counter_money(k, amount_fen=199999)
    order = str(order_payment(call(k.family, "03-03 09:00"), contract_code=k.contract)["order"])
    with pytest.raises(OrderDoesNotFit) as refused:
        match_break(
            call(person(k, 11), "03-03 10:00"), break_code=code(k), order_code=order, words="查"
        )
    assert "2000.00" in refused.value.say("zh").replace(",", "")
    assert k.buckets() == {}
    assert suspense() == [(199999, 199999, 0)]


def test_money_of_nobody_goes_back_by_the_original_route_when_a_second_person_agrees():
    k = world()
    counter_money(k)
    first, second = person(k, 11), person(k, 12, Role.HEAD)
    step(k, first, "return_proposed", "03-03 10:00", words="无人认领")
    with pytest.raises(SamePerson):
        return_break_money(call(first, "03-03 10:01"), break_code=code(k), words="同意")
    assert suspense() == [(200000, 200000, 0)]
    return_break_money(call(second, "03-03 10:02"), break_code=code(k), words="同意")
    assert suspense() == [(200000, 0, 200000)]
    k.exchange("03-04 09:00")
    k.exchange("03-04 15:00")
    assert suspense() == [(0, 0, 0)]
    assert the_break(k).proceeding.state == "returned"
    assert k.bank.balance(k.institution.custody) == 0
    assert k.bank.audit() == []
    assert k.buckets() == {}, "no contract paid for it"


def test_a_return_that_the_bank_sends_back_is_held_again_and_waits_again():
    k = world()
    counter_money(k)
    k.bank.close_card("C-1")
    step(k, person(k, 11), "return_proposed", "03-03 10:00", words="无人认领")
    return_break_money(call(person(k, 12), "03-03 10:02"), break_code=code(k), words="同意")
    k.exchange("03-04 15:00")
    k.exchange("03-05 15:00")
    assert suspense() == [(200000, 200000, 0)]
    assert the_break(k).proceeding.state == "open"
    with reading(k.institution.clock):
        states = sorted(Proceeding.objects.values_list("state", flat=True))
    assert states == ["open", "returned"]


def test_a_payment_that_came_twice_is_a_break_and_is_given_back():
    k = world(faults=Faults(duplicate=ALWAYS))
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    k.exchange("03-03 08:40")
    found = the_break(k)
    assert (found.cause, found.held_fen) == ("duplicate", 200000)
    with pytest.raises(MoneyIsHeld):
        explain_break(
            call(person(k, 11), "03-03 10:00"),
            break_code=code(k),
            words="银行重复入账",
            document=store.put(b"letter"),
        )
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}


def test_a_difference_of_sums_takes_two_persons_and_books_nothing():
    k = world(faults=Faults(wrong_amount=ALWAYS))
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    k.exchange("03-03 08:40")
    found = the_break(k)
    assert found.cause == "amount_diff"
    assert found.expected_fen == 200000
    first, second = person(k, 11), person(k, 12)
    before = k.buckets()
    letter = store.put(b"letter of the bank")
    with pytest.raises(ExplanationNeedsTwo):
        explain_break(
            call(first, "03-03 10:00"), break_code=code(k), words="银行记错", document=letter
        )
    with pytest.raises(DocumentMissing):
        step(k, first, "explanation_proposed", "03-03 10:00", words="银行记错")
    step(k, first, "explanation_proposed", "03-03 10:00", words="银行记错", document=letter)
    with pytest.raises(SamePerson):
        explain_break(call(first, "03-03 10:05"), break_code=code(k), words="同意")
    explain_break(call(second, "03-03 10:06"), break_code=code(k), words="核对了银行的函")
    assert the_break(k).proceeding.state == "explained"
    assert k.buckets() == before
    with pytest.raises(NothingHeld):
        return_break_money(call(second, "03-03 10:07"), break_code=code(k), words="退")


def test_another_bureau_sees_and_moves_nothing():
    k = paid_world()
    counter_money(k)
    stranger = Actor(99, "外人", frozenset({Role.OFFICER}), (k.institution.id + 5000,))
    with reading(stranger):
        assert Break.objects.count() == 0
        assert not cases.listed(stranger, KINDS).exists()
