"""Builders: an institution with running contracts, the guardians of them, money sent to custody."""

from dataclasses import replace
from datetime import date
from typing import Any

from tests.given import (
    Institution,
    World,
    bank,
    call,
    institution,
    opened_class,
    rules,
)
from tests.given import at as instant
from yuxin.access.reading import reading
from yuxin.formats.bank_lines import Channel
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.registry.register_guardian import register_guardian
from yuxin.operations.tuition.answer_running_contract import answer_running_contract
from yuxin.operations.tuition.declare_running_contracts import declare_running_contracts
from yuxin.parties.bank.payments import Receipt
from yuxin.tuition.running.models import RunningContract
from yuxin.tuition.running.services import Declared

PHONE = "13800000001"
OLD = Declared("旧-001", "", "陈小禾", "陈女士", PHONE, 200_000, date(2025, 11, 3), 2000, 700)


def place() -> World:
    """An institution with a class, its bank, and one guardian whose telephone is known."""
    rules()
    of = institution()
    made = bank(of)
    receipt = register_guardian(call(Actor.clock(()), "01-10 09:00"), name="陈女士", phone=PHONE)
    person = int(str(receipt["person_id"]))
    family = Actor(501, "陈女士", frozenset({Role.GUARDIAN}), person_ids=(person,))
    return World(made, of, family, "", opened_class(of))


def old(w: World, **changes: Any) -> Declared:
    """Contract 旧-001: 2,000.00 yuan for 20 lessons, 7 taught, 1,300.00 left."""
    return replace(OLD, **{"class_code": w.class_code, **changes})


def declare(w: World, *contracts: Declared, when: str = "03-01 09:00", **how: Any) -> Any:
    """The institution's bookkeeper declares."""
    return declare_running_contracts(
        call(w.institution.finance, when, **how),
        institution_id=w.institution.id,
        declared=contracts,
    )


def running(of: Institution, number: str = "旧-001") -> RunningContract:
    """The running contract of a number, as it is now."""
    with reading(of.clock):
        return RunningContract.objects.select_related("contract").get(
            institution_id=of.id, paper_number=number
        )


def confirmed(w: World, when: str = "03-01 20:00") -> str:
    """The code of the supervised contract after the guardian said: right."""
    declare(w, old(w))
    answer_running_contract(call(w.family, when), running_code=running(w.institution).code)
    contract = running(w.institution).contract
    assert contract is not None
    w.contract = contract.code
    return contract.code


def pay_in(w: World, fen: int, when: str, *, serial: str = "T-0001") -> None:
    """The institution transfers money at the counter, naming the contract."""
    w.bank.receive(
        Receipt(
            custody_acct=w.institution.custody,
            amount_fen=fen,
            channel=Channel.UNIONPAY,
            channel_serial=serial,
            contract_no=w.contract,
            sub_account=None,
            payer_name_mask="晨**",
        ),
        instant(when),
    )
