"""Contracts of the national platform or a bank: our rules beside what they did."""

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import BUREAU
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.ledger.buckets import Bucket
from yuxin.look.forms import Form, SizedFileField
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, Row, Table
from yuxin.look.values import Empty, Link, Part, Text
from yuxin.operations.tuition.receive_mirror_file import receive_mirror_file
from yuxin.operations.tuition.register_mirror_source import register_mirror_source
from yuxin.tuition.mirror import queries
from yuxin.tuition.mirror.models import MirrorSource
from yuxin.tuition.queries.contracts import names_of

SENDS: Final = frozenset({Role.OFFICER, Role.HEAD})
ORIGINS: Final = {"national": gettext_lazy("全国平台"), "bank": gettext_lazy("银行")}
DIFFERENCES: Final[dict[str, Text]] = {
    "paid_otherwise": gettext_lazy("缴费与合同总额不符"),
    "arrived_beyond": gettext_lazy("到账多于缴费"),
    "taught_beyond": gettext_lazy("上课超出合同"),
    "kept_beyond": gettext_lazy("裁定归机构的多于这节课"),
    "released_ahead": gettext_lazy("划款早于确认：没有消课就划给机构"),
    "released_beyond": gettext_lazy("划款多于专户里的钱"),
    "refund_less": gettext_lazy("退费少于应退"),
    "refund_more": gettext_lazy("退费多于应退"),
    "refunded_beyond": gettext_lazy("退到账多于核定"),
}
LIST: Final = Table(
    name="mirror",
    caption=gettext_lazy("镜像合同"),
    columns=(
        Column("ref", gettext_lazy("来源合同号"), "code", sortable=True, fixed=True, link=True),
        Column("origin", gettext_lazy("来源")),
        Column("institution", gettext_lazy("机构"), cut=True),
        Column("course", gettext_lazy("课程"), cut=True),
        Column("total", gettext_lazy("合同总额"), "money", sortable=True),
        Column("custody", gettext_lazy("应在专户"), "money", sortable=True),
        Column("released", gettext_lazy("来源已划"), "money", sortable=True),
        Column("payable", gettext_lazy("已消课未划"), "money", sortable=True),
        Column("ahead", gettext_lazy("没消课先划"), "money", sortable=True),
        Column("difference", gettext_lazy("差异"), "money", sortable=True),
    ),
    filters=(
        Filter("only", gettext_lazy("范围"), (("differs", gettext_lazy("只看有差异")),)),
        Filter("origin", gettext_lazy("来源"), list(ORIGINS.items())),
    ),
    default_sort="-difference",
    empty=Empty(
        gettext_lazy("没有镜像合同"),
        gettext_lazy("在全国平台或银行签约付款的合同，由来源的签名文件送来，这里只计算和比对。"),
    ),
)


