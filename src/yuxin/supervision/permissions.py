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


def require_may_record_gap(
    actor: Actor, concerned: frozenset[int], *, of_the_platform: bool
) -> None:
    """A gap excuses everybody it concerns, so the actor must answer for all of them.

    A gap of the platform is for the head of the bureau.
    Raises: NotFound when the actor reaches none of them, Forbidden.
    """
    if Role.CLOCK in actor.roles:
        return
    if of_the_platform:
        if Role.HEAD not in actor.roles:
            raise Forbidden
        return
    within = concerned.intersection(actor.institution_ids)
    if not within:
        raise NotFound(field="bank_code")
    if within != concerned:
        raise Forbidden(field="bank_code")


def require_may_decide_complaint(actor: Actor, institution_id: int) -> None:
    """An officer decides what a complaint counts as.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & OFFICE:
        raise Forbidden
