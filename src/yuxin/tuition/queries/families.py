"""What a guardian reads: the children, the contracts, what to do next, the sum of a refund."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yuxin.access.sealed import unseal
from yuxin.kernel.actor import Actor
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound
from yuxin.policy.in_force import calendar, pack_on
from yuxin.rules.earning import PriceBasis
from yuxin.tuition.models import (
    ClassGroup,
    ClassSession,
    Contract,
    Learner,
    Lesson,
    PaymentOrder,
    RefundCase,
)
from yuxin.tuition.models.courses import Origin
from yuxin.tuition.queries import silence
from yuxin.tuition.queries.contracts import (
    LessonLine,
    RefundLine,
    Step,
    Sums,
    find,
    lesson_line,
    lessons_of,
    names_of,
    refunds_of,
    sessions_to_come,
    steps_of,
    sums_of,
)
from yuxin.tuition.services.refunds import OWN_CAUSE, Sheet, basis_for, sheet_of

_OPEN = (
    Contract.State.DRAFT,
    Contract.State.SIGNED,
    Contract.State.ACTIVE,
    Contract.State.REFUNDING,
)


@dataclass(frozen=True)
class Child:
    """A child of the reader."""

    id: int
    name: str
    school: str
    grade: str


@dataclass(frozen=True)
class ContractCard:
    """A contract on the first page of a family."""

    code: str
    state: str
    institution_name: str
    institution_code: str
    course: str
    class_name: str
    child: str
    total_fen: int
    sums: Sums
    next_lesson_at: datetime | None


@dataclass(frozen=True)
class Task:
    """What the reader is asked to do next. `kind`: sign, pay or lesson."""

    kind: str
    contract_code: str
    lesson: LessonLine | None = None


@dataclass(frozen=True)
class Home:
    """The first page: contracts and tasks, the most urgent first."""

    children: list[Child]
    contracts: list[ContractCard]
    tasks: list[Task]


@dataclass(frozen=True)
class ContractPage:
    """Everything of one contract (钱在不在)."""

    code: str
    state: str
    institution_id: int
    institution_name: str
    institution_code: str
    course: str
    class_code: str
    class_name: str
    teacher: str
    child: str
    total_fen: int
    total_centiunits: int
    gift_centiunits: int
    terms: dict[str, Any]
    terms_sha256: str
    bank_code: str
    custody_title: str
    custody_last4: str
    deemed_days: int
    silence_days: int
    signed_at: datetime | None
    paid_at: datetime | None
    arrived_on: date | None
    closed_at: datetime | None
    sums: Sums
    lessons: list[LessonLine]
    refunds: list[RefundLine]
    steps: list[Step]
    sessions: list[ClassSession]


@dataclass(frozen=True)
class LessonPage:
    """One lesson: the evidence, and what each answer does."""

    lesson: LessonLine
    course: str
    teacher: str
    institution_name: str
    child: str
    told_at: datetime | None
    deemed_days: int
    substitute_for: str  # the class's own teacher, where another taught
    stops: str  # why silence does not count, by the reasons of `silence` or of the rules
    entry_ids: list[tuple[str, str, str]]  # kind of the step, entry, item


@dataclass(frozen=True)
class RefundSheet:
    """What a refund asked today would come to; `seen_fen` of the act is `sheet.refundable`."""

    contract_code: str
    course: str
    institution_name: str
    sheet: Sheet
    own_cause: Sheet | None  # another sum, where the family's own cause counts the list price
    unearned_fen: int  # the books' own figure: the second way to the same sum
    to_answer: list[LessonLine]
    disputed: list[LessonLine]
    confirmed: list[LessonLine]
    answer_by_on: date
    provisional: bool
    open_refund: RefundLine | None


@dataclass(frozen=True)
class ClassPage:
    """A class that a contract may be drawn up for."""

    code: str
    name: str
    teacher: str
    capacity: int
    places_left: int
    course: Any
    institution_id: int
    institution_name: str
    institution_code: str
    sessions: list[ClassSession]


def children(actor: Actor) -> list[Child]:
    """The reader's children, by name."""
    rows = Learner.objects.filter(guardian_id__in=actor.person_ids).order_by("pk")
    return [
        Child(row.pk, unseal("learner", row.name_sealed), row.school, row.grade) for row in rows
    ]


def home(actor: Actor, at: datetime) -> Home:
    """The reader's contracts and what is to be done; six statements."""
    rows = list(
        Contract.objects.filter(guardian_id__in=actor.person_ids)
        .exclude(state=Contract.State.CANCELLED)
        .select_related("course", "class_group")
        .order_by("-drafted_at", "-pk")
    )
    sums, names = sums_of(rows), names_of(row.institution_id for row in rows)
    coming = sessions_to_come([row.class_group_id for row in rows if row.state in _OPEN], at)
    lessons = lessons_of(rows, state=Lesson.State.PENDING)
    cards = [
        ContractCard(
            code=row.code,
            state=row.state,
            institution_name=names[row.institution_id].brand or names[row.institution_id].name,
            institution_code=names[row.institution_id].code,
            course=row.course.name,
            class_name=row.class_group.name,
            child=unseal("learner", row.learner_name_sealed),
            total_fen=row.total_fen,
            sums=sums.get(row.pk, Sums()),
            next_lesson_at=(
                coming[row.class_group_id].starts_at if row.class_group_id in coming else None
            ),
        )
        for row in rows
    ]
    return Home(children(actor), cards, _tasks(rows, lessons))


