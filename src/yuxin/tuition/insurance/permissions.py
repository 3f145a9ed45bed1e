"""Who may record insurance. Pure."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

RECORDERS = frozenset(
    {
        *(Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE, Role.INSURER),
        *(Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.CLOCK),
    }
)


def require_may_record_insurance(actor: Actor, institution_id: int) -> None:
    """The institution, its insurer or the bureau records a policy.

    Raises: NotFound, Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & RECORDERS:
        raise Forbidden
