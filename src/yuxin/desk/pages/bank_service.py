"""How each custody bank served over the last ninety days."""

from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.kernel.clock import day_of
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.values import Empty
from yuxin.policy.in_force import NoRulesInForce, calendar, pack_on
from yuxin.tuition.reconciliation import serving
from yuxin.tuition.reconciliation.permissions import SEES
from yuxin.tuition.reconciliation.serving import Service

SERVICE: Final = Table(
    name="bank-service",
    caption=gettext_lazy("银行服务"),
    columns=(
        Column("bank", gettext_lazy("银行"), fixed=True),
        Column("days", gettext_lazy("文件到齐的账务日"), "number", sortable=True),
        Column("in_time", gettext_lazy("其中按时"), "number", sortable=True),
        Column("refused", gettext_lazy("退回的文件"), "number", sortable=True),
        Column("lines", gettext_lazy("流水"), "number", sortable=True),
        Column("breaks", gettext_lazy("差错"), "number", sortable=True),
        Column("open", gettext_lazy("其中未结"), "number", sortable=True),
        Column("results", gettext_lazy("指令结果"), "number", sortable=True),
        Column("late", gettext_lazy("其中迟报"), "number", sortable=True),
    ),
    empty=Empty(gettext_lazy("还没有登记托管银行。")),
)


@page(roles=SEES)
def bank_service(request: HttpRequest) -> HttpResponseBase:
    """Figures from facts: files, breaks, results; a bank sees its own line."""
    actor, today = actor_of(request), day_of(moment(request))
    with reading(actor):
        pack = pack_on(today)
        if pack is None:
            raise NoRulesInForce(key="calendar", day=today.isoformat())
        rows = [_row(one) for one in serving.served(actor, today, calendar(pack, "bank", today))]
        context = {
            "title": _("银行服务"),
            "sub": _(
                "近 90 天，全部由文件、差错和指令结果算出；结果晚于起息日后第一个银行工作日为迟报。"
            ),
        }
        return SERVICE.answer(request, ListSource(rows), "desk/tuition_list.html", context)


def _row(one: Service) -> Row:
    return Row(
        {
            "bank": one.bank.name,
            "days": one.days,
            "in_time": one.in_time,
            "refused": one.refused,
            "lines": one.lines,
            "breaks": one.breaks,
            "open": one.open_breaks,
            "results": one.results,
            "late": one.late_results,
        },
        hot=one.open_breaks > 0,
    )
