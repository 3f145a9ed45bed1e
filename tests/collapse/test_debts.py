"""R9's order of cover: custody, the institution's own account, then the deposit, then insurance."""

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.collapse.given import Collapsed
from tests.collapse.test_insurance import exchanged, insurer
from tests.given import World, at, call, notify, pay
from tests.modes.given import debt, pay_in, refund_agreed, signed_under, teach
from tests.visitors import FixedMoment, client_of, look_at, parent
from yuxin.access.reading import reading
from yuxin.jobs import keep_deposits
from yuxin.kernel.refusal import Refusal
from yuxin.operations.collapse.decide_closing import decide_closing
from yuxin.operations.deposits.decide_deposit_use import decide_deposit_use, propose_deposit_use
from yuxin.operations.insurance.choose_cover import choose_cover
from yuxin.operations.insurance.file_cover_claim import file_cover_claim
from yuxin.parties.insurer.insurer import Insurer
from yuxin.rules.modes import Mode
from yuxin.tuition.insurance.cover import CoverClaim

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.law("育信 funds-rules", clause="R9", says="order of cover"),
]


@pytest.fixture(autouse=True)
def fixed_moment(settings: Any):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def paid(mode: Mode, folder: Path | None) -> tuple[World, Insurer | None]:
    """Contract K paid under a mode, with cover of a simulated insurer if there is a folder."""
    k = signed_under(mode)
    party = None
    if folder:
        party, product = insurer(folder)
        choose_cover(
            call(k.family, "03-02 10:00"), contract_code=k.contract, product_codes=(product,)
        )
    notify(pay(k.bank, k.family, k.contract, "03-02 10:02"), "03-02 10:02")
    k.exchange("03-03 08:40")
    if party:
        exchanged(party, "03-03 09:00")
    return k, party


def owing(
    deposit_yuan: str, mode: Mode = Mode.ADVANCE, *, folder: Path | None = None
) -> tuple[Collapsed, str, Insurer | None]:
    """Contract K, two lessons taught and its refund agreed: 1,400.00 in custody, 400.00 demanded
    until 9 April (mode C), or all of 1,800.00 (mode E)."""
    k, party = paid(mode, folder)
    world = Collapsed(k.bank, k.institution, k.family, k.contract)
    world.sent = k.sent
    world.families, world.contracts = (k.family,), (k.contract,)
    world.evening("03-03 23:50")
    world.exchange("03-04 15:00")
    for number in (1, 2):
        teach(world, number)
    world.evening("03-08 23:50")
    world.exchange("03-09 15:00")
    deposit = world.deposit(deposit_yuan, "03-30 14:00")
    refund_agreed(world, 180_000)
    world.evening("04-01 23:50")
    world.exchange("04-02 15:00")
    return world, deposit, party


def drawn(world: Collapsed, deposit: str, when: str) -> None:
    """The officer proposes and the head decides to draw on the deposit; the clock lines it up."""
    use = propose_deposit_use(
        call(world.institution.officer, f"{when} 09:00"), deposit_code=deposit, reason="逾期未补"
    )
    decide_deposit_use(call(world.head, f"{when} 10:00"), use_code=str(use["use"]), grant=True)
    keep_deposits.order_parts(at(f"{when} 10:01"))


def test_a_debt_past_its_day_is_paid_by_the_deposit_and_the_refund_is_complete():
    world, deposit, _ = owing("500.00")
    assert world.buckets() == {"advance": "400.00", "refund_payable": "400.00"}
    drawn(world, deposit, "04-10")
    assert debt(world).state == "covered"
    world.paid_by_bank("04-10 23:50", "04-13 15:00")
    assert (world.buckets(), world.state(), world.refund().state) == ({}, "closed", "paid")
    assert world.refund().paid_on == date(2026, 4, 13)
    assert world.deposit_balance(deposit) == "100.00"
    assert world.bank.audit() == []


def test_before_its_day_is_over_the_institution_pays_and_no_deposit():
    world, deposit, _ = owing("500.00")
    with pytest.raises(Refusal, match="nothing_short"):
        propose_deposit_use(
            call(world.institution.officer, "04-09 09:00"), deposit_code=deposit, reason="逾期"
        )


