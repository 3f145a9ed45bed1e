"""Who opens which page of tuition, and whose rows a page of an institution shows."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound
from yuxin.tuition.queries.contracts import names_of

INSIDE: Final = frozenset(
    {Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE, Role.INSTITUTION_TEACHER}
)
KEEPS_BOOKS: Final = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})
BUREAU: Final = frozenset({Role.OFFICER, Role.HEAD, Role.DEPARTMENT, Role.AUDITOR})
DECIDES: Final = frozenset({Role.OFFICER, Role.HEAD})
SEES_BOOKS: Final = KEEPS_BOOKS | BUREAU
SEES_ORDERS: Final = SEES_BOOKS | {Role.BANK}


@dataclass(frozen=True)
class Place:
    """An institution as pages name it."""

    id: int
    code: str
    name: str


def own_institution(request: HttpRequest, actor: Actor) -> Place:
    """The institution that the reader works at; `?institution=` chooses when there are several.

    Runs inside a reading; one statement. Raises: NotFound.
    """
    wanted = request.GET.get("institution", "")
    found = sorted(names_of(actor.institution_ids).values(), key=lambda one: one.pk)
    chosen = [one for one in found if one.code == wanted] or found
    if not chosen:
        raise NotFound
    return Place(chosen[0].pk, chosen[0].code, chosen[0].name)
