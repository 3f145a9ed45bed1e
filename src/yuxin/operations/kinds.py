"""Every kind of proceeding there is: a package adds its table here by one line."""

from typing import Final

from yuxin.assessment.alerts.kind import ALERT
from yuxin.cases.kinds import Kind
from yuxin.tuition.breaks.kind import BREAK

KINDS: Final[tuple[Kind, ...]] = (ALERT, BREAK)


def kind_named(name: str) -> Kind:
    """The table of a kind."""
    return next(kind for kind in KINDS if kind.name == name)
