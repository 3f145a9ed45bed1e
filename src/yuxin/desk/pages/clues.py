"""Clues of payments outside the supervised account: the list, one clue, its photo."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuxin.access.reading import reading
from yuxin.desk.forms.clues import FINDINGS, FindingForm
from yuxin.desk.registry_values import shown_name
from yuxin.files import store
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.clue_words import COMPARISONS, MEANS
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, QuerySource, Row, Table
from yuxin.look.values import Empty, Fact
from yuxin.operations.supervision.decide_outside_payment import decide_outside_payment
from yuxin.registry import queries as registry
from yuxin.supervision.clues import queries
from yuxin.supervision.clues.models import Finding, OutsidePayment
from yuxin.supervision.clues.permissions import BUREAU

TABLE: Final = Table(
    name="clues",
    caption=_("账户外收费线索"),
    columns=(
        Column("code", _("线索"), "code", fixed=True, link=True),
        Column("name", _("机构"), fixed=True),
        Column("paid", _("付款日"), "date", sortable=True),
        Column("amount", _("金额"), "money", sortable=True),
        Column("means", _("付款方式")),
        Column("compared", _("与监管账户比对")),
        Column("finding", _("核实结果")),
        Column("reported", _("反映"), "date", sortable=True),
    ),
    filters=(Filter("finding", _("核实结果"), [("open", _("待核实")), *FINDINGS.items()]),),
    default_sort="-reported",
    empty=Empty(_("没有线索"), _("家长反映钱付到别处时，会出现在这里。"), kind="green"),
)
ORDER: Final = {"paid": ("paid_on",), "amount": ("amount_fen",), "reported": ("reported_at",)}


def _narrow(rows: "QuerySet[Any]", chosen: Mapping[str, str]) -> "QuerySet[Any]":
    asked = chosen.get("finding", "")
    if asked == "open":
        return rows.filter(finding=None)
    return rows.filter(finding__finding=asked) if asked else rows


def _found(row: OutsidePayment) -> Any:
    finding = getattr(row, "finding", None)
    return FINDINGS[Finding(finding.finding)] if finding else _("待核实")


@page(roles=BUREAU)
def clues(request: HttpRequest) -> HttpResponseBase:
    """Clues within the officer's grants; no child and no reporter is named."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.clues(actor)
        ids = list(found.values_list("institution_id", flat=True).distinct())
        names = {key: shown_name(one) for key, one in registry.entries(actor, ids).items()}

        def row(one: OutsidePayment) -> Row:
            return Row(
                {
                    "code": one.code,
                    "name": names.get(one.institution_id, ""),
                    "paid": one.paid_on,
                    "amount": Fen(one.amount_fen),
                    "means": MEANS[one.means],
                    "compared": COMPARISONS[one.comparison],
                    "finding": _found(one),
                    "reported": one.reported_at,
                },
                one.code,
                reverse("desk:clue", args=[one.code]),
            )

        return TABLE.answer(request, QuerySource(found, row, ORDER, _narrow), "desk/clues.html")


@page(roles=BUREAU, methods=("GET", "POST"))
def clue(request: HttpRequest, code: str) -> HttpResponse:
    """One clue: what was told, how the payee compares, what was found."""
    actor = actor_of(request)
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            decide_outside_payment(
                call_of(request, said["request_id"]),
                clue_code=code,
                finding=Finding(said["finding"]),
                words=said["words"],
            )
            return HttpResponseRedirect(f"{reverse('desk:clue', args=[code])}?done=1")
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    with reading(actor):
        row = queries.clue(actor, code)
        entry = registry.entry(actor, row.institution_id)
    finding = getattr(row, "finding", None)
    context = {
        "clue": row,
        "name": shown_name(entry),
        "entry": entry,
        "facts": [
            Fact(_("付款日"), row.paid_on.isoformat()),
            Fact(_("付款方式"), MEANS[row.means]),
            Fact(_("收款方"), row.payee_name),
            Fact(_("收款账号尾号"), row.payee_last4 or "–"),
            Fact(_("与监管账户比对"), COMPARISONS[row.comparison]),
            Fact(_("家长的话"), row.words or "–"),
        ],
        "finding": finding,
        "found": _found(row),
        "form": form if finding is None or form.is_bound else None,
        "done": bool(request.GET.get("done")),
    }
    return render(request, "desk/clue.html", context, status=422 if form.errors else 200)


@page(roles=BUREAU)
def clue_photo(request: HttpRequest, code: str) -> HttpResponse:
    """The photo of a clue, as it was drawn anew."""
    actor = actor_of(request)
    with reading(actor):
        row = queries.clue(actor, code)
    if not row.photo_sha256:
        raise NotFound
    answer = HttpResponse(store.get(row.photo_sha256), content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = f'inline; filename="{row.code}.jpg"'
    return answer
