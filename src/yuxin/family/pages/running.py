"""A contract of before: the family says whether what is left is right."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.family.forms.running import ConfirmForm, OtherwiseForm
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import units
from yuxin.operations.tuition.answer_running_contract import answer_running_contract
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.running import queries


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def running(request: HttpRequest, code: str) -> HttpResponse:
    """What the institution says was paid, taught and is left; right, or not."""
    actor = actor_of(request)
    otherwise = request.POST.get("act") == "otherwise" or request.GET.get("say") == "otherwise"
    confirm = ConfirmForm(request.POST or None) if not otherwise else ConfirmForm()
    other = OtherwiseForm(request.POST or None) if otherwise else OtherwiseForm()
    status = 200
    if request.method == "POST":
        form: Form = other if otherwise else confirm
        if form.is_valid() and _answered(request, code, form):
            return HttpResponseRedirect(request.path)
        status = 422
    with reading(actor):
        one = queries.one(actor, code)
        safe = queries.is_safe(one)
        name = names_of([one.institution_id])[one.institution_id]
    context = {
        "one": one,
        "institution": name.name,
        "child": queries.learner_name(one, masked=False),
        "total": units(one.total_centiunits),
        "taught": units(one.taught_centiunits),
        "left": units(one.total_centiunits - one.taught_centiunits),
        "said": "" if one.said_centiunits is None else units(one.said_centiunits),
        "agreed": "" if one.agreed_centiunits is None else units(one.agreed_centiunits),
        "agreed_left": units(one.total_centiunits - (one.agreed_centiunits or 0)),
        "declared_fen": Fen(one.left_fen(one.taught_centiunits)),
        "used_fen": Fen(one.paid_fen - one.left_fen(one.taught_centiunits)),
        "left_fen": Fen(one.at_stake_fen),
        "safe": safe,
        "confirm": confirm,
        "other": other,
        "otherwise": otherwise,
        "back_url": reverse("family:home"),
    }
    return render(request, "family/running.html", context, status=status)


def _answered(request: HttpRequest, code: str, form: Form) -> bool:
    taught = form.cleaned_data.get("taught")
    try:
        answer_running_contract(
            call_of(request, form.cleaned_data["request_id"]),
            running_code=code,
            taught_centiunits=None if taught is None else int(taught * 100),
            note=form.cleaned_data.get("note", ""),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True
