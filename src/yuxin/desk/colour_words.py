"""Indicators, measures and lines of the risk code in the words of the desk."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yuxin.kernel.money import Fen, yuan
from yuxin.look.values import Text
from yuxin.rules.table import Fact
from yuxin.rules.values import Condition

Names: TypeAlias = Mapping[str, tuple[str, str]]
INDICATORS: Final[dict[str, Text]] = {
    "risk.L1": _("办学许可证期限"),
    "risk.A1": _("财务报表报送"),
    "risk.A2": _("审计意见"),
    "risk.S3": _("保险"),
    "risk.F1": _("专户余额 ÷ 未消课"),
    "risk.F1b": _("风险保证金"),
    "risk.F5": _("账户外收费"),
    "risk.S4": _("有效投诉"),
    "risk.T4": _("专职教学教研人员"),
    "risk.E2": _("同时在训人数"),
    "risk.data.statement": _("报表数据"),
    "risk.data.insurance": _("保险数据"),
    "risk.data.funds": _("资金数据"),
}
MEASURES: Final[dict[str, Text]] = {
    "licence_days_to_expiry": _("距到期（天）"),
    "statement_days_late": _("逾期（天）"),
    "audit_opinion": _("审计意见"),
    "audit_days_late": _("无审计报告（天）"),
    "insurance_days_to_expiry": _("距到期（天）"),
    "insurance_cover_bps": _("覆盖学员"),
    "custody_ratio_bps": _("余额比"),
    "custody_short_bank_days": _("连续不足（银行日）"),
    "deposit_ratio_bps": _("缴存比"),
    "outside_receipts": _("查实笔数"),
    "complaints_centi": _("90 天件数"),
    "complaint_rate_centi": _("每百名学员"),
    "complaints_unanswered": _("逾期未答复"),
    "complaint_same_matter_families": _("同一事项家庭数"),
    "complaint_safety_substantiated": _("人身安全查实"),
    "fulltime_share_bps": _("占比"),
    "capacity_used_bps": _("占上限"),
    "area_per_learner_dm2": _("生均面积（平方米）"),
    "statement_gap_days": _("超过应到日（天）"),
    "insurance_gap_days": _("超过应到日（天）"),
    "funds_gap_days": _("超过应到日（天）"),
}
RESULTS: Final[dict[str, tuple[str, Text]]] = {
    "bottom": ("red", _("触底线")),
    "warning": ("yellow", _("触预警线")),
    "missing": ("yellow", _("数据缺失")),
    "notice": ("info", _("提示")),
    "normal": ("green", _("正常")),
    "unknown": ("grey", _("无数据")),
}
MARKS: Final[dict[str, Text]] = {
    "read": _("读过原文"),
    "press": _("二手来源"),
    "draft": _("征求意见稿"),
    "recalled": _("未核对"),
    "proposal": _("建议值"),
}
_SIGNS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠", "in": "∈"}


def value(measure: str, fact: Fact | tuple[Fact, ...]) -> str:
    """A measured value, or a limit, with its unit's form."""
    if fact is None:
        return "–"
    if isinstance(fact, bool):
        return gettext("是") if fact else gettext("否")
    if not isinstance(fact, int):
        return str(fact) if not isinstance(fact, tuple) else " / ".join(map(str, fact))
    if measure.endswith("_bps"):
        return f"{fact // 100}.{fact % 100:02d}%"
    if measure.endswith("_fen"):
        return yuan(Fen(fact))
    if measure.endswith(("_centi", "_dm2")):
        return f"{fact // 100}.{fact % 100:02d}".rstrip("0").rstrip(".")
    return str(fact)


def measure(name: str, names: Names) -> str:
    """The name of a measure: the desk's short one, or else the pack's."""
    return str(MEASURES.get(name) or said(name, names))


def said(name: str, names: Names) -> str:
    """What the pack calls an indicator or a measure, in the language of the reader."""
    zh, en = names.get(name, (name, name))
    return en if (get_language() or "").startswith("en") else zh


def test(conditions: tuple[Condition, ...], names: Names) -> str:
    """One line as people write it: all of its conditions."""
    parts = (
        f"{measure(each.indicator, names)} {_SIGNS[each.comparator]} "
        f"{value(each.indicator, each.value)}"
        for each in conditions
    )
    return gettext("且").join(f" {part} " for part in parts).strip()
