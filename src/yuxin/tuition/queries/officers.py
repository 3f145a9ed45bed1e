"""What the bureau reads: a contract with its statement, what is open, what does not match."""

from dataclasses import dataclass

from yuxin.kernel.actor import Actor
from yuxin.ledger import queries as ledger
from yuxin.ledger.queries import Line
from yuxin.tuition.models import BankLine, Lesson, RefundCase
from yuxin.tuition.queries.contracts import (
    LessonLine,
    RefundLine,
    Step,
    Sums,
    find,
    lesson_line,
    lessons_of,
    names_of,
    refund_line,
    refunds_of,
    steps_of,
    sums_of,
)
from yuxin.tuition.queries.institutions import BREAKS


@dataclass(frozen=True)
class ContractFile:
    """A contract as the officer sees it: no learner's name."""

    code: str
    state: str
    institution_id: int
    institution_name: str
    course: str
    total_fen: int
    sums: Sums
    statement: list[Line]
    lessons: list[LessonLine]
    refunds: list[RefundLine]
    steps: list[Step]


@dataclass(frozen=True)
class Open:
    """What waits for the bureau at the institutions that the reader supervises."""

    contested: list[RefundLine]
    returned: list[RefundLine]
    disputes: list[LessonLine]
    breaks: list[BankLine]


def contract(actor: Actor, code: str) -> ContractFile:
    """A contract and its statement; seven statements.

    Raises: NotFound.
    """
    row = find(actor, code)
    return ContractFile(
        code=row.code,
        state=row.state,
        institution_id=row.institution_id,
        institution_name=names_of([row.institution_id])[row.institution_id].name,
        course=row.course.name,
        total_fen=row.total_fen,
        sums=sums_of([row]).get(row.pk, Sums()),
        statement=ledger.statement(actor, row.institution_id, row.pk),
        lessons=lessons_of([row]),
        refunds=refunds_of([row]),
        steps=steps_of(row),
    )


def open_matters(actor: Actor) -> Open:
    """Contested and returned refunds, disputed lessons, breaks; three statements."""
    refunds = [
        refund_line(row)
        for row in RefundCase.objects.filter(
            institution_id__in=actor.institution_ids,
            state__in=[RefundCase.State.CONTESTED, RefundCase.State.RETURNED],
        )
        .select_related("contract")
        .order_by("requested_at", "pk")
    ]
    lessons = Lesson.objects.filter(
        institution_id__in=actor.institution_ids, state=Lesson.State.DISPUTED
    ).select_related("contract", "session")
    lines = BankLine.objects.filter(
        institution_id__in=actor.institution_ids, state__in=BREAKS
    ).order_by("pk")
    return Open(
        contested=[each for each in refunds if each.state == RefundCase.State.CONTESTED],
        returned=[each for each in refunds if each.state == RefundCase.State.RETURNED],
        disputes=[lesson_line(row) for row in lessons.order_by("answered_at", "pk")],
        breaks=list(lines),
    )
