"""Reads of proceedings: whose task, how old, what happened. Row-level security does the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet

from yuxin.cases.kinds import Kind
from yuxin.cases.models import Proceeding, ProceedingStep
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound
from yuxin.registry.queries import names_of


@dataclass(frozen=True)
class StepLine:
    """A line of the timeline with the names of who made it and who was put in charge."""

    move: str
    from_state: str
    to_state: str
    at: datetime
    by: str
    role: str
    words: str
    document_sha256: str
    owner: str
    due_on: date | None
    entry_id: str


@dataclass(frozen=True)
class Load:
    """What one person has in hand; account None: what nobody took."""

    account_id: int | None
    name: str
    open: int
    overdue: int


def listed(actor: Actor, kinds: Iterable[Kind]) -> "QuerySet[Proceeding]":
    """Every proceeding of these kinds that the reader's grants reach, open or over."""
    mine = Q(institution_id__in=actor.institution_ids) | Q(guardian_id__in=actor.person_ids)
    if not actor.has(Role.GUARDIAN):
        mine |= Q(institution_id=0)
    named = [kind.name for kind in kinds if kind.readers & actor.roles]
    return Proceeding.objects.filter(mine, kind__in=named)


def waiting(actor: Actor, kinds: Sequence[Kind]) -> "QuerySet[Proceeding]":
    """Open ones whose state waits for a role of the reader."""
    states = [
        Q(kind=kind.name, state=state.name)
        for kind in kinds
        for state in kind.states
        if state.waits & actor.roles
    ]
    if not states:
        return Proceeding.objects.none()
    return listed(actor, kinds).filter(reduce(or_, states), closed_at=None)


def inbox(actor: Actor, kinds: Sequence[Kind]) -> "QuerySet[Proceeding]":
    """The reader's tasks: theirs, and those that nobody took; a colleague's stay with them.

    Whoever is in charge leads for the office: a party, a bank or a family is asked all the same.
    """
    asked = [
        Q(kind=kind.name, state=state.name)
        for kind in kinds
        for state in kind.states
        if (state.waits & actor.roles) - kind.leads
    ]
    mine = reduce(or_, asked, Q(owner_id=actor.account_id) | Q(owner_id=None))
    return waiting(actor, kinds).filter(mine)


def overdue(rows: "QuerySet[Proceeding]", today: date) -> "QuerySet[Proceeding]":
    """Those among rows whose term is over; one that rests on a provisional year is not."""
    return rows.filter(closed_at=None, due_on__lt=today, provisional=False)


def find(actor: Actor, kinds: Iterable[Kind], code: str) -> Proceeding:
    """The proceeding of a code, if the reader may see it.

    Raises: NotFound.
    """
    found = listed(actor, kinds).filter(code=code.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def about(actor: Actor, kind: Kind, reference: str) -> Proceeding | None:
    """The latest proceeding of a kind about something; None when there never was one."""
    return listed(actor, [kind]).filter(reference=reference).order_by("-pk").first()


def timeline(actor: Actor, proceeding: Proceeding) -> list[StepLine]:
    """What happened, first step first; two statements."""
    steps = list(ProceedingStep.objects.filter(proceeding=proceeding).order_by("sequence"))
    named = {each.account_id for each in steps} | {each.owner_id for each in steps}
    names = names_of(actor, [each for each in named if each is not None])
    return [
        StepLine(
            move=each.move,
            from_state=each.from_state,
            to_state=each.to_state,
            at=each.at,
            by=names.get(each.account_id or 0, ""),
            role=each.role,
            words=each.words,
            document_sha256=each.document_sha256,
            owner=names.get(each.owner_id or 0, ""),
            due_on=each.due_on,
            entry_id=each.entry_id,
        )
        for each in steps
    ]


def load(actor: Actor, kinds: Sequence[Kind], today: date) -> list[Load]:
    """How many open proceedings each person leads, the fullest first; two statements."""
    late = Q(due_on__lt=today, provisional=False)
    rows = (
        listed(actor, kinds)
        .filter(closed_at=None)
        .values("owner_id")
        .annotate(open=Count("pk"), late=Count("pk", filter=late))
        .order_by("-open", "owner_id")
        .values_list("owner_id", "open", "late")
    )
    found = list(rows)
    names = names_of(actor, [owner for owner, _, _ in found if owner is not None])
    return [Load(owner, names.get(owner or 0, ""), count, over) for owner, count, over in found]


def owner_name(actor: Actor, proceeding: Proceeding) -> str:
    """Who has it in hand; empty when nobody took it."""
    if proceeding.owner_id is None:
        return ""
    return names_of(actor, [proceeding.owner_id]).get(proceeding.owner_id, "")
