"""The warnings that the competent department gives the public and that stand today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.assessment.alerts import public
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import now
from yuxin.look.page import EVERYBODY, page
from yuxin.portal import words


@page(roles=EVERYBODY)
def warnings(request: HttpRequest) -> HttpResponse:
    """`/warnings`: the latest first; what ended is not shown."""
    with reading(Actor.public()):
        found = public.warnings()
    context = {
        "rows": [
            {
                "code": each.code,
                "name": words.han(each.brand or each.name),
                "words": words.han(each.words),
                "term": _("%(first)s至%(last)s")
                % {"first": words.full_date(each.from_on), "last": words.full_date(each.until_on)},
            }
            for each in found
        ],
        "as_of_text": _("截至%s") % words.moment(now()),
    }
    return render(request, "portal/warnings.html", context)