def _tasks(rows: list[Contract], lessons: list[LessonLine]) -> list[Task]:
    """Lessons to answer first, those whose day comes first; then what waits for money or a name."""
    by_day = sorted(lessons, key=lambda each: (each.by_on or date.max, each.starts_at))
    waiting = [
        Task("sign" if row.state == Contract.State.DRAFT else "pay", row.code)
        for row in rows
        if row.state in (Contract.State.DRAFT, Contract.State.SIGNED) and row.origin == Origin.OWN
    ]
    return [Task("lesson", each.contract_code, each) for each in by_day] + waiting


def contract(actor: Actor, code: str) -> ContractPage:
    """One contract with its sums, lessons, refunds and steps; eight statements.

    Raises: NotFound.
    """
    row = find(actor, code)
    institution = names_of([row.institution_id])[row.institution_id]
    order = PaymentOrder.objects.filter(contract=row).exclude(arrived_on=None).first()
    sessions = ClassSession.objects.filter(class_group_id=row.class_group_id, cancelled_at=None)
    return ContractPage(
        code=row.code,
        state=row.state,
        institution_id=row.institution_id,
        institution_name=institution.name,
        institution_code=institution.code,
        course=row.course.name,
        class_code=row.class_group.code,
        class_name=row.class_group.name,
        teacher=row.class_group.teacher_name,
        child=unseal("learner", row.learner_name_sealed),
        total_fen=row.total_fen,
        total_centiunits=row.total_centiunits,
        gift_centiunits=row.gift_centiunits,
        terms=dict(row.terms),
        terms_sha256=row.terms_sha256,
        bank_code=row.bank_code,
        custody_title=row.custody_title,
        custody_last4=row.custody_last4,
        deemed_days=row.deemed_days,
        silence_days=row.silence_days,
        signed_at=row.signed_at,
        paid_at=row.paid_at,
        arrived_on=order.arrived_on if order else None,
        closed_at=row.closed_at,
        sums=sums_of([row]).get(row.pk, Sums()),
        lessons=lessons_of([row]),
        refunds=refunds_of([row]),
        steps=steps_of(row),
        sessions=list(sessions.order_by("ordinal")),
    )


def lesson(_actor: Actor, code: str, at: datetime) -> LessonPage:
    """One lesson, with why silence would not count; at most nine statements.

    Raises: NotFound.
    """
    row = (
        Lesson.objects.filter(code=code)
        .select_related("contract__course", "contract__class_group", "session")
        .first()
    )
    if row is None or row.state == Lesson.State.VOIDED:
        raise NotFound
    own = row.contract.class_group.teacher_name
    substitute = row.session.teacher_name
    steps = [each for each in steps_of(row.contract) if each.reference == row.code]
    return LessonPage(
        lesson=lesson_line(row),
        course=row.contract.course.name,
        teacher=substitute or own,
        substitute_for=own if substitute else "",
        stops=_stops(row, at) if row.state == Lesson.State.PENDING else "",
        institution_name=names_of([row.institution_id])[row.institution_id].name,
        child=unseal("learner", row.contract.learner_name_sealed),
        told_at=row.told_at,
        deemed_days=row.contract.deemed_days,
        entry_ids=[(each.kind, each.entry_id, each.item_key) for each in steps],
    )


def _stops(row: Lesson, at: datetime) -> str:
    pack = pack_on(day_of(at))
    if row.stopped_by or pack is None:
        return row.stopped_by
    days = calendar(pack, "government", day_of(at))
    return silence.impossible([row], pack=pack, days=days).get(row.pk, "")


def refund_sheet(
    actor: Actor, contract_code: str, at: datetime, days: Calendar, *, is_cooling: bool
) -> RefundSheet:
    """The arithmetic of a refund asked now; seven statements. `days`: the government's calendar.

    Raises: NotFound.
    """
    row = find(actor, contract_code)
    lessons = lessons_of([row])
    states = Lesson.State
    own = basis_for(row, OWN_CAUSE[0], is_cooling=is_cooling)
    deadline = days.deadline(day_of(at), row.silence_days)
    over = (RefundCase.State.PAID, RefundCase.State.WITHDRAWN)
    return RefundSheet(
        contract_code=row.code,
        course=row.course.name,
        institution_name=names_of([row.institution_id])[row.institution_id].name,
        sheet=sheet_of(row),
        own_cause=sheet_of(row, own) if own != PriceBasis.PROPORTIONAL else None,
        unearned_fen=sums_of([row]).get(row.pk, Sums()).unearned,
        to_answer=[each for each in lessons if each.state == states.PENDING],
        disputed=[each for each in lessons if each.state == states.DISPUTED],
        confirmed=[
            each
            for each in lessons
            if each.state in (states.CONFIRMED, states.DEEMED, states.SETTLED)
        ],
        answer_by_on=deadline.day,
        provisional=deadline.provisional,
        open_refund=next((each for each in refunds_of([row]) if each.state not in over), None),
    )


def class_to_join(_actor: Actor, class_code: str) -> ClassPage:
    """A class with its course and timetable, before a contract is drawn up; three statements.

    Raises: NotFound.
    """
    group = ClassGroup.objects.filter(code=class_code).select_related("course").first()
    if group is None:
        raise NotFound
    institution = names_of([group.institution_id])[group.institution_id]
    return ClassPage(
        code=group.code,
        name=group.name,
        teacher=group.teacher_name,
        capacity=group.capacity,
        places_left=group.capacity - group.taken,
        course=group.course,
        institution_id=group.institution_id,
        institution_name=institution.name,
        institution_code=institution.code,
        sessions=list(group.sessions.order_by("ordinal")),
    )
