"""Builders for the modes of supervision: contract K under another mode, lessons answered."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.given import (
    World,
    at,
    call,
    draft,
    institution,
    looked,
    notify,
    pay,
    to_decide,
    world,
)
from tests.rules.given import pack_with
from yuxin.access.reading import reading
from yuxin.formats.bank_lines import Channel
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.policy.activate_rule_pack import activate_rule_pack
from yuxin.operations.policy.prepare_rule_pack import prepare_rule_pack
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.operations.tuition.settle_dispute import settle_dispute
from yuxin.parties.bank.payments import Receipt
from yuxin.rules.modes import Mode
from yuxin.tuition.advances.models import Debt
from yuxin.tuition.models import ClassSession


def rules_with(*own: str) -> None:
    """The demo county's rules with these values of a town, put in force by two people."""
    pack = pack_with(*own)
    first, second = (Actor(n, "规则员", frozenset({Role.HEAD})) for n in (91, 92))
    early = datetime(2025, 1, 2, tzinfo=UTC)
    receipt = prepare_rule_pack(
        call(first, early),
        layers=pack.layers,
        files=tuple(pack.files),
        valid_from=date(2025, 1, 2),
        reason="测试",
    )
    activate_rule_pack(call(second, early), pack_id=int(str(receipt["pack"])))


def signed_under(mode: Mode | None, *own: str, **how: Any) -> World:
    """Contract K, signed under a mode of the demo county (with values of one's own), not paid."""
    rules_with(*own)
    of = institution()
    course = draft(of, supervision=mode.value if mode else "")
    return world(course, of=of, **how)


def paid_under(mode: Mode | None, *own: str, **how: Any) -> World:
    """The same, paid on 2 March and told by the bank on the 3rd."""
    k = signed_under(mode, *own, **how)
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    k.exchange("03-03 08:40")
    return k


def teach(k: World, ordinal: int, *, confirm: bool = True) -> None:
    """Call the roll of a session when it ends; the guardian confirms half an hour later."""
    code = k.session(ordinal)
    with reading(k.institution.clock):
        ends = ClassSession.objects.get(code=code).ends_at
    call_roll(call(k.institution.teacher, ends), session_code=code)
    if confirm:
        confirm_lesson(
            call(k.family, ends + timedelta(minutes=30)), lesson_code=k.lesson(ordinal).code
        )


def live_to_the_refund(k: World) -> None:
    """Section 9 up to 30 March: lesson 1 confirmed, 2 by silence, 3 settled at half."""
    k.evening("03-03 23:50")
    k.exchange("03-04 15:00")
    teach(k, 1)
    k.evening("03-04 23:50")
    k.exchange("03-05 15:00")
    teach(k, 2, confirm=False)
    looked(k.family, "03-07 20:00")
    teach(k, 3, confirm=False)
    dispute_lesson(call(k.family, "03-11 20:00"), lesson_code=k.lesson(3).code, reason="teacher")
    to_decide(k, 3, "03-25 14:00")
    settle_dispute(
        call(k.institution.officer, "03-25 15:00"),
        lesson_code=k.lesson(3).code,
        kept_bps=5000,
        words="双方同意各半",
    )
    k.evening("03-25 23:50")
    k.exchange("03-26 15:00")
    k.morning("03-28 00:05")
    k.evening("03-28 23:50")
    k.exchange("03-30 09:00")


def refund_agreed(k: World, seen: int = 175_000) -> str:
    """The guardian asks on 30 March, the institution agrees on 1 April."""
    asked = request_refund(
        call(k.family, "03-30 09:10"), contract_code=k.contract, reason="schedule", seen_fen=seen
    )
    answer_refund(
        call(k.institution.finance, "04-01 10:00"), refund_code=str(asked["refund"]), agree=True
    )
    return str(asked["refund"])


def debt(k: World) -> Debt:
    """What the institution owes to the contract."""
    with reading(k.institution.clock):
        return Debt.objects.get(contract__code=k.contract)


def pay_in(k: World, number: str, amount_fen: int, when: str) -> None:
    """The institution pays into the custody account under a number."""
    k.bank.receive(
        Receipt(
            k.institution.custody,
            amount_fen,
            Channel.COUNTER,
            f"D-{number}-{amount_fen}",
            number,
            None,
            "机构",
        ),
        at(when),
    )
