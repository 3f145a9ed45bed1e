"""What is short at a closing is asked for once, whoever asks and in whatever order."""

from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError

from tests.collapse.given import Collapsed, families, owes
from tests.collapse.test_insurance import BUREAU, exchanged, insurer
from tests.given import (
    at,
    call,
    guardian,
    institution,
    learner,
    notify,
    opened_class,
    pay,
    signed,
    timetable,
)
from tests.tuition.test_outflow_held import as_clock
from yuxin.access.reading import reading
from yuxin.jobs import exchange_covers
from yuxin.kernel.refusal import Refusal
from yuxin.operations.collapse.undo_closing import CoverAsked, ask_undo_closing
from yuxin.operations.deposits.decide_deposit_use import (
    NothingShort,
    decide_deposit_use,
    propose_deposit_use,
)
from yuxin.operations.insurance.choose_cover import choose_cover
from yuxin.operations.insurance.file_cover_claim import file_cover_claim, file_cover_claims_many
from yuxin.operations.insurance.offer_product import offer_product
from yuxin.operations.tuition.lift_hold import lift_hold
from yuxin.operations.tuition.propose_hold import propose_hold
from yuxin.operations.tuition.propose_hold_lift import propose_hold_lift
from yuxin.parties.insurer.insurer import Insurer
from yuxin.tuition.collapse.models import Closing
from yuxin.tuition.insurance.cover import Certificate, CoverClaim, Product
from yuxin.tuition.insurance.covering import NewProduct
from yuxin.tuition.outflow.models import Hold
from yuxin.tuition.outflow.services import HeldByClosing

pytestmark = pytest.mark.django_db


def twice_covered(folder: Path, *, deposit: bool = False) -> tuple[Collapsed, Insurer, str]:
    """A family with two certificates in force, 100.00 short; the closing's refunds are ordered."""
    party, product = insurer(folder)
    made = offer_product(
        call(BUREAU, "01-06 10:00"),
        insurer_code="DEMOINS",
        product=NewProduct(
            kind=Product.Kind.PERSONAL,
            name="学费双安",
            terms="同样保学费。",
            premium_bps=50,
            cover_max_fen=500_000,
            payer=Product.Payer.FAMILY,
            required=False,
        ),
    )
    world = families(("1700.00",))
    family = guardian(5)
    code = signed(
        family, opened_class(world.institution, sessions=timetable(20)), child=learner(family)
    )
    choose_cover(
        call(family, "03-02 10:00"),
        contract_code=code,
        product_codes=(product, str(made["product"])),
    )
    notify(pay(world.bank, family, code, "03-02 10:02"), "03-02 10:02")
    world.exchange("03-03 08:45")
    exchanged(party, "03-03 09:00")
    world.families, world.contracts = (*world.families, family), (*world.contracts, code)
    owes(world, 1, "100.00")
    held = world.deposit("100.00") if deposit else ""
    closing = world.declare()
    world.run(closing)
    return world, party, held or closing


def asked_fen(world: Collapsed) -> list[int]:
    with reading(world.families[1]):
        return list(CoverClaim.objects.order_by("pk").values_list("amount_fen", flat=True))


def test_a_family_and_an_officer_do_not_claim_the_same_on_two_certificates(tmp_path):
    world, _, closing = twice_covered(tmp_path)
    with reading(world.families[1]):
        assert Certificate.objects.filter(state="in_force").count() == 2
    file_cover_claim(call(world.families[1], "03-10 12:00"), contract_code=world.contracts[1])
    with pytest.raises(Refusal, match="not_covered"):
        file_cover_claims_many(call(world.institution.officer, "03-10 12:01"), closing_code=closing)
    assert asked_fen(world) == [10_000], "100.00 is short and asked for once"


