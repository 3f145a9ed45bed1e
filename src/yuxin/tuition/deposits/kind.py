"""The table of an order to top up a deposit: ordered, missed, met (funds-rules 2.6, alert W14)."""

from typing import Final

from yuxin.cases.kinds import ADVANCE, Both, Kind, Move, State, Term
from yuxin.kernel.actor import Role

INSIDE: Final = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})
WE: Final = frozenset({Role.OFFICER, Role.HEAD})
CLOCK: Final = frozenset({Role.CLOCK})
ORDERED: Final = "ordered"
OVERDUE: Final = "overdue"  # nobody new may enrol
_MEASURE: Final = "measure_deposits_many"
_LAW: Final = "底线随在读合同重算；低于底线须在期限内补足，逾期暂停招生"


def _row(
    name: str,
    title: Both,
    way: tuple[tuple[str, ...], str],
    roles: frozenset[Role],
    operation: str = _MEASURE,
    *,
    overdue: bool = False,
) -> Move:
    source, target = way
    words = operation == ADVANCE
    return Move(name, title, source, target, roles, operation, _LAW, words=words, overdue=overdue)


_STANDS: Final = ((ORDERED, OVERDUE), "")

TOP_UP_ORDER: Final = Kind(
    "top_up_order",
    Both("保证金补足", "Top-up order"),
    (
        State(
            ORDERED,
            Both("待补足", "To be topped up"),
            Both("补足保证金", "Top up the deposit"),
            INSIDE,
            Term("deposit.top_up_working_days", required=True),
        ),
        State(
            OVERDUE,
            Both("逾期未补足，暂停招生", "Overdue: enrolment stopped"),
            Both("催办保证金补足", "Press for an overdue top-up"),
            INSIDE | WE,
        ),
        State("met", Both("已补足", "Topped up")),
    ),
    (
        _row("ordered", Both("通知补足", "Order a top-up"), ((), ORDERED), CLOCK),
        _row("changed", Both("应补金额变动", "The sum to top up changed"), _STANDS, CLOCK),
        _row(
            "missed",
            Both("逾期未补足", "Not topped up in time"),
            ((ORDERED,), OVERDUE),
            CLOCK,
            overdue=True,
        ),
        _row("met", Both("补足到账", "Topped up"), ((ORDERED, OVERDUE), "met"), CLOCK),
        _row("planned", Both("说明补足安排", "Say how it will be met"), _STANDS, INSIDE, ADVANCE),
        _row("pressed", Both("催办", "Press for it"), ((OVERDUE,), ""), WE, ADVANCE),
    ),
)
