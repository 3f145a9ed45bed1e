"""Places for learners of institutions that closed: offered by other institutions."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.closings import OfferForm
from yuxin.desk.pages import closing_words as words
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.values import Empty
from yuxin.operations.collapse.offer_place import offer_place
from yuxin.tuition.collapse import queries
from yuxin.tuition.models import ClassGroup

HEAD: Final = frozenset({Role.INSTITUTION_HEAD})
PLACES: Final = Table(
    name="places",
    caption=gettext_lazy("接收学员"),
    columns=(
        Column("institution", gettext_lazy("停业的机构"), fixed=True, link=True, cut=True),
        Column("kind", gettext_lazy("认定")),
        Column("on", gettext_lazy("自何日起"), "date"),
        Column("claims", gettext_lazy("家庭（合同）"), "number"),
        Column("mine", gettext_lazy("我提供的"), "number"),
        Column("taken", gettext_lazy("家长已选"), "number"),
    ),
    empty=Empty(
        gettext_lazy("没有停业的机构"),
        gettext_lazy("有机构停业时，这里可以为它的学员提供名额。"),
        kind="green",
    ),
)


@page(roles=HEAD)
def places(request: HttpRequest) -> HttpResponseBase:
    """Closings in force, with what this institution offers to each."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.closings_in_force(actor)
        mine: dict[str, list[tuple[int, int]]] = {}
        for offer in queries.own_offers(actor):
            mine.setdefault(offer.closing.code, []).append((offer.places, offer.taken))
    rows = [
        Row(
            {
                "institution": each.institution,
                "kind": words.KINDS[each.kind],
                "on": each.effective_on,
                "claims": each.claims,
                "mine": sum(count for count, _taken in mine.get(each.code, [])),
                "taken": sum(taken for _count, taken in mine.get(each.code, [])),
            },
            url=reverse("desk:place-offer", args=[each.code]),
        )
        for each in found
    ]
    context = {
        "title": _("接收学员"),
        "sub": _("为停业机构的学员提供名额。家长先收退款，愿意的再与您签新合同。"),
    }
    return PLACES.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=HEAD, methods=("GET", "POST"))
def place_offer(request: HttpRequest, code: str) -> HttpResponse:
    """Offer places of a class."""
    actor = actor_of(request)
    with reading(actor):
        closing = next((one for one in queries.closings_in_force(actor) if one.code == code), None)
        classes = _classes(actor)
        offers = [one for one in queries.own_offers(actor) if one.closing.code == code]
    if closing is None:
        raise NotFound
    form = OfferForm(classes, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            offer_place(
                call_of(request, told["request_id"]),
                closing_code=code,
                class_code=told["class_code"],
                count=told["count"],
                words=told["words"],
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{request.path}?done=1")
    context = {
        "closing": closing,
        "form": form if classes else None,
        "offers": offers,
        "notices": [("green", _("提供了，家长看得到。"))] if request.GET.get("done") else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/place_offer.html", context, status=status)


def _classes(actor: Actor) -> list[tuple[str, str]]:
    """Classes of the reader's institution with a place free."""
    rows = (
        ClassGroup.objects.filter(
            course__institution_id__in=actor.institution_ids, course__withdrawn_at=None
        )
        .select_related("course")
        .order_by("course__name", "name")
    )
    return [
        (
            each.code,
            _("%(course)s %(class)s，空%(n)d位")
            % {"course": each.course.name, "class": each.name, "n": each.capacity - each.taken},
        )
        for each in rows
        if each.taken < each.capacity
    ]
