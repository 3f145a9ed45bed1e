"""Invented values for the pattern page: every component in all its states."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.kernel.clock import at
from yuxin.kernel.money import Fen
from yuxin.look import forms as look_forms
from yuxin.look import tables, values
from yuxin.look.pages import sample_charts

DAY = date(2026, 11, 17)
REQUEST_ID = "5f0c1a52-3f0e-4b7e-9a55-0d7a3f1c2b9e"
ENTRY_ID = "7f3a91c204bed8156a20f7e93c58b14d"


def _instant(month: int, day: int, hour: int, minute: int) -> datetime:
    return at(date(2026, month, day), hour, minute)


def deadlines() -> list[values.Due]:
    """Every state of a deadline."""
    return [
        values.Due("late", date(2026, 11, 13), 2),
        values.Due("today", DAY, clock="12:00"),
        values.Due("left", date(2026, 11, 20), 3),
        values.Due("left", date(2026, 11, 19), 1, "bank_day"),
        values.Due("hold", remark=_("专家评审")),
        values.Due("provisional", date(2027, 1, 5), 34),
    ]


def events() -> list[values.Event]:
    """A timeline, newest first."""
    return [
        values.Event(
            _instant(11, 17, 9, 12), _("转红码：专户余额低于未消课"), "red", _("规则包 risk-2026.1")
        ),
        values.Event(date(2026, 11, 12), _("覆盖率首次低于 0.950"), "yellow"),
        values.Event(
            date(2026, 11, 9), _("提出异议：收据与合同不符一条"), "info", _("10 个工作日内答复")
        ),
        values.Event(date(2026, 9, 18), _("整改复查通过"), "green"),
        values.Event(date(2025, 1, 8), _("备案完成"), "ok"),
    ]


def steps() -> list[values.Step]:
    """The life of a contract on the phone."""
    return [
        values.Step(_("付学费"), "done", (_("3月2日，3月3日银行到账"),), Fen(200_000)),
        values.Step(_("第1课时　您确认了"), "done", (_("3月5日划给机构"),), Fen(-10_000)),
        values.Step(
            _("第2课时　等您确认"), "now", (_("今天24:00截止"),), amount_note=_("还在专户")
        ),
        values.Step(_("第3课时　各担一半"), "half", (_("3月25日调解"),), Fen(-5_000)),
        values.Step(_("停课"), "gap", (_("3月14日至25日，双方说好"),)),
        values.Step(_("第4课时　有争议"), "stop", (_("先冻结，退费照常"),)),
        values.Step(_("第5至20课时　还没上"), "next", amount_note=_("还在专户")),
    ]


def facts() -> list[values.Fact]:
    """Label and value rows."""
    return [
        values.Fact(_("办学许可"), _("54天后到期"), _("有效期到2026年5月20日"), status="yellow"),
        values.Fact(_("营业执照"), _("有效"), "91990000MA00DEM01X", status="green"),
        values.Fact(_("老师"), _("8人，全部已登记"), url="#facts"),
        values.Fact(_("编码"), "JQ85-Q8WN-821YP", code=True),
    ]


def sum_lines() -> list[values.SumLine]:
    """Where the money of a contract is."""
    return [
        values.SumLine(_("您付的学费"), Fen(200_000)),
        values.SumLine(_("上过的课，已划给机构"), Fen(15_000), "-"),
        values.SumLine(_("退给您的"), Fen(0), "-"),
        values.SumLine(_("应该还在"), Fen(185_000), "=", total=True),
        values.SumLine(_("银行对账单"), Fen(185_000), note=_("示例银行3月26日账")),
    ]


def parts() -> list[values.Part]:
    """One sum in parts."""
    return [
        values.Part(_("还没上的课"), Fen(150_000)),
        values.Part(_("上了，等您确认"), Fen(20_000)),
        values.Part(_("已确认，等银行划款"), Fen(10_000)),
        values.Part(_("有争议，先冻结"), Fen(5_000)),
        values.Part(_("其他"), Fen(0)),
    ]


def meters() -> list[values.Meter]:
    """A course against its caps."""
    return [
        values.Meter(_("课时"), 20, 60, "20", "60"),
        values.Meter(_("时长"), 70, 92, _("10周"), _("3个月")),
        values.Meter(_("金额（元）"), 200_000, 500_000, "2,000", "5,000"),
    ]


def checks() -> list[values.Check]:
    """The checks of a receipt, in every state."""
    return [
        values.Check(_("内容没变"), "holds", _("上面写的每一项，和当时存下的一样。")),
        values.Check(_("记在存证本里"), "fails", _("存证本里没有这一条。")),
        values.Check(_("存到另一个地方"), "waits", _("每小时存一次。")),
        values.Check(_("外面的人作了证"), "unchecked"),
    ]


def entry() -> values.Entry:
    """An adverse entry with its reply and clock."""
    return values.Entry(
        act=_("罚款 8,000.00 元"),
        text=_("招生广告保证“三个月必过级”。"),
        authority=_("示例县市场监管局"),
        on=date(2025, 12, 8),
        number=str(_("示市监处罚〔2025〕118号")),
        clock_text=_("再公示255天，到2026年12月7日"),
        state=_("已整改"),
        document_url="#entry",
        reply=_("广告已全部撤下，也通知了报名的家长。"),
        reply_on=date(2025, 12, 15),
        elapsed_bps=3000,
        repair_bps=2500,
        clock_note=_("竖线：公示满3个月，机构可以申请修复。"),
    )


def tasks() -> list[values.TaskGroup]:
    """An inbox grouped by deadline."""
    due = deadlines()
    late = values.Task(
        _("12345 答复：更换教师后退费"),
        "#tasks",
        due[0],
        str(_("云帆口才培训中心")),
        str(_("城关街道")),
        "green",
        "12345-1108-0327",
        _("待答复"),
    )
    today = values.Task(
        _("红码确认并告知机构"),
        "#tasks",
        due[1],
        str(_("青禾艺术培训学校")),
        str(_("河口镇")),
        "red",
        "F1-2026-0093",
        _("待确认"),
    )
    return [
        values.TaskGroup(_("逾期"), (late,), 1),
        values.TaskGroup(_("今日到期"), (today,), 1),
    ]


def two_persons() -> list[values.TwoPersons]:
    """The bar before and after the second person may act."""
    preparer = values.Hand(_("经办"), _("高岚，11:18 提交"), done=True)
    waiting = values.Hand(_("复核（第二人）"), _("待办，不能由高岚复核"))
    return [
        values.TwoPersons(preparer, waiting, _("规则包 2027.1"), "9f3c…e1", _("批准")),
        values.TwoPersons(
            preparer, waiting, _("三家合计"), "", _("关账"), blocked=_("2 笔差异无人认领")
        ),
    ]


def empties() -> list[values.Empty]:
    """Why there is nothing, four ways."""
    look = values.Link(_("看全部"), "#empty")
    return [
        values.Empty(_("今日待办已办完"), _("下一件 11-19 到期。"), (look,), "green"),
        values.Empty(_("没有符合的事项"), _("不限街镇有 4 件。"), (look,)),
        values.Empty(_("这件事已由高岚处理"), _("您的输入没有提交，保留如下。"), (look,), "yellow"),
        values.Empty(_("没有办成，数据没有改动"), _("可以重试，不会重复办理。"), (look,), "red"),
    ]


def reasons() -> list[Any]:
    """Reasons of a status block: a text and a note each."""
    return [
        SimpleNamespace(text=_("办学许可证5月20日到期"), note=_("还有54天，还没有申请延续")),
        SimpleNamespace(text=_("有1件投诉过期没有答复"), note=_("应在3月18日前答复家长")),
        SimpleNamespace(text=_("门口公示少了1项：退费规则"), note=_("3月12日现场检查发现")),
    ]


class SampleForm(look_forms.Form):
    """One field of each kind."""

    amount = look_forms.YuanField(label=_("金额"), help_text=_("以元为单位，最多两位小数。"))
    until = look_forms.DayField(label=_("整改期限"))
    basis = forms.ChoiceField(
        label=_("依据"), choices=[("", _("选择条款")), ("1", _("第十二条")), ("2", _("第二十条"))]
    )
    why = forms.ChoiceField(
        label=_("为什么退"),
        choices=[("time", _("时间安排不过来")), ("teacher", _("对上课不满意"))],
        widget=forms.RadioSelect,
    )
    agree = forms.BooleanField(label=_("我已阅读并同意"))
    words = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea)
    code = look_forms.OneTimeCodeField(label=_("验证码"))
    sheet = look_forms.SizedFileField(label=_("名单文件"), endings=["xlsx", "csv"], required=False)


ICONS = [
    *("back", "camera", "check", "clock", "cross", "doc", "down", "eye", "flag", "half"),
    *("hourglass", "info", "minus", "next", "offline", "pin", "print", "refund", "save"),
    *("search", "shield", "sync", "wallet", "warn"),
]
TOWNS = (("1", _("河口镇")), ("2", _("东湖街道")))
TABLE = tables.Table(
    name="patterns",
    caption=_("机构名录"),
    columns=(
        tables.Column("due", _("截止"), "deadline"),
        tables.Column("name", _("名称"), sortable=True, fixed=True, link=True, cut=True),
        tables.Column("status", _("码色"), "status"),
        tables.Column("grade", _("等级"), "grade"),
        tables.Column("code", _("编码"), "code"),
        tables.Column("town", _("街镇")),
        tables.Column("since", _("成立日期"), "date", sortable=True),
        tables.Column("contracts", _("合同"), "number", sortable=True),
        tables.Column("sum", _("专户余额"), "money", sortable=True),
        tables.Column("note", _("备注"), shown=False),
    ),
    filters=(
        tables.Filter("town", _("街镇"), TOWNS),
        tables.Filter("q", _("名称"), kind="text"),
        tables.Filter("after", _("成立不早于"), kind="date"),
    ),
    default_sort="name",
    page_size=6,
    bulk=(tables.BulkAct("assign", _("转办")), tables.BulkAct("sign", _("签收"))),
)


def _keep(row: tables.Row, filters: Any) -> bool:
    town = filters.get("town")
    return (not town or row.cells["town_key"] == town) and filters.get("q", "") in str(
        row.cells["name"]
    )


def rows() -> tables.ListSource:
    """Fourteen invented institutions."""
    statuses = ("green", "yellow", "red", "grey", "unlicensed", "ended", "green")
    due = deadlines()
    found = [
        tables.Row(
            {
                "due": due[number % 6] if number % 3 else None,
                "name": _("示例机构 %(number)s") % {"number": f"{number:02}"},
                "status": statuses[number % 7],
                "grade": "ABCDE"[number % 5],
                "code": f"7KQ2-M9TX-4R{number:02}D",
                "town": TOWNS[number % 2][1],
                "town_key": TOWNS[number % 2][0],
                "since": date(2021 + number % 6, 4, 12),
                "contracts": number * 7 % 5 * 60,
                "sum": Fen(number * 1_234_567 - 300_000),
                "note": "",
            },
            key=str(number),
            url=f"#row-{number}",
            hot=number % 7 == 2,
        )
        for number in range(14)
    ]
    return tables.ListSource(found, keep=_keep)


def everything() -> dict[str, Any]:
    """The context of the pattern page."""
    return {
        "statuses": ["green", "yellow", "red", "grey", "pending", "unlicensed", "ended"],
        "marks": ["green", "yellow", "red", "grey", "info", "ok", "no", "half", "lock", "due"],
        "deadlines": deadlines(),
        "events": events(),
        "steps": steps(),
        "facts": facts(),
        "paper_facts": [fact for fact in facts() if fact.status is None],
        "sum_lines": sum_lines(),
        "parts": parts(),
        "meters": meters(),
        "checks": checks(),
        "entry": entry(),
        "tasks": tasks(),
        "two_persons": two_persons(),
        "empties": empties(),
        "reasons": reasons(),
        "charts": sample_charts.charts(TOWNS),
        "multiples": sample_charts.multiples(),
        "entry_id": ENTRY_ID,
        "sum": Fen(4_150_649_590),
        "minus": Fen(-360_000),
        "zero": Fen(0),
        "nothing": None,
        "day": DAY,
        "instant": _instant(11, 17, 9, 12),
        "link": values.Link(_("只看这 2 笔"), "#block"),
        "form": SampleForm(),
        "bad_form": SampleForm(
            {"request_id": REQUEST_ID, "amount": "1.005", "until": "2026-02-30", "code": "12"}
        ),
        "taps": [
            ("flag", _("投诉或举报"), _("1个工作日内转给承办的人"), "#taps"),
            ("shield", _("检查一张凭证"), "", "#taps"),
        ],
        "icons": ICONS,
        "views": (
            tables.SavedView(_("全部"), "", 14),
            tables.SavedView(_("河口镇"), "town=1", 7),
        ),
    }
