"""Alerts in the words of the desk: rules by the titles of the pack, levels, facts, steps."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yuxin.assessment.alerts.models import Level, NoteKind
from yuxin.assessment.alerts.rules import RULES
from yuxin.kernel.money import Fen, yuan
from yuxin.look.values import Text
from yuxin.rules.pack import Pack

LEVELS: Final[dict[str, tuple[str, Text]]] = {
    Level.RED: ("red", _("红色")),
    Level.YELLOW: ("yellow", _("黄色")),
    Level.GREEN: ("green", _("提示")),
}
STATES: Final[dict[str, Text]] = {
    "open": _("待研判"),
    "judged": _("已研判"),
    "handling": _("处置中"),
    "closed": _("已办结"),
}
NOTES: Final[dict[str, Text]] = {
    NoteKind.JUDGED: _("研判"),
    NoteKind.DECIDED: _("处置"),
    NoteKind.ANSWERED: _("机构反馈"),
    NoteKind.CLOSED: _("办结"),
    NoteKind.GONE: _("情形已消失"),
    NoteKind.BACK: _("情形再次出现"),
    NoteKind.RAISED: _("级别变化"),
}
FACTS: Final[dict[str, Text]] = {
    "amount_fen": _("金额"),
    "balance_fen": _("专户余额"),
    "outflow_share_bps": _("占余额"),
    "preset_fen": _("设定的数额"),
    "under_preset_fen": _("低于设定"),
    "over_preset_fen": _("超过设定"),
    "owed_fen": _("未消课学费"),
    "short_fen": _("差额"),
    "contracts": _("合同份数"),
    "total_fen": _("一次收费"),
    "centiunits": _("课时"),
    "first_on": _("首课日"),
    "last_on": _("末课日"),
    "lead_days": _("付款早于首课（天）"),
    "over_fen": _("超过金额上限"),
    "over_centiunits": _("超过课时上限"),
    "over_span_days": _("超过时间上限（天）"),
    "sum_fen": _("合计金额"),
    "sum_centiunits": _("合计课时"),
    "receipts": _("笔数"),
    "receipts_fen": _("合计金额"),
    "largest_fen": _("最大一笔"),
    "unswept_days": _("未入专户（天）"),
    "loan_fen": _("贷款支付"),
    "open_days": _("申请后（天）"),
    "limit_days": _("约定期限（天）"),
    "overdue_days": _("逾期（天）"),
    "requests": _("申请退费学员"),
    "learners": _("在读学员"),
    "refund_share_bps": _("占在读学员"),
    "early_lessons": _("下课前确认的课时"),
    "overlapping_lessons": _("时间重叠的课时"),
    "uncalled_lessons": _("未点名的课时"),
    "device_guardians": _("同一设备的家长"),
    "network_guardians": _("同一网络的家长"),
    "lessons": _("课时数"),
    "disputed_bps": _("争议比例"),
    "unconfirmed_bps": _("未确认比例"),
    "idle_days": _("未上课（天）"),
    "closure_signs": _("停业征兆"),
    "deposit_fen": _("保证金余额"),
    "floor_fen": _("应缴额"),
    "deposit_short_fen": _("差额"),
    "notified": _("有无报告"),
    "notice_working_days": _("提前报告（工作日）"),
    "month_fen": _("本月划转"),
    "month_of_minimum_bps": _("为最低余额的"),
    "over_licence_days": _("晚于许可证（天）"),
    "line_centiunits": _("课时合计的线"),
    "line_fen": _("金额合计的线"),
    "over_chain_centiunits": _("同类课课时超出"),
    "over_chain_fen": _("同类课金额超出"),
    "over_household_fen": _("家庭金额超出"),
    "over_controller_centiunits": _("同一控制人课时超出"),
    "over_controller_fen": _("同一控制人金额超出"),
    "over_lease_days": _("晚于租期（天）"),
    "differing": _("不一致处"),
    "break_days": _("差错挂账（天）"),
    "silent_days": _("余额文件距今（天）"),
    "silent_bank_days": _("余额文件距今（银行日）"),
    "break_working_days": _("差错挂账（工作日）"),
    "unswept_working_days": _("未入专户（工作日）"),
    "frozen_fen": _("冻结金额"),
    "exposure_fen": _("敞口"),
    "shared_with": _("共用账户的机构"),
    "unverified_days": _("取得许可后未核验（天）"),
    "unpayable_days": _("取得许可后未开通支付（天）"),
    "unit_price_fen": _("单价"),
    "guide_fen": _("指导价"),
    "over_guide_fen": _("高于指导价"),
    "account_closed": _("已销户"),
    "differences": _("差异处"),
    "difference_fen": _("差异金额"),
    "colour": _("码色"),
}


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def titles(pack: Pack | None) -> dict[str, str]:
    """How each rule is called, by the pack in force."""
    said: dict[str, str] = {}
    for _topic, rule in pack.rules() if pack is not None else ():
        name = rule.key.removeprefix("alerts.")
        if name in RULES:
            said[name] = rule.title["en" if english() else "zh"]
    return {name: said.get(name, name) for name in RULES}


def fact(name: str, value: object) -> str:
    """One fact as it is read: money in yuan, shares in per cent, lessons in whole ones."""
    if not isinstance(value, int) or isinstance(value, bool):
        return str(value)
    if name.endswith("_fen"):
        return yuan(Fen(value))
    if name.endswith("_bps"):
        return f"{value // 100}.{value % 100:02d}%"
    if name.endswith("centiunits"):
        return f"{value // 100}.{value % 100:02d}".rstrip("0").rstrip(".")
    return str(value)


def facts(inputs: Mapping[str, object]) -> list[tuple[Text, str]]:
    """The facts of an alert that people read, in the order of the words above."""
    return [(word, fact(name, inputs[name])) for name, word in FACTS.items() if name in inputs]


def line(condition: list[object]) -> str:
    """A line of a rule: the fact, the comparison, the limit."""
    name, comparator, limit = condition
    return f"{FACTS.get(str(name), name)} {comparator} {fact(str(name), limit)}"


def full(day: date) -> str:
    """A day as it stands in a fact."""
    return day.isoformat()
