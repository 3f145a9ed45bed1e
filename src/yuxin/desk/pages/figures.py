"""Operating figures by period or kind, and the circular that prints them."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import BUREAU
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.look import field_words
from yuxin.look.charts import Chart, Series
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, Row, SavedView, Table
from yuxin.look.values import Empty, Link, Text
from yuxin.registry import queries as registry
from yuxin.tuition.models import Bank
from yuxin.tuition.queries.figures import PERIODS, By, Figures, Line, operating

READS_FIGURES: Final = BUREAU | {Role.LEVEL_ABOVE}
BY: Final[dict[By, Text]] = {
    "day": gettext_lazy("按日"),
    "week": gettext_lazy("按周"),
    "month": gettext_lazy("按月"),
    "area": gettext_lazy("按区域"),
    "line": gettext_lazy("按类别"),
    "bank": gettext_lazy("按银行"),
}
DAYS_MAX: Final = 400
HEADS: Final[dict[By, Text]] = {
    "day": gettext_lazy("日"),
    "week": gettext_lazy("周（周一）"),
    "month": gettext_lazy("月"),
    "area": gettext_lazy("区域"),
    "line": gettext_lazy("类别"),
    "bank": gettext_lazy("银行"),
}


def _table(by: By) -> Table:
    return Table(
        name="figures",
        caption=gettext_lazy("监管运行数据"),
        columns=(
            Column("key", HEADS[by], sortable=True, fixed=True),
            Column("connected", gettext_lazy("接入机构"), "number", sortable=True),
            Column("payments", gettext_lazy("缴费笔数"), "number", sortable=True),
            Column("payments_fen", gettext_lazy("缴费金额"), "money", sortable=True),
            Column("lessons", gettext_lazy("拨付课时"), "number", sortable=True),
            Column("releases", gettext_lazy("拨付笔数"), "number", sortable=True),
            Column("releases_fen", gettext_lazy("拨付金额"), "money", sortable=True),
            Column("refunds", gettext_lazy("退费笔数"), "number", sortable=True),
            Column("refunds_fen", gettext_lazy("退费金额"), "money", sortable=True),
        ),
        filters=(
            Filter("by", gettext_lazy("统计口径"), list(BY.items())),
            Filter("from", gettext_lazy("起"), kind="date"),
            Filter("to", gettext_lazy("止"), kind="date"),
        ),
        default_sort="key",
        page_size=100,
        empty=Empty(
            gettext_lazy("这段时间没有数据"),
            gettext_lazy("换一段时间看；没有接入机构时，这里也是空的。"),
        ),
    )


@page(roles=READS_FIGURES)
def figures(request: HttpRequest) -> HttpResponseBase:
    """What moved in a term, by day, week, month, area, category or bank."""
    actor, today = actor_of(request), day_of(moment(request))
    by, first, last = _asked(request, today)
    with reading(actor):
        found = operating(actor, first, last, by)
        names = _names(actor, by, last)
    rows = [Row(_cells(each, names), key=each.key) for each in found.lines]
    totals = _cells(found.total, {"": _("合计")})
    query = f"from={first}&to={last}"
    context = {
        "first": first,
        "last": last,
        "found": found,
        "said": said(found, first, last),
        "chart": _chart(found, by, names),
        "circular": f"{reverse('desk:figures-circular')}?{query}",
        "periods": by in PERIODS,
    }
    views = [SavedView(label, f"by={key}&{query}") for key, label in BY.items()]
    return _table(by).answer(
        request,
        ListSource(rows),
        "desk/figures.html",
        context,
        views=views,
        totals=totals if rows else None,
    )


@page(roles=READS_FIGURES)
def circular(request: HttpRequest) -> HttpResponse:
    """The figures of a term on paper: what the bureau circulates."""
    actor, today = actor_of(request), day_of(moment(request))
    _by, first, last = _asked(request, today)
    parts = []
    with reading(actor):
        for by in ("month", "area", "line", "bank"):
            found = operating(actor, first, last, by)
            names = _names(actor, by, last)
            rows = [_cells(each, names) for each in found.lines]
            parts.append((HEADS[by], rows, _cells(found.total, {"": _("合计")})))
    context = {
        "first": first,
        "last": last,
        "today": today,
        "said": said(found, first, last),
        "parts": parts,
        "maker": actor.name,
        "back": Link(_("返回"), reverse("desk:figures")),
    }
    return render(request, "desk/figures_circular.html", context)


def said(found: Figures, first: date, last: date) -> str:
    """The sentence of a circular: banks, institutions, releases, refunds."""
    total = found.total
    head = ngettext("托管银行%(count)d家", "托管银行%(count)d家", found.bank_count) % {
        "count": found.bank_count
    }
    return _(
        "%(first)s至%(last)s：%(banks)s，接入机构%(connected)d家；"
        "拨付%(lessons)d课时、%(releases)d笔，%(released)s元；退费%(refunds)d笔，%(refunded)s元。"
    ) % {
        "first": first,
        "last": last,
        "banks": head,
        "connected": total.connected,
        "lessons": total.lessons,
        "releases": total.releases,
        "released": yuan(Fen(total.releases_fen)),
        "refunds": total.refunds,
        "refunded": yuan(Fen(total.refunds_fen)),
    }


def _asked(request: HttpRequest, today: date) -> tuple[By, date, date]:
    """What the address asks for: by default this month and the five before it, by month."""
    by: By = next((key for key in BY if key == request.GET.get("by")), "month")
    last = min(_day(request.GET.get("to", "")) or today, today)
    first = _day(request.GET.get("from", "")) or months_before(last, 5)
    if first > last:
        first, last = last, first
    if (last - first).days > DAYS_MAX and by == "day":
        first = date.fromordinal(last.toordinal() - DAYS_MAX)
    return by, max(first, date(2000, 1, 1)), last


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def months_before(day: date, count: int) -> date:
    """The first day of the month that lies so many months before that of `day`."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def permille(share: int | None) -> str:
    """A share of a thousand in per cent with one decimal: `99.9 %`."""
    return "–" if share is None else f"{share // 10}.{share % 10} %"


