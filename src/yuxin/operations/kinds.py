"""Every kind of proceeding there is: a package adds its table here by one line."""

from typing import Final

from yuxin.assessment.alerts.kind import ALERT
from yuxin.cases.kinds import Kind
from yuxin.tuition.breaks.kind import BREAK
from yuxin.tuition.deposits.kind import TOP_UP_ORDER
from yuxin.tuition.disputes.kind import LESSON_DISPUTE
from yuxin.tuition.refund_kind import REFUND
from yuxin.tuition.selection.kind import BANK_SELECTION

KINDS: Final[tuple[Kind, ...]] = (
    REFUND,
    LESSON_DISPUTE,
    BREAK,
    ALERT,
    TOP_UP_ORDER,
    BANK_SELECTION,
)


def kind_named(name: str) -> Kind:
    """The table of a kind."""
    return next(kind for kind in KINDS if kind.name == name)
