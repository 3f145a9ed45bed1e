"""Rule packs: prepared by one person from the files of this version, put in force by another."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.desk.forms.setting_up import ConfirmForm, PackForm
from yuxin.desk.pages.setting_up import sent
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.refusal import NotFound
from yuxin.look.page import actor_of, page
from yuxin.look.sent import row_number
from yuxin.operations.policy.activate_rule_pack import activate_rule_pack
from yuxin.operations.policy.prepare_rule_pack import prepare_rule_pack
from yuxin.policy import queries
from yuxin.policy.models import RulePack
from yuxin.registry import queries as registry
from yuxin.rules.folder import jurisdictions, load_pack

RULE_OFFICERS: Final = frozenset({Role.HEAD, Role.ADMINISTRATOR})


@page(roles=RULE_OFFICERS, methods=["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Every pack with its hash, its day and who did what; the form that prepares one."""
    known = jurisdictions()
    form = PackForm(known, request.POST or None)
    if request.method == "POST":
        done = sent(request, form, _prepare, reverse("desk:rules"))
        if done is not None:
            return done
    actor = actor_of(request)
    with reading(actor):
        packs = list(queries.packs(actor))
        rules_now = queries.ruling(actor, day_of(now()))
        names = registry.names_of(actor, _persons(packs))
    context = {
        "form": form,
        "packs": [_told(pack, names, rules_now) for pack in packs],
        "in_force": rules_now is not None,
        "known": known,
        "done": request.GET.get("recorded", ""),
    }
    return render(request, "desk/rules.html", context, status=422 if form.errors else 200)


def _prepare(call: Call, data: dict[str, Any]) -> Receipt:
    layers = data["layers"]
    return prepare_rule_pack(
        call,
        layers=layers,
        files=tuple(load_pack(layers).files),
        valid_from=data["valid_from"],
        reason=data["reason"],
    )


def _persons(packs: list[RulePack]) -> list[int]:
    return [n for pack in packs for n in (pack.prepared_by, pack.approved_by) if n is not None]


def _told(pack: RulePack, names: dict[int, str], rules_now: int | None) -> dict[str, Any]:
    return {
        "pack": pack,
        "layers": " ".join(pack.layers),
        "prepared_by": names.get(pack.prepared_by, ""),
        "approved_by": names.get(pack.approved_by or 0, ""),
        "rules_now": pack.pk == rules_now,
    }


@page(roles=RULE_OFFICERS, methods=["GET", "POST"])
def rule_pack(request: HttpRequest, number: str) -> HttpResponse:
    """One pack to the byte, and the act of the second person."""
    actor, pack_id = actor_of(request), row_number(number)
    with reading(actor):
        pack = queries.pack(actor, pack_id)
        if pack is None:
            raise NotFound
        rules_now = queries.ruling(actor, day_of(now()))
        names = registry.names_of(actor, _persons([pack]))
    form = ConfirmForm(request.POST or None)
    if request.method == "POST":

        def activate(call: Call, _data: dict[str, Any]) -> Receipt:
            return activate_rule_pack(call, pack_id=pack_id)

        done = sent(request, form, activate, reverse("desk:rules"))
        if done is not None:
            return done
    context = {
        "form": form,
        "told": _told(pack, names, rules_now),
        "places": sorted(pack.places.all(), key=lambda place: (place.jurisdiction, place.path)),
        "own": pack.prepared_by == actor.account_id,
    }
    return render(request, "desk/rule_pack.html", context, status=422 if form.errors else 200)
