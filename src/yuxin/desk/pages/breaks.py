"""Where the bank and the books differ: every break with its age in bank days."""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.proceeding_facts import CAUSES, LEVELS
from yuxin.desk.proceeding_words import address, age, due_of, state_words
from yuxin.desk.tasks import Days, days_on
from yuxin.desk.tuition_access import KEEPS_BOOKS, SEES_ORDERS
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, QuerySource, Row, Table
from yuxin.look.values import Empty
from yuxin.look.words import span
from yuxin.registry.models import Entry
from yuxin.tuition.breaks import queries
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.queries.contracts import names_of

STANDS: Final = {"open": gettext_lazy("在办"), "over": gettext_lazy("已了结")}
BREAKS: Final = Table(
    name="breaks",
    caption=gettext_lazy("对账差错"),
    columns=(
        Column("day", gettext_lazy("账务日"), "date", sortable=True, fixed=True),
        Column("serial", gettext_lazy("银行流水"), "code", fixed=True, link=True),
        Column("cause", gettext_lazy("差异")),
        Column("level", gettext_lazy("哪一级"), shown=False),
        Column("amount", gettext_lazy("金额"), "money", sortable=True),
        Column("held", gettext_lazy("挂账"), "money"),
        Column("institution", gettext_lazy("机构"), cut=True),
        Column("bank", gettext_lazy("银行")),
        Column("state", gettext_lazy("走到哪一步")),
        Column("age", gettext_lazy("账龄")),
        Column("due", gettext_lazy("期限"), "deadline"),
        Column("note", gettext_lazy("说明"), shown=False),
    ),
    filters=(
        Filter("stands", gettext_lazy("在办或了结"), list(STANDS.items())),
        Filter("cause", gettext_lazy("差异"), list(CAUSES.items())),
        Filter("day", gettext_lazy("账务日"), kind="date"),
    ),
    default_sort="day",
    empty=Empty(
        gettext_lazy("银行流水都对上了"),
        gettext_lazy("对不上的流水会列在这里，相关的钱先挂账，退费照付。"),
        kind="green",
    ),
)
NOTES: Final = {
    "no contract of this number": gettext_lazy("没有这个编号的合同，先挂账"),
    "another account than the contract's": gettext_lazy("到的不是合同写的专户，先挂账"),
    "the contract of another bank": gettext_lazy("合同的专户在另一家银行"),
    "the contract has no order": gettext_lazy("合同没有付款订单，先挂账"),
    "the contract is paid already": gettext_lazy("合同已付清，多到的先挂账"),
    "the contract waits for no money": gettext_lazy("合同不在待付款，先挂账"),
    "no such instruction": gettext_lazy("没有发过这条指令"),
    "told before": gettext_lazy("同一结果报了两次"),
    "its return came back": gettext_lazy("退回的款又被退回，仍挂账"),
}


@page(roles=SEES_ORDERS - KEEPS_BOOKS)
def breaks(request: HttpRequest) -> HttpResponseBase:
    """The breaks of the accounts that the reader's grants reach; a bank sees its own."""
    actor = actor_of(request)
    with reading(actor):
        days, names = days_on(day_of(moment(request))), names_of(actor.institution_ids)
        source = QuerySource(
            queries.listed(actor),
            row=lambda one: _row(one, days, names),
            order={
                "day": ("account_day",),
                "amount": ("proceeding__amount_fen",),
            },
            narrow=_narrow,
        )
        context = {
            "title": _("对账差错"),
            "sub": _("每一处差异都有人办、有期限；没人领的，当天的账关不了。"),
        }
        return BREAKS.answer(request, source, "desk/tuition_list.html", context)


def _narrow(rows: "QuerySet[Break]", filters: Mapping[str, str]) -> "QuerySet[Break]":
    rows = rows.filter(proceeding__closed_at__isnull=filters.get("stands", "open") == "open")
    if "cause" in filters:
        rows = rows.filter(cause=filters["cause"])
    return rows.filter(account_day=filters["day"]) if "day" in filters else rows


def _row(one: Break, days: Days, names: Mapping[int, Entry]) -> Row:
    about = one.proceeding
    entry = names.get(one.institution_id)
    is_open = about.closed_at is None
    return Row(
        {
            "day": one.account_day,
            "serial": about.reference or about.code,
            "cause": CAUSES[one.cause],
            "level": LEVELS[one.level],
            "amount": Fen(about.amount_fen or 0),
            "held": Fen(one.held_fen if is_open else 0),
            "institution": str(entry.name) if entry else "",
            "bank": one.bank_code,
            "state": state_words(about),
            "age": span(*age(about, days.today, days)) if is_open else "",
            "due": due_of(about, days) if is_open else None,
            "note": NOTES.get(one.note, one.note),
        },
        key=about.code,
        url=address(about),
    )
