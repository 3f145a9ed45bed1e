"""Words and figures as a person reads them: statuses, deadlines, days, sums. No markup."""

from datetime import date, datetime

from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.money import Fen, yuan
from yuxin.look.values import Due

MINUS = "−"
NOTHING = "–"
STATUS_WORDS = {
    "green": gettext_lazy("绿码 正常"),
    "yellow": gettext_lazy("黄码 关注"),
    "red": gettext_lazy("红码 风险"),
    "grey": gettext_lazy("未接入"),
    "pending": gettext_lazy("已接入，待运算"),
    "unlicensed": gettext_lazy("无许可证"),
    "ended": gettext_lazy("已终止"),
}
STATUS_SHORT = {
    "green": gettext_lazy("绿"),
    "yellow": gettext_lazy("黄"),
    "red": gettext_lazy("红"),
}
WEEK = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


def english() -> bool:
    """Whether the page is being read in English."""
    return (get_language() or "").startswith("en")


def yuan_words(fen: Fen) -> str:
    """Fen as `1,234.50`, the minus as U+2212."""
    return yuan(fen).replace("-", MINUS)


def day_words(value: date | datetime, today: date | None = None) -> str:
    """`11-17` in the year of `today`, else `2027-01-05`; an instant with its Shanghai time."""
    clock = ""
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI)
        clock = f" {value:%H:%M}"
    form = "%m-%d" if today is not None and value.year == today.year else "%Y-%m-%d"
    return f"{value.strftime(form)}{clock}"


def long_day_words(value: date) -> str:
    """A day as families read it: 3月27日（周五）, in English 27 March (Fri)."""
    week = WEEK[value.weekday()]
    if english():
        return f"{value.day} {value:%B} ({week})"
    return gettext("%(month)d月%(day)d日（%(week)s）") % {
        "month": value.month,
        "day": value.day,
        "week": week,
    }


def due_words(due: Due) -> str:
    """The words of a deadline; the unit is always named."""
    if due.state == "hold":
        return gettext("中止计时")
    if due.state == "open":
        return gettext("没有期限")
    if due.state == "today":
        return f"{gettext('今日')} {due.clock}".strip()
    sentence = {
        "late": gettext("逾期 %(span)s"),
        "left": gettext("剩 %(span)s"),
        "provisional": gettext("暂计剩 %(span)s"),
    }[due.state]
    return sentence % {"span": span(due.count, due.unit)}


def span(count: int, unit: str) -> str:
    """A number of days with its unit: 工作日, 银行日 or 日."""
    sentence = {
        "working_day": ngettext("%(count)d 个工作日", "%(count)d 个工作日", count),
        "bank_day": ngettext("%(count)d 个银行日", "%(count)d 个银行日", count),
        "day": ngettext("%(count)d 日", "%(count)d 日", count),
    }[unit]
    return sentence % {"count": count}


def hundredths(value: int) -> str:
    """A number kept in hundredths, with its two decimals."""
    return f"{value // 100}.{value % 100:02d}"
