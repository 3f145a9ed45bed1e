"""Who may move a custody account on. Pure."""

from typing import Final

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound

OPENS: Final = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})
FILES: Final = frozenset({Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK})
VERIFIES: Final = frozenset({Role.OFFICER, Role.HEAD, Role.BANK})
DECIDES: Final = frozenset({Role.OFFICER, Role.HEAD})
SEES: Final = OPENS | FILES | VERIFIES | {Role.DEPARTMENT, Role.AUDITOR, Role.LEVEL_ABOVE}


def require_reach(actor: Actor, institution_id: int) -> None:
    """What lies outside an actor's grants does not exist for them. Raises: NotFound."""
    if institution_id not in actor.institution_ids:
        raise NotFound
