"""Paid elsewhere: report a payment outside the supervised account, and see what became of it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.family.forms.outside import OutsideForm
from yuxin.files import store
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.clue_words import COMPARISONS, FOUND, MEANS
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.operations.supervision.report_outside_payment import report_outside_payment
from yuxin.supervision.clues import queries
from yuxin.supervision.clues.models import Means
from yuxin.supervision.clues.services import NewPayment, picture


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def outside(request: HttpRequest) -> HttpResponse:
    """The form, and what the family reported before."""
    actor = actor_of(request)
    form = OutsideForm(
        request.POST or None,
        request.FILES or None,
        initial={"institution": request.GET.get("institution", "")[:20]},
    )
    if request.method == "POST" and form.is_valid() and _report(request, form):
        return HttpResponseRedirect(f"{reverse('family:outside')}?done=1")
    with reading(actor):
        rows = queries.own(actor)
    reported = [
        {
            "row": one,
            "means": MEANS[one.means],
            "compared": COMPARISONS[one.comparison],
            "finding": getattr(one, "finding", None),
            "found": FOUND[one.finding.finding] if hasattr(one, "finding") else None,
        }
        for one in rows
    ]
    context = {"form": form, "reported": reported, "done": bool(request.GET.get("done"))}
    status = 422 if form.errors else 200
    return render(request, "family/outside.html", context, status=status)


def _report(request: HttpRequest, form: OutsideForm) -> bool:
    said = form.cleaned_data
    try:
        photo = said["photo"]
        sha256 = store.put(picture(photo.read())) if photo else ""
        report_outside_payment(
            call_of(request, said["request_id"]),
            code=said["institution"],
            payment=NewPayment(
                paid_on=said["paid_on"],
                amount_fen=said["amount_fen"],
                means=Means(said["means"]),
                payee_name=said["payee_name"],
                payee_account=said["payee_account"],
                words=said["words"],
                photo_sha256=sha256,
            ),
        )
    except NotFound:
        form.add_error("institution", NotFound().say(actor_of(request).language))
        return False
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True
