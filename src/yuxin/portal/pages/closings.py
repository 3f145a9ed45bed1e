"""The public page of a closing: what happened, what families need to do, no person named."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import now
from yuxin.kernel.refusal import NotFound
from yuxin.look.page import EVERYBODY, page
from yuxin.look.values import Fact
from yuxin.portal import words
from yuxin.tuition.collapse import public
from yuxin.tuition.collapse.public import PublicClosing


@page(roles=EVERYBODY)
def closings(request: HttpRequest) -> HttpResponse:
    """`/closings`: institutions that closed, the latest first."""
    with reading(Actor.public()):
        found = public.closings()
    context = {
        "rows": [
            (
                each,
                words.shown(each.brand or each.name),
                _kind(each),
                words.full_date(each.effective_on),
            )
            for each in found
        ],
        "as_of_text": _("截至%s") % words.moment(now()),
    }
    return render(request, "portal/closings.html", context)


@page(roles=EVERYBODY)
def closing(request: HttpRequest, code: str) -> HttpResponse:
    """`/closings/<code>`: dated, with what is done for the families so far."""
    with reading(Actor.public()):
        found = next((each for each in public.closings() if each.code == code), None)
    if found is None:
        raise NotFound
    return render(request, "portal/closing.html", _context(found))


def _kind(found: PublicClosing) -> str:
    return _("停业") if found.kind == "CLOSED" else _("失联")


def _context(found: PublicClosing) -> dict[str, Any]:
    shown = words.shown(found.brand or found.name)
    return {
        "closing": found,
        "name": words.han(found.brand or found.name),
        "registered_name": words.han(found.name) if found.brand else "",
        "kind": _kind(found),
        "since": words.full_date(found.effective_on),
        "facts": [
            Fact(_("认定"), _kind(found)),
            Fact(_("自何日起"), words.full_date(found.effective_on)),
            Fact(_("公布"), words.moment(found.decided_at)),
            Fact(_("涉及合同"), _("%(n)d份") % {"n": found.claim_count}),
            Fact(_("已排退款"), _("%(n)d份") % {"n": found.ordered_count}),
            Fact(_("别的机构留的名额"), _("%(n)d个") % {"n": found.places_left}),
            Fact(_("问哪里"), words.han(found.contact)),
        ],
        "plain_name": shown,
        "as_of_text": _("截至%s") % words.moment(now()),
    }