@page(roles=BUREAU)
def mirror(request: HttpRequest) -> HttpResponseBase:
    """What our rules make of contracts that live elsewhere."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.contracts(actor, moment(request))
        names = names_of({each.institution_id for each in found})
    rows = [
        Row(
            {
                "ref": each.ref,
                "origin": ORIGINS[each.origin],
                "origin_key": each.origin,
                "institution": names[each.institution_id].name,
                "course": each.course,
                "total": Fen(each.result.total_fen),
                "custody": Fen(each.result.buckets[Bucket.CUSTODY]),
                "released": Fen(each.result.released_fen),
                "payable": Fen(each.result.payable_fen),
                "ahead": Fen(each.result.ahead_fen),
                "difference": Fen(each.difference_fen),
            },
            key=each.ref,
            url=reverse("desk:mirror-one", args=[each.source, each.ref]),
            hot=bool(each.difference_fen),
        )
        for each in found
    ]
    source = ListSource(
        rows,
        keep=lambda row, chosen: (
            ("only" not in chosen or row.hot)
            and chosen.get("origin", row.cells["origin_key"]) == row.cells["origin_key"]
        ),
    )
    acts = [Link(_("接收文件"), reverse("desk:mirror-receive"), primary=True)]
    context = {
        "title": _("镜像合同"),
        "sub": _("在别处签约付款、在别处确认。育信只按同一套规则计算、比对、提示。"),
        "acts": acts if actor.roles & SENDS else [],
    }
    return LIST.answer(request, source, "desk/tuition_list.html", context)


@page(roles=BUREAU)
def mirror_one(request: HttpRequest, source: str, ref: str) -> HttpResponse:
    """One mirrored contract: its buckets, the differences, the facts with their file."""
    actor = actor_of(request)
    with reading(actor):
        one = queries.one(actor, source, ref, moment(request))
        name = names_of([one.institution_id])[one.institution_id].name
    held = one.result.buckets
    context = {
        "one": one,
        "origin": ORIGINS[one.origin],
        "name": name,
        "parts": [
            Part(_("未消课"), Fen(held[Bucket.UNEARNED])),
            Part(_("待确认"), Fen(held[Bucket.PENDING])),
            Part(_("已消课未划"), Fen(held[Bucket.PAYABLE])),
            Part(_("冻结"), Fen(held[Bucket.FROZEN])),
            Part(_("应退"), Fen(held[Bucket.REFUND_PAYABLE])),
        ],
        "custody_fen": Fen(held[Bucket.CUSTODY]),
        "differences": [(each, DIFFERENCES[each.kind]) for each in one.result.differences],
        "facts": one.facts,
    }
    return render(request, "desk/mirror_one.html", context)


class ReceiveForm(Form):
    """A file and the signature beside it."""

    file = SizedFileField(label=gettext_lazy("事实文件"), endings=["csv"])
    signature = SizedFileField(
        label=gettext_lazy("签名文件"),
        help_text=gettext_lazy("来源随文件送来的 .sig。签名对不上的文件一行也不收。"),
        endings=["sig"],
    )


@page(roles=SENDS, methods=("GET", "POST"))
def receive(request: HttpRequest) -> HttpResponse:
    """Take a signed file of facts."""
    form, status = ReceiveForm(), 200
    if request.method == "POST":
        form = ReceiveForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                receive_mirror_file(
                    call_of(request, form.cleaned_data["request_id"]),
                    data=form.cleaned_data["file"].read(),
                    signature=form.cleaned_data["signature"].read(),
                )
                return HttpResponseRedirect(reverse("desk:mirror"))
            except NotFound:
                form.add_error(None, _("文件里的机构不在您的范围内，没有收。"))
            except Refusal as refusal:
                form.refuse(refusal)
    context = {"form": form, "title": _("接收镜像文件"), "act": _("核验签名并接收"), "files": True}
    return render(request, "desk/mirror_form.html", context, status=status)


class SourceForm(Form):
    """A source and its key."""

    code = forms.CharField(label=gettext_lazy("来源代码"), max_length=20)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    origin = forms.ChoiceField(label=gettext_lazy("来源"), choices=list(ORIGINS.items()))
    public_key_pem = forms.CharField(
        label=gettext_lazy("公钥（PEM）"),
        max_length=4000,
        help_text=gettext_lazy("与来源当面或电话核对指纹后再登记。"),
        widget=forms.Textarea,
    )


@page(roles={Role.ADMINISTRATOR}, methods=("GET", "POST"))
def sources(request: HttpRequest) -> HttpResponse:
    """Enter a source of mirrored facts, or its next key."""
    form, status = SourceForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            told = dict(form.cleaned_data)
            try:
                register_mirror_source(call_of(request, told.pop("request_id")), **told)
                return HttpResponseRedirect(reverse("desk:mirror-sources"))
            except Refusal as refusal:
                form.refuse(refusal)
    with reading(actor_of(request)):
        known = list(MirrorSource.objects.order_by("code"))
    context = {
        "form": form,
        "title": _("镜像来源"),
        "act": _("登记来源"),
        "known": [(each, ORIGINS[each.origin]) for each in known],
    }
    return render(request, "desk/mirror_form.html", context, status=status)
