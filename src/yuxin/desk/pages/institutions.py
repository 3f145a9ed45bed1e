"""The list of institutions: filters, sorting, columns, a file to take away; and the search box."""

from collections.abc import Mapping
from typing import Final
from uuid import uuid4

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuxin.access.reading import reading
from yuxin.desk import registry_words as words
from yuxin.desk.registry_values import shown_name, status_kind
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.codes import print_subject_code
from yuxin.look import field_words
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, QuerySource, Row, SavedView, Table
from yuxin.look.values import Empty, Link
from yuxin.operations.access.export_list import export_list
from yuxin.registry import queries
from yuxin.registry.models import Entry

READERS: Final = frozenset(
    {
        Role.OFFICER,
        Role.HEAD,
        Role.WINDOW_CLERK,
        Role.GRID_WORKER,
        Role.DEPARTMENT,
        Role.BANK,
        Role.ASSOCIATION,
        Role.SUPERVISOR,
        Role.LEVEL_ABOVE,
        Role.AUDITOR,
        Role.INSTITUTION_HEAD,
        Role.INSTITUTION_FINANCE,
        Role.SCHOOL_HEAD,
    }
)
COLUMNS: Final = (
    Column("colour", _("码色"), "status", fixed=True),
    Column("name", _("名称"), sortable=True, fixed=True, link=True),
    Column("brand", _("招牌名"), cut=True, shown=False),
    Column("kind", _("种类"), shown=False),
    Column("category", _("类别"), sortable=True),
    Column("area", _("区域"), sortable=True),
    Column("status", _("状态"), sortable=True),
    Column("licence_until", _("许可证到期"), "date", sortable=True),
    Column("supervising", _("监管部门"), cut=True, shown=False),
    Column("uscc", _("统一社会信用代码"), "code"),
    Column("code", _("主体码"), "code", sortable=True),
    Column("address", _("地址"), cut=True, shown=False),
)
ORDER: Final = {
    "name": ("name_key",),
    "code": ("code",),
    "category": ("category", "name_key"),
    "area": ("area_code", "name_key"),
    "status": ("status", "name_key"),
    "licence_until": ("licence_until", "name_key"),
}


def _table(areas: Mapping[str, str]) -> Table:
    return Table(
        name="institutions",
        caption=_("机构名录"),
        columns=COLUMNS,
        filters=(
            Filter("q", _("名称、代码、地址、拼音"), kind="text"),
            Filter("area", _("区域"), list(areas.items())),
            Filter("line", _("类别"), list(field_words.CATEGORIES.items())),
            Filter("kind", _("种类"), list(words.KINDS.items())),
            Filter("status", _("状态"), list(field_words.STATUSES.items())),
            Filter("colour", _("码色"), list(words.COLOURS.items())),
            Filter("connected", _("接入"), list(words.YES_NO.items())),
        ),
        default_sort="name",
        empty=Empty(
            _("您的范围内还没有机构"),
            _("导入本地名单后，机构会列在这里；未接入的不显示码色。"),
            (Link(_("导入名单"), reverse("desk:imports")),),
        ),
    )


def _narrow(rows: "QuerySet[Entry]", chosen: Mapping[str, str]) -> "QuerySet[Entry]":
    fields = {"line": "category", "kind": "kind", "status": "status", "colour": "colour"}
    for key, field in fields.items():
        if key in chosen:
            rows = rows.filter(**{field: chosen[key]})
    if "area" in chosen:
        rows = rows.filter(area_code=chosen["area"])
    if "connected" in chosen:
        rows = rows.filter(connected=chosen["connected"] == "yes")
    return queries.matching(rows, chosen.get("q", ""))


def _row(entry: Entry, areas: Mapping[str, str]) -> Row:
    cells = {
        "colour": status_kind(entry),
        "name": shown_name(entry),
        "brand": entry.brand,
        "kind": words.KINDS.get(entry.kind, ""),
        "category": field_words.CATEGORIES.get(entry.category, ""),
        "area": areas.get(entry.area_code, entry.area_code),
        "status": field_words.STATUSES.get(entry.status, ""),
        "licence_until": entry.licence_until,
        "supervising": entry.supervising,
        "uscc": entry.uscc,
        "code": print_subject_code(entry.code),
        "address": entry.address,
    }
    return Row(cells, entry.code, reverse("desk:institution", args=[entry.code]))


def _views(counts: Mapping[str, int]) -> list[SavedView]:
    return [
        SavedView(_("全部"), "", counts["all"]),
        SavedView(_("红码"), "colour=RED", counts["red"]),
        SavedView(_("黄码"), "colour=YELLOW", counts["yellow"]),
        SavedView(_("绿码"), "colour=GREEN", counts["green"]),
        SavedView(_("未接入"), "connected=no", counts["not_connected"]),
    ]


@page(roles=READERS)
def institutions(request: HttpRequest) -> HttpResponseBase:
    """The institutions that the reader's grants reach."""
    actor, at = actor_of(request), now()
    taken: list[tuple[str, int]] = []
    with reading(actor):
        areas = queries.area_names(actor, day_of(at))
        counts = queries.counts(actor, queries.Filters())
        source = QuerySource(
            queries.listed(actor), lambda entry: _row(entry, areas), ORDER, _narrow
        )
        answer = _table(areas).answer(
            request,
            source,
            "desk/institutions.html",
            {"counts": counts},
            views=_views(counts),
            on_export=lambda kind, count: taken.append((kind, count)),
        )
    for kind, count in taken:
        view = request.GET.urlencode()
        export_list(Call(actor, at, uuid4()), name="institutions", view=view, kind=kind, rows=count)
    return answer


@page(roles=READERS)
def search(request: HttpRequest) -> HttpResponse:
    """What the search box finds; an exact code leads straight to its subject."""
    actor: Actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:80]
    with reading(actor):
        hits = queries.search(actor, text)
        areas = queries.area_names(actor, day_of(now()))
    if len(hits) == 1:
        return HttpResponseRedirect(reverse("desk:institution", args=[hits[0].code]))
    told = [
        {
            "hit": hit,
            "url": reverse("desk:institution", args=[hit.code]),
            "area": areas.get(hit.area_code, hit.area_code),
            "category": field_words.CATEGORIES.get(hit.category, ""),
            "status": field_words.STATUSES.get(hit.status, ""),
            "code": print_subject_code(hit.code),
        }
        for hit in hits
    ]
    nothing = Empty(
        _("没有查到"),
        _("可以换用名称的一部分、拼音首字母、代码的前几位，或地址。您的范围以外的主体不会列出。"),
        (Link(_("看机构名录"), reverse("desk:institutions")),),
    )
    return render(request, "desk/search.html", {"q": text, "hits": told, "nothing": nothing})
