"""Writes of proceedings, inside an operation: open, move, put somebody in charge, extend.

The steps are written last, with the number of the act's entry (`Act.after_entry`).
"""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q

from yuxin.cases.kinds import Counts, Kind, Move, State, Term
from yuxin.cases.models import Proceeding, ProceedingStep
from yuxin.cases.refusals import (
    AlreadyExtended,
    DocumentMissing,
    SamePerson,
    TooLateToMove,
    WordsMissing,
    WrongState,
)
from yuxin.cases.terms import deadline_of, term_of
from yuxin.files import services as files
from yuxin.files import store
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import Forbidden, NotFound

WORDS_MAX: Final = 500
ASSIGNED: Final = "assigned"
EXTENDED: Final = "extended"
# What a step may change of a proceeding.
MOVED: Final = (
    *("state", "owner_id", "amount_fen", "since_on", "days", "counts", "due_on", "provisional"),
    *("extended", "step_count", "closed_at"),
)


def open_proceeding(
    act: Act,
    kind: Kind,
    move: str = "opened",
    *,
    institution_id: int,
    guardian_id: int | None = None,
    reference: str = "",
    amount_fen: int | None = None,
    owner_id: int | None = None,
    words: str = "",
    document: str = "",
    days: int | None = None,
) -> Proceeding:
    """Open a proceeding by one of the opening rows of its table.

    `days`: the term where the table leaves it to the act. `document`: SHA-256 of stored bytes.
    Raises: Forbidden, WordsMissing, DocumentMissing, RuleMissing.
    """
    row = _claimed(act, kind, move)
    assert not row.source, f"{kind.name}.{move} opens nothing"
    proceeding = Proceeding(
        code=new_subject_code(),
        kind=kind.name,
        state="",
        institution_id=institution_id,
        guardian_id=guardian_id,
        owner_id=owner_id,
        reference=reference,
        amount_fen=amount_fen,
        opened_at=act.at,
    )
    _require_may(act.actor, proceeding, row)
    step = _make(act, proceeding, kind, row, words=words, document=document, days=days)
    _save(act, [proceeding], [step])
    return proceeding


def advance(
    act: Act,
    proceeding: Proceeding,
    kind: Kind,
    move: str,
    *,
    words: str = "",
    document: str = "",
    days: int | None = None,
    amount_fen: int | None = None,
) -> None:
    """Make one move of the table; the proceeding is locked already.

    `amount_fen`: what it is about now, where that changed.
    Raises: WrongState, Forbidden, SamePerson, WordsMissing, DocumentMissing, RuleMissing.
    """
    row = _claimed(act, kind, move)
    assert proceeding.kind == kind.name, f"{proceeding} is no {kind.name}"
    require_may_move(act.actor, proceeding, kind, row)
    if amount_fen is not None:
        proceeding.amount_fen = amount_fen
    step = _make(act, proceeding, kind, row, words=words, document=document, days=days)
    _save(act, [proceeding], [step])


def advance_many(act: Act, proceedings: Sequence[Proceeding], kind: Kind, move: str) -> None:
    """Make the same move, which takes no words, of many of one kind; two statements.

    Raises: WrongState, Forbidden.
    """
    row = _claimed(act, kind, move)
    steps = []
    for proceeding in proceedings:
        assert proceeding.kind == kind.name, f"{proceeding} is no {kind.name}"
        require_may_move(act.actor, proceeding, kind, row)
        steps.append(_make(act, proceeding, kind, row, words="", document="", days=None))
    _save(act, proceedings, steps)


def require_may_move(actor: Actor, proceeding: Proceeding, kind: Kind, row: Move) -> None:
    """Whether somebody may make a move now.

    Raises: WrongState, Forbidden, SamePerson.
    """
    if proceeding.state not in row.source:
        raise WrongState(
            state_zh=kind.state(proceeding.state).title.zh,
            state_en=kind.state(proceeding.state).title.en,
            move_zh=row.title.zh,
            move_en=row.title.en,
        )
    _require_may(actor, proceeding, row)
    if row.not_by and actor.account_id is not None:
        before = (
            ProceedingStep.objects.filter(proceeding=proceeding, move__in=row.not_by)
            .order_by("-sequence")
            .values_list("account_id", flat=True)
            .first()
        )
        if before == actor.account_id:
            raise SamePerson


