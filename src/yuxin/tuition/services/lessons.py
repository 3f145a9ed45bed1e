"""Writing lessons: taught, told, answered."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from yuxin.kernel.act import require_act
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.codes import new_subject_code
from yuxin.rules.earning import Span, amount_of_units, next_free_ordinal, next_units
from yuxin.tuition.models import ClassSession, Contract, Lesson, RefundCase


def session_for_update(code: str) -> ClassSession | None:
    """The session of `code`, locked until the operation ends."""
    require_act()
    return (
        ClassSession.objects.filter(code=code)
        .select_related("class_group__course")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def sessions_for_update(codes: Sequence[str]) -> list[ClassSession]:
    """Sessions by code, in order of time, locked until the operation ends."""
    require_act()
    rows = (
        ClassSession.objects.filter(code__in=codes)
        .select_related("class_group__course")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    return sorted(rows, key=lambda session: session.starts_at)


def contracts_of_session_for_update(session: ClassSession) -> list[Contract]:
    """The contracts of the session's class that were paid when it began, locked in one order.

    One whose refund is asked is left out: from the request on nothing counts by silence. So is
    one whose visit was redeemed before the roll.
    """
    require_act()
    contracts = list(
        Contract.objects.filter(
            class_group_id=session.class_group_id,
            state=Contract.State.ACTIVE,
            paid_at__lte=session.starts_at,
        )
        # A lesson that was taken back is taught anew.
        .exclude(Exists(_held(session)))
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    # Read after the locks: a request made meanwhile counts.
    asked = set(
        RefundCase.objects.filter(contract__in=contracts, state__in=_ASKED).values_list(
            "contract_id", flat=True
        )
    )
    return [contract for contract in contracts if contract.pk not in asked]


def _held(session: ClassSession) -> "QuerySet[Lesson]":
    """The lesson that a contract has of a session, unless it was taken back."""
    held = Lesson.objects.filter(session=session, contract=OuterRef("pk"))
    return held.exclude(state=Lesson.State.VOIDED)


def contracts_of_sessions_for_update(
    sessions: Sequence[ClassSession],
) -> dict[int, list[Contract]]:
    """The paid contracts of several sessions' classes by class, locked in one order."""
    require_act()
    rows = (
        Contract.objects.filter(
            class_group_id__in={session.class_group_id for session in sessions},
            state=Contract.State.ACTIVE,
        )
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    by_class: dict[int, list[Contract]] = {}
    for contract in rows:
        by_class.setdefault(contract.class_group_id, []).append(contract)
    return by_class


def teach(
    *,
    session: ClassSession,
    contracts: Sequence[Contract],
    present: frozenset[int],
    taught_at: datetime,
) -> list[Lesson]:
    """Write the lesson of each contract: the next free ordinal, units and what they earn.

    A contract whose units are used up gets no lesson.
    """
    require_act()
    used = _used([contract.pk for contract in contracts])
    lessons = [
        _lesson(session, contract, used, present=contract.pk in present) for contract in contracts
    ]
    return _keep([each for each in lessons if each is not None], [session], taught_at)


def lesson_of_visit(*, session: ClassSession, contract: Contract) -> Lesson | None:
    """The lesson that a contract has or would have of a session, not saved if it is new.

    None where nothing is to be taught: answered before, paid only since, used up, or its refund
    is asked.
    """
    require_act()
    known = Lesson.objects.filter(session=session, contract=contract)
    lesson = known.exclude(state=Lesson.State.VOIDED).select_related("contract").first()
    if lesson is not None:
        return lesson if lesson.state == Lesson.State.PENDING else None
    asked = RefundCase.objects.filter(contract=contract, state__in=_ASKED).exists()
    paid = contract.paid_at is not None and contract.paid_at <= session.starts_at
    if contract.state != Contract.State.ACTIVE or asked or not paid:
        return None
    return _lesson(session, contract, _used([contract.pk]), present=True)


def is_redeemed(session: ClassSession) -> bool:
    """Whether somebody's visit to a session was redeemed before its roll was called."""
    require_act()
    return Lesson.objects.filter(session=session).exists()


_ASKED = (
    RefundCase.State.REQUESTED,
    RefundCase.State.CONTESTED,
    RefundCase.State.REVIEWING,
)


def teach_all(
    *, sessions: Sequence[ClassSession], taught_at: datetime, calendar: Calendar
) -> list[Lesson]:
    """Write the lessons of several sessions to which everybody came and was told at once."""
    require_act()
    contracts = contracts_of_sessions_for_update(sessions)
    used = _used([each.pk for of_class in contracts.values() for each in of_class])
    lessons = []
    for session in sorted(sessions, key=lambda each: each.starts_at):
        for contract in contracts.get(session.class_group_id, []):
            lesson = _lesson(session, contract, used, present=True)
            if lesson is not None:
                lesson.told_at = taught_at
                lesson.deemed_on = _deemed_on(contract, day_of(taught_at), calendar)
                lessons.append(lesson)
    return _keep(lessons, sessions, taught_at)


def _deemed_on(contract: Contract, start: date, calendar: Calendar) -> date:
    """Silence counts as yes from 00:05 of the day after the last working day."""
    return calendar.add_working_days(start, contract.deemed_days) + timedelta(days=1)


@dataclass
class _Used:
    """What the lessons of a contract hold: their units and their ordinals."""

    spans: list[Span] = field(default_factory=list)
    ordinals: set[int] = field(default_factory=set)


def _lesson(
    session: ClassSession, contract: Contract, used: dict[int, _Used], *, present: bool
) -> Lesson | None:
    """The next lesson of a contract, which is added to what is used; None when nothing is left."""
    held = used.setdefault(contract.pk, _Used())
    spans = next_units(held.spans, session.centiunits, contract.centiunits_in_force)
    if not spans:
        return None
    ordinal = next_free_ordinal(held.ordinals)
    held.spans += spans
    held.ordinals.add(ordinal)
    return Lesson(
        institution_id=contract.institution_id,
        guardian_id=contract.guardian_id,
        code=new_subject_code(),
        contract=contract,
        session=session,
        ordinal=ordinal,
        centiunits=sum(end - start for start, end in spans),
        spans=spans,
        amount_fen=amount_of_units(contract.total_fen, spans, contract.total_centiunits),
        present=present,
        taught_at=session.starts_at,
    )


def _keep(
    lessons: list[Lesson], sessions: Sequence[ClassSession], taught_at: datetime
) -> list[Lesson]:
    Lesson.objects.bulk_create(lessons)
    there = Counter(lesson.session_id for lesson in lessons if lesson.present)
    for session in sessions:
        session.called_at, session.present_count = taught_at, there[session.pk]
    ClassSession.objects.bulk_update(sessions, ["called_at", "present_count", "centiunits"])
    return lessons


def _used(contract_ids: Sequence[int]) -> dict[int, _Used]:
    """Units held and ordinals taken so far, per contract; one query. Voided lessons hold none."""
    rows = (
        Lesson.objects.filter(contract_id__in=contract_ids)
        .exclude(state=Lesson.State.VOIDED)
        .values_list("contract_id", "spans", "ordinal")
    )
    used: dict[int, _Used] = {}
    for contract_id, spans, ordinal in rows:
        held = used.setdefault(contract_id, _Used())
        held.spans += [(int(start), int(end)) for start, end in spans]
        held.ordinals.add(ordinal)
    return used


def lesson_for_update(code: str) -> Lesson | None:
    """The lesson of `code` with its contract, locked until the operation ends."""
    require_act()
    return (
        Lesson.objects.filter(code=code)
        .select_related("contract", "session__class_group__course")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def pending_for_update(*, institution_id: int, codes: Sequence[str]) -> list[Lesson]:
    """Pending lessons among these, locked in one order."""
    require_act()
    return list(
        Lesson.objects.filter(
            institution_id=institution_id, code__in=codes, state=Lesson.State.PENDING
        )
        .select_related("contract")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )


def overdue_lessons_for_update(
    *, institution_id: int, on: date, after: int, limit: int
) -> list[Lesson]:
    """Pending lessons whose silence may count on `on`, past the one numbered `after`, locked."""
    require_act()
    return list(
        Lesson.objects.filter(
            institution_id=institution_id,
            state=Lesson.State.PENDING,
            deemed_on__lte=on,
            pk__gt=after,
        )
        .select_related("contract__course", "session__class_group")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)[:limit]
    )


def answer(
    lessons: Iterable[Lesson],
    *,
    state: Lesson.State,
    at: datetime,
    dispute_reason: str = "",
    kept_fen: int | None = None,
    payable_on: date | None = None,
) -> None:
    """Write what became of lessons; `payable_on` is the day that makes their money payable."""
    require_act()
    answered = list(lessons)
    Lesson.objects.filter(pk__in=[lesson.pk for lesson in answered]).update(
        state=state,
        answered_at=at,
        dispute_reason=dispute_reason,
        kept_fen=kept_fen,
        payable_on=payable_on,
    )
    for lesson in answered:
        lesson.state = state


def note_stops(whys: Mapping[int, str]) -> None:
    """Write by key of a lesson why its silence does not count now; only what differs."""
    require_act()
    by_reason: dict[str, list[int]] = {}
    for pk, why in whys.items():
        by_reason.setdefault(why, []).append(pk)
    for why, keys in by_reason.items():
        Lesson.objects.filter(pk__in=keys).exclude(stopped_by=why).update(stopped_by=why)


def contract_of_lesson_for_update(code: str) -> Contract | None:
    """The contract of a lesson, locked: contracts are locked before what belongs to them."""
    require_act()
    return (
        Contract.objects.filter(lessons__code=code)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )


def hold_back(lesson: Lesson) -> bool:
    """Take a lesson's money out of the order to transfer it; False when the order has left.

    The order is the institution's and no family's to read: a function of the database takes out
    this lesson's amount and tells no more than whether it could.
    """
    require_act()
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.tuition_hold_back(%s)", [lesson.pk])
        return bool(cursor.fetchone()[0])


def untold(codes: Collection[str]) -> list[Lesson]:
    """Lessons among these whose guardian had not been reached yet."""
    require_act()
    return list(
        Lesson.objects.filter(code__in=codes, told_at=None, state=Lesson.State.PENDING)
        .select_related("contract")
        .order_by("pk")
    )


def told(lesson: Lesson, *, at: datetime, calendar: Calendar) -> None:
    """Note that the request to confirm reached the guardian: the clock of silence starts.

    Counted from proven delivery, never from before the lesson; silence counts as yes from 00:05
    of the day after the last working day.
    """
    require_act()
    start = max(day_of(at), day_of(lesson.taught_at))
    deemed_on = _deemed_on(lesson.contract, start, calendar)
    Lesson.objects.filter(pk=lesson.pk, told_at=None).update(told_at=at, deemed_on=deemed_on)


def silence_is_over(lesson: Lesson, *, calendar: Calendar, on: date) -> bool:
    """Whether the working days since the request are over by `on`, on today's calendar.

    A term that touches a year without a notice is never counted as silence.
    """
    assert lesson.told_at is not None
    start = max(day_of(lesson.told_at), day_of(lesson.taught_at))
    deadline = calendar.deadline(start, lesson.contract.deemed_days)
    return not deadline.provisional and deadline.day < on
