"""Writes of advances and debts, inside an operation."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from yuxin.kernel.act import require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.ledger.services import Group
from yuxin.tuition.advances.models import Cover, Debt, Recovery
from yuxin.tuition.models import Contract, RefundCase
from yuxin.tuition.services import money
from yuxin.tuition.services.money import ADVANCE_REPAID, RECOVERED, REFUNDED_BY_INSTITUTION, Fact

_SETTLED: Final = (Debt.State.PAID, Debt.State.COVERED)


def recover_many(
    parts: Sequence[tuple[Contract, int]], *, on: date, at: datetime
) -> list[tuple[Recovery, Group]]:
    """Let earned money work advances off: a row and its posting for each contract."""
    require_act()
    rows = Recovery.objects.bulk_create(
        Recovery(
            code=new_subject_code(),
            institution_id=contract.institution_id,
            guardian_id=contract.guardian_id,
            contract=contract,
            amount_fen=amount_fen,
            on=on,
            created_at=at,
        )
        for contract, amount_fen in parts
    )
    return [(row, _recovered(row, on)) for row in rows]


def _fact(row: Recovery) -> Fact:
    return Fact(row.contract, "recovery", row.code, row.created_at)


def _recovered(row: Recovery, on: date) -> Group:
    moved = _fact(row).moved("recovered", RECOVERED, row.amount_fen, on)
    return money.group(row.contract, [moved])


def take_back(contracts: Sequence[Contract], *, on: date, at: datetime) -> list[Group]:
    """An advance was returned by the bank: what worked it off is payable again."""
    require_act()
    rows = list(
        Recovery.objects.filter(contract__in=contracts, taken_back_at=None)
        .select_related("contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    Recovery.objects.filter(pk__in=[row.pk for row in rows]).update(taken_back_at=at)
    return [
        money.group(
            row.contract, [_fact(row).took_back("recovered", RECOVERED, row.amount_fen, on)]
        )
        for row in rows
    ]


def demand(
    refund: RefundCase, *, amount_fen: int, direct: bool, due_on: date, at: datetime
) -> Debt:
    """Write what the institution owes, since the contract's own custody does not cover it."""
    require_act()
    return Debt.objects.create(
        code=new_subject_code(),
        institution_id=refund.institution_id,
        guardian_id=refund.guardian_id,
        contract=refund.contract,
        refund=refund,
        amount_fen=amount_fen,
        direct=direct,
        due_on=due_on,
        created_at=at,
    )


def debts_for_update(codes: Sequence[str]) -> dict[str, Debt]:
    """Debts by their numbers with contract and refund, locked in one order."""
    require_act()
    rows = (
        Debt.objects.filter(code__in=codes)
        .select_related("contract", "refund")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    return {row.code: row for row in rows}


def take_over_many(refunds: Sequence[RefundCase]) -> dict[int, int]:
    """Let payments from a deposit or an insurer cover the debts of their contracts, oldest first.

    How much of each refund, by its key, in fen: that much is due to the family already, by the
    refund whose debt it was.
    """
    require_act()
    rows = (
        Debt.objects.filter(contract__in={each.contract_id for each in refunds})
        .exclude(state__in=_SETTLED)
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    debts: dict[int, list[Debt]] = {}
    for debt in rows:
        debts.setdefault(debt.contract_id, []).append(debt)
    covers, taken = [], {}
    for refund in refunds:
        left = refund.amount_fen
        for debt in debts.get(refund.contract_id, ()):
            part = min(left, debt.left_fen)
            if part:
                covers.append(_cover(debt, refund, part))
                left -= part
        taken[refund.pk] = refund.amount_fen - left
    Cover.objects.bulk_create(covers)
    moved = [debt for some in debts.values() for debt in some]
    Debt.objects.bulk_update(moved, ["covered_fen", "state"])
    return taken


def _cover(debt: Debt, refund: RefundCase, amount_fen: int) -> Cover:
    debt.covered_fen += amount_fen
    if not debt.left_fen:
        debt.state = Debt.State.COVERED
    return Cover(
        institution_id=debt.institution_id,
        guardian_id=debt.guardian_id,
        debt=debt,
        refund=refund,
        amount_fen=amount_fen,
    )


def overdue_for_update(institution_id: int, *, on: date) -> list[Debt]:
    """Debts of an institution past their day, in the order of contract codes, locked."""
    require_act()
    return list(
        Debt.objects.filter(institution_id=institution_id, state=Debt.State.OPEN, due_on__lt=on)
        .select_related("contract")
        .order_by("contract__code", "pk")
        .select_for_update(no_key=True, of=("self",))
    )


def overdue_of_contract(code: str, *, on: date) -> list[Debt]:
    """The debts to one contract past their day, locked."""
    require_act()
    return list(
        Debt.objects.filter(contract__code=code, state=Debt.State.OPEN, due_on__lt=on)
        .order_by("pk")
        .select_for_update(no_key=True)
    )


def state_paid(debt: Debt, *, serial: str, at: datetime) -> None:
    """Note that the institution says that it paid the family."""
    require_act()
    Debt.objects.filter(pk=debt.pk).update(
        state=Debt.State.STATED, payment_serial=serial, stated_at=at
    )
    debt.state = Debt.State.STATED


def paid(debt: Debt, *, on: date, serial: str = "") -> Group:
    """A debt was paid: into custody, whence the refund goes on, or to the family itself."""
    require_act()
    changes: dict[str, object] = {"state": Debt.State.PAID, "paid_on": on}
    if serial:
        changes["payment_serial"] = serial
    Debt.objects.filter(pk=debt.pk).update(**changes)
    debt.state = Debt.State.PAID
    way = REFUNDED_BY_INSTITUTION if debt.direct else ADVANCE_REPAID
    fact = Fact(debt.contract, "debt", debt.code, debt.created_at)
    return money.group(debt.contract, [fact.moved("paid", way, debt.left_fen, on)])


def reopen(debt: Debt) -> None:
    """The guardian says that the money did not come: it is owed as before."""
    require_act()
    Debt.objects.filter(pk=debt.pk).update(state=Debt.State.OPEN, stated_at=None, payment_serial="")
    debt.state = Debt.State.OPEN
