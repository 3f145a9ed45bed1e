"""Words that the phone and the workbench share for what happens to a contract."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext, gettext_lazy

from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.look.words import long_day_words

CONTRACT_STATES = {
    "draft": gettext_lazy("还没签"),
    "signed": gettext_lazy("签了，还没付款"),
    "active": gettext_lazy("在上课"),
    "refunding": gettext_lazy("在退费"),
    "closed": gettext_lazy("已结清"),
    "cancelled": gettext_lazy("已作废"),
}
SUPPLEMENT_KINDS = {
    "teacher": gettext_lazy("换老师"),
    "schedule": gettext_lazy("改课表"),
    "class": gettext_lazy("换班"),
    "dispute": gettext_lazy("争议返还的课款怎么用"),
    "partial_refund": gettext_lazy("退一部分课"),
    "closing": gettext_lazy("合同结清"),
}
SUPPLEMENT_STATES = {
    "proposed": gettext_lazy("等家长签"),
    "in_force": gettext_lazy("双方签了"),
    "declined": gettext_lazy("家长不签"),
    "withdrawn": gettext_lazy("机构撤回了"),
}
REFUND_STATES = {
    "requested": gettext_lazy("等机构答复"),
    "contested": gettext_lazy("机构不同意，监管部门在处理"),
    "reviewing": gettext_lazy("监管员在审核"),
    "approved": gettext_lazy("定了，等银行退款"),
    "instructed": gettext_lazy("银行在退款"),
    "paid": gettext_lazy("退到了"),
    "returned": gettext_lazy("银行没退成"),
    "withdrawn": gettext_lazy("没有退"),
}
REFUND_REASONS = {
    "schedule": gettext_lazy("时间安排不过来"),
    "teaching": gettext_lazy("对上课不满意"),
    "service": gettext_lazy("机构停课、搬走、换了老师"),
    "moved": gettext_lazy("搬家、转学"),
    "other": gettext_lazy("不想说"),
    "dispute": gettext_lazy("争议课时退回"),
    "supplement": gettext_lazy("按补充协议退一部分"),
    "closing": gettext_lazy("机构停业"),
    "roll": gettext_lazy("点名更正退回"),
    "course_over": gettext_lazy("课程结束，余款退回"),
}
DEBT_STATES = {
    "open": gettext_lazy("等机构补足"),
    "stated": gettext_lazy("机构说付了，等家长确认"),
    "paid": gettext_lazy("付清了"),
    "covered": gettext_lazy("由保证金或保险代付"),
}
DISPUTE_REASONS = {
    "not_held": gettext_lazy("没有上"),
    "shorter": gettext_lazy("时间不够"),
    "teacher": gettext_lazy("换了老师"),
    "other_place": gettext_lazy("换了地方"),
    "other": gettext_lazy("别的问题"),
}
LESSON_STATES = {
    "pending": gettext_lazy("等家长确认"),
    "disputed": gettext_lazy("家长说有问题"),
    "confirmed": gettext_lazy("家长确认了"),
    "deemed": gettext_lazy("过期没答复，算上过了"),
    "settled": gettext_lazy("争议有了结果"),
    "voided": gettext_lazy("不算上过"),
}
# Why silence does not count, as the family and the institution read it. A colour or an alert that
# is not public is not named to them.
SILENCE_STOPS = {
    "unpaid": gettext_lazy("上课时还没付款"),
    "outside": gettext_lazy("不在课程的起止日期里"),
    "late": gettext_lazy("下课时间超过规定"),
    "holiday": gettext_lazy("休息日不能上学科课"),
    "teacher": gettext_lazy("老师同一时间在上另一个班"),
    "room": gettext_lazy("教室同一时间有另一个班"),
    "capacity": gettext_lazy("人数超过了场地容量"),
    "closed": gettext_lazy("机构停业或联系不上"),
    "red": gettext_lazy("监管部门要求逐节确认"),
    "alert": gettext_lazy("监管部门要求逐节确认"),
}
STOPS_FOR_OFFICERS = {
    **SILENCE_STOPS,
    "red": gettext_lazy("机构内部码色为红"),
    "alert": gettext_lazy("机构自身有重大指标未处理"),
}
STEPS = {
    "drafted": gettext_lazy("拟合同"),
    "signed": gettext_lazy("签合同"),
    "running": gettext_lazy("存量合同转入监管"),
    "countersigned": gettext_lazy("机构签合同"),
    "cancelled": gettext_lazy("取消合同"),
    "lapsed": gettext_lazy("没付款，合同失效"),
    "payment_ordered": gettext_lazy("去付款"),
    "payment_cancelled": gettext_lazy("没有付款"),
    "paid": gettext_lazy("付学费"),
    "arrived": gettext_lazy("学费进了专户"),
    "arrived_outside": gettext_lazy("学费进了机构的收费账户"),
    "taught": gettext_lazy("上课点名"),
    "taken_back": gettext_lazy("点名更正，这节课不算"),
    "roll_corrected": gettext_lazy("点名更正"),
    "confirmed": gettext_lazy("确认上课"),
    "redeemed": gettext_lazy("到店扫码，确认了"),
    "visit_key_issued": gettext_lazy("开通到店码"),
    "deemed": gettext_lazy("过期没答复，算上过了"),
    "disputed": gettext_lazy("说有问题，冻结"),
    "settlement_proposed": gettext_lazy("调解方案"),
    "settlement_accepted": gettext_lazy("一方同意调解方案"),
    "redirect_proposed": gettext_lazy("提出退到另一账户"),
    "settled": gettext_lazy("争议有了结果"),
    "release_instructed": gettext_lazy("通知银行划款"),
    "release_done": gettext_lazy("划给机构"),
    "advance_instructed": gettext_lazy("通知银行预拨"),
    "advance_recovered": gettext_lazy("上过的课抵了预拨"),
    "release_failed": gettext_lazy("银行没划成"),
    "release_returned": gettext_lazy("划款退回专户"),
    "refund_requested": gettext_lazy("申请退费"),
    "refund_agreed": gettext_lazy("机构同意退费"),
    "refund_contested": gettext_lazy("机构不同意退费"),
    "refund_deemed": gettext_lazy("机构没答复，算同意"),
    "refund_granted": gettext_lazy("监管部门决定退"),
    "refund_denied": gettext_lazy("监管部门决定不退"),
    "refund_instructed": gettext_lazy("通知银行退款"),
    "refund_redirected": gettext_lazy("换账户退款"),
    "refund_paid": gettext_lazy("退给家长"),
    "refund_returned": gettext_lazy("退款没退成"),
    "closing_refund": gettext_lazy("机构停业，退专户余款"),
    "deposit_refund": gettext_lazy("保证金支付缺口"),
    "closing_set_off": gettext_lazy("机构的课费抵付缺口"),
    "cover_chosen": gettext_lazy("选保险"),
    "cover_answered": gettext_lazy("保险公司答复"),
    "cover_refused": gettext_lazy("保险公司不赔"),
    "insurance_refund": gettext_lazy("保险支付缺口"),
    "debt_demanded": gettext_lazy("要机构补足退费"),
    "debt_stated": gettext_lazy("机构说退了"),
    "debt_denied": gettext_lazy("家长说没收到"),
    "debt_arrived": gettext_lazy("机构补足的钱进了专户"),
    "debt_paid": gettext_lazy("收到机构退的钱"),
    "closed": gettext_lazy("合同结清"),
    "reopened": gettext_lazy("合同恢复，钱回来了"),
    "supplement_proposed": gettext_lazy("机构拟补充协议"),
    "supplement_declined": gettext_lazy("不签补充协议"),
    "supplement_withdrawn": gettext_lazy("撤回补充协议"),
    "supplement_signed": gettext_lazy("签补充协议"),
    "invoiced": gettext_lazy("开发票"),
    "invoice_undone": gettext_lazy("红字冲销发票"),
    "code_requested": gettext_lazy("要验证码"),
}


def units(centiunits: int) -> str:
    """Hundredths of a lesson as a number: 20, or 2.5."""
    whole, part = divmod(centiunits, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)


def clock_words(at: datetime) -> str:
    """The hour and minute in China: 17:30."""
    return f"{at.astimezone(SHANGHAI):%H:%M}"


def session_words(starts_at: datetime, ends_at: datetime | None = None) -> str:
    """When a lesson is: 3月7日（周六）10:00–11:30."""
    day = long_day_words(day_of(starts_at))
    until = f"–{clock_words(ends_at)}" if ends_at else ""
    return gettext("%(day)s%(clock)s") % {"day": day, "clock": clock_words(starts_at)} + until


def dispute_words(stored: str) -> tuple[str, str]:
    """The reason of a dispute in words, and what the family wrote."""
    reason, _, words = stored.partition(": ")
    return str(DISPUTE_REASONS.get(reason, reason)), words


def holidays_between(days: Calendar, start: date, end: date) -> list[tuple[str, date, date]]:
    """The named holidays that lie in a term: name, first and last day off."""
    found: list[tuple[str, date, date]] = []
    day = start
    while day <= end:
        if day in days.holidays:
            name = holiday_name(day)
            if found and found[-1][0] == name and found[-1][2] == day - timedelta(days=1):
                found[-1] = (name, found[-1][1], day)
            else:
                found.append((name, day, day))
        day += timedelta(days=1)
    return found


_BY_MONTH = (
    ((1, 1), (1, 4), gettext_lazy("元旦")),
    ((1, 5), (3, 1), gettext_lazy("春节")),
    ((4, 1), (4, 10), gettext_lazy("清明节")),
    ((4, 25), (5, 8), gettext_lazy("劳动节")),
    ((5, 20), (6, 30), gettext_lazy("端午节")),
    ((9, 5), (9, 28), gettext_lazy("中秋节")),
    ((9, 29), (10, 12), gettext_lazy("国庆节")),
)


def holiday_name(day: date) -> str:
    """How the statutory holiday on a day off is called; by its season, since notices give days."""
    for first, last, name in _BY_MONTH:
        if first <= (day.month, day.day) <= last:
            return str(name)
    return gettext("节假日")
