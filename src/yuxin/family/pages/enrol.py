"""From a public course to a contract: choose the child, and the contract is drawn up."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuxin.access.reading import reading
from yuxin.family.forms.enrol import EnrolForm
from yuxin.family.pages.terms import cap_meters
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import session_words, units
from yuxin.look.values import Fact
from yuxin.look.words import long_day_words
from yuxin.operations.tuition.draft_contract import draft_contract
from yuxin.tuition.queries import families
from yuxin.tuition.queries.families import Child, ClassPage
from yuxin.tuition.queries.limits import Caps, caps_on
from yuxin.tuition.services import joining
from yuxin.tuition.services.joining import NoLessonsLeft, Share


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def enrol(request: HttpRequest, class_code: str) -> HttpResponse:
    """Show the class with price and caps; a child chosen leads to the contract's text."""
    actor, at = actor_of(request), moment(request)
    found, children, caps = _read(actor, class_code, day_of(at))
    share = _share(found, at)
    form = EnrolForm(request.POST or None, children=children)
    if len(children) == 1:
        form.fields["child"].initial = children[0].id
    if request.method == "POST" and form.is_valid():
        try:
            receipt = draft_contract(
                call_of(request, form.cleaned_data["request_id"]),
                class_code=class_code,
                learner_id=form.cleaned_data["child"],
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("family:sign", args=[receipt["contract"]]))
    context = {
        "found": found,
        "facts": _facts(found, share),
        "children": children,
        "form": form,
        "total_fen": Fen(share.total_fen if share else 0),
        "whole_fen": Fen(found.course.total_fen),
        "share": share,
        "meters": _meters(caps, share),
        "add_child_url": f"{reverse('family:children')}?next={request.path}",
        "back_url": f"/i/{found.institution_code}",
    }
    return render(request, "family/enrol.html", context, status=422 if form.is_bound else 200)


def _read(actor: Actor, class_code: str, day: date) -> tuple[ClassPage, list[Child], Caps | None]:
    with reading(actor):
        found = families.class_to_join(actor, class_code)
        return found, families.children(actor), caps_on(actor, found.course.category, day)


def _share(found: ClassPage, at: datetime) -> Share | None:
    """What is left of the class to buy; None when nothing is."""
    try:
        return joining.share_of_sessions(found.course, found.sessions, at)
    except NoLessonsLeft:
        return None


def _facts(found: ClassPage, share: Share | None) -> list[Fact]:
    course = found.course
    bought = share or joining.whole_course(course, found.sessions)
    lessons = _("%(count)s课时，每课时%(sum)s元") % {
        "count": units(bought.centiunits),
        "sum": yuan(Fen(course.unit_price_fen)),
    }
    gift = (
        _("其中赠送%(count)s课时") % {"count": units(bought.gift_centiunits)}
        if bought.gift_centiunits
        else ""
    )
    first = bought.sessions[0] if bought.sessions else None
    last = (
        _("最后一节%(day)s") % {"day": long_day_words(day_of(found.sessions[-1].starts_at))}
        if found.sessions
        else ""
    )
    places = ngettext("还有%(left)d个名额", "还有%(left)d个名额", found.places_left) % {
        "left": found.places_left
    }
    return [
        Fact(_("班级"), found.name, places),
        Fact(_("老师"), found.teacher),
        Fact(_("课时"), lessons, gift),
        Fact(_("第一节"), session_words(first.starts_at, first.ends_at) if first else "–", last),
    ]


def _meters(caps: Caps | None, share: Share | None) -> list[object]:
    if caps is None or share is None:
        return []
    return list(
        cap_meters(
            caps,
            centiunits=share.centiunits,
            total_fen=share.total_fen,
            first_on=share.first_on,
            last_on=share.last_on,
        )
    )
