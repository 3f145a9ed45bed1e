"""What an institution reads: courses, classes, the roll, contracts, its money, its tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q, Sum

from yuxin.access.sealed import unseal
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.ledger.models import ContractBalance
from yuxin.registry import queries as registry
from yuxin.tuition.models import (
    BankBalance,
    BankLine,
    ClassGroup,
    ClassSession,
    Contract,
    Course,
    Instruction,
    Lesson,
    RefundCase,
)
from yuxin.tuition.queries.contracts import (
    LessonLine,
    RefundLine,
    Sums,
    lesson_line,
    refund_line,
    sessions_to_come,
    sums_of,
)

PAGE: Final = 50
_INSIDE: Final = (Role.INSTITUTION_HEAD, Role.INSTITUTION_TEACHER, Role.INSTITUTION_FINANCE)


@dataclass(frozen=True)
class ClassLine:
    """A class with its next session."""

    code: str
    name: str
    course: str
    course_code: str
    teacher: str
    capacity: int
    taken: int
    session_count: int
    called_count: int
    next_session: ClassSession | None


@dataclass(frozen=True)
class RollLine:
    """A learner on the roll. `state` is empty until the roll is called."""

    contract_code: str
    name: str
    lesson_code: str
    state: str
    present: bool | None


@dataclass(frozen=True)
class Roll:
    """The roll of one session."""

    session_code: str
    class_name: str
    course: str
    ordinal: int
    starts_at: datetime
    ends_at: datetime
    called_at: datetime | None
    cancelled_at: datetime | None
    centiunits: int
    teacher: str
    class_code: str
    lines: list[RollLine]


@dataclass(frozen=True)
class ContractLine:
    """A contract in the institution's table."""

    code: str
    state: str
    learner: str
    course: str
    class_name: str
    total_fen: int
    sums: Sums
    signed_at: datetime | None
    paid_at: datetime | None


@dataclass(frozen=True)
class ContractTable:
    """One page of contracts and the number of all."""

    rows: list[ContractLine]
    total: int


@dataclass(frozen=True)
class Money:
    """The institution's money over all its contracts, and what the bank says."""

    sums: Sums
    suspense_fen: int
    ordered: list[Instruction]
    bank_closing_fen: int | None
    bank_day: date | None
    custody_last4: str
    settlement_last4: str


@dataclass(frozen=True)
class InboxTask:
    """Something to do by a day. `kind`: roll, refund, dispute, settlement_account, break."""

    kind: str
    reference: str
    words: str
    by_on: date | None
    amount_fen: int = 0


def require_inside(actor: Actor, institution_id: int) -> None:
    """Only who works there, supervises it or is the clock reads an institution's pages.

    Raises: Forbidden.
    """
    if institution_id not in actor.institution_ids:
        raise Forbidden


def courses(actor: Actor, institution_id: int) -> list[Course]:
    """The institution's courses, the current ones first; one statement."""
    require_inside(actor, institution_id)
    rows = Course.objects.filter(institution_id=institution_id)
    return list(rows.order_by("-withdrawn_at", "-last_on", "pk"))


def classes(actor: Actor, institution_id: int, at: datetime) -> list[ClassLine]:
    """The institution's classes with their next sessions; two statements."""
    require_inside(actor, institution_id)
    rows = list(
        ClassGroup.objects.filter(institution_id=institution_id)
        .select_related("course")
        .annotate(
            session_count=Count("sessions"),
            called_count=Count("sessions", filter=Q(sessions__called_at__isnull=False)),
        )
        .order_by("-course__last_on", "name", "pk")
    )
    coming = sessions_to_come([row.pk for row in rows], at)
    return [
        ClassLine(
            row.code,
            row.name,
            row.course.name,
            row.course.code,
            row.teacher_name,
            row.capacity,
            row.taken,
            row.session_count,
            row.called_count,
            coming.get(row.pk),
        )
        for row in rows
    ]


def sessions_to_call(actor: Actor, institution_id: int, at: datetime) -> list[ClassSession]:
    """Sessions that have begun and whose roll was not called, oldest first; one statement."""
    require_inside(actor, institution_id)
    return list(
        ClassSession.objects.filter(
            institution_id=institution_id,
            starts_at__lte=at,
            called_at=None,
            cancelled_at=None,
            class_group__contracts__state=Contract.State.ACTIVE,
        )
        .select_related("class_group__course")
        .order_by("starts_at", "pk")
        .distinct()[:PAGE]
    )


def roll(actor: Actor, session_code: str) -> Roll:
    """The roll of a session; names are opened for those who teach there. Three statements.

    Raises: NotFound, Forbidden.
    """
    session = (
        ClassSession.objects.filter(code=session_code).select_related("class_group__course").first()
    )
    if session is None or session.institution_id not in actor.institution_ids:
        raise NotFound
    if not actor.has(*_INSIDE):
        raise Forbidden
    held = Lesson.objects.filter(session=session).exclude(state=Lesson.State.VOIDED)
    lessons = {row.contract_id: row for row in held}
    contracts = Contract.objects.filter(class_group_id=session.class_group_id).filter(
        Q(state=Contract.State.ACTIVE) | Q(pk__in=list(lessons))
    )
    lines = [_roll_line(row, lessons.get(row.pk)) for row in contracts.order_by("pk")]
    return Roll(
        session.code,
        session.class_group.name,
        session.class_group.course.name,
        session.ordinal,
        session.starts_at,
        session.ends_at,
        session.called_at,
        session.cancelled_at,
        session.centiunits,
        session.teacher_name or session.class_group.teacher_name,
        session.class_group.code,
        lines,
    )


