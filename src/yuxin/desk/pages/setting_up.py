"""Areas and custody banks: what an installation needs before its first institution."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yuxin.access import queries
from yuxin.access.reading import reading
from yuxin.desk.forms.setting_up import AreaForm, BankForm
from yuxin.formats.party_keys import fingerprint, parse_public_key
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.refusal import Refusal
from yuxin.look.forms import Form
from yuxin.look.page import actor_of, page
from yuxin.operations.access.record_areas import NewArea, record_areas
from yuxin.operations.tuition.register_bank import register_bank
from yuxin.tuition.models import Bank
from yuxin.tuition.queries import banks as bank_queries

ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
Doing = Callable[[Call, dict[str, Any]], Receipt]


def sent(request: HttpRequest, form: Form, doing: Doing, back: str) -> HttpResponse | None:
    """Do what a form asks and go back to the list; None when something is to be mended."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        receipt = doing(Call(actor_of(request), now(), data["request_id"]), data)
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    return HttpResponseRedirect(f"{back}?recorded={receipt.entry_id}")


@page(roles=ADMINISTRATOR, methods=["GET", "POST"])
def areas(request: HttpRequest) -> HttpResponse:
    """The tree of areas today, and the form that adds a node."""
    actor = actor_of(request)
    with reading(actor):
        tree = queries.area_tree(day_of(now()))
    form = AreaForm(tree, request.POST or None)
    if request.method == "POST":
        done = sent(request, form, _area, reverse("desk:areas"))
        if done is not None:
            return done
    context = {"form": form, "areas": tree, "done": request.GET.get("recorded", "")}
    return render(request, "desk/areas.html", context, status=422 if form.errors else 200)


def _area(call: Call, data: dict[str, Any]) -> Receipt:
    area = NewArea(data["code"], data["name"], data["parent_code"])
    return record_areas(call, areas=(area,), valid_from=data["valid_from"])


@page(roles=ADMINISTRATOR, methods=["GET", "POST"])
def banks(request: HttpRequest) -> HttpResponse:
    """The custody banks, and the form that enters one or changes what was agreed."""
    actor = actor_of(request)
    form = BankForm()
    if request.method == "POST":
        form = BankForm(request.POST, request.FILES)
        done = sent(request, form, _bank, reverse("desk:banks"))
        if done is not None:
            return done
    context = {"form": form, "banks": _banks(actor), "done": request.GET.get("recorded", "")}
    return render(request, "desk/banks.html", context, status=422 if form.errors else 200)


def _bank(call: Call, data: dict[str, Any]) -> Receipt:
    fields = (
        *("code", "name", "public_key_pem", "exchange_folder", "cashier_url"),
        *("cut_off", "files_by", "reconciled_by"),
    )
    return register_bank(call, **{field: data[field] for field in fields})


def _banks(actor: Actor) -> list[tuple[Bank, str]]:
    """Each bank with the fingerprint of its key."""
    with reading(actor):
        known = bank_queries.all_banks(actor)
    return [(bank, fingerprint(parse_public_key(bank.public_key_pem.encode()))) for bank in known]
