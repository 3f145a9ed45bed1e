"""Forms that add to a subject: a licence, a site, the custody account; and that merge two."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.desk import registry_words as words
from yuxin.desk.forms.registry import CustodyForm, MergeForm, ValueForm
from yuxin.desk.registry_values import shown_name
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.page import actor_of, page
from yuxin.look.values import Text
from yuxin.operations.registry.merge_subjects import merge_subjects
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.operations.registry.record_licence import record_licence
from yuxin.operations.registry.record_site import record_site
from yuxin.registry import queries
from yuxin.registry.models import CustodyState, Entry
from yuxin.registry.permissions import BUREAU
from yuxin.registry.services import NewCustody, NewLicence, NewSite

Recording = Callable[[Call, Entry, Any], Receipt]


def _found(actor: Actor, code: str) -> tuple[Entry, dict[str, str]]:
    with reading(actor):
        return queries.find(actor, code), queries.area_names(actor, day_of(now()))


def _answered(
    request: HttpRequest, entry: Entry, form: Form, record: Recording, words_: tuple[Text, Text]
) -> HttpResponse:
    """Show the form; when it was sent and is sound, record it and go back to the file."""
    file_url, status = reverse("desk:institution", args=[entry.code]), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            call = Call(actor_of(request), now(), form.cleaned_data["request_id"])
            try:
                receipt = record(call, entry, form)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return HttpResponseRedirect(f"{file_url}?recorded={receipt.entry_id}")
    heading, act = words_
    context = {
        "entry": entry,
        "name": shown_name(entry),
        "file_url": file_url,
        "form": form,
        "heading": heading,
        "act": act,
    }
    return render(request, "desk/institution_add.html", context, status=status)


def _licence(call: Call, entry: Entry, form: ValueForm) -> Receipt:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in form.values.items()
    }
    start = form.cleaned_data["valid_from"]
    return record_licence(call, code=entry.code, valid_from=start, licence=NewLicence(**values))


def _site(call: Call, entry: Entry, form: ValueForm) -> Receipt:
    start = form.cleaned_data["valid_from"]
    return record_site(call, code=entry.code, valid_from=start, site=NewSite(**form.values))


@page(roles=BUREAU, methods=["GET", "POST"])
def add(request: HttpRequest, code: str, thing: str) -> HttpResponse:
    """Record a further licence or site."""
    if thing not in ("licence", "site"):
        raise NotFound
    entry, areas = _found(actor_of(request), code)
    data = [request.POST] if request.method == "POST" else []
    initial = {"valid_from": day_of(now()), "area_code": entry.area_code}
    form = ValueForm(thing, areas, *data, initial=initial, can_end=False)
    del form.fields["reason"]
    form.fields["valid_from"].help_text = ""
    heading = _("补录%(thing)s") % {"thing": words.ASPECTS[thing]}
    record = _licence if thing == "licence" else _site
    return _answered(request, entry, form, record, (heading, _("记载")))


def _custody(call: Call, entry: Entry, form: CustodyForm) -> Receipt:
    told = form.cleaned_data
    account = NewCustody(
        bank_code=told["bank_code"],
        bank_name=told["bank_name"],
        account_title=told["account_title"],
        number=told["number"],
        agreement_number=told["agreement_number"],
    )
    return record_custody_account(
        call,
        code=entry.code,
        valid_from=told["valid_from"],
        account=account,
        state=CustodyState(told["state"]),
    )


@page(roles={Role.OFFICER, Role.HEAD}, methods=["GET", "POST"])
def custody(request: HttpRequest, code: str) -> HttpResponse:
    """Record the special custody account."""
    entry, _areas = _found(actor_of(request), code)
    data = [request.POST] if request.method == "POST" else []
    title = f"{entry.name}预收费资金托管专户"  # zh: the title of an account is Chinese
    form = CustodyForm(*data, initial={"valid_from": day_of(now()), "account_title": title})
    return _answered(request, entry, form, _custody, (_("登记预收费专户"), _("记载")))


def _merged(call: Call, entry: Entry, form: MergeForm) -> Receipt:
    told = form.cleaned_data
    return merge_subjects(
        call, kept_code=entry.code, merged_code=told["merged_code"], reason=told["reason"]
    )


@page(roles={Role.OFFICER, Role.HEAD}, methods=["GET", "POST"])
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Let another subject's code lead to this one."""
    entry, _areas = _found(actor_of(request), code)
    form = MergeForm(*([request.POST] if request.method == "POST" else []))
    return _answered(request, entry, form, _merged, (_("并入另一主体码"), _("并入")))