def _require_may(actor: Actor, proceeding: Proceeding, row: Move) -> None:
    """By role, and only what is theirs: their institution's, or their own child's."""
    if not actor.roles & row.roles:
        raise Forbidden
    if actor.has(Role.GUARDIAN) and proceeding.guardian_id in actor.person_ids:
        return
    if proceeding.institution_id and proceeding.institution_id not in actor.institution_ids:
        raise NotFound


def _claimed(act: Act, kind: Kind, move: str) -> Move:
    """The row, which the operation in progress must have claimed: no other may make it."""
    assert kind.claim(move) in act.moves, f"{act.act} does not claim {kind.claim(move)}"
    return kind.move(move)


def _make(
    act: Act,
    proceeding: Proceeding,
    kind: Kind,
    row: Move,
    *,
    words: str,
    document: str,
    days: int | None,
) -> ProceedingStep:
    require_act()
    said = words.strip()
    if row.words and not said:
        raise WordsMissing(field="words")
    if row.document and not document:
        raise DocumentMissing(field="document")
    if document:
        files.record(act, sha256=document, size=len(store.get(document)))
    before, state = proceeding.state, kind.state(row.to(proceeding.state))
    proceeding.state = state.name
    if state.name != before:
        _start_clock(act, proceeding, state, days)
    if state.final:
        proceeding.closed_at = act.at
    return _step(act, proceeding, row.name, before, words=said, document=document)


def _start_clock(act: Act, proceeding: Proceeding, state: State, days: int | None) -> None:
    proceeding.since_on, proceeding.extended = act.day, False
    term = None if state.term is None else term_of(act, state.term, days)
    _set_term(act, proceeding, state.term, term)


def _set_term(
    act: Act, proceeding: Proceeding, declared: Term | None, term: tuple[int, Counts] | None
) -> None:
    if declared is None or term is None:
        proceeding.days, proceeding.counts = None, ""
        proceeding.due_on, proceeding.provisional = None, False
        return
    proceeding.days, proceeding.counts = term
    last = deadline_of(act, proceeding.since_on, *term, rolls=declared.rolls)
    proceeding.due_on, proceeding.provisional = last.day, last.provisional


def _step(
    act: Act,
    proceeding: Proceeding,
    move: str,
    before: str,
    *,
    words: str = "",
    document: str = "",
    owner_id: int | None = None,
) -> ProceedingStep:
    """The next step of a proceeding that stands as it will be saved."""
    proceeding.step_count += 1
    return ProceedingStep(
        proceeding=proceeding,
        institution_id=proceeding.institution_id,
        guardian_id=proceeding.guardian_id,
        sequence=proceeding.step_count,
        move=move,
        from_state=before,
        to_state=proceeding.state,
        at=act.at,
        account_id=act.actor.account_id,
        role=_role_of(act.actor),
        words=words[:WORDS_MAX],
        document_sha256=document,
        owner_id=owner_id,
        due_on=proceeding.due_on,
    )


def _save(act: Act, proceedings: Sequence[Proceeding], steps: Sequence[ProceedingStep]) -> None:
    """Save proceedings as they are now, and leave their steps to be written with the entry."""
    new = [each for each in proceedings if each.pk is None]
    Proceeding.objects.bulk_create(new)
    Proceeding.objects.bulk_update([each for each in proceedings if each not in new], MOVED)

    def write(entry_id: str) -> None:
        for step in steps:
            step.entry_id = entry_id
        ProceedingStep.objects.bulk_create(steps)

    act.after_entry.append(write)


def _role_of(actor: Actor) -> str:
    return next(role.value for role in Role if role in actor.roles)


