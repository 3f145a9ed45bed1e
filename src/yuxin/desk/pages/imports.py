"""Lists on their way in: send a file, say what its columns are, look at its rows, withdraw."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuxin.access.reading import reading
from yuxin.desk.pages.import_words import field_words, reject_words, row_notes, why_words
from yuxin.files import store
from yuxin.formats.sheet_parts import column_letters
from yuxin.formats.sheets import Limits
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.refusal import Refusal
from yuxin.look.forms import MEGABYTE, Form, SizedFileField
from yuxin.look.page import actor_of, page
from yuxin.look.sent import page_number, request_number, whole
from yuxin.operations.importing.map_import_columns import map_import_columns
from yuxin.operations.importing.receive_import import receive_import
from yuxin.operations.importing.withdraw_import import withdraw_import
from yuxin.registry.importing import queries
from yuxin.registry.importing.models import ImportBatch
from yuxin.registry.intake.fields import Field

OFFICE = frozenset({Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK})


class SendForm(Form):
    """A file and the area whose institutions it lists."""

    area = forms.ChoiceField(label=_("区域"))
    file = SizedFileField(
        label=_("名单文件"),
        help_text=_("XLSX 或 CSV，最大 32 MB；表头、合计、备注行会自动认出。"),
        bytes_max=Limits().bytes_max // MEGABYTE * MEGABYTE,
        endings=["xlsx", "csv", "txt", "xls"],
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ChoiceField)
        area.choices = areas


@page(roles=OFFICE, methods=("GET", "POST"))
def imports(request: HttpRequest) -> HttpResponse:
    """All lists of the actor's areas, and the form that sends another."""
    actor = actor_of(request)
    with reading(actor):
        areas = queries.areas(actor, day_of(now()))
    form = SendForm(areas=areas)
    if request.method == "POST":
        form = SendForm(request.POST, request.FILES, areas=areas)
        if form.is_valid():
            try:
                return HttpResponseRedirect(_received(actor, form))
            except Refusal as refusal:
                form.refuse(refusal)
    with reading(actor):
        batches = queries.batches(actor)
    context = {"form": form, "batches": batches, "areas": dict(areas)}
    return render(request, "desk/imports.html", context, status=422 if form.errors else 200)


def _received(actor: Actor, form: SendForm) -> str:
    file = form.cleaned_data["file"]
    data = file.read()
    receipt = receive_import(
        Call(actor, now(), form.cleaned_data["request_id"]),
        file_sha256=store.put(data),
        file_name=file.name,
        size=len(data),
        area_code=form.cleaned_data["area"],
    )
    return reverse("desk:import", args=[receipt["batch"]])


@page(roles=OFFICE, methods=("GET", "POST"))
def import_columns(request: HttpRequest, code: str) -> HttpResponse:
    """What each column is read as, with the reason; a person can say otherwise."""
    actor = actor_of(request)
    with reading(actor):
        batch = queries.batch(actor, code)
        sample = {
            sheet["sheet"]: queries.sample(actor, batch, sheet["sheet"]) for sheet in batch.columns
        }
        written = batch.rows.exclude(written="").exists()
    if request.method == "POST":
        receipt = map_import_columns(
            Call(actor, now(), request_number(request)),
            batch_code=code,
            chosen=_chosen(request, batch),
            version=whole(request.POST.get("version", "")),
        )
        return HttpResponseRedirect(reverse("desk:import", args=[receipt["batch"]]))
    sheets = [
        {
            **sheet,
            "columns": [_column(column, sample[sheet["sheet"]]) for column in sheet["columns"]],
        }
        for sheet in batch.columns
    ]
    context = {
        "batch": batch,
        "sheets": sheets,
        "choices": [(field.value, field_words(field.value)) for field in Field],
        "request_id": uuid4(),
        "written": written,
    }
    return render(request, "desk/import_columns.html", context)


def _column(column: dict[str, Any], sample: list[list[str]]) -> dict[str, Any]:
    at = column["index"]
    cells = [row[at][:40] for row in sample if at < len(row) and row[at]]
    return {
        **column,
        "letter": column_letters(at),
        "why_words": why_words(column["why"], column["word"]),
        "examples": list(dict.fromkeys(cells))[:3],
    }


def _chosen(request: HttpRequest, batch: ImportBatch) -> dict[str, dict[str, str]]:
    return {
        str(sheet["sheet"]): {
            str(column["index"]): request.POST.get(
                f"column-{sheet['sheet']}-{column['index']}", column["field"]
            )
            for column in sheet["columns"]
        }
        for sheet in batch.columns
    }


@page(roles=OFFICE)
def import_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows as read, by verdict, and the lines that are no rows."""
    actor = actor_of(request)
    verdict = request.GET.get("verdict", "")
    number = page_number(request)
    with reading(actor):
        batch = queries.batch(actor, code)
        sums = queries.sums(actor, batch)
        rows = [] if verdict == "lines" else queries.preview(actor, batch, verdict, page=number)
        lines = queries.lines(actor, batch) if verdict == "lines" else []
    total = sums.rows if not verdict else getattr(sums, verdict, 0)
    context = {
        "batch": batch,
        "sums": sums,
        "verdict": verdict,
        "rows": [
            {"row": row, "notes": row_notes(row), "rejected": reject_words(row)} for row in rows
        ],
        "lines": lines,
        "number": number,
        "more": verdict != "lines" and number * queries.PAGE < total,
    }
    return render(request, "desk/import_rows.html", context)


@page(roles=OFFICE, methods=["POST"])
def import_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take the whole batch back."""
    withdraw_import(
        Call(actor_of(request), now(), request_number(request)),
        batch_code=code,
        version=whole(request.POST.get("version", "")),
    )
    return HttpResponseRedirect(reverse("desk:imports"))
