"""The table of a refund (funds-rules 4.3): asked, answered or silent, decided, ordered, paid.

A payment that comes back after the bank said it was paid opens a proceeding of its own: the first
one's days are over and do not start again.
"""

from typing import Final

from yuxin.cases.kinds import ADVANCE, Both, Kind, Move, State, Term
from yuxin.kernel.actor import Role

FAMILY: Final = frozenset({Role.GUARDIAN})
INSIDE: Final = frozenset({Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE})
WE: Final = frozenset({Role.OFFICER, Role.HEAD})
TEACHERS: Final = frozenset({Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD})
CLOCK: Final = frozenset({Role.CLOCK})
LAW: Final = "校外培训家长端操作须知：逾期未处理视为同意；资金监管不是拒绝退费的理由"
_ANSWER: Final = "answer_refund"
_DECIDE: Final = "adjudicate_refund"
_BANK: Final = "match_bank_lines_many"
_SILENCE: Final = "deem_refunds_agreed_many"


def _row(
    name: str,
    zh: str,
    en: str,
    way: tuple[tuple[str, ...], str],
    roles: frozenset[Role],
    operation: str,
    *,
    words: bool = False,
    second: bool = False,
    overdue: bool = False,
) -> Move:
    return Move(
        name,
        Both(zh, en),
        *way,
        roles,
        operation,
        LAW,
        words=words,
        not_by=("redirect_proposed",) if second else (),
        overdue=overdue,
    )


