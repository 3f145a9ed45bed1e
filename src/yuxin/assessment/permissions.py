"""Who may decide on colours, and who may read why. Pure."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

OFFICERS = frozenset({Role.OFFICER, Role.HEAD})
EXPLAINED_TO = OFFICERS | {Role.LEVEL_ABOVE, Role.AUDITOR, Role.INSTITUTION_HEAD}


def require_may_decide_colour(actor: Actor, institution_id: int) -> None:
    """An officer of the bureau decides on the colours within their grants.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & OFFICERS:
        raise Forbidden


def require_may_read_reasons(actor: Actor, institution_id: int) -> None:
    """The officer and the institution's own head read why a colour is what it is.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & EXPLAINED_TO:
        raise Forbidden
