"""A contract's paper, cancelling one that nobody paid, and what papers say of a child."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.family.forms.enrol import SendCodeForm
from yuxin.family.forms.particulars import ParticularsForm
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.contract_papers import sheet_of_contract
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.papers import answer_with_pdf
from yuxin.look.tuition_words import STEPS, SUPPLEMENT_KINDS, SUPPLEMENT_STATES
from yuxin.operations.tuition.cancel_contract import cancel_contract
from yuxin.operations.tuition.record_particulars import record_particulars
from yuxin.tuition.agreements import queries as agreements
from yuxin.tuition.invoices import queries as invoices
from yuxin.tuition.queries import contracts, families

MONEY = ("paid", "arrived", "release_done", "release_returned", "refund_paid", "refund_returned")


@page(roles={Role.GUARDIAN})
def contract_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The contract as a PDF/A with both signatures and the QR code of its receipt."""
    actor = actor_of(request)
    with reading(actor):
        sheet = sheet_of_contract(actor, code)
    return answer_with_pdf(request, sheet)


@page(roles={Role.GUARDIAN})
def papers(request: HttpRequest, code: str) -> HttpResponse:
    """Contract, supplements, invoices and every number of one fee, for the family."""
    actor = actor_of(request)
    with reading(actor):
        contract = contracts.find(actor, code)
        lines = invoices.invoices_of(actor, contract)
        found = agreements.supplements_of(actor, code)
        steps = contracts.steps_of(contract)
    check = invoices.check_of(contract, lines)
    context = {
        "contract": contract,
        "check": check,
        "invoices": [(each, Fen(each.amount_fen)) for each in lines],
        "supplements": [
            (each, SUPPLEMENT_KINDS[each.kind], SUPPLEMENT_STATES[each.state]) for each in found
        ],
        "moves": [
            (each, STEPS.get(each.kind, each.kind), Fen(each.amount_fen))
            for each in steps
            if each.kind in MONEY
        ],
        "paid_fen": Fen(check.paid_fen),
        "back_url": reverse("family:contract", args=[code]),
    }
    return render(request, "family/papers.html", context)


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Cancel a contract that was not paid."""
    actor = actor_of(request)
    form = SendCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_contract(call_of(request, form.cleaned_data["request_id"]), contract_code=code)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('family:home')}?done=cancelled")
    with reading(actor):
        found = families.contract(actor, code)
    context = {
        "contract": found,
        "total_fen": Fen(found.total_fen),
        "may_cancel": found.state in ("draft", "signed"),
        "form": form,
        "back_url": reverse("family:contract", args=[code]),
    }
    return render(request, "family/cancel.html", context, status=409 if form.errors else 200)


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def particulars(request: HttpRequest, child: int) -> HttpResponse:
    """What the model contract asks of a child and its guardian; every field may stay blank."""
    actor = actor_of(request)
    with reading(actor):
        found = next((each for each in families.children(actor) if each.id == child), None)
        if found is None:
            raise NotFound
        told = agreements.particulars(actor, child)
    form = ParticularsForm(request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        try:
            record_particulars(
                call_of(request, form.cleaned_data["request_id"]),
                learner_id=child,
                values=form.told(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('family:children')}?done=particulars")
    context = {"child": found, "form": form, "back_url": reverse("family:children")}
    status = 422 if form.is_bound else 200
    return render(request, "family/particulars.html", context, status=status)