def assign_many(
    act: Act, proceedings: Sequence[tuple[Proceeding, Kind]], *, owner_id: int | None
) -> None:
    """Put an account in charge, or nobody. The caller has checked that the account may lead them.

    Raises: Forbidden, NotFound, WrongState when one is over.
    """
    steps = []
    for proceeding, kind in proceedings:
        _require_leads(act.actor, proceeding, kind)
        proceeding.owner_id = owner_id
        steps.append(_step(act, proceeding, ASSIGNED, proceeding.state, owner_id=owner_id))
    _save(act, [proceeding for proceeding, _ in proceedings], steps)


def extend(act: Act, proceeding: Proceeding, kind: Kind, *, words: str) -> None:
    """Lengthen the term once, by half, rounded up, from the end of the first term.

    Raises: Forbidden, NotFound, WrongState, AlreadyExtended, WordsMissing, TooLateToMove.
    """
    _require_leads(act.actor, proceeding, kind)
    declared = kind.state(proceeding.state).term
    if declared is None or not declared.extends or proceeding.days is None or proceeding.extended:
        raise AlreadyExtended
    if not words.strip():
        raise WordsMissing(field="words")
    if proceeding.due_on is not None and proceeding.due_on < act.day and not proceeding.provisional:
        raise TooLateToMove(last=proceeding.due_on.isoformat())
    longer = proceeding.days + -(-proceeding.days // 2)
    _set_term(act, proceeding, declared, (longer, _counts(proceeding)))
    proceeding.extended = True
    step = _step(act, proceeding, EXTENDED, proceeding.state, words=words.strip())
    _save(act, [proceeding], [step])


def _counts(proceeding: Proceeding) -> Counts:
    return proceeding.counts  # type: ignore[return-value]


def _require_leads(actor: Actor, proceeding: Proceeding, kind: Kind) -> None:
    if proceeding.institution_id and proceeding.institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.roles & kind.leads:
        raise Forbidden
    if proceeding.closed_at is not None:
        title = kind.state(proceeding.state).title
        raise WrongState(
            state_zh=title.zh, state_en=title.en, move_zh="指派或延期", move_en="assign or extend"
        )


def is_overdue(act: Act, proceeding: Proceeding, kind: Kind) -> bool:
    """Whether the term of its state is over by the act's day, on the calendar known now.

    A term that touches a year without a notice is never over: it takes no right away.
    """
    declared = kind.state(proceeding.state).term
    if declared is None or proceeding.days is None:
        return False
    term = proceeding.days, _counts(proceeding)
    last = deadline_of(act, proceeding.since_on, *term, rolls=declared.rolls)
    return not last.provisional and last.day < act.day


def proceeding_for_update(code: str) -> Proceeding | None:
    """The proceeding of `code`, locked until the operation ends."""
    return next(iter(proceedings_for_update([code])), None)


def proceedings_for_update(codes: Sequence[str]) -> list[Proceeding]:
    """Proceedings by code, locked in one order until the operation ends."""
    require_act()
    return list(
        Proceeding.objects.filter(code__in=codes).order_by("pk").select_for_update(no_key=True)
    )


def of_reference_for_update(kind: Kind, reference: str) -> Proceeding | None:
    """The open proceeding of a kind about something, locked until the operation ends."""
    return next(iter(of_references_for_update(kind, [reference])), None)


def of_references_for_update(kind: Kind, references: Sequence[str]) -> list[Proceeding]:
    """The open proceedings of a kind about several things, locked in one order."""
    require_act()
    return list(
        Proceeding.objects.filter(kind=kind.name, reference__in=references, closed_at=None)
        .order_by("pk")
        .select_for_update(no_key=True)
    )


def overdue_for_update(
    states: Sequence[tuple[str, str]], *, institution_id: int, on: date, after: int, limit: int
) -> list[Proceeding]:
    """Open ones of an institution in these states (kind, state) past their day, locked."""
    require_act()
    among = reduce(or_, (Q(kind=kind, state=state) for kind, state in states))
    return list(
        Proceeding.objects.filter(
            among, institution_id=institution_id, closed_at=None, due_on__lt=on, pk__gt=after
        )
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True)[:limit]
    )
