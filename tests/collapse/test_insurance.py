"""Cover chosen with the payment, given by the insurer, claimed at a closing, booked when paid."""

from datetime import date
from pathlib import Path

import pytest

from tests.collapse.given import Collapsed, families, owes
from tests.given import at, call, guardian, learner, notify, opened_class, pay, signed, timetable
from yuxin.access.reading import reading
from yuxin.formats import party_keys
from yuxin.jobs import exchange_covers
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Refusal
from yuxin.operations.insurance.choose_cover import choose_cover
from yuxin.operations.insurance.file_cover_claim import file_cover_claim, file_cover_claims_many
from yuxin.operations.insurance.offer_product import offer_product, register_insurer
from yuxin.parties.insurer.insurer import Insurer
from yuxin.tuition.insurance.cover import Certificate, CoverClaim, Product
from yuxin.tuition.insurance.covering import NewProduct
from yuxin.tuition.keys import platform_key

pytestmark = pytest.mark.django_db
BUREAU = Actor(9001, "局长", frozenset({Role.HEAD}))


def insurer(folder: Path, *, required: bool = False) -> tuple[Insurer, str]:
    """The simulated insurer with one product: 1 % of the fee, 5,000.00 at most."""
    key = party_keys.new_key()
    register_insurer(
        call(BUREAU, "01-05 09:00"),
        code="DEMOINS",
        name="示例财险",
        public_key_pem=party_keys.public_pem(key.public_key()).decode(),
        exchange_folder=str(folder),
    )
    made = offer_product(
        call(BUREAU, "01-06 09:00"),
        insurer_code="DEMOINS",
        product=NewProduct(
            kind=Product.Kind.PERSONAL,
            name="学费无忧",
            terms="机构停业、失联，专户和保证金不够退的，由保险付。",
            premium_bps=100,
            cover_max_fen=500_000,
            payer=Product.Payer.FAMILY,
            required=required,
        ),
    )
    party = Insurer.at(folder, key, platform_key().public_key(), path=None)
    return party, str(made["product"])


def exchanged(party: Insurer, when: str) -> None:
    exchange_covers.ask(at(when))
    party.work(at(when).date())
    exchange_covers.take(at(when))


def covered(folder: Path) -> tuple[Collapsed, Insurer]:
    """A family with cover, whose institution holds 100.00 of its 2,000.00."""
    party, product = insurer(folder)
    world = families(("1700.00",))
    family = guardian(5)
    class_code = opened_class(world.institution, sessions=timetable(20))
    code = signed(family, class_code, child=learner(family))
    choose_cover(call(family, "03-02 10:00"), contract_code=code, product_codes=(product,))
    choose_cover(call(family, "03-02 10:01"), contract_code=code, product_codes=(product,))
    exchanged(party, "03-02 10:01")
    with reading(family):
        assert Certificate.objects.get().state == "asked"
    notify(pay(world.bank, family, code, "03-02 10:02"), "03-02 10:02")
    world.exchange("03-03 08:45")
    exchanged(party, "03-03 09:00")
    world.families, world.contracts = (*world.families, family), (*world.contracts, code)
    owes(world, 1, "100.00")
    return world, party


def certificate(world: Collapsed) -> Certificate:
    with reading(world.families[1]):
        return Certificate.objects.get()


def test_cover_is_asked_once_paid_and_has_a_number(tmp_path):
    world, _ = covered(tmp_path)
    found = certificate(world)
    assert (found.state, found.premium_fen, found.cover_fen) == ("in_force", 2000, 200_000)
    assert found.number
    assert found.until_on == date(2026, 5, 31)


def test_what_custody_lacks_is_claimed_and_paid_into_the_books(tmp_path):
    world, party = covered(tmp_path)
    code = world.declare()
    with pytest.raises(Refusal, match="not_covered"):
        file_cover_claims_many(call(world.institution.officer, "03-10 10:30"), closing_code=code)
    world.run(code)
    file_cover_claims_many(call(world.institution.officer, "03-10 12:00"), closing_code=code)
    with pytest.raises(Refusal, match="not_covered"):
        file_cover_claim(call(world.families[1], "03-10 12:01"), contract_code=world.contracts[1])
    exchanged(party, "03-10 13:00")
    exchanged(party, "03-10 13:01")
    with reading(world.families[1]):
        filed = CoverClaim.objects.get()
    assert (filed.state, filed.paid_fen, filed.amount_fen) == ("paid", 10_000, 10_000)
    assert world.claim(1).open_fen == 0
    world.paid_by_bank("03-10 23:50", "03-11 15:00")
    assert world.books(1) == {}


def test_an_answer_signed_by_another_changes_nothing(tmp_path):
    world, party = covered(tmp_path)
    code = world.declare()
    world.run(code)
    file_cover_claim(call(world.families[1], "03-10 12:01"), contract_code=world.contracts[1])
    exchange_covers.ask(at("03-10 12:02"))
    party.key = party_keys.new_key()
    party.work(date(2026, 3, 10))
    exchange_covers.take(at("03-10 12:03"))
    with reading(world.families[1]):
        assert CoverClaim.objects.get().state == "filed"
    assert world.claim(1).insurance_fen == 0


def test_cover_ends_with_its_course(tmp_path):
    world, _ = covered(tmp_path)
    exchange_covers.end_over(date(2026, 5, 31), at("05-31 00:10"))
    assert certificate(world).state == "in_force"
    exchange_covers.end_over(date(2026, 6, 1), at("06-01 00:10"))
    assert (certificate(world).state, certificate(world).ended_on) == ("ended", date(2026, 6, 1))


def test_what_is_required_comes_along_unchosen(tmp_path):
    insurer(tmp_path, required=True)
    world = families(("1700.00",))
    family = guardian(5)
    class_code = opened_class(world.institution, sessions=timetable(20))
    code = signed(family, class_code, child=learner(family))
    choose_cover(call(family, "03-02 10:00"), contract_code=code, product_codes=())
    with reading(family):
        assert Certificate.objects.count() == 1
