"""Insurance on the workbench: insurers and products, claims and their answers."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.covers import ClaimAnswerForm, InsurerForm, ProductForm
from yuxin.desk.tuition_access import BUREAU
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.tuition_words import session_words
from yuxin.look.values import Empty, Fact, Link
from yuxin.operations.insurance.answer_cover import decide_cover_claim
from yuxin.operations.insurance.offer_product import offer_product, register_insurer
from yuxin.tuition.insurance import cover_queries as queries
from yuxin.tuition.insurance.cover import CoverClaim, Product
from yuxin.tuition.insurance.covering import NewProduct

READERS: Final = BUREAU | {Role.INSURER}
SETS_UP: Final = frozenset({Role.HEAD})
ADMITS: Final = frozenset({Role.OFFICER, Role.HEAD})
STATES: Final = {
    "filed": gettext_lazy("等保险公司答复"),
    "paid": gettext_lazy("已赔付"),
    "refused": gettext_lazy("不赔"),
}
BY: Final = {"FAMILY": gettext_lazy("家长"), "CLOSING": gettext_lazy("停业处置")}
KINDS: Final = {
    "PERSONAL": gettext_lazy("点对点学费险"),
    "PERFORMANCE": gettext_lazy("履约保险"),
}
CLAIMS: Final = Table(
    name="cover-claims",
    caption=gettext_lazy("保险报案"),
    columns=(
        Column("number", gettext_lazy("保单号"), "code", fixed=True, link=True),
        Column("institution", gettext_lazy("机构"), cut=True),
        Column("contract", gettext_lazy("合同"), "code"),
        Column("insurer", gettext_lazy("保险公司")),
        Column("by", gettext_lazy("谁报的")),
        Column("amount", gettext_lazy("报案金额"), "money"),
        Column("paid", gettext_lazy("已赔付"), "money"),
        Column("state", gettext_lazy("状态")),
        Column("filed", gettext_lazy("报案"), "date"),
    ),
    empty=Empty(gettext_lazy("没有报案"), kind="green"),
)
PRODUCTS: Final = Table(
    name="products",
    caption=gettext_lazy("学费保险产品"),
    columns=(
        Column("name", gettext_lazy("产品名称"), fixed=True),
        Column("insurer", gettext_lazy("保险公司")),
        Column("kind", gettext_lazy("险种")),
        Column("premium", gettext_lazy("保费（占学费）")),
        Column("cover", gettext_lazy("每份合同最高保额"), "money"),
        Column("payer", gettext_lazy("谁付保费")),
        Column("required", gettext_lazy("投保")),
    ),
    empty=Empty(
        gettext_lazy("还没有保险产品"),
        gettext_lazy("登记保险公司和产品以后，家长付款时可以一起选。"),
    ),
)


@page(roles=READERS)
def cover_claims(request: HttpRequest) -> HttpResponseBase:
    """Claims within the reader's grants, the latest first."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.claims(actor)
    rows = [
        Row(
            {
                "number": each.claim.certificate.number,
                "institution": each.institution,
                "contract": each.claim.certificate.contract.code,
                "insurer": each.claim.certificate.product.insurer.name,
                "by": BY[each.claim.by],
                "amount": Fen(each.claim.amount_fen),
                "paid": Fen(each.claim.paid_fen),
                "state": STATES[each.claim.state],
                "filed": each.claim.filed_at,
            },
            url=reverse("desk:cover-claim", args=[each.claim.code]),
        )
        for each in found
    ]
    context = {"title": _("保险报案"), "sub": _("赔付由保险公司直接付给家长，记入合同的账。")}
    return CLAIMS.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=READERS, methods=("GET", "POST"))
def cover_claim(request: HttpRequest, code: str) -> HttpResponse:
    """One claim; its insurer answers it here or by message."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.claim(actor, code)
    claim, certificate = found.claim, found.claim.certificate
    waits = claim.state == CoverClaim.State.FILED
    answers = actor.has(Role.INSURER) and (waits or request.method == "POST")
    form = ClaimAnswerForm(request.POST or None) if answers else None
    if request.method == "POST" and form is None:
        raise NotFound
    if form is not None and request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            decide_cover_claim(
                call_of(request, told["request_id"]),
                insurer_code=certificate.product.insurer.code,
                claim_code=code,
                paid_fen=told["paid"],
                serial=told["serial"],
                paid_on=told["paid_on"],
                words=told["words"],
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{request.path}?done=1")
    context = {
        "claim": claim,
        "facts": [
            Fact(_("机构"), found.institution),
            Fact(_("合同"), certificate.contract.code, code=True),
            Fact(_("产品名称"), certificate.product.name),
            Fact(_("保险公司"), certificate.product.insurer.name),
            Fact(_("保单号"), certificate.number, code=True),
            Fact(_("谁报的"), BY[claim.by]),
            Fact(_("报案"), session_words(claim.filed_at)),
            Fact(_("状态"), STATES[claim.state], claim.words),
        ],
        "form": form,
        "notices": [("green", _("办好了，已写入存证。"))] if request.GET.get("done") else [],
    }
    bad = form is not None and form.is_bound
    return render(request, "desk/cover_claim.html", context, status=422 if bad else 200)


@page(roles=READERS)
def products(request: HttpRequest) -> HttpResponseBase:
    """Products on offer."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.products(actor)
    rows = [
        Row(
            {
                "name": each.name,
                "insurer": each.insurer.name,
                "kind": KINDS[each.kind],
                "premium": f"{each.premium_bps / 100:.2f}%",
                "cover": Fen(each.cover_max_fen),
                "payer": _("家长") if each.payer == Product.Payer.FAMILY else _("机构"),
                "required": _("必须") if each.required else _("自愿"),
            }
        )
        for each in found
    ]
    acts = []
    if actor.has(*SETS_UP):
        acts.append(Link(_("登记保险公司"), reverse("desk:insurer-new")))
    if actor.has(*ADMITS):
        acts.append(Link(_("登记产品"), reverse("desk:product-new"), primary=True))
    context = {
        "title": _("学费保险产品"),
        "sub": _("家长在付款那一步选；必须投保的自动带上。"),
        "acts": acts,
    }
    return PRODUCTS.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=SETS_UP, methods=("GET", "POST"))
def insurer_new(request: HttpRequest) -> HttpResponse:
    """Enter an insurer, or change what was agreed."""
    form = InsurerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        try:
            register_insurer(call_of(request, told.pop("request_id")), **told)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:products"))
    return _form_page(request, form, _("登记保险公司"))


@page(roles=ADMITS, methods=("GET", "POST"))
def product_new(request: HttpRequest) -> HttpResponse:
    """Admit a product."""
    actor = actor_of(request)
    with reading(actor):
        insurers = [(each.code, each.name) for each in queries.insurers(actor)]
    form = ProductForm(insurers, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        product = NewProduct(
            kind=Product.Kind(told["kind"]),
            name=told["name"],
            terms=told["terms"],
            premium_bps=int(told["premium"] * 100),
            cover_max_fen=told["cover_max"],
            payer=Product.Payer(told["payer"]),
            required=told["required"],
        )
        try:
            call = call_of(request, told["request_id"])
            offer_product(call, insurer_code=told["insurer_code"], product=product)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:products"))
    return _form_page(request, form, _("登记产品"))


def _form_page(request: HttpRequest, form: Form, title: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "title": title}
    return render(request, "desk/cover_form.html", context, status=status)
