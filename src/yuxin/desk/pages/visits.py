"""The desk of an institution: scan or type the code of a guardian's phone."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import own_institution
from yuxin.kernel.act import Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.operations.tuition.redeem_visit import redeem_visit
from yuxin.rules.visit_code import DIGITS, read_payload

DESK = frozenset({Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD})


class VisitForm(Form):
    """What the scanner reads, or what somebody types."""

    scanned = forms.CharField(
        label=gettext_lazy("到店码"),
        max_length=60,
        help_text=gettext_lazy("用扫码枪扫家长手机，或输入“合同号:8位数字”"),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )

    def clean_scanned(self) -> tuple[str, str]:
        """Contract and digits. Raises: ValidationError with what a code looks like."""
        contract, code = read_payload(self.cleaned_data["scanned"])
        if not contract or len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
            raise forms.ValidationError(
                _("不是到店码。码由合同号、冒号和8位数字组成，请重扫，或照手机上的数字输入。")
            )
        return contract, code


@page(roles=DESK, methods=("GET", "POST"))
def visits(request: HttpRequest) -> HttpResponse:
    """Redeem one visit after another: after each the field is empty and ready for the next."""
    actor = actor_of(request)
    with reading(actor):
        place = own_institution(request, actor)
    form = VisitForm(request.POST or None)
    notices: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        receipt = _redeem(request, form)
        if receipt is not None and receipt["redeemed"]:
            told = {"contract": receipt["contract"], "n": receipt["ordinal"]}
            notices.append(("green", _("核销了：合同%(contract)s第%(n)d课时。") % told))
            form = VisitForm()
        elif receipt is not None:
            form.add_error(
                "scanned", _("码不对或过期了（半分钟换一次）。请让家长打开最新的码再扫。")
            )
    context = {"form": form, "place": place, "notices": notices}
    return render(request, "desk/visits.html", context, status=422 if form.errors else 200)


def _redeem(request: HttpRequest, form: VisitForm) -> Receipt | None:
    contract, code = form.cleaned_data["scanned"]
    try:
        call = call_of(request, form.cleaned_data["request_id"])
        return redeem_visit(call, contract_code=contract, code=code)
    except NotFound:
        form.add_error("scanned", _("不是本机构的合同，不能在这里核销。"))
    except Refusal as refusal:
        form.refuse(refusal)
    return None
