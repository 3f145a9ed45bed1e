"""The proceeding of an alert: opened by the clock, judged, decided, closed."""

from typing import Final

from yuxin.cases.kinds import Both, Kind, Move, State, Term
from yuxin.kernel.actor import Role

BUREAU: Final = frozenset({Role.OFFICER, Role.HEAD})
_LOOP: Final = "浙江2020年12月联合方案（见于报道）：收集线索、识别风险、预警、处置反馈"

ALERT: Final = Kind(
    name="alert",
    title=Both("预警", "alert"),
    states=(
        State(
            "open",
            Both("待研判", "to be judged"),
            Both("研判预警", "Judge an alert"),
            BUREAU,
            # The hours of the rule, in whole days; a rule without hours has no deadline.
            Term(counts="day", rolls=False, may_lack=True),
        ),
        State("judged", Both("已研判", "judged"), Both("处置预警", "Decide on an alert"), BUREAU),
        State(
            "handling", Both("处置中", "being handled"), Both("办结预警", "Close an alert"), BUREAU
        ),
        State("closed", Both("已办结", "closed")),
    ),
    moves=(
        Move(
            "opened",
            Both("发现", "found"),
            (),
            "open",
            frozenset({Role.CLOCK}),
            "detect_alerts",
            law=_LOOP,
        ),
        Move(
            "judged",
            Both("研判", "judge"),
            ("open",),
            "judged",
            BUREAU,
            "judge_alert",
            law=_LOOP,
            words=True,
        ),
        Move(
            "dismissed",
            Both("未发现问题", "find no issue"),
            ("judged",),
            "closed",
            BUREAU,
            "decide_alert",
            law=_LOOP,
            words=True,
        ),
        Move(
            "decided",
            Both("处置", "decide"),
            ("judged",),
            "handling",
            BUREAU,
            "decide_alert",
            law=_LOOP,
            words=True,
        ),
        Move(
            "closed",
            Both("办结", "close"),
            ("handling",),
            "closed",
            BUREAU,
            "close_alert",
            law=_LOOP,
            words=True,
        ),
    ),
    readers=BUREAU | {Role.LEVEL_ABOVE, Role.AUDITOR},
)
