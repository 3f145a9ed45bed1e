"""Who may do what at a closing. Pure."""

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound, Refusal


class SamePerson(Refusal):
    """A two-person act needs two persons."""

    code = "same_person"
    zh = "提出和决定须是两个人：这一步请换一位有权的同事办理。"
    en = "Who proposes may not decide: ask a colleague with the same power to take this step."


def require_may_close(actor: Actor, institution_id: int) -> None:
    """An officer of the bureau that supervises the institution. Raises: NotFound, Forbidden."""
    if institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.has(Role.OFFICER, Role.HEAD):
        raise Forbidden


def require_another(actor: Actor, first: int | None) -> None:
    """The second person of a two-person act is not the first. Raises: SamePerson."""
    if actor.account_id is None or actor.account_id == first:
        raise SamePerson
