"""Money of an institution, orders at the bank, and lines of the bank that do not match."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import KEEPS_BOOKS, SEES_ORDERS, own_institution
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen
from yuxin.look.moment import moment
from yuxin.look.money_words import difference_words
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, QuerySource, Row, Table
from yuxin.look.values import Empty, Part
from yuxin.tuition.models import Instruction
from yuxin.tuition.queries import banks, institutions, money_there
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.reconciliation.board import bank_of

KINDS = {
    "release": gettext_lazy("划给机构"),
    "refund": gettext_lazy("退给家长"),
    "return": gettext_lazy("退回无主来款"),
    "advance": gettext_lazy("预拨给机构"),
    "deposit": gettext_lazy("退还保证金"),
}
STATES = {
    "created": gettext_lazy("待送银行"),
    "sent": gettext_lazy("银行办理中"),
    "done": gettext_lazy("成功"),
    "failed": gettext_lazy("失败"),
    "returned": gettext_lazy("退回"),
    "withdrawn": gettext_lazy("发出前收回"),
}


@page(roles=KEEPS_BOOKS)
def money(request: HttpRequest) -> HttpResponse:
    """What lies in custody, what comes when, and why the rest does not."""
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        place = own_institution(request, actor)
        found = institutions.money(actor, place.id, day_of(at))
        orders = institutions.releases(actor, place.id)
        next_on = banks.transfer_day(at, 1)
        there = next(iter(money_there.there(actor, [place.id])), None)
    sums = found.sums
    ordered = sum(each.amount_fen for each in found.ordered if each.kind == "release")
    context = {
        "place": place,
        "found": found,
        "sums": sums,
        "parts": [
            Part(_("未消课：上过、确认了才是机构的"), Fen(sums.unearned)),
            Part(_("待确认：等家长答复，过期视同确认"), Fen(sums.pending)),
            Part(_("应划：已确认，等银行划款"), Fen(sums.payable)),
            Part(_("冻结：有争议，等处理"), Fen(sums.frozen)),
            Part(_("应退：退费已定"), Fen(sums.refund_payable)),
        ],
        "not_ordered": Fen(max(0, sums.payable - ordered)),
        "ordered_fen": Fen(ordered),
        "next_on": next_on,
        "orders": [(each, STATES[each.state]) for each in orders],
        "there": there,
        "difference": Fen(abs(there.difference_fen)) if there else Fen(0),
        "said": difference_words(there) if there else "",
    }
    return render(request, "desk/money.html", context)


ORDERS = Table(
    name="instructions",
    caption=gettext_lazy("银行指令"),
    columns=(
        Column("value_on", gettext_lazy("起息日"), "date", sortable=True, fixed=True),
        Column("code", gettext_lazy("指令号"), "code", fixed=True),
        Column("institution", gettext_lazy("机构"), cut=True),
        Column("bank", gettext_lazy("银行")),
        Column("kind", gettext_lazy("种类")),
        Column("state", gettext_lazy("状态")),
        Column("amount", gettext_lazy("金额"), "money", sortable=True),
        Column("serial", gettext_lazy("银行流水"), "code"),
        Column("fail", gettext_lazy("失败原因")),
    ),
    filters=(
        Filter("bank", gettext_lazy("银行代码"), kind="text"),
        Filter("day", gettext_lazy("起息日"), kind="date"),
        Filter("kind", gettext_lazy("种类"), list(KINDS.items())),
        Filter("state", gettext_lazy("状态"), list(STATES.items())),
    ),
    default_sort="-value_on",
    empty=Empty(gettext_lazy("还没有指令"), gettext_lazy("有应划、应退的钱，日终生成指令。")),
)


@page(roles=SEES_ORDERS)
def instructions(request: HttpRequest) -> HttpResponseBase:
    """The orders to banks of a day; a bank sees its own, whoever keeps the institution now."""
    actor = actor_of(request)
    with reading(actor):
        names = names_of(actor.institution_ids)
        source = QuerySource(
            _orders(actor),
            row=lambda one: _order_row(one, names),
            order={"value_on": ("value_on",), "amount": ("amount_fen",)},
            narrow=_narrow,
        )
        context = {"title": _("银行指令")}
        return ORDERS.answer(request, source, "desk/tuition_list.html", context)


def _orders(actor: Actor) -> QuerySet[Instruction]:
    rows = Instruction.objects.filter(institution_id__in=actor.institution_ids)
    own = bank_of(actor)
    return rows.filter(bank_code=own) if own else rows


def _narrow(rows: QuerySet[Instruction], filters: Mapping[str, str]) -> QuerySet[Instruction]:
    named = {"day": "value_on", "kind": "kind", "state": "state", "bank": "bank_code__iexact"}
    chosen = {named[key]: value for key, value in filters.items() if key in named}
    return rows.filter(**chosen)


def _order_row(order: Instruction, names: Mapping[int, object]) -> Row:
    return Row(
        {
            "value_on": order.value_on,
            "code": order.code,
            "institution": str(names.get(order.institution_id, "")),
            "bank": order.bank_code,
            "kind": KINDS[order.kind],
            "state": STATES[order.state],
            "amount": Fen(order.amount_fen),
            "serial": order.bank_serial,
            "fail": order.fail_code,
        },
        hot=order.state in ("failed", "returned"),
    )
