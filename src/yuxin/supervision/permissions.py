"""Who may record findings. Pure."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

OFFICE = frozenset({Role.OFFICER, Role.HEAD, Role.CLOCK})
DESK = OFFICE | {Role.WINDOW_CLERK}


def require_may_record_complaint(actor: Actor, institution_id: int) -> None:
    """The duty desk writes down what came in.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & DESK:
        raise Forbidden


def require_may_decide_complaint(actor: Actor, institution_id: int) -> None:
    """An officer decides what a complaint counts as.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & OFFICE:
        raise Forbidden
