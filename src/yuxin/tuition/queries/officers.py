"""What the bureau reads: a contract with its statement."""

from dataclasses import dataclass

from yuxin.kernel.actor import Actor
from yuxin.ledger import queries as ledger
from yuxin.ledger.queries import Line
from yuxin.tuition.queries.contracts import (
    LessonLine,
    RefundLine,
    Step,
    Sums,
    find,
    lessons_of,
    names_of,
    refunds_of,
    steps_of,
    sums_of,
)


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
