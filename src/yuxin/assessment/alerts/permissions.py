"""Who reads and handles alerts. Pure."""

from typing import Final

from yuxin.assessment.alerts.kind import BUREAU
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

OWNERS: Final = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})
WATCHERS: Final = BUREAU | {Role.LEVEL_ABOVE, Role.AUDITOR}
READERS: Final = WATCHERS | OWNERS


def require_may_handle(actor: Actor, institution_id: int) -> None:
    """The bureau handles the alerts of institutions within its grants.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & BUREAU:
        raise Forbidden


def require_may_answer(actor: Actor, institution_id: int, *, confidential: bool) -> None:
    """An institution answers to its own alerts, as far as it is told of them.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids or confidential:
        raise NotFound
    if not actor.roles & OWNERS:
        raise Forbidden
