"""Invoices: which contracts agree, record one, record a sheet."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yuxin.access.reading import reading
from yuxin.access.sealed import masked_name, unseal
from yuxin.desk.forms.invoices import InvoiceForm, InvoiceSheetForm
from yuxin.desk.tuition_access import KEEPS_BOOKS, SEES_BOOKS, own_institution
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, QuerySource, Row, SavedView, Table
from yuxin.look.values import Empty, Fact, Link
from yuxin.operations.tuition.record_invoice import record_invoice, record_invoices_many
from yuxin.tuition.invoices import queries as invoices
from yuxin.tuition.invoices.queries import DIFFERS, MISSING, OK
from yuxin.tuition.invoices.sheet import invoices_in
from yuxin.tuition.models import Contract
from yuxin.tuition.queries import contracts as queries
from yuxin.tuition.queries.contracts import names_of

VERDICTS = {
    MISSING: gettext_lazy("没有发票"),
    DIFFERS: gettext_lazy("不一致"),
    OK: gettext_lazy("三一致"),
}


def _table(*, many: bool) -> Table:
    institution = (Column("institution", gettext_lazy("机构"), cut=True),) if many else ()
    return Table(
        name="three-way",
        caption=gettext_lazy("发票、合同、购课人"),
        columns=(
            Column("code", gettext_lazy("合同"), "code", fixed=True, link=True, sortable=True),
            Column("verdict", gettext_lazy("结论")),
            *institution,
            Column("learner", gettext_lazy("学员")),
            Column("course", gettext_lazy("课程"), cut=True),
            Column("total", gettext_lazy("付了"), "money", sortable=True),
            Column("invoiced", gettext_lazy("开票"), "money", sortable=True),
            Column("what", gettext_lazy("哪里不一致")),
            Column("paid", gettext_lazy("付款"), "date", sortable=True),
        ),
        filters=(
            Filter("verdict", gettext_lazy("结论"), list(VERDICTS.items())),
            Filter("q", gettext_lazy("合同编号"), kind="text"),
        ),
        default_sort="-paid",
        empty=Empty(gettext_lazy("还没有付过款的合同"), gettext_lazy("付了款就要开票，排在这里。")),
    )


@page(roles=SEES_BOOKS)
def three_way(request: HttpRequest) -> HttpResponseBase:
    """Paid contracts with their invoices: missing, different, or in agreement."""
    actor = actor_of(request)
    inside = actor.has(*KEEPS_BOOKS)
    with reading(actor):
        names = names_of(actor.institution_ids)
        waiting = invoices.counts(actor)
        source = QuerySource(
            invoices.checked(actor),
            row=lambda one: _row(one, names, inside=inside),
            order={
                "code": ("code",),
                "total": ("total_fen",),
                "invoiced": ("invoiced",),
                "paid": ("paid_at",),
            },
            narrow=_narrow,
        )
        sheet = Link(_("用表格记很多张"), reverse("desk:invoices-sheet"), primary=True)
        context = {
            "title": _("发票、合同、购课人"),
            "sub": _("%(missing)d 份没有发票，%(differs)d 份不一致。")
            % {"missing": waiting[MISSING], "differs": waiting[DIFFERS]},
            "acts": [sheet] if inside else [],
        }
        views = (
            SavedView(_("全部"), ""),
            SavedView(_("没有发票"), f"verdict={MISSING}"),
            SavedView(_("不一致"), f"verdict={DIFFERS}"),
        )
        table = _table(many=not inside)
        return table.answer(request, source, "desk/tuition_list.html", context, views=views)


def _narrow(rows: "QuerySet[Contract]", filters: Mapping[str, str]) -> "QuerySet[Contract]":
    if text := filters.get("q"):
        rows = rows.filter(code__startswith="".join(text.split()).replace("-", "").upper())
    return invoices.by_verdict(rows, filters.get("verdict", ""))


def _row(contract: Contract, names: Mapping[int, object], *, inside: bool) -> Row:
    name = unseal("learner", contract.learner_name_sealed)
    invoiced = int(getattr(contract, "invoiced", 0))
    what = _differences(
        amount=bool(invoiced) and invoiced != contract.total_fen,
        title=bool(getattr(contract, "mistitled", False)),
        buyer=bool(getattr(contract, "misbought", False)),
    )
    verdict = DIFFERS if what else OK if invoiced else MISSING
    return Row(
        {
            "code": contract.code,
            "verdict": VERDICTS[verdict],
            "institution": str(names.get(contract.institution_id, "")),
            "learner": name if inside else masked_name(name),
            "course": contract.course.name,
            "total": Fen(contract.total_fen),
            "invoiced": Fen(invoiced) if invoiced else None,
            "what": what,
            "paid": contract.paid_at,
        },
        url=reverse("desk:contract-invoices", args=[contract.code]),
        hot=verdict == DIFFERS,
    )


def _differences(*, amount: bool, title: bool, buyer: bool) -> str:
    words = ((amount, _("金额")), (title, _("抬头")), (buyer, _("购买方")))
    return _("、").join(word for differs, word in words if differs)


@page(roles=SEES_BOOKS, methods=("GET", "POST"))
def contract_invoices(request: HttpRequest, code: str) -> HttpResponse:
    """The invoices of one contract; who keeps its books records another."""
    actor = actor_of(request)
    keeps = actor.has(*KEEPS_BOOKS)
    with reading(actor):
        contract = queries.find(actor, code)
        lines = invoices.invoices_of(actor, contract)
        institution = names_of([contract.institution_id])[contract.institution_id]
    check = invoices.check_of(contract, lines)
    form = InvoiceForm(request.POST or None, lines=lines) if keeps and contract.paid_at else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            record_invoice(
                call_of(request, form.cleaned_data["request_id"]),
                institution_id=contract.institution_id,
                invoice=form.invoice(contract.code),
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            where = reverse("desk:contract-invoices", args=[code])
            return HttpResponseRedirect(f"{where}?done=1")
    inside = actor.has(Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE)
    context = {
        "contract": contract,
        "institution": institution,
        "verdict": VERDICTS[check.verdict],
        "is_ok": check.verdict == OK,
        "facts": _facts(contract, check),
        "lines": [(each, Fen(each.amount_fen)) for each in lines],
        "shows_names": inside,
        "form": form,
        "notices": [("green", _("发票记下了。"))] if request.GET.get("done") else [],
    }
    bad = form is not None and bool(form.errors)
    return render(request, "desk/contract_invoices.html", context, status=422 if bad else 200)


def _facts(contract: Contract, check: invoices.Check) -> list[Fact]:
    what = _differences(
        amount=check.amount_differs, title=check.title_differs, buyer=check.buyer_differs
    )
    return [
        Fact(_("付了"), _("%(sum)s元") % {"sum": yuan(Fen(check.paid_fen))}),
        Fact(_("开票"), _("%(sum)s元") % {"sum": yuan(Fen(check.invoiced_fen))}),
        Fact(_("结论"), VERDICTS[check.verdict], what),
        Fact(_("合同"), contract.code, code=True),
    ]


@page(roles=KEEPS_BOOKS, methods=("GET", "POST"))
def invoices_sheet(request: HttpRequest) -> HttpResponse:
    """Record the invoices of a sheet: all of them, or none with the row that is wrong."""
    actor = actor_of(request)
    with reading(actor):
        place = own_institution(request, actor)
    form = InvoiceSheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = invoices_in(form.cleaned_data["file"].read())
            receipt = record_invoices_many(
                call_of(request, form.cleaned_data["request_id"]),
                institution_id=place.id,
                invoices=told,
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            where = reverse("desk:invoices-sheet")
            said = f"{receipt['recorded']}.{receipt['agreeing']}"
            return HttpResponseRedirect(f"{where}?done={said}")
    context = {"form": form, "place": place, "notices": _sheet_notices(request)}
    return render(request, "desk/invoices_sheet.html", context, status=422 if form.errors else 200)


def _sheet_notices(request: HttpRequest) -> list[tuple[str, str]]:
    recorded, _dot, agreeing = request.GET.get("done", "").partition(".")
    if not (recorded.isdecimal() and agreeing.isdecimal()):
        return []
    count, differing = int(recorded), int(recorded) - int(agreeing)
    words = ngettext("记下了 %(count)d 张发票。", "记下了 %(count)d 张发票。", count) % {
        "count": count
    }
    if not differing:
        return [("green", words)]
    more = ngettext(
        "其中 %(count)d 张的抬头或购买方和合同不一致。",
        "其中 %(count)d 张的抬头或购买方和合同不一致。",
        differing,
    )
    return [("yellow", words + more % {"count": differing})]