def month_end(month: str) -> date:
    """The last day of `2026-03`."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def _names(actor: Actor, by: By, day: date) -> Mapping[str, Text]:
    """How the rows of a kind are called."""
    if by == "area":
        return {"": _("没有区域"), **registry.area_names(actor, day)}
    if by == "line":
        return {"": _("没有类别"), **field_words.CATEGORIES}
    if by == "bank":
        return {"": _("没有专户"), **dict(Bank.objects.values_list("code", "name"))}
    return {}


def _cells(line: Line, names: Mapping[str, Text]) -> dict[str, object]:
    return {
        "key": str(names.get(line.key, line.key)),
        "connected": line.connected,
        "payments": line.payments,
        "payments_fen": Fen(line.payments_fen),
        "lessons": line.lessons,
        "releases": line.releases,
        "releases_fen": Fen(line.releases_fen),
        "refunds": line.refunds,
        "refunds_fen": Fen(line.refunds_fen),
    }


def _chart(found: Figures, by: By, names: Mapping[str, Text]) -> Chart:
    total, lines = found.total, found.lines
    most = max(lines, key=lambda each: each.releases_fen, default=None)
    sentence = _("拨付%(released)s元，退费%(refunded)s元。") % {
        "released": yuan(Fen(total.releases_fen)),
        "refunded": yuan(Fen(total.refunds_fen)),
    }
    if most is not None and most.releases_fen:
        sentence += _("拨付最多的是%(name)s，%(sum)s元。") % {
            "name": names.get(most.key, most.key),
            "sum": yuan(Fen(most.releases_fen)),
        }
    return Chart(
        key="moved",
        title=_("拨付和退费"),
        summary=sentence,
        points=[str(names.get(each.key, each.key)) for each in lines],
        series=(
            Series(_("拨付"), [each.releases_fen for each in lines]),
            Series(_("退费"), [each.refunds_fen for each in lines]),
        ),
        unit="yuan",
        unit_word=_("元"),
        head=HEADS[by],
        totals=True,
    )
