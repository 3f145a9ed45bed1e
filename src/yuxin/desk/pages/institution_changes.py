"""Forms on a subject: correct or continue a value, connect."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.desk import registry_words as words
from yuxin.desk.forms.registry import ConnectForm, ValueForm
from yuxin.desk.registry_values import Recorded, recorded, shown_name
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look import field_words
from yuxin.look.page import actor_of, page
from yuxin.operations.registry.confirm_connection import confirm_connection
from yuxin.operations.registry.correct_value import correct_value
from yuxin.registry import queries
from yuxin.registry.aspects import ASPECTS
from yuxin.registry.models import Entry, LicenceKind
from yuxin.registry.permissions import BUREAU
from yuxin.registry.queries import Line

# The things of a subject that have a code of their own.
THINGS = {"licence": "licence", "site": "site", "room": "room"}
CORRECTED_HERE = frozenset(
    {*THINGS, "name", "identity", "status", "category", "place", "authority"}
)


def _lines_of(lines: list[Line], aspect: str, thing_code: str) -> list[Line]:
    """The course of values that a form is about.

    Raises: NotFound, for an aspect or a thing that the subject does not have.
    """
    if aspect not in CORRECTED_HERE:
        raise NotFound
    of_aspect = [line for line in lines if line.aspect == aspect]
    if aspect not in THINGS:
        return of_aspect
    course = [line for line in of_aspect if getattr(line.row, aspect).code == thing_code]
    if not course:
        raise NotFound
    return course


class _Open:
    """What a form on a value needs to know of its subject."""

    def __init__(self, actor: Actor, code: str, aspect: str, thing_code: str) -> None:
        self.today = day_of(now())
        with reading(actor):
            self.entry: Entry = queries.find(actor, code)
            self.areas = queries.area_names(actor, self.today)
            lines = queries.history(actor, self.entry.pk)
            self.course = _lines_of(lines, aspect, thing_code)
            by = [line.row.recorded_by for line in self.course if line.row.recorded_by]
            self.names = queries.names_of(actor, by)
        held = queries.picture(self.course, self.today)[aspect]
        self.row: Any = held[0] if held else None
        self.based_on = queries.latest([line.row for line in self.course])

    def history(self) -> list[Recorded]:
        """The course so far, as the page shows it."""
        return recorded(self.course, self.areas, self.names)

    def key(self, aspect: str) -> Mapping[str, int] | None:
        """The columns that name the thing."""
        if aspect not in THINGS:
            return None
        column = ASPECTS[aspect].key[0]
        return {column: getattr(self.course[0].row, column)}


@page(roles=BUREAU, methods=["GET", "POST"])
def correct(request: HttpRequest, code: str, aspect: str, thing_code: str = "") -> HttpResponse:
    """Correct a value, or let another hold from a day on."""
    actor = actor_of(request)
    known = _Open(actor, code, aspect, thing_code)
    told = {"can_end": aspect in THINGS}
    if request.method == "POST":
        form = ValueForm(aspect, known.areas, request.POST, **told)
        entry_id = _recorded(actor, known, form, aspect) if form.is_valid() else ""
        if entry_id:
            return HttpResponseRedirect(f"{_file_url(known.entry)}?recorded={entry_id}")
        status = 422
    else:
        fields = ASPECTS[aspect].fields
        initial = {name: getattr(known.row, name) for name in fields} if known.row else {}
        initial |= {"valid_from": known.today, "based_on": known.based_on}
        form, status = ValueForm(aspect, known.areas, initial=initial, **told), 200
    context = {
        "entry": known.entry,
        "name": shown_name(known.entry),
        "file_url": _file_url(known.entry),
        "aspect": words.ASPECTS[aspect],
        "form": form,
        "history": known.history(),
    }
    return render(request, "desk/institution_correct.html", context, status=status)


def _recorded(actor: Actor, known: _Open, form: ValueForm, aspect: str) -> str:
    """The number of the entry; empty when it was refused, which the form then says."""
    data = form.cleaned_data
    try:
        receipt = correct_value(
            Call(actor, now(), data["request_id"]),
            code=known.entry.code,
            aspect=aspect,
            valid_from=data["valid_from"],
            values=form.values,
            reason=data["reason"],
            key=known.key(aspect),
            ended=data.get("ended", False),
            based_on=data["based_on"],
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return ""
    return receipt.entry_id


@page(roles={Role.OFFICER, Role.HEAD}, methods=["GET", "POST"])
def connect(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm the licence and the first feeds of a subject, which connects it."""
    actor = actor_of(request)
    today = day_of(now())
    with reading(actor):
        entry = queries.find(actor, code)
        licences = queries.licences(actor, entry.pk, today)
    numbers = [
        (row.number, f"{field_words.LICENCES[row.kind]} {row.number}")
        for row in licences
        if row.number
        and row.kind in (LicenceKind.OPERATING, LicenceKind.REGISTRATION)
        and (row.valid_until is None or today <= row.valid_until)
    ]
    form, status = ConnectForm(numbers), 200
    if request.method == "POST":
        form, status = ConnectForm(numbers, request.POST), 422
        entry_id = _connected(actor, entry, form) if form.is_valid() else ""
        if entry_id:
            return HttpResponseRedirect(f"{_file_url(entry)}?recorded={entry_id}")
    context = {
        "entry": entry,
        "name": shown_name(entry),
        "file_url": _file_url(entry),
        "form": form,
        "numbers": numbers,
    }
    return render(request, "desk/institution_connect.html", context, status=status)


def _connected(actor: Actor, entry: Entry, form: ConnectForm) -> str:
    """The number of the entry; empty when it was refused, which the form then says."""
    data = form.cleaned_data
    try:
        receipt = confirm_connection(
            Call(actor, now(), data["request_id"]),
            code=entry.code,
            licence_number=data["licence_number"],
            feeds=tuple(data["feeds"]),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return ""
    return receipt.entry_id


def _file_url(entry: Entry) -> str:
    return reverse("desk:institution", args=[entry.code])
