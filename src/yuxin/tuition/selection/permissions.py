"""Who calls for banks, who applies, who scores. Pure."""

from typing import Final

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden

CALLS: Final = frozenset({Role.OFFICER, Role.HEAD})
APPLIES: Final = CALLS | {Role.BANK}
SCORES: Final = CALLS | {Role.DEPARTMENT}
SEES: Final = APPLIES | SCORES | {Role.AUDITOR}


def require_may_apply(actor: Actor, *, own_bank: str, bank_code: str) -> None:
    """A bank applies for itself; an officer enters what came on paper.

    Raises: Forbidden.
    """
    if actor.has(Role.BANK) and own_bank != bank_code:
        raise Forbidden
