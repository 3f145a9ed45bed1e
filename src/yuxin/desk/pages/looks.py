"""Looking at a masked number for a reason, and who looked."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import uuid4

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from yuxin.access import queries
from yuxin.access.models import Look
from yuxin.access.reading import reading
from yuxin.access.sealed import unseal
from yuxin.desk import access_words as words
from yuxin.desk.forms.access import UnmaskForm
from yuxin.desk.pages.own import SIGNED_IN
from yuxin.kernel import clock
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import SHANGHAI, now
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, QuerySource, Row, Table
from yuxin.look.values import Empty
from yuxin.operations.access.export_list import export_list
from yuxin.operations.registry.unmask_identifier import UNMASKERS, unmask_identifier
from yuxin.registry import queries as registry

ORDER: Final = {"at": ("at",), "who": ("account__display_name", "at"), "kind": ("kind", "at")}
COLUMNS: Final = (
    Column("at", _("时间"), sortable=True, fixed=True),
    Column("who", _("谁"), sortable=True, fixed=True),
    Column("organisation", _("单位"), cut=True),
    Column("kind", _("查看了什么"), sortable=True),
    Column("thing", _("对象"), "code"),
    Column("reason", _("事由")),
)


def _table(*, own: bool) -> Table:
    return Table(
        "looks",
        _("谁看过我的号码") if own else _("查看记录"),
        columns=COLUMNS,
        filters=(
            Filter("q", _("人员、事由、对象"), kind="text"),
            Filter("kind", _("查看了什么"), list(words.LOOKS.items())),
            Filter("since", _("自何日起"), kind="date"),
        ),
        default_sort="-at",
        empty=Empty(
            _("没有人看过"), _("有人查看完整号码时，时间、人员和事由会列在这里。"), kind="green"
        ),
    )


def _narrow(rows: "QuerySet[Look]", chosen: Mapping[str, str]) -> "QuerySet[Look]":
    if "q" in chosen:
        text = chosen["q"]
        rows = rows.filter(
            Q(account__display_name__icontains=text)
            | Q(reason__icontains=text)
            | Q(thing__icontains=text)
        )
    if "kind" in chosen:
        rows = rows.filter(kind=chosen["kind"])
    since = _day(chosen.get("since", ""))
    return rows if since is None else rows.filter(at__gte=clock.at(since, 0, 0))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _row(look: Look) -> Row:
    cells = {
        "at": f"{look.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "who": look.account.display_name,
        "organisation": look.account.organisation,
        "kind": str(words.LOOKS.get(look.kind, look.kind)),
        "thing": look.thing,
        "reason": look.reason,
    }
    return Row(cells, str(look.pk))


def _shown(request: HttpRequest, things: list[str] | None) -> HttpResponseBase:
    actor, taken = actor_of(request), []
    with reading(actor):
        answer = _table(own=things is not None).answer(
            request,
            QuerySource(queries.looks(things=things), _row, ORDER, _narrow),
            "desk/looks.html",
            on_export=lambda kind, count: taken.append((kind, count)),
        )
    for kind, count in taken:
        call = Call(actor, now(), uuid4())
        export_list(call, name="looks", view=request.GET.urlencode(), kind=kind, rows=count)
    return answer


@page(roles={Role.AUDITOR, Role.ADMINISTRATOR})
def looks(request: HttpRequest) -> HttpResponseBase:
    """Who looked at what, and why."""
    return _shown(request, None)


@page(roles=SIGNED_IN)
def me_looks(request: HttpRequest) -> HttpResponseBase:
    """Who looked at the numbers of the person who asks."""
    actor = actor_of(request)
    with reading(actor):
        codes = list(registry.codes_of(actor, list(actor.person_ids)).values())
    return _shown(request, codes)


@page(roles=UNMASKERS, methods=["GET", "POST"])
@never_cache
def unmask(request: HttpRequest, code: str) -> HttpResponse:
    """Show a person's full number once, after the look was kept."""
    actor = actor_of(request)
    with reading(actor):
        said = registry.last_said(actor, code)
    if not said:
        raise NotFound
    chosen = request.GET.get("kind", "phone")
    form, status, plain, again = UnmaskForm(initial={"kind": chosen}), 200, "", False
    if request.method == "POST":
        form, status = UnmaskForm(request.POST), 422
        if form.is_valid():
            kind = form.cleaned_data["kind"]
            try:
                receipt = unmask_identifier(
                    Call(actor, now(), form.cleaned_data["request_id"]),
                    person_code=code,
                    kind=kind,
                    reason=form.cleaned_data["reason"],
                )
            except NotFound:
                form.add_error("kind", gettext("没有登记这个号码。"))
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                status, again = 200, receipt.repeated
                plain = "" if again else _opened(request, code, kind)
                form = UnmaskForm(initial={"kind": kind})
    context = {
        "person": said[0],
        "code": code,
        "form": form,
        "plain": plain,
        "again": again,
        "back": reverse("desk:home"),
    }
    return render(request, "desk/unmask.html", context, status=status)


def _opened(request: HttpRequest, code: str, kind: str) -> str:
    """The number itself, read after the look was kept."""
    actor = actor_of(request)
    with reading(actor):
        sealed = registry.sealed_identifier(actor, code, kind)
    assert sealed is not None, "the act found it"
    return unseal(kind, sealed)
