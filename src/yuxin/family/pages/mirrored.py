"""Contracts that live on another platform: what our rules say, and where to confirm."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen
from yuxin.ledger.buckets import Bucket
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.tuition.mirror import queries
from yuxin.tuition.queries.contracts import names_of


@page(roles={Role.GUARDIAN})
def mirrored(request: HttpRequest) -> HttpResponse:
    """A family confirms in one place only: there is no button here."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.of_family(actor, moment(request))
        names = names_of({each.institution_id for each in found})
    cards = [
        {
            "one": each,
            "institution": names[each.institution_id].name,
            "national": each.origin == "national",
            "custody": Fen(each.result.buckets[Bucket.CUSTODY]),
            "unearned": Fen(each.result.buckets[Bucket.UNEARNED]),
            "pending": Fen(each.result.buckets[Bucket.PENDING]),
            "released": Fen(each.result.released_fen),
            "ahead": Fen(each.result.ahead_fen),
        }
        for each in found
    ]
    context = {"cards": cards, "back_url": reverse("family:home")}
    return render(request, "family/mirrored.html", context)
