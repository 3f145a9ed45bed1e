"""Who may report, decide and record. Pure."""

from typing import Final

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

BUREAU: Final = frozenset({Role.OFFICER, Role.HEAD})
EYES: Final = BUREAU | {Role.GRID_WORKER, Role.WINDOW_CLERK}


def require_may_decide(actor: Actor, institution_id: int) -> None:
    """The bureau decides on clues about institutions within its grants.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & BUREAU:
        raise Forbidden


def require_may_see_signs(actor: Actor, institution_id: int) -> None:
    """Whoever walks the place writes down what they saw.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & EYES:
        raise Forbidden
