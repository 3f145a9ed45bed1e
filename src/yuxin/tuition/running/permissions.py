"""Who declares, answers and decides running contracts. Pure."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.tuition.running.models import RunningContract

DECLARES = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})
DECIDES = frozenset({Role.OFFICER, Role.HEAD})


def require_may_declare(actor: Actor, institution_id: int) -> None:
    """An institution's head or bookkeeper declares its own contracts. Raises: NotFound."""
    if institution_id not in actor.institution_ids:
        raise NotFound


def require_may_answer(actor: Actor, running: RunningContract) -> None:
    """Only the guardian answers. Raises: Forbidden."""
    if running.guardian_id not in actor.person_ids:
        raise Forbidden


def require_may_decide(actor: Actor, running: RunningContract) -> None:
    """An officer of the institution's bureau decides. Raises: NotFound."""
    if running.institution_id not in actor.institution_ids:
        raise NotFound
