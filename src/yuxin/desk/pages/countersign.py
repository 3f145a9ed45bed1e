"""The institution signs what families have signed: choose, read, one code of one's own device."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuxin.access.reading import reading
from yuxin.access.sealed import unseal
from yuxin.desk.forms.papers import CountersignForm
from yuxin.desk.tuition_access import SEES_BOOKS
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.contract_papers import sheet_of_contract
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.papers import answer_with_pdf
from yuxin.operations.tuition.countersign_contracts import countersign_contracts
from yuxin.tuition.agreements import queries as agreements
from yuxin.tuition.agreements.services import batch_digest
from yuxin.tuition.models import Contract


@page(roles={Role.INSTITUTION_HEAD}, methods=("GET", "POST"))
def countersign(request: HttpRequest) -> HttpResponse:
    """Contracts that wait for the institution's signature; a batch is signed with one code."""
    actor = actor_of(request)
    with reading(actor):
        found = agreements.to_countersign(actor, actor.institution_ids)
    form = CountersignForm(request.POST or None, contracts=found)
    if request.method == "POST" and form.is_valid():
        count = _sign(request, form)
        if count is not None:
            return HttpResponseRedirect(f"{reverse('desk:countersign')}?signed={count}")
    chosen = set(request.POST.getlist("contract")) if form.is_bound else None
    context = {
        "rows": [_row(each, chosen) for each in found],
        "total_fen": Fen(sum(each.total_fen for each in found)),
        "form": form,
        "notices": _said(request),
    }
    return render(request, "desk/countersign.html", context, status=422 if form.errors else 200)


def _sign(request: HttpRequest, form: CountersignForm) -> int | None:
    """How many were signed; None when the form says why none was."""
    told = form.cleaned_data
    seen = [(code, digest) for code, _, digest in (one.partition(".") for one in told["contract"])]
    try:
        receipt = countersign_contracts(
            call_of(request, told["request_id"], told["code"]),
            contract_codes=tuple(sorted(code for code, _ in seen)),
            seen_sha256=batch_digest(seen),
            device_code=told["code"],
        )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    if not receipt["right"]:
        left = int(str(receipt["tries_left"]))
        form.add_error("code", _("动态码不对，还可以试%(count)d次。没有签。") % {"count": left})
        return None
    return int(str(receipt["signed"]))


def _row(contract: Contract, chosen: set[str] | None) -> dict[str, object]:
    return {
        "contract": contract,
        "learner": unseal("learner", contract.learner_name_sealed),
        "total_fen": Fen(contract.total_fen),
        "checked": chosen is None or f"{contract.code}.{contract.terms_sha256}" in chosen,
        "is_late": contract.terms.get("service_more", {}).get("joined_late", False),
    }


def _said(request: HttpRequest) -> list[tuple[str, str]]:
    text = request.GET.get("signed", "")
    if not text.isdecimal():
        return []
    count = int(text)
    words = ngettext(
        "签了 %(count)d 份合同，已通知家长付款。", "签了 %(count)d 份合同，已通知家长付款。", count
    )
    return [("green", words % {"count": count})]


@page(roles=SEES_BOOKS)
def contract_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The contract as a PDF/A, for those who may see its books."""
    actor = actor_of(request)
    with reading(actor):
        sheet = sheet_of_contract(actor, code)
    return answer_with_pdf(request, sheet)
