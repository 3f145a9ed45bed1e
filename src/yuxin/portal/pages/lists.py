"""Lists of what is in: every institution of the registry, with filters and as a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import now
from yuxin.kernel.codes import print_subject_code
from yuxin.look import field_words
from yuxin.look.page import EVERYBODY, page
from yuxin.look.tables import Column, Filter, Row, Table, View
from yuxin.look.values import Empty, Link
from yuxin.portal import facts, words
from yuxin.registry import public as registry
from yuxin.registry.public import PublicChoice, PublicHit

_COLUMNS = (
    Column("name", gettext_lazy("招牌"), sortable=True, fixed=True, link=True),
    Column("registered_name", gettext_lazy("登记名称")),
    Column("code", gettext_lazy("公示牌编码"), "code", sortable=True),
    Column("uscc", gettext_lazy("统一社会信用代码"), "code"),
    Column("category", gettext_lazy("类别")),
    Column("area", gettext_lazy("街镇")),
    Column("address", gettext_lazy("地址")),
    Column("status", gettext_lazy("状态")),
    Column("connected", gettext_lazy("接入")),
)
_CONNECTED = (("1", gettext_lazy("已接入")), ("0", gettext_lazy("未接入")))


@page(roles=EVERYBODY)
def lists(_request: HttpRequest) -> HttpResponse:
    """`/lists/`: there is one list so far."""
    return HttpResponseRedirect(reverse("portal:institutions"))


@page(roles=EVERYBODY)
def institutions(request: HttpRequest) -> HttpResponseBase:
    """`/lists/institutions`: a page of the list, or the whole as XLSX or CSV."""
    with reading(Actor.public()):
        areas = registry.areas()
        table = _table(areas)
        source = _Source(areas)
        context = {
            "counts": registry.counted(_choice(table.view(request.GET).filters)),
            "as_of_text": _("截至%s") % words.moment(now()),
        }
        return table.answer(request, source, "portal/institutions.html", context)


def _table(areas: Mapping[str, str]) -> Table:
    towns = tuple((code, words.shown(name)) for code, name in areas.items())
    return Table(
        "institutions",
        gettext_lazy("机构名录"),
        columns=_COLUMNS,
        filters=(
            Filter("category", gettext_lazy("类别"), tuple(field_words.CATEGORIES.items())),
            Filter("area", gettext_lazy("街镇"), towns),
            Filter("status", gettext_lazy("状态"), tuple(field_words.STATUSES.items())),
            Filter("connected", gettext_lazy("接入"), _CONNECTED),
        ),
        default_sort="name",
        empty=Empty(
            gettext_lazy("还没有机构"),
            gettext_lazy("主管部门还没有导入名单。没查到，不等于没有许可证。"),
            (Link(gettext_lazy("回到首页"), reverse("portal:home")),),
        ),
    )


def _choice(filters: Mapping[str, str]) -> PublicChoice:
    connected = filters.get("connected", "")
    return PublicChoice(
        category=filters.get("category", ""),
        area=filters.get("area", ""),
        status=filters.get("status", ""),
        connected=connected == "1" if connected else None,
    )


@dataclass(frozen=True)
class _Source:
    """Rows of the public view, in the order of the address."""

    areas: Mapping[str, str]

    def count(self, view: View) -> int:
        """One COUNT."""
        return registry.counted(_choice(view.filters)).all

    def rows(self, view: View, *, offset: int, limit: int | None) -> Iterable[Row]:
        """One SELECT; a file is read at once, it has no more than the table allows."""
        hits = registry.listed(
            _choice(view.filters),
            order=view.sort or "name",
            descending=view.descending,
            offset=offset,
            limit=limit,
        )
        return [self._row(hit) for hit in hits]

    def _row(self, hit: PublicHit) -> Row:
        kind = facts.status_kind(hit.status, connected=hit.connected)
        return Row(
            key=hit.code,
            url=reverse("portal:institution", args=[hit.code]),
            cells={
                "name": words.shown(hit.brand or hit.name),
                "registered_name": words.shown(hit.name),
                "code": print_subject_code(hit.code),
                "uscc": hit.uscc,
                "category": words.category(hit.category),
                "area": words.shown(self.areas.get(hit.area_code, "")),
                "address": words.shown(hit.address),
                "status": str(field_words.STATUSES.get(hit.status, "")),
                "connected": _("已接入") if hit.connected else _("未接入"),
                "kind": kind or "",
                "twin_name": words.shown(hit.name) if hit.brand else "",
            },
        )