REFUND: Final = Kind(
    "refund",
    Both("退费", "Refund"),
    (
        State(
            "requested",
            Both("等机构答复", "Waiting for the institution"),
            Both("答复退费，逾期视为同意", "Answer a refund; silence counts as agreement"),
            INSIDE,
            Term(counts="working_day"),
        ),
        State(
            "contested",
            Both("机构不同意，待裁定", "Contested, to be decided"),
            Both("裁定退费", "Decide a contested refund"),
            WE,
            Term("proceedings.refund_decision_working_days", extends=True),
        ),
        State(
            "reviewing",
            Both("待监管员审核", "An officer looks at it"),
            Both("审核退费", "Look at a refund"),
            WE,
            Term("proceedings.refund_decision_working_days", extends=True),
        ),
        State("approved", Both("已核定，待发指令", "Approved"), None, CLOCK),
        State("instructed", Both("银行办理中", "At the bank"), None, CLOCK),
        State(
            "returned",
            Both("银行退回，待改道", "Returned by the bank"),
            Both("退费被银行退回，核对收款账户", "A refund came back: check the account"),
            WE,
        ),
        State(
            "redirecting",
            Both("改道待复核", "Redirect to review"),
            Both("复核退费的收款账户", "Review the account of a refund"),
            WE,
        ),
        State("paid", Both("已退到", "Paid")),
        State("withdrawn", Both("没有办成", "Not granted")),
    ),
    (
        _row("opened", "申请退费", "Asked", ((), "requested"), FAMILY, "request_refund"),
        _row(
            "opened_for_review",
            "申请退费，先由监管员审核",
            "Asked, an officer looks first",
            ((), "reviewing"),
            FAMILY,
            "request_refund",
        ),
        _row(
            "follows_decision",
            "决定后补退",
            "Follows a decision",
            ((), "approved"),
            WE,
            "settle_dispute",
        ),
        _row(
            "follows_agreement",
            "调解后补退",
            "Follows a settlement",
            ((), "approved"),
            FAMILY | INSIDE,
            "accept_settlement",
        ),
        _row(
            "rest_requested",
            "课程结束，申请退余款",
            "The course is over: the rest is asked",
            ((), "requested"),
            CLOCK,
            "request_rests_many",
        ),
        _row(
            "follows_correction",
            "更正点名后补退",
            "Follows a corrected roll",
            ((), "approved"),
            TEACHERS,
            "correct_roll",
        ),
        _row(
            "follows_withdrawal",
            "撤回点名后补退",
            "Follows a withdrawn roll",
            ((), "approved"),
            TEACHERS,
            "withdraw_roll",
        ),
        _row(
            "agreed",
            "机构同意",
            "Agreed",
            (("requested", "reviewing"), "approved"),
            INSIDE,
            _ANSWER,
        ),
        _row(
            "agreed_to_nothing",
            "机构同意，已无余款",
            "Agreed, nothing left",
            (("requested", "reviewing"), "paid"),
            INSIDE,
            _ANSWER,
        ),
        _row(
            "contested",
            "机构不同意",
            "Contested",
            (("requested", "reviewing"), "contested"),
            INSIDE,
            _ANSWER,
            words=True,
        ),
        _row(
            "deemed",
            "逾期视为同意",
            "Deemed agreed",
            (("requested",), "approved"),
            CLOCK,
            _SILENCE,
            overdue=True,
        ),
        _row(
            "deemed_to_nothing",
            "逾期视为同意，已无余款",
            "Deemed agreed, nothing left",
            (("requested",), "paid"),
            CLOCK,
            _SILENCE,
            overdue=True,
        ),
        _row(
            "granted",
            "裁定退",
            "Granted",
            (("contested", "reviewing"), "approved"),
            WE,
            _DECIDE,
            words=True,
        ),
        _row(
            "granted_of_nothing",
            "裁定退，已无余款",
            "Granted, nothing left",
            (("contested", "reviewing"), "paid"),
            WE,
            _DECIDE,
            words=True,
        ),
        _row(
            "denied",
            "裁定不退",
            "Denied",
            (("contested", "reviewing"), "withdrawn"),
            WE,
            _DECIDE,
            words=True,
        ),
        _row(
            "instructed",
            "发出银行指令",
            "Ordered",
            (("approved",), "instructed"),
            CLOCK,
            "instruct_refunds_many",
        ),
        _row("paid", "银行已退", "Paid", (("instructed",), "paid"), CLOCK, _BANK),
        _row(
            "paid_in_part",
            "银行已退一部分",
            "Paid in part",
            (("instructed",), "approved"),
            CLOCK,
            _BANK,
        ),
        _row(
            "paid_by_institution",
            "机构已付清欠款，家长确认",
            "The institution paid what it owed",
            (("approved",), "paid"),
            FAMILY,
            "answer_debt_payment",
        ),
        _row(
            "paid_by_deposit",
            "保证金代机构付清",
            "A deposit paid what the institution owed",
            (("approved",), "paid"),
            CLOCK,
            _BANK,
        ),
        _row(
            "paid_by_insurer",
            "保险代机构付清",
            "An insurer paid what the institution owed",
            (("approved",), "paid"),
            CLOCK | frozenset({Role.INSURER}),
            "decide_cover_claim",
        ),
        _row("returned", "银行退回", "Returned", (("instructed",), "returned"), CLOCK, _BANK),
        _row(
            "came_back", "付后又被退回", "Came back after payment", ((), "returned"), CLOCK, _BANK
        ),
        _row(
            "resent",
            "再走一次原路",
            "Sent the same way again",
            (("returned",), "approved"),
            WE,
            "redirect_refund",
            words=True,
        ),
        _row(
            "redirect_proposed",
            "提出换账户",
            "Another account proposed",
            (("returned",), "redirecting"),
            WE,
            "redirect_refund",
            words=True,
        ),
        _row(
            "redirect_approved",
            "同意换账户",
            "Account approved",
            (("redirecting",), "approved"),
            WE,
            "approve_redirect",
            words=True,
            second=True,
        ),
        _row(
            "redirect_rejected",
            "不同意换账户",
            "Account rejected",
            (("redirecting",), "returned"),
            WE,
            ADVANCE,
            words=True,
            second=True,
        ),
    ),
)
