"""Who may do what to the registry. Pure: what has to be known is handed in."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound

BUREAU = frozenset({Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK})
OF_THE_SUBJECT = frozenset({Role.INSTITUTION_HEAD, Role.SCHOOL_HEAD})
KEEPS_STAFF = OF_THE_SUBJECT | {Role.SCHOOL_ETHICS}


def require_may_register(actor: Actor, area_code: str) -> None:
    """A bureau registers subjects in the areas it was granted.

    Raises: Forbidden.
    """
    if actor.has(Role.CLOCK):
        return
    if not actor.roles & BUREAU or area_code not in actor.area_codes:
        raise Forbidden


def require_may_see(actor: Actor, subject_id: int) -> None:
    """What lies outside an actor's grants does not exist for them.

    Raises: NotFound.
    """
    if subject_id not in actor.institution_ids and subject_id not in actor.person_ids:
        raise NotFound


def require_may_correct(actor: Actor, subject_id: int) -> None:
    """The bureau corrects what the registry says of a subject within its grants.

    Raises: NotFound, Forbidden.
    """
    require_may_see(actor, subject_id)
    if not actor.roles & (BUREAU | {Role.CLOCK}):
        raise Forbidden


def require_may_connect(actor: Actor, subject_id: int) -> None:
    """An officer answers for the licence and the first feeds.

    Raises: NotFound, Forbidden.
    """
    require_may_see(actor, subject_id)
    if not actor.has(Role.OFFICER, Role.HEAD, Role.CLOCK):
        raise Forbidden


def require_may_change_status(actor: Actor, subject_id: int) -> None:
    """A bureau officer says that a subject stopped, closed or works again.

    Raises: NotFound, Forbidden.
    """
    require_may_see(actor, subject_id)
    if not actor.has(Role.OFFICER, Role.HEAD, Role.CLOCK):
        raise Forbidden


def require_may_merge(actor: Actor, *subject_ids: int) -> None:
    """Both subjects must lie within the officer's grants.

    Raises: NotFound, Forbidden.
    """
    for subject_id in subject_ids:
        require_may_see(actor, subject_id)
    if not actor.has(Role.OFFICER, Role.HEAD):
        raise Forbidden


def require_may_record_post(actor: Actor, subject_id: int) -> None:
    """The head of a subject, or the bureau, records its staff.

    Raises: NotFound, Forbidden.
    """
    require_may_see(actor, subject_id)
    if not actor.roles & (BUREAU | KEEPS_STAFF | {Role.CLOCK}):
        raise Forbidden


def require_may_record_place(actor: Actor, subject_id: int) -> None:
    """The head of a subject, or the bureau, records its sites and rooms.

    Raises: NotFound, Forbidden.
    """
    require_may_see(actor, subject_id)
    if not actor.roles & (BUREAU | OF_THE_SUBJECT | {Role.CLOCK}):
        raise Forbidden
