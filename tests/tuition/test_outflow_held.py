"""Outflow held on an order with a number: nothing leaves but refunds, whoever tries."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from tests.given import BANK, Institution, World, at, call, paid_world
from tests.tuition.test_races import race, taught
from yuxin.access.context import opened, set_actor
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Conflict, Forbidden, NotFound
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.approve_hold import approve_hold
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.instruct_releases import instruct_releases_many
from yuxin.operations.tuition.lift_hold import lift_hold
from yuxin.operations.tuition.propose_hold import propose_hold
from yuxin.operations.tuition.propose_hold_lift import propose_hold_lift
from yuxin.operations.tuition.request_refund import REASONS, request_refund
from yuxin.tuition.models import Instruction
from yuxin.tuition.outflow.models import Hold
from yuxin.tuition.outflow.services import (
    HeldAlready,
    OrderNumberMissing,
    SamePerson,
)

NUMBER = "示教监〔2026〕7号"


def second(of: Institution) -> Actor:
    """Another officer of the same bureau."""
    return replace(of.officer, account_id=8008)


def proposed(of: Institution, when: str = "03-04 20:00") -> str:
    receipt = propose_hold(
        call(of.officer, when), code=of.code, document_number=NUMBER, words="监管账户大额异动"
    )
    return str(receipt["hold"])


def frozen(of: Institution, when: str = "03-04 20:00") -> str:
    hold = proposed(of, when)
    approve_hold(call(second(of), when), hold_code=hold)
    return hold


def orders(k: World) -> list[tuple[str, str]]:
    with reading(k.institution.clock):
        return list(Instruction.objects.order_by("pk").values_list("kind", "state"))


@pytest.fixture
def earned(db) -> World:
    """Contract K with the first lesson taught and confirmed, so that 100.00 is payable."""
    k = paid_world()
    confirm_lesson(call(k.family, "03-07 19:00"), lesson_code=taught(k))
    assert k.buckets()["payable"] == "100.00"
    return k


def test_a_proposal_alone_holds_nothing(earned):
    proposed(earned.institution)
    earned.evening("03-07 23:00")
    assert orders(earned) == [("release", "created")]


def test_an_order_in_force_holds_the_release_and_lets_the_refund_go(earned):
    frozen(earned.institution)
    earned.evening("03-07 23:00")
    assert orders(earned) == []
    refund = request_refund(
        call(earned.family, "03-08 09:00"),
        contract_code=earned.contract,
        reason=REASONS[0],
        seen_fen=190_000,
    )
    answer_refund(
        call(earned.institution.head, "03-08 10:00"),
        refund_code=str(refund["refund"]),
        agree=True,
        answer="",
    )
    earned.evening("03-08 23:00")
    assert orders(earned) == [("refund", "created")]
    earned.exchange("03-09 09:00")
    earned.exchange("03-10 09:00")
    assert orders(earned) == [("refund", "done")]
    assert earned.buckets() == {"custody": "100.00", "payable": "100.00"}


def test_an_order_made_before_the_hold_is_not_sent_and_others_are_not_kept_waiting(earned):
    earned.evening("03-07 23:00")
    hold = frozen(earned.institution, "03-08 08:00")
    earned.exchange("03-09 09:00")
    assert orders(earned) == [("release", "created")]
    propose_hold_lift(
        call(earned.institution.officer, "03-09 10:00"),
        hold_code=hold,
        document_number="示教监〔2026〕8号",
        words="已核实",
    )
    assert orders(earned) == [("release", "created")]
    lift_hold(call(second(earned.institution), "03-09 11:00"), hold_code=hold)
    earned.exchange("03-09 12:00")
    earned.exchange("03-10 09:00")
    assert orders(earned) == [("release", "done")]
    assert "payable" not in earned.buckets()


def test_the_database_lets_no_order_out_while_outflow_is_held(earned):
    earned.evening("03-07 23:00")
    frozen(earned.institution)
    with pytest.raises(IntegrityError, match="outflow_is_held"):
        as_clock(earned.institution, lambda: Instruction.objects.update(state="sent"))
    with pytest.raises(IntegrityError, match="outflow_is_held"):
        as_clock(earned.institution, lambda: made(earned.institution, "release"))
    as_clock(earned.institution, lambda: made(earned.institution, "refund"))


def as_clock(of: Institution, write) -> None:
    with opened("operation"), transaction.atomic():
        with connection.cursor() as cursor:
            set_actor(cursor, of.clock)
        write()


def made(of: Institution, kind: str) -> Instruction:
    return Instruction.objects.create(
        code=f"T{kind:>012.12}",
        institution_id=of.id,
        bank_code=BANK,
        kind=kind,
        amount_fen=1,
        from_sealed=b"",
        value_on=at("03-09 00:00").date(),
        created_at=at("03-08 00:00"),
    )


def test_two_persons_an_order_with_a_number_and_once(earned):
    of = earned.institution
    with pytest.raises(OrderNumberMissing):
        propose_hold(call(of.officer, "03-08 09:00"), code=of.code, document_number=" ", words="x")
    hold = proposed(of)
    with pytest.raises(HeldAlready):
        proposed(of)
    with pytest.raises(SamePerson):
        approve_hold(call(of.officer, "03-08 09:00"), hold_code=hold)
    approve_hold(call(second(of), "03-08 09:00"), hold_code=hold)
    with pytest.raises(Conflict):
        approve_hold(call(second(of), "03-08 09:01"), hold_code=hold)
    with pytest.raises(Conflict):
        lift_hold(call(second(of), "03-08 09:02"), hold_code=hold)


def test_nobody_from_elsewhere_and_no_institution_holds_or_frees(earned):
    of = earned.institution
    hold = proposed(of)
    elsewhere = Actor(77, "外县", frozenset({Role.OFFICER}))
    with pytest.raises(NotFound):
        approve_hold(call(elsewhere, "03-08 09:00"), hold_code=hold)
    with pytest.raises(Forbidden):
        approve_hold(call(of.head, "03-08 09:00"), hold_code=hold)


@pytest.mark.parametrize(
    "change",
    [
        {"approved_by": 1001, "approved_at": at("03-08 09:00")},
        {"document_number": ""},
        {"words": "改了"},
        {"lifted_by": 5, "lifted_at": at("03-08 09:00")},
    ],
)
def test_the_database_holds_the_same(earned, change):
    hold = proposed(earned.institution)
    with reading(earned.institution.clock):
        proposer = Hold.objects.get(code=hold).proposed_by
    if "approved_by" in change:
        change = {**change, "approved_by": proposer}
    with pytest.raises(IntegrityError):
        as_clock(earned.institution, lambda: Hold.objects.filter(code=hold).update(**change))


def test_a_freeze_and_the_release_run_at_once_never_leave_an_order_behind_the_freeze(committing):
    k = paid_world()
    confirm_lesson(call(k.family, "03-07 19:00"), lesson_code=taught(k))
    hold = proposed(k.institution)
    day = at("03-07 23:00").date()
    race(
        lambda: approve_hold(call(second(k.institution), "03-07 23:00"), hold_code=hold),
        lambda: instruct_releases_many(
            call(k.institution.clock, "03-07 23:00"), institution_id=k.institution.id, on=day
        ),
    )
    k.exchange("03-09 09:00")
    k.exchange("03-10 09:00")
    assert [each for each in orders(k) if each[1] != "created"] == []
    assert k.buckets()["payable"] == "100.00"
