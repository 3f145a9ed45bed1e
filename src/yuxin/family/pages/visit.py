"""The visit code: shown on the phone, made there every half minute, also without a network."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.family.forms.lessons import ConfirmForm
from yuxin.family.pages.said import said
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.operations.tuition.issue_visit_key import issue_visit_keys
from yuxin.rules.visit_code import digits, payload, step_at
from yuxin.tuition.redeeming import queries
from yuxin.tuition.redeeming.queries import Pass


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def visit(request: HttpRequest) -> HttpResponse:
    """The code of each running contract; a form gives the phone new keys.

    The page itself names nobody, so that the phone may keep it; with `?plain=1` the codes of this
    half minute are written by the server, for a browser without scripts.
    """
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            issue_visit_keys(call_of(request, form.cleaned_data["request_id"]))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('family:visit')}?done=visit")
    actor = actor_of(request)
    plain = "plain" in request.GET
    with reading(actor):
        passes = queries.passes(actor)
    issued = [each for each in passes if each.key]
    context = {
        "form": form,
        "plain": [_plain(request, each) for each in issued] if plain else [],
        "is_plain": plain,
        "any": bool(passes),
        "ready": bool(issued),
        "missing": len(passes) > len(issued),
        "back_url": reverse("family:home"),
        "notices": said(request),
    }
    return render(request, "family/visit.html", context, status=409 if form.errors else 200)


def _plain(request: HttpRequest, one: Pass) -> dict[str, Any]:
    code = digits(bytes.fromhex(one.key), one.contract_code, step_at(moment(request)))
    return {
        "contract": one.contract_code,
        "course": one.course,
        "institution": one.institution,
        "payload": payload(one.contract_code, code),
        "digits": f"{code[:4]} {code[4:]}",
    }


@page(roles={Role.GUARDIAN})
def visit_keys(request: HttpRequest) -> HttpResponse:
    """The keys of the guardian's contracts, for the script of the page; never stored on the way."""
    actor = actor_of(request)
    with reading(actor):
        passes = [each for each in queries.passes(actor) if each.key]
    told = [
        {
            "contract": each.contract_code,
            "course": each.course,
            "institution": each.institution,
            "key": each.key,
        }
        for each in passes
    ]
    answer = JsonResponse({"passes": told})
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@page(roles={Role.GUARDIAN})
def visit_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps the page of the code on the phone, and nothing else."""
    script = render_to_string("family/visit_worker.js", request=request)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")
