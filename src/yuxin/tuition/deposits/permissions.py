"""Who may do what to deposits. Pure."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

DECIDES = frozenset({Role.OFFICER, Role.HEAD})


def require_may_decide_deposit(actor: Actor, institution_id: int) -> None:
    """An officer of the bureau that supervises the institution. Raises: NotFound, Forbidden."""
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & DECIDES:
        raise Forbidden
