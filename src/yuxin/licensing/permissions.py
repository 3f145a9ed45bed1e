"""Who may file. Pure."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

FILERS = frozenset(
    {
        *(Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE),
        *(Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.CLOCK),
    }
)

ACCEPTORS = frozenset({Role.OFFICER, Role.HEAD})


def require_may_file(actor: Actor, institution_id: int) -> None:
    """The institution files its statement, or the bureau records it.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & FILERS:
        raise Forbidden
