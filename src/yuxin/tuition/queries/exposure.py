"""What institutions hold untaught (bucket 1003), and what they owe to families."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Sum

from yuxin.kernel.actor import Actor
from yuxin.ledger.models import ContractBalance
from yuxin.policy.in_force import pack_on
from yuxin.tuition.advances.models import Debt
from yuxin.tuition.models import Contract
from yuxin.tuition.queries.contracts import names_of

LIMIT = "prepay.advance_exposure_max_fen"


@dataclass(frozen=True)
class Exposure:
    """One institution: what it holds untaught of how many contracts, and its limit, in fen.

    `limit_fen` is None where the policy names none.
    """

    institution_id: int
    code: str
    name: str
    held_fen: int
    contract_count: int
    limit_fen: int | None

    @property
    def is_above(self) -> bool:
        """Whether it holds more than the policy allows (W20)."""
        return self.limit_fen is not None and self.held_fen > self.limit_fen


@dataclass(frozen=True)
class DebtLine:
    """What an institution owes to one contract, as pages and the inbox show it; sums in fen.

    `covered_fen` of it is paid by a deposit or an insurer instead.
    """

    code: str
    institution_id: int
    institution_name: str
    contract_code: str
    amount_fen: int
    direct: bool
    state: str
    due_on: date
    paid_on: date | None
    serial: str
    covered_fen: int = 0

    @property
    def left_fen(self) -> int:
        """What the institution itself has to pay."""
        return self.amount_fen - self.covered_fen


def exposures(actor: Actor, day: date) -> list[Exposure]:
    """Institutions of the reader that hold untaught money, the most first; three statements."""
    rows = (
        ContractBalance.objects.filter(
            institution_id__in=actor.institution_ids, contract_id__gt=0, advance_fen__gt=0
        )
        .values("institution_id")
        .annotate(held=Sum("advance_fen"), count=Count("contract_id"))
        .order_by("-held", "institution_id")
    )
    found = list(rows)
    names = names_of([row["institution_id"] for row in found])
    pack = pack_on(day)
    limit = pack.on(LIMIT, day).integer if pack and pack.has(LIMIT, day) else None
    return [
        Exposure(
            row["institution_id"],
            names[row["institution_id"]].code,
            names[row["institution_id"]].name,
            row["held"],
            row["count"],
            limit,
        )
        for row in found
    ]


def above_limit(actor: Actor, day: date) -> list[Exposure]:
    """The fact of W20: institutions whose untaught money is above the policy's limit."""
    return [each for each in exposures(actor, day) if each.is_above]


def contracts_of(actor: Actor, institution_id: int, *, limit: int = 500) -> list[tuple[str, int]]:
    """The contracts of an institution with untaught money at it, the most first; two statements."""
    if institution_id not in actor.institution_ids:
        return []
    held = dict(
        ContractBalance.objects.filter(
            institution_id=institution_id, contract_id__gt=0, advance_fen__gt=0
        )
        .order_by("-advance_fen", "contract_id")
        .values_list("contract_id", "advance_fen")[:limit]
    )
    codes = dict(Contract.objects.filter(pk__in=held).values_list("pk", "code"))
    return [(codes[key], amount) for key, amount in held.items() if key in codes]


def debts(actor: Actor, *, contract_code: str = "", only_open: bool = False) -> list[DebtLine]:
    """Debts that the reader sees, those due first; two statements."""
    rows = Debt.objects.annotate(contract_code=F("contract__code"))
    if contract_code:
        rows = rows.filter(contract__code=contract_code)
    elif actor.institution_ids:
        rows = rows.filter(institution_id__in=actor.institution_ids)
    if only_open:
        rows = rows.exclude(state__in=[Debt.State.PAID, Debt.State.COVERED])
    found = list(rows.order_by("due_on", "pk"))
    names = names_of([each.institution_id for each in found])
    return [
        DebtLine(
            each.code,
            each.institution_id,
            names[each.institution_id].name if each.institution_id in names else "",
            each.contract_code,
            each.amount_fen,
            each.direct,
            each.state,
            each.due_on,
            each.paid_on,
            each.payment_serial,
            each.covered_fen,
        )
        for each in found
    ]


def overdue(actor: Actor, day: date) -> list[DebtLine]:
    """Debts past their last day: the deposit is asked next, then the insurance."""
    return [each for each in debts(actor, only_open=True) if each.due_on < day]
