"""The children of a family: the list, and one more."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from yuxin.access.reading import reading
from yuxin.family.forms.children import ChildForm
from yuxin.family.pages.said import said
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Refusal
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.operations.tuition.add_learner import add_learner
from yuxin.tuition.queries import families


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def children(request: HttpRequest) -> HttpResponse:
    """Show the children; add one, then go back to the course that asked for one."""
    actor = actor_of(request)
    form = ChildForm(request.POST) if request.method == "POST" else ChildForm()
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            add_learner(
                call_of(request, told["request_id"]),
                guardian_id=actor.person_ids[0],
                name=told["name"],
                birth_on=told["birth_on"],
                school=told["school"],
                grade=told["grade"],
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(_next(request))
    with reading(actor):
        found = families.children(actor)
    context = {
        "children": found,
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "back_url": reverse("family:home"),
        "notices": said(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "family/children.html", context, status=status)


def _next(request: HttpRequest) -> str:
    where = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()}):
        return where
    return f"{reverse('family:children')}?done=child"
