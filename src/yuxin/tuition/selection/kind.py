"""The table of a selection of custody banks: call, scoring, result, objections, term."""

from typing import Final

from yuxin.cases.kinds import ADVANCE, Both, Kind, Move, State, Term
from yuxin.kernel.actor import Role

WE: Final = frozenset({Role.OFFICER, Role.HEAD})
SCORES: Final = frozenset({Role.DEPARTMENT, Role.OFFICER, Role.HEAD})
BANK: Final = frozenset({Role.BANK})
LAW: Final = "托管银行遴选（育信建议做法，非法规）"
OBJECTIONS: Final = "proceedings.bank_objection_working_days"

BANK_SELECTION: Final = Kind(
    "bank_selection",
    Both("托管银行遴选", "Selection of custody banks"),
    (
        State(
            "called",
            Both("征集中", "Called"),
            Both("收齐申请，开始评分", "Collect applications, begin scoring"),
            WE,
        ),
        State("scoring", Both("评分中", "Scoring"), Both("开启评分表", "Open the sheets"), WE),
        State(
            "ranked",
            Both("已排名，待公示", "Ranked, to be published"),
            Both("公示遴选结果", "Publish the result"),
            WE,
        ),
        State(
            "noticed",
            Both("公示期", "Open to objections"),
            Both("公示期满后确认", "Confirm after the objection days"),
            WE,
            Term(OBJECTIONS, required=True),
        ),
        State(
            "objected",
            Both("有异议，待答复", "Objected, to be answered"),
            Both("答复遴选异议", "Answer an objection"),
            WE,
        ),
        State(
            "answered",
            Both("异议已答复", "Objection answered"),
            Both("公示期满后确认", "Confirm after the objection days"),
            WE,
        ),
        State(
            "serving",
            Both("服务期", "In service"),
            Both("到期办结，或办理退出", "End the term, or record an exit"),
            WE,
        ),
        State("ended", Both("期满办结", "Term over")),
        State("failed", Both("流标", "Failed")),
        State("annulled", Both("结果撤销", "Result annulled")),
    ),
    (
        Move("called", Both("发布征集", "Call"), (), "called", WE, "call_for_banks", LAW),
        Move(
            "scoring_begun",
            Both("开始评分", "Begin scoring"),
            ("called",),
            "scoring",
            WE,
            "begin_scoring",
            LAW,
        ),
        Move(
            "handed_in",
            Both("交评分表", "Hand a sheet in"),
            ("scoring",),
            "scoring",
            SCORES,
            "hand_in_sheet",
            LAW,
        ),
        Move(
            "sheets_opened",
            Both("开启评分表并排名", "Open the sheets and rank"),
            ("scoring",),
            "ranked",
            WE,
            "open_sheets",
            LAW,
        ),
        Move(
            "noticed",
            Both("公示结果", "Publish the result"),
            ("ranked",),
            "noticed",
            WE,
            "publish_selection",
            LAW,
            words=True,
            not_by=("sheets_opened",),
        ),
        Move(
            "objected",
            Both("提出异议", "Object"),
            ("noticed", "answered"),
            "objected",
            BANK | SCORES,
            ADVANCE,
            LAW,
            words=True,
        ),
        Move(
            "objection_answered",
            Both("答复异议，结果不变", "Answer; the result stands"),
            ("objected",),
            "answered",
            WE,
            ADVANCE,
            LAW,
            words=True,
            not_by=("objected",),
        ),
        Move(
            "annulled",
            Both("异议成立，撤销结果", "Uphold the objection, annul the result"),
            ("objected",),
            "annulled",
            WE,
            ADVANCE,
            LAW,
            words=True,
            not_by=("objected",),
        ),
        Move(
            "confirmed",
            Both("确认结果", "Confirm"),
            ("noticed", "answered"),
            "serving",
            WE,
            "confirm_selection",
            LAW,
        ),
        Move(
            "bank_left",
            Both("银行退出", "A bank leaves"),
            ("serving",),
            "serving",
            WE,
            "record_bank_exit",
            LAW,
            words=True,
        ),
        Move(
            "ended",
            Both("期满办结", "End the term"),
            ("serving",),
            "ended",
            WE,
            ADVANCE,
            LAW,
            words=True,
        ),
        Move(
            "failed",
            Both("宣布流标", "Declare it failed"),
            ("called", "scoring", "ranked"),
            "failed",
            WE,
            ADVANCE,
            LAW,
            words=True,
        ),
    ),
    readers=SCORES | {Role.AUDITOR},  # a bank learns of no scorer before the result
)