def test_a_deposit_that_is_too_small_pays_a_part_and_the_institution_owes_the_rest():
    world, deposit, _ = owing("200.00")
    drawn(world, deposit, "04-10")
    world.paid_by_bank("04-10 23:50", "04-13 15:00")
    assert world.buckets() == {"advance": "200.00", "refund_payable": "200.00"}
    assert (debt(world).state, debt(world).left_fen) == ("open", 20_000)
    pay_in(world, debt(world).code, 20_000, "04-14 10:00")
    world.exchange("04-15 08:40")
    world.paid_by_bank("04-15 23:50", "04-16 15:00")
    assert (world.buckets(), world.state(), world.refund().state) == ({}, "closed", "paid")
    assert world.bank.audit() == []


def test_what_the_institution_paid_between_proposal_and_decision_is_not_paid_twice():
    world, deposit, _ = owing("500.00")
    use = propose_deposit_use(
        call(world.institution.officer, "04-10 09:00"), deposit_code=deposit, reason="逾期未补"
    )
    pay_in(world, debt(world).code, 40_000, "04-10 10:00")
    world.exchange("04-13 08:40")
    with pytest.raises(Refusal, match="nothing_short"):
        decide_deposit_use(call(world.head, "04-13 10:00"), use_code=str(use["use"]), grant=True)


def test_what_was_decided_is_not_decided_again_before_the_clock_ordered_it():
    world, deposit, _ = owing("1000.00")
    officer = world.institution.officer
    use = propose_deposit_use(call(officer, "04-10 09:00"), deposit_code=deposit, reason="逾期未补")
    decide_deposit_use(call(world.head, "04-10 09:10"), use_code=str(use["use"]), grant=True)
    with pytest.raises(Refusal, match="nothing_short"):
        propose_deposit_use(call(officer, "04-10 09:20"), deposit_code=deposit, reason="再来一次")
    keep_deposits.order_parts(at("04-10 10:01"))
    world.paid_by_bank("04-10 23:50", "04-13 15:00")
    assert (world.buckets(), world.deposit_balance(deposit)) == ({}, "600.00")


def test_the_proposer_does_not_decide():
    world, deposit, _ = owing("500.00")
    officer = world.institution.officer
    use = propose_deposit_use(call(officer, "04-10 09:00"), deposit_code=deposit, reason="逾期未补")
    with pytest.raises(Refusal, match="same_person"):
        decide_deposit_use(call(officer, "04-10 10:00"), use_code=str(use["use"]), grant=True)


def test_a_refund_owed_before_a_closing_is_paid_by_the_deposit_at_it():
    """The family's refund was agreed and demanded; then the institution absconds."""
    world, deposit, _ = owing("500.00")
    code = world.propose("04-08 09:00")
    decide_closing(call(world.head, "04-08 10:00"), closing_code=code, declare=True)
    claim = world.claim(0)
    assert (claim.claim_fen, claim.due_fen, claim.shortfall_fen) == (40_000, 40_000, 40_000)
    world.run(code, "04-08 11:00")
    drawn(world, deposit, "04-08")
    world.paid_by_bank("04-08 23:50", "04-09 15:00")
    assert (world.buckets(), world.state(), world.refund().state) == ({}, "closed", "paid")
    assert world.deposit_balance(deposit) == "100.00"
    assert world.bank.audit() == []


def test_where_the_institution_keeps_the_tuition_the_deposit_pays_the_whole_refund():
    world, deposit, _ = owing("2000.00", Mode.DEPOSIT)
    drawn(world, deposit, "04-10")
    world.paid_by_bank("04-10 23:50", "04-13 15:00")
    assert (world.buckets(), world.state(), world.refund().state) == ({}, "closed", "paid")
    assert world.deposit_balance(deposit) == "200.00"


def test_a_family_claims_on_its_cover_what_the_institution_owes_past_its_day(tmp_path):
    world, _, party = owing("500.00", folder=tmp_path)
    assert party is not None
    with pytest.raises(Refusal, match="not_covered"):
        file_cover_claim(call(world.family, "04-09 09:00"), contract_code=world.contract)
    look_at("04-10 09:00")
    page = client_of(parent(world.family))
    mine = f"/family/contracts/{world.contract}"
    seen = page.get(mine).content.decode()
    assert "保费20.00元，您付给保险公司" in seen
    answer = page.post(f"{mine}/cover-claim", {"request_id": str(uuid.uuid4())})
    assert answer.status_code == 302
    with reading(world.institution.clock):
        assert CoverClaim.objects.get().amount_fen == 40_000
    exchanged(party, "04-10 10:00")
    exchanged(party, "04-10 10:01")
    assert (world.buckets(), world.state(), world.refund().state) == ({}, "closed", "paid")
    assert debt(world).state == "covered"
    with pytest.raises(Refusal, match="not_covered"):
        file_cover_claim(call(world.family, "04-14 09:00"), contract_code=world.contract)
