"""Who may do what to contracts and lessons. Pure: nothing here asks the database."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden
from yuxin.tuition.models import Contract, Lesson


def require_may_publish(actor: Actor, institution_id: int) -> None:
    """An institution's head publishes its own courses."""
    _require_inside(actor, institution_id, Role.INSTITUTION_HEAD)


def require_may_teach(actor: Actor, institution_id: int) -> None:
    """An institution's teacher or head calls its own rolls."""
    _require_inside(actor, institution_id, Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD)


def require_may_answer(actor: Actor, lesson: Lesson) -> None:
    """Only the guardian of a lesson answers for it."""
    if lesson.guardian_id not in actor.person_ids:
        raise Forbidden


def require_is_guardian(actor: Actor, contract: Contract) -> None:
    """Only the guardian of a contract signs it, pays it or asks its money back."""
    if contract.guardian_id not in actor.person_ids:
        raise Forbidden


def require_may_answer_refund(actor: Actor, institution_id: int) -> None:
    """An institution's head or bookkeeper answers a request for a refund."""
    _require_inside(actor, institution_id, Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE)


def require_keeps_books(actor: Actor, institution_id: int) -> None:
    """An institution's head or bookkeeper records its invoices."""
    _require_inside(actor, institution_id, Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE)


def _require_inside(actor: Actor, institution_id: int, *roles: Role) -> None:
    """The clock may do what it does only where its actor was narrowed to the institution."""
    if institution_id not in actor.institution_ids or not actor.has(*roles, Role.CLOCK):
        raise Forbidden
