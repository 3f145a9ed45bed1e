"""Supplements at the institution: draw one up, see what became of each, take one back."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.plain import PlainForm
from yuxin.desk.forms.supplements import SupplementForm
from yuxin.desk.tuition_access import SEES_BOOKS
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.contract_papers import sheet_of_supplement
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.papers import answer_with_pdf
from yuxin.look.tables import Column, Filter, QuerySource, Row, Table
from yuxin.look.tuition_words import SUPPLEMENT_KINDS, SUPPLEMENT_STATES, units
from yuxin.look.values import Empty
from yuxin.operations.tuition.propose_supplement import propose_supplement
from yuxin.operations.tuition.withdraw_supplement import withdraw_supplement
from yuxin.tuition.agreements import queries as agreements
from yuxin.tuition.agreements.models import Supplement
from yuxin.tuition.agreements.supplements import units_taught
from yuxin.tuition.models import ClassGroup
from yuxin.tuition.queries import contracts

TABLE = Table(
    name="supplements",
    caption=gettext_lazy("补充协议"),
    columns=(
        Column("proposed", gettext_lazy("拟定"), "date", sortable=True, fixed=True),
        Column("code", gettext_lazy("协议"), "code", link=True),
        Column("contract", gettext_lazy("合同"), "code"),
        Column("kind", gettext_lazy("事项")),
        Column("state", gettext_lazy("状态")),
        Column("refund", gettext_lazy("退给家长"), "money"),
        Column("answered", gettext_lazy("答复"), "date", sortable=True),
    ),
    filters=(
        Filter("state", gettext_lazy("状态"), list(SUPPLEMENT_STATES.items())),
        Filter("kind", gettext_lazy("事项"), list(SUPPLEMENT_KINDS.items())),
    ),
    default_sort="-proposed",
    empty=Empty(gettext_lazy("还没有补充协议"), gettext_lazy("在合同页上拟，家长在手机上签。")),
)


@page(roles=SEES_BOOKS)
def supplement_list(request: HttpRequest) -> HttpResponseBase:
    """Every supplement that the reader's grants reach."""
    actor = actor_of(request)
    with reading(actor):
        source = QuerySource(
            Supplement.objects.filter(institution_id__in=actor.institution_ids).select_related(
                "contract"
            ),
            row=_row,
            order={"proposed": ("proposed_at",), "answered": ("answered_at",)},
            narrow=_narrow,
        )
        context = {"title": _("补充协议")}
        return TABLE.answer(request, source, "desk/tuition_list.html", context)


def _narrow(rows: "QuerySet[Supplement]", filters: Mapping[str, str]) -> "QuerySet[Supplement]":
    return rows.filter(**{key: filters[key] for key in ("state", "kind") if filters.get(key)})


def _row(one: Supplement) -> Row:
    return Row(
        {
            "proposed": one.proposed_at,
            "code": one.code,
            "contract": one.contract.code,
            "kind": SUPPLEMENT_KINDS[one.kind],
            "state": SUPPLEMENT_STATES[one.state],
            "refund": Fen(one.refund_fen) if one.refund_fen else None,
            "answered": one.answered_at,
        },
        url=reverse("desk:supplement", args=[one.code]),
    )


@page(roles={Role.INSTITUTION_HEAD}, methods=("GET", "POST"))
def supplement_new(request: HttpRequest, code: str) -> HttpResponse:
    """Draw up a supplement to a contract and sign it with one's own device."""
    actor = actor_of(request)
    with reading(actor):
        contract = contracts.find(actor, code)
        classes = list(
            ClassGroup.objects.filter(course_id=contract.course_id)
            .exclude(pk=contract.class_group_id)
            .order_by("pk")
        )
        left = contract.centiunits_in_force - units_taught(contract)
    form = SupplementForm(request.POST or None, classes=classes)
    if request.method == "POST" and form.is_valid():
        try:
            receipt = propose_supplement(
                call_of(request, form.cleaned_data["request_id"], form.cleaned_data["code"]),
                contract_code=code,
                proposal=form.proposal(),
                device_code=form.cleaned_data["code"],
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if receipt["right"]:
                where = reverse("desk:supplement", args=[receipt["supplement"]])
                return HttpResponseRedirect(f"{where}?done=1")
            count = int(str(receipt["tries_left"]))
            form.add_error(
                "code", _("动态码不对，还可以试%(count)d次。没有签。") % {"count": count}
            )
    context = {"contract": contract, "form": form, "left": units(left)}
    return render(request, "desk/supplement_new.html", context, status=422 if form.errors else 200)


@page(roles=SEES_BOOKS, methods=("GET", "POST"))
def supplement(request: HttpRequest, code: str) -> HttpResponse:
    """One supplement with its text; its head may take it back while nobody answered."""
    actor = actor_of(request)
    form = PlainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_supplement(
                call_of(request, form.cleaned_data["request_id"]), supplement_code=code
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:supplement", args=[code]))
    with reading(actor):
        found = agreements.supplement(actor, code)
    said = _("拟好了，也签了，已通知家长。")
    context = {
        "found": found,
        "kind": SUPPLEMENT_KINDS[found.kind],
        "state": SUPPLEMENT_STATES[found.state],
        "lines": found.text.strip().split("\n"),
        "may_withdraw": found.state == "proposed" and actor.has(Role.INSTITUTION_HEAD),
        "form": form,
        "notices": [("green", said)] if request.GET.get("done") else [],
    }
    return render(request, "desk/supplement.html", context, status=409 if form.errors else 200)


@page(roles=SEES_BOOKS)
def supplement_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The supplement as a PDF/A."""
    actor = actor_of(request)
    with reading(actor):
        sheet = sheet_of_supplement(actor, code)
    return answer_with_pdf(request, sheet)
