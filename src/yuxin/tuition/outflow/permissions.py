"""Who may hold outflow. Pure."""

from typing import Final

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

BUREAU: Final = frozenset({Role.OFFICER, Role.HEAD})
BOOKS: Final = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})


def require_may_hold(actor: Actor, institution_id: int) -> None:
    """The bureau holds and frees the outflow of institutions within its grants.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & BUREAU:
        raise Forbidden


def require_may_notify(actor: Actor, institution_id: int) -> None:
    """An institution gives its own notices.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & BOOKS:
        raise Forbidden
