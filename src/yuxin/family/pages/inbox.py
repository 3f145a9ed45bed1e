"""The inbox: what was sent to the guardian. To be shown here is proof of delivery."""

from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import clock_words
from yuxin.look.words import long_day_words
from yuxin.messages import queries as messages
from yuxin.messages.queries import Letter
from yuxin.operations.messages.show_messages import show_messages


@page(roles={Role.GUARDIAN})
def inbox(request: HttpRequest) -> HttpResponse:
    """The messages, newest first; those that are new count as delivered from now on.

    A demo shows the one-time codes too, as the phone would.
    """
    actor = actor_of(request)
    with reading(actor):
        letters = messages.inbox(actor, show_codes=settings.MODE == "demo")
    new = tuple(each.id for each in letters if each.is_new)
    if new and request.method == "GET":
        _prove(request, new)
    context = {
        "letters": [_shown(each) for each in letters],
        "new_count": len(new),
        "back_url": reverse("family:home"),
        "today": day_of(moment(request)),
    }
    return render(request, "family/inbox.html", context)


def _prove(request: HttpRequest, new: tuple[str, ...]) -> None:
    try:
        show_messages(call_of(request, uuid4()), message_ids=new)
    except NotFound:
        return  # another tab showed them a moment ago: that is proof enough


def _shown(letter: Letter) -> dict[str, object]:
    day = long_day_words(day_of(letter.created_at))
    return {
        "letter": letter,
        "when": _("%(day)s%(clock)s") % {"day": day, "clock": clock_words(letter.created_at)},
        "url": _leads_to(letter),
    }


def _leads_to(letter: Letter) -> str:
    """The page that a message is about."""
    facts = letter.facts
    if "lesson" in facts:
        return reverse("family:lesson", args=[facts["lesson"]])
    return reverse("family:contract", args=[facts["contract"]]) if "contract" in facts else ""
