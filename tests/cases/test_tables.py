"""Every table of a kind is whole, and every row is made by exactly one operation."""

import importlib
import pkgutil
from dataclasses import replace

import pytest

import yuxin.operations
from tests.cases.given import LOAN
from yuxin.cases.kinds import Kind, Term, faults_of, unclaimed
from yuxin.kernel.actor import Role
from yuxin.operations.kinds import KINDS
from yuxin.operations.operation import DECLARED

for _module in pkgutil.walk_packages(yuxin.operations.__path__, "yuxin.operations."):
    importlib.import_module(_module.name)
CLAIMS = {
    name: (each.moves, each.roles)
    for name, each in DECLARED.items()
    if each.module.startswith("yuxin.operations.")
}


@pytest.mark.parametrize("kind", [*KINDS, LOAN], ids=lambda kind: kind.name)
def test_a_table_has_no_dead_end_and_nobody_waits_in_vain(kind: Kind) -> None:
    assert faults_of(kind) == []


def test_every_row_is_made_by_one_operation_and_none_claims_a_row_that_is_not_there() -> None:
    assert unclaimed(KINDS, CLAIMS) == []


def test_kinds_have_names_of_their_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_the_check_sees_a_row_without_its_operation_and_a_claim_without_a_row() -> None:
    everybody = frozenset(Role)
    rows = frozenset(LOAN.claim(each.name) for each in LOAN.moves)
    whole = {"walk_loan": (rows, everybody)}
    assert unclaimed([LOAN], whole) == []
    less = {"walk_loan": (rows - {"loan_of_hall.refused"}, everybody)}
    assert unclaimed([LOAN], less) == ["loan_of_hall.refused: of walk_loan, claimed by []"]
    twice = {**whole, "other": (frozenset({"loan_of_hall.refused"}), everybody)}
    assert unclaimed([LOAN], twice) == [
        "loan_of_hall.refused: of walk_loan, claimed by ['other', 'walk_loan']"
    ]
    more = {"walk_loan": (rows | {"loan_of_hall.sung"}, everybody)}
    assert unclaimed([LOAN], more) == ["walk_loan claims loan_of_hall.sung, which no table has"]
    narrow = {"walk_loan": (rows, frozenset({Role.OFFICER, Role.HEAD, Role.CLOCK}))}
    assert unclaimed([LOAN], narrow) == [
        "loan_of_hall.answered: walk_loan is not open to all who may make it"
    ]


def test_the_check_sees_dead_ends_unreached_states_and_idle_waiting() -> None:
    no_way_out = replace(LOAN, moves=LOAN.moves[:3])
    assert "loan_of_hall: granted is never reached" in faults_of(no_way_out)
    bank = frozenset({Role.BANK})
    idle = replace(
        LOAN, states=(*LOAN.states[:1], replace(LOAN.states[1], waits=bank), *LOAN.states[2:])
    )
    assert faults_of(idle) == ["loan_of_hall: checked waits for bank, who may not move it"]
    endless = replace(LOAN, states=(replace(LOAN.states[0], term=None), *LOAN.states[1:]))
    assert faults_of(endless) == ["loan_of_hall: asked has no term to miss"]
    on = replace(
        LOAN, states=(*LOAN.states[:2], replace(LOAN.states[2], waits=bank), LOAN.states[3])
    )
    assert "loan_of_hall: nothing leads out of granted" in faults_of(on)


def test_a_term_of_the_table_names_its_rule_or_leaves_it_to_the_act() -> None:
    assert Term().rule == ""
    assert Term("dispute.answer_working_days").rule == "dispute.answer_working_days"
