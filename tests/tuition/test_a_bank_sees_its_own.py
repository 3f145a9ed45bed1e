"""What one bank told is not shown to another bank, to parties, or to officers elsewhere."""

from datetime import date

import pytest

from tests.given import BANK, Institution, World, at, call, guardian, institution, world
from tests.tuition.test_another_bank import OTHER, hand_in_of_other
from tests.tuition.test_bank_faults import receipt_line
from tests.tuition.test_breaks import counter_money, the_break
from tests.tuition.test_outflow_held import as_clock
from yuxin.access.reading import reading
from yuxin.cases import queries as cases
from yuxin.cases.models import Proceeding, ProceedingStep
from yuxin.formats.bank_lines import FileKind
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.kinds import KINDS
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.models import BankBalance, BankLine, OutgoingFile
from yuxin.tuition.reconciliation.models import AccountDay

pytestmark = pytest.mark.django_db
TOLD_BY_BANKS = (BankLine, BankBalance, Break, Proceeding, ProceedingStep, AccountDay)


def keeper(bank: str, *of: Institution) -> Actor:
    """Who works at a bank, with the institutions whose account it keeps today."""
    return Actor(
        31, "周柜员", frozenset({Role.BANK}), tuple(each.id for each in of), bank_code=bank
    )


def seen(reader: Actor) -> list[str]:
    """The names of the tables of which a reader sees any row."""
    with reading(reader):
        return [model.__name__ for model in TOLD_BY_BANKS if model.objects.exists()]


def asked_of_the_bank(k: World) -> str:
    """Money that names no contract, and the bank is asked who paid it in; the break's code."""
    counter_money(k)
    officer = Actor(11, "沈亦舟", frozenset({Role.OFFICER}), (k.institution.id,))
    number = the_break(k).proceeding.code
    advance_proceeding(
        call(officer, "03-03 10:00"), proceeding_code=number, move="queried", words="请核对付款人"
    )
    return number


def test_the_bank_that_told_sees_it_and_the_bureau_and_the_institution():
    k = world()
    asked_of_the_bank(k)
    for reader in (keeper(BANK, k.institution), k.institution.officer, k.institution.head):
        assert "BankLine" in seen(reader), reader
        assert "Break" in seen(reader), reader


def test_an_institution_that_changed_its_bank_does_not_take_the_old_banks_breaks_along():
    k = world()
    number = asked_of_the_bank(k)
    newcomer = keeper(OTHER, k.institution)
    assert seen(newcomer) == []
    with reading(newcomer):
        assert not cases.listed(newcomer, KINDS).exists()
    with pytest.raises(NotFound):
        advance_proceeding(
            call(newcomer, "03-03 11:00"),
            proceeding_code=number,
            move="bank_answered",
            words="替另一家银行作答",
        )
    assert the_break(k).proceeding.state == "queried", "nobody answers for another bank"


def test_money_of_no_institution_is_shown_to_its_bank_and_the_bureau_alone():
    k = world()
    line = receipt_line(k, custody_acct="62170000000000009", contract_no=None)
    hand_in_of_other(FileKind.IN, line, date(2026, 3, 2), "03-03 08:40")
    elsewhere = institution("远山围棋", number=2)
    for stranger in (keeper(BANK, k.institution), k.institution.head, elsewhere.head, guardian(2)):
        assert seen(stranger) == [], stranger
    assert {"BankLine", "Break", "Proceeding"} <= set(seen(keeper(OTHER)))
    assert {"BankLine", "Break", "Proceeding"} <= set(seen(k.institution.officer))


def test_an_officer_of_another_area_sees_no_line_and_no_balance_of_ours():
    k = world()
    asked_of_the_bank(k)
    assert seen(institution("远山围棋", number=2).officer) == []


def test_orders_to_a_bank_are_read_by_the_system_and_that_bank():
    k = world()
    sealed = OutgoingFile(
        bank_code=BANK,
        name="OUT-1",
        account_day=date(2026, 3, 5),
        part=1,
        data=b"1",
        signature=b"2",
        made_at=at("03-05 23:50"),
    )
    as_clock(k.institution, sealed.save)
    for reader, sees in (
        (k.institution.clock, True),
        (keeper(BANK, k.institution), True),
        (keeper(OTHER, k.institution), False),
        (k.institution.officer, False),
        (k.institution.head, False),
        (k.family, False),
    ):
        with reading(reader):
            assert OutgoingFile.objects.exists() is sees, reader
