"""What institutions hold untaught: of the county, of one institution, contract by contract."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import SEES_BOOKS
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.values import Empty
from yuxin.tuition.queries import exposure as queries
from yuxin.tuition.queries.contracts import names_of

BY_INSTITUTION = Table(
    name="exposure",
    caption=gettext_lazy("机构手里没上课的钱"),
    columns=(
        Column("name", gettext_lazy("机构"), sortable=True, fixed=True, link=True),
        Column("held", gettext_lazy("未抵扣敞口"), "money", sortable=True),
        Column("count", gettext_lazy("合同数"), "number", sortable=True),
        Column("limit", gettext_lazy("上限"), "money"),
        Column("above", gettext_lazy("超出"), "money", sortable=True),
    ),
    default_sort="-held",
    empty=Empty(
        gettext_lazy("没有机构拿着没上课的钱"),
        gettext_lazy("只有成本预拨、保证金和旧式滚动拨付的合同会有。"),
        kind="green",
    ),
)
BY_CONTRACT = Table(
    name="exposure-contracts",
    caption=gettext_lazy("按合同"),
    columns=(
        Column("contract", gettext_lazy("合同"), "code", fixed=True, link=True),
        Column("held", gettext_lazy("未抵扣敞口"), "money", sortable=True),
    ),
    default_sort="-held",
    empty=Empty(gettext_lazy("这家机构没有拿着没上课的钱"), kind="green"),
)


@page(roles=SEES_BOOKS)
def exposure(request: HttpRequest) -> HttpResponseBase:
    """Every institution of the reader that holds untaught money, and the sum of all."""
    actor, day = actor_of(request), day_of(moment(request))
    with reading(actor):
        found = queries.exposures(actor, day)
    rows = [
        Row(
            {
                "name": each.name,
                "held": Fen(each.held_fen),
                "count": each.contract_count,
                "limit": None if each.limit_fen is None else Fen(each.limit_fen),
                "above": Fen(each.held_fen - each.limit_fen)
                if each.is_above and each.limit_fen is not None
                else None,
            },
            url=reverse("desk:exposure-of", args=[each.code]),
        )
        for each in found
    ]
    total = yuan(Fen(sum(each.held_fen for each in found)))
    sub = _("机构合计拿着 %(sum)s 元没上课的钱，退费时由机构补足。") % {"sum": total}
    context = {"title": _("预拨敞口"), "sub": sub}
    return BY_INSTITUTION.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=SEES_BOOKS)
def exposure_of(request: HttpRequest, code: str) -> HttpResponseBase:
    """One institution, contract by contract."""
    actor = actor_of(request)
    with reading(actor):
        place = next(
            (one for one in names_of(actor.institution_ids).values() if one.code == code), None
        )
        if place is None:
            raise NotFound
        found = queries.contracts_of(actor, place.pk)
    rows = [
        Row(
            {"contract": contract, "held": Fen(amount)},
            url=reverse("desk:contract", args=[contract]),
        )
        for contract, amount in found
    ]
    context = {"title": _("预拨敞口"), "sub": place.name}
    return BY_CONTRACT.answer(request, ListSource(rows), "desk/tuition_list.html", context)
