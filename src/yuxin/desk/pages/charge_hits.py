"""Sums of charges over their lines, single charges over a cap, prices above the guide."""

from datetime import timedelta

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import SEES_BOOKS
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, Row, Table
from yuxin.look.tuition_words import units
from yuxin.look.values import Empty
from yuxin.policy.in_force import pack_on
from yuxin.tuition.charges import queries as charges
from yuxin.tuition.charges.queries import TESTS, Hit
from yuxin.tuition.queries.contracts import names_of

WORDS = {
    "chain_units": gettext_lazy("同一学员同类课，课时合计"),
    "chain_money": gettext_lazy("同一学员同类课，金额合计"),
    "household_money": gettext_lazy("同一家庭，金额合计"),
    "controller_units": gettext_lazy("同一控制人或品牌，课时合计"),
    "controller_money": gettext_lazy("同一控制人或品牌，金额合计"),
    "span": gettext_lazy("一次收费，时间"),
    "units": gettext_lazy("一次收费，课时"),
    "money": gettext_lazy("一次收费，金额"),
    "early": gettext_lazy("收费太早"),
    "guide": gettext_lazy("高于政府指导价"),
}
ALERTS = {
    "W04": gettext_lazy("一次收费超限"),
    "W05": gettext_lazy("拆分收费"),
    "W08": gettext_lazy("指导价"),
}
LOOK_BACK = timedelta(days=366)
TABLE = Table(
    name="charges",
    caption=gettext_lazy("收费合计和指导价"),
    columns=(
        Column("on", gettext_lazy("日期"), "date", sortable=True, fixed=True),
        Column("alert", gettext_lazy("种类")),
        Column("test", gettext_lazy("查什么")),
        Column("institution", gettext_lazy("机构"), cut=True),
        Column("code", gettext_lazy("合同或课程"), "code", link=True),
        Column("count", gettext_lazy("合同数"), "number"),
        Column("value", gettext_lazy("查到")),
        Column("limit", gettext_lazy("线")),
        Column("rule", gettext_lazy("规则"), "code"),
    ),
    filters=(Filter("alert", gettext_lazy("种类"), list(ALERTS.items())),),
    default_sort="-on",
    empty=Empty(
        gettext_lazy("没有超过预警线的收费"),
        gettext_lazy("合计只预警，不拦截；一次收费超限的在付款前已拦下。"),
        kind="green",
    ),
)


@page(roles=SEES_BOOKS)
def charge_hits(request: HttpRequest) -> HttpResponseBase:
    """Every hit of the reader's institutions; what the bureau set no line for is named."""
    actor, day = actor_of(request), day_of(moment(request))
    with reading(actor):
        names = names_of(actor.institution_ids)
        pack = pack_on(day)
        found: list[Hit] = []
        if pack is not None:
            found += charges.sum_hits(actor, actor.institution_ids, pack)
            found += charges.single_hits(actor, actor.institution_ids, pack, since=day - LOOK_BACK)
            found += charges.guide_hits(actor, actor.institution_ids, pack, day)
        unset = [rule for _circle, _what, rule in TESTS if pack is None or not pack.has(rule, day)]
        context = {
            "title": _("收费合计和指导价"),
            "sub": _("没有填预警线、查不了的：%(rules)s。") % {"rules": _("、").join(unset)}
            if unset
            else "",
        }
        wanted = request.GET.get("alert", "")
        rows = [
            _row(hit, str(names.get(hit.institution_id, "")))
            for hit in found
            if wanted in ("", hit.alert)
        ]
        return TABLE.answer(request, ListSource(rows), "desk/tuition_list.html", context)


def _row(hit: Hit, institution: str) -> Row:
    return Row(
        {
            "on": hit.happened_on,
            "alert": ALERTS[hit.alert],
            "test": WORDS[hit.test],
            "institution": institution,
            "code": hit.contract_code,
            "count": hit.count,
            "value": _shown(hit, hit.value),
            "limit": _shown(hit, hit.limit),
            "rule": hit.rule,
        },
        url="" if hit.test == "guide" else reverse("desk:contract", args=[hit.contract_code]),
        key=f"{hit.test}.{hit.contract_code}",
    )


def _shown(hit: Hit, value: int) -> str:
    if hit.test.endswith("units"):
        return _("%(count)s课时") % {"count": units(value)}
    if hit.test in ("span", "early"):
        return _("%(count)d天") % {"count": value}
    return _("%(sum)s元") % {"sum": yuan(Fen(value))}
