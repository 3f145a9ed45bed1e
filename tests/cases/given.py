"""A small kind for the engine's tests, with the operations that its rows name."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from tests.given import at
from yuxin.access.reading import reading
from yuxin.cases import queries, services
from yuxin.cases.kinds import Both, Kind, Move, State, Term
from yuxin.cases.models import Proceeding
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.operation import operation

WE = frozenset({Role.OFFICER, Role.HEAD})
THEY = frozenset({Role.INSTITUTION_HEAD})


def both(zh: str) -> Both:
    return Both(zh, zh)


LOAN = Kind(
    "loan_of_hall",
    both("借用礼堂"),
    (
        State(
            "asked", both("待答复"), both("答复"), THEY, Term(counts="working_day", extends=True)
        ),
        State("checked", both("待核"), both("核"), WE),
        State("granted", both("同意")),
        State("refused", both("不同意")),
    ),
    (
        Move("opened", both("申请"), (), "asked", WE, "walk_loan", "礼堂管理办法"),
        Move("answered", both("答复"), ("asked",), "checked", THEY, "walk_loan", words=True),
        Move("sent_back", both("退回"), ("checked",), "asked", WE, "walk_loan"),
        Move("granted", both("同意"), ("checked",), "granted", WE, "walk_loan", not_by=("opened",)),
        Move("refused", both("拒绝"), ("checked",), "refused", WE, "walk_loan", document=True),
        Move(
            "missed",
            both("逾期"),
            ("asked",),
            "checked",
            frozenset({Role.CLOCK}),
            "walk_loan",
            overdue=True,
        ),
    ),
)


@operation(
    "test.loan_walked",
    roles={*WE, *THEY, Role.CLOCK},
    moves=[LOAN.claim(each.name) for each in LOAN.moves],
)
def walk_loan(
    act: Act, *, institution_id: int, code: str, moves: Sequence[str], words: str, document: str
) -> Receipt:
    """Open one, or make moves of one."""
    for move in moves:
        if not LOAN.move(move).source:
            found = services.open_proceeding(
                act, LOAN, move, institution_id=institution_id, reference="礼堂", days=5
            )
            code = found.code
        else:
            known = services.proceeding_for_update(code)
            assert known is not None
            services.advance(act, known, LOAN, move, words=words, document=document, days=5)
    entry = evidence.append(act, chain=f"loan:{code}", subject="loan", body={"moves": len(moves)})
    return Receipt(entry.id, {"code": code})


def walk(
    actor: Actor,
    when: str | datetime,
    *moves: str,
    code: str = "",
    institution_id: int = 0,
    words: str = "如实说明",
    document: str = "",
) -> str:
    """Make moves as somebody; the code."""
    instant = at(when) if isinstance(when, str) else when
    receipt = walk_loan(
        Call(actor, instant, uuid.uuid4()),
        institution_id=institution_id,
        code=code,
        moves=tuple(moves),
        words=words,
        document=document,
    )
    return str(receipt["code"])


def loan(actor: Actor, code: str) -> Proceeding:
    """A proceeding as somebody reads it."""
    with reading(actor):
        return queries.find(actor, [LOAN], code)


def told(actor: Actor, code: str) -> list[str]:
    """The moves of its timeline."""
    with reading(actor):
        return [each.move for each in queries.timeline(actor, queries.find(actor, [LOAN], code))]
