"""The table of a dispute over a lesson: the institution's account, mediation, an end."""

from typing import Final

from yuxin.cases.kinds import ADVANCE, MISSED, Both, Kind, Move, State, Term
from yuxin.kernel.actor import Role

FAMILY: Final = frozenset({Role.GUARDIAN})
INSIDE: Final = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})
WE: Final = frozenset({Role.OFFICER, Role.HEAD})
MEDIATORS: Final = WE | {Role.ASSOCIATION}
CLOCK: Final = frozenset({Role.CLOCK})
LAW: Final = "争议只冻结有争议的课时；调解自愿，不成由主管部门处理（育信建议做法）"
_OPEN: Final = ("answering", "mediating", "proposed", "deciding")


def _row(
    name: str,
    zh: str,
    en: str,
    source: tuple[str, ...],
    target: str,
    roles: frozenset[Role],
    operation: str,
    *,
    words: bool = False,
    overdue: bool = False,
) -> Move:
    return Move(
        name, Both(zh, en), source, target, roles, operation, LAW, words=words, overdue=overdue
    )


LESSON_DISPUTE: Final = Kind(
    "lesson_dispute",
    Both("课时争议", "Dispute over a lesson"),
    (
        State(
            "answering",
            Both("等机构说明", "Waiting for the institution"),
            Both("说明有争议的课", "Account for a disputed lesson"),
            INSIDE,
            Term("proceedings.dispute_answer_working_days", extends=True),
        ),
        State(
            "mediating",
            Both("调解中", "In mediation"),
            Both("调解课时争议", "Mediate a disputed lesson"),
            MEDIATORS,
            Term("proceedings.dispute_mediation_working_days", extends=True),
        ),
        State(
            "proposed",
            Both("等双方答复方案", "Waiting for both sides"),
            Both("答复调解方案", "Answer a proposed settlement"),
            FAMILY | INSIDE,
            Term("proceedings.dispute_reply_working_days"),
        ),
        State(
            "deciding",
            Both("待决定", "To be decided"),
            Both("决定课时争议", "Decide a disputed lesson"),
            WE,
            Term("proceedings.dispute_decision_working_days", extends=True),
        ),
        State("agreed", Both("双方同意", "Agreed")),
        State("decided", Both("已决定", "Decided")),
        State("withdrawn", Both("家长撤回", "Withdrawn")),
    ),
    (
        _row("opened", "提出争议", "Disputed", (), "answering", FAMILY, "dispute_lesson"),
        _row(
            "answered",
            "说明情况",
            "Give an account",
            ("answering",),
            "mediating",
            INSIDE,
            ADVANCE,
            words=True,
        ),
        _row(
            "answer_missed",
            "机构逾期未说明",
            "No account in time",
            ("answering",),
            "mediating",
            CLOCK,
            MISSED,
            overdue=True,
        ),
        _row(
            "heard",
            "不再等机构，开始调解",
            "Begin without the account",
            ("answering",),
            "mediating",
            WE,
            ADVANCE,
            words=True,
        ),
        _row(
            "proposed",
            "提出调解方案",
            "Propose a settlement",
            ("mediating",),
            "proposed",
            MEDIATORS,
            "propose_settlement",
            words=True,
        ),
        _row(
            "accepted",
            "同意方案",
            "Accept the settlement",
            ("proposed",),
            "proposed",
            FAMILY | INSIDE,
            "accept_settlement",
        ),
        _row(
            "agreed",
            "双方同意",
            "Both sides agree",
            ("proposed",),
            "agreed",
            FAMILY | INSIDE,
            "accept_settlement",
        ),
        _row(
            "refused",
            "不同意方案",
            "Refuse the settlement",
            ("proposed",),
            "mediating",
            FAMILY | INSIDE,
            ADVANCE,
            words=True,
        ),
        _row(
            "lapsed",
            "方案逾期未答复",
            "The proposal lapsed",
            ("proposed",),
            "mediating",
            CLOCK,
            MISSED,
            overdue=True,
        ),
        _row(
            "failed",
            "调解不成",
            "Mediation failed",
            ("mediating",),
            "deciding",
            MEDIATORS,
            ADVANCE,
            words=True,
        ),
        _row(
            "no_proposal",
            "逾期没有方案",
            "No proposal in time",
            ("mediating",),
            "deciding",
            CLOCK,
            MISSED,
            overdue=True,
        ),
        _row(
            "decided",
            "作出决定",
            "Decide",
            ("deciding",),
            "decided",
            WE,
            "settle_dispute",
            words=True,
        ),
        _row("withdrawn", "撤回争议", "Withdraw", _OPEN, "withdrawn", FAMILY, "withdraw_dispute"),
    ),
)
