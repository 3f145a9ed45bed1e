"""Every morning deposits are measured against their floor; what is short is to be topped up."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from yuxin.access.queries import accounts_with
from yuxin.assessment import services as assessment
from yuxin.cases.kinds import claims_of
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.tuition.collapse import services as closings
from yuxin.tuition.deposits import services
from yuxin.tuition.deposits.kind import TOP_UP_ORDER
from yuxin.tuition.deposits.models import Deposit, TopUp

RATIOS: Final = {
    Deposit.Kind.PERFORMANCE: "deposit.performance_bps",
    Deposit.Kind.UNDELIVERED: "deposit.undelivered_bps",
}


@operation(
    "deposit.measured",
    roles={Role.CLOCK},
    moves=claims_of([TOP_UP_ORDER], "measure_deposits_many"),
)
def measure_deposits_many(act: Act, *, institution_id: int, on: date) -> Receipt:
    """Measure the deposits of one institution: floor, balance, order to top up, its deadline.

    Floor: the sum over active contracts of min(P, fee of one charging cycle). A ratio or a
    number of days that no pack names is refused by name, never guessed. Repeated on a day with
    nothing changed it writes nothing. While a closing is in force the run decides.
    Raises: RuleMissing.
    Law: N07; W14 (a deposit below its floor).
    """
    deposits = [] if closings.in_force(institution_id) else _open(institution_id)
    told = [_measure(act, each, on) for each in deposits]
    name = f"institution:{institution_id}"
    items = [
        evidence.Item(str(body["deposit"]), f"deposit:{body['deposit']}", name, body)
        for body in told
    ]
    entry = evidence.append_many(act, items or [evidence.Item("none", name, name, {"items": 0})])
    moved = [each for each in told if each["top_up"] != each["top_up_before"]]
    if moved:
        assessment.mark(institution_id)
    return Receipt(entry.id, {"deposits": len(deposits), "moved": len(moved), "left": False})


def _open(institution_id: int) -> Sequence[Deposit]:
    return services.open_ones_for_update(institution_id)


def _measure(act: Act, deposit: Deposit, on: date) -> dict[str, Json]:
    pack = pack_of(act)
    kind = Deposit.Kind(deposit.kind)
    bps = pack.on(RATIOS[kind], on).integer if kind in RATIOS else 10_000
    cycle = pack.on("deposit.cycle_months", on).integer
    base = services.base_of(deposit.institution_id, cycle_months=cycle)
    floor = services.floor_of(kind, base, bps=bps)
    balance = services.record_floor(act, deposit, floor_fen=floor, contracts=base.contracts, on=on)
    order = services.standing_top_up(deposit)
    before = order.proceeding.state if order else ""
    due_on = order.proceeding.due_on if order else None
    if order is not None:
        services.follow_top_up(act, order, floor_fen=floor, balance_fen=balance)
    elif balance < floor:
        order = services.order_top_up(act, deposit, floor_fen=floor, balance_fen=balance)
        due_on = order.proceeding.due_on
    if order is not None and order.proceeding.state != before:
        _tell(act, order, floor, due_on)
    return {
        "deposit": deposit.code,
        "floor_fen": floor,
        "balance_fen": balance,
        "contracts": base.contracts,
        "top_up_before": before,
        "top_up": order.proceeding.state if order else "",
        "order": order.proceeding.code if order else "",
    }


def _tell(act: Act, order: TopUp, floor_fen: int, due_on: date | None) -> None:
    """The head of the institution is told of an order, that it was met, or that it was missed."""
    for account in accounts_with(Role.INSTITUTION_HEAD, order.institution_id, act.day):
        messages.send(
            act,
            to_account_id=account,
            template=f"deposit.top_up_{order.proceeding.state}",
            facts={
                "amount_fen": order.amount_fen,
                "floor_fen": floor_fen,
                "deadline": due_on.isoformat() if due_on else "",
            },
            legal_effect=True,
        )