def _roll_line(row: Contract, lesson: Lesson | None) -> RollLine:
    return RollLine(
        contract_code=row.code,
        name=unseal("learner", row.learner_name_sealed),
        lesson_code=lesson.code if lesson else "",
        state=lesson.state if lesson else "",
        present=lesson.present if lesson else None,
    )


def contracts(
    actor: Actor,
    institution_id: int,
    *,
    states: Sequence[str] = (),
    offset: int = 0,
    limit: int = PAGE,
) -> ContractTable:
    """A page of the institution's contracts with their sums; three statements."""
    require_inside(actor, institution_id)
    chosen = Contract.objects.filter(institution_id=institution_id)
    if states:
        chosen = chosen.filter(state__in=states)
    rows = list(
        chosen.select_related("course", "class_group").order_by("-drafted_at", "-pk")[
            offset : offset + limit
        ]
    )
    sums = sums_of(rows)
    lines = [
        ContractLine(
            row.code,
            row.state,
            unseal("learner", row.learner_name_sealed),
            row.course.name,
            row.class_group.name,
            row.total_fen,
            sums.get(row.pk, Sums()),
            row.signed_at,
            row.paid_at,
        )
        for row in rows
    ]
    return ContractTable(lines, chosen.count())


_COLUMNS: Final = (
    *("custody", "in_transit", "unearned", "pending", "frozen", "payable", "refund_payable"),
    *("paid", "released", "refunded"),
)


def money(actor: Actor, institution_id: int, day: date) -> Money:
    """The institution's money and its orders at the bank; five statements."""
    require_inside(actor, institution_id)
    rows = ContractBalance.objects.filter(institution_id=institution_id)
    totals = {name: Sum(f"{name}_fen") for name in _COLUMNS}
    told = rows.filter(contract_id__gt=0).aggregate(**totals)
    held = rows.filter(contract_id__lt=0).aggregate(sum=Sum("custody_fen"))["sum"]
    account = registry.custody_account(actor, institution_id, day)
    balance = (
        BankBalance.objects.filter(account_index=bytes(account.number_index))
        .order_by("-account_day")
        .first()
        if account
        else None
    )
    open_orders = Instruction.objects.filter(
        institution_id=institution_id,
        state__in=[Instruction.State.CREATED, Instruction.State.SENT],
    )
    return Money(
        sums=Sums(**{name: int(told[name] or 0) for name in _COLUMNS}),
        suspense_fen=int(held or 0),
        ordered=list(open_orders.order_by("value_on", "pk")),
        bank_closing_fen=balance.closing_fen if balance else None,
        bank_day=balance.account_day if balance else None,
        custody_last4=account.number_last4 if account else "",
        settlement_last4=account.settlement_last4 if account else "",
    )


def releases(actor: Actor, institution_id: int, *, limit: int = PAGE) -> list[Instruction]:
    """Orders to transfer to the institution, latest first; one statement."""
    require_inside(actor, institution_id)
    rows = Instruction.objects.filter(
        institution_id=institution_id, kind=Instruction.Kind.RELEASE
    ).annotate(contract_count=Count("lines"))
    return list(rows.order_by("-value_on", "-pk")[:limit])


def open_refunds(actor: Actor, institution_id: int) -> list[RefundLine]:
    """Refunds that are not over, those to be answered first; one statement."""
    require_inside(actor, institution_id)
    over = (RefundCase.State.PAID, RefundCase.State.WITHDRAWN)
    rows = RefundCase.objects.filter(institution_id=institution_id).exclude(state__in=over)
    return [refund_line(row) for row in rows.select_related("contract").order_by("answer_by_on")]


def disputes(actor: Actor, institution_id: int) -> list[LessonLine]:
    """Disputed lessons, oldest first; one statement."""
    require_inside(actor, institution_id)
    rows = Lesson.objects.filter(institution_id=institution_id, state=Lesson.State.DISPUTED)
    return [
        lesson_line(row)
        for row in rows.select_related("contract", "session").order_by("answered_at", "pk")
    ]


def tasks(actor: Actor, institution_id: int, at: datetime, day: date) -> list[InboxTask]:
    """What waits for the institution, those with a deadline first; five statements."""
    found = [
        InboxTask("refund", each.code, each.contract_code, each.answer_by_on, each.amount_fen)
        for each in open_refunds(actor, institution_id)
        if each.state == RefundCase.State.REQUESTED
    ]
    found += [
        InboxTask("roll", each.code, f"{each.class_group.course.name} {each.ordinal}", None)
        for each in sessions_to_call(actor, institution_id, at)
    ]
    found += [
        InboxTask("dispute", each.code, each.dispute, None, each.amount_fen)
        for each in disputes(actor, institution_id)
    ]
    account = registry.custody_account(actor, institution_id, day)
    if account is not None and not account.settlement_last4:
        found.append(InboxTask("settlement_account", account.number_last4, "", None))
    found += [
        InboxTask("break", str(row.pk), row.note, None, row.amount_fen)
        for row in BankLine.objects.filter(
            institution_id=institution_id, state__in=BREAKS
        ).order_by("pk")[:PAGE]
    ]
    return sorted(found, key=lambda task: task.by_on or date.max)


BREAKS: Final = (
    BankLine.State.BANK_ONLY,
    BankLine.State.AMOUNT_DIFF,
    BankLine.State.STATUS_DIFF,
    BankLine.State.DUPLICATE,
)