def test_a_deposit_does_not_pay_what_an_insurer_was_asked_for(tmp_path):
    world, party, deposit = twice_covered(tmp_path, deposit=True)
    file_cover_claim(call(world.families[1], "03-10 12:00"), contract_code=world.contracts[1])
    officer = call(world.institution.officer, "03-10 12:01")
    with pytest.raises(NothingShort):
        propose_deposit_use(officer, deposit_code=deposit, reason="专户不够退")
    exchange_covers.ask(at("03-10 12:02"))
    party.work(at("03-10 12:02").date())
    exchange_covers.take(at("03-10 12:03"))
    claim = world.claim(1)
    assert (claim.deposit_fen, claim.insurance_fen, claim.open_fen) == (0, 10_000, 0)


def test_a_claim_filed_after_the_proposal_stops_the_deposit(tmp_path):
    world, _, deposit = twice_covered(tmp_path, deposit=True)
    proposed = propose_deposit_use(
        call(world.institution.officer, "03-10 12:00"), deposit_code=deposit, reason="专户不够退"
    )
    file_cover_claim(call(world.families[1], "03-10 12:01"), contract_code=world.contracts[1])
    with pytest.raises(NothingShort):
        decide_deposit_use(
            call(world.head, "03-10 12:02"), use_code=str(proposed["use"]), grant=True
        )
    assert world.claim(1).deposit_fen == 0


def test_the_database_refuses_to_cover_twice_whoever_writes_it(tmp_path):
    world, _, _ = twice_covered(tmp_path)
    file_cover_claim(call(world.families[1], "03-10 12:00"), contract_code=world.contracts[1])
    with reading(world.institution.clock):
        filed = CoverClaim.objects.get()
        other = Certificate.objects.exclude(pk=filed.certificate_id).get()
    again = CoverClaim(
        code="0000000000001",
        certificate=other,
        institution_id=other.institution_id,
        guardian_id=other.guardian_id,
        by=CoverClaim.By.FAMILY,
        amount_fen=1,
        filed_at=at("03-10 12:01"),
    )
    with pytest.raises(IntegrityError, match="nothing_short_is_covered_twice"):
        as_clock(world.institution, again.save)


def test_a_closing_is_not_undone_while_an_insurer_has_its_claim(tmp_path):
    world, _, closing = twice_covered(tmp_path)
    file_cover_claim(call(world.families[1], "03-10 12:00"), contract_code=world.contracts[1])
    with pytest.raises(CoverAsked):
        ask_undo_closing(
            call(world.institution.officer, "03-10 12:01"),
            closing_code=closing,
            reason="负责人已返回",
        )


def test_two_officers_together_cannot_lift_what_a_closing_holds():
    """Two persons alone would have paid an institution that had absconded."""
    world = families(("1700.00",))
    world.declare()
    with reading(world.institution.officer):
        hold = Hold.objects.get()
    with pytest.raises(HeldByClosing):
        propose_hold_lift(
            call(world.institution.officer, "03-10 12:00"),
            hold_code=hold.code,
            document_number="示教监〔2026〕13号",
            words="恢复划转",
        )
    with pytest.raises(HeldByClosing):
        lift_hold(call(world.head, "03-10 12:01"), hold_code=hold.code)
    freed = partial(
        Hold.objects.update,
        lift_number="示教监〔2026〕13号",
        lift_proposed_by=hold.proposed_by,
        lifted_by=9001,
        lifted_at=at("03-10 12:02"),
    )
    with pytest.raises(IntegrityError, match="what_a_closing_holds_stays"):
        as_clock(world.institution, freed)


def test_who_is_to_be_closed_or_held_is_not_warned():
    world = families(("1700.00",))
    world.propose()
    propose_hold(
        call(world.institution.officer, "03-10 09:10"),
        code=world.institution.code,
        document_number="示教监〔2026〕14号",
        words="大额异动，先停划转",
    )
    for reader, sees in (
        (world.institution.officer, 1),
        (world.head, 1),
        (world.institution.head, 0),
        (world.institution.finance, 0),
        (world.family, 0),
        (institution("远山围棋", number=2).officer, 0),
    ):
        with reading(reader):
            assert (Closing.objects.count(), Hold.objects.count()) == (sees, sees), reader
