"""Decide the doubts of a list one by one or a kind at a time, then write it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.pages.import_words import Shown, kind_words, mixed, shown, sure_words
from yuxin.desk.pages.imports import OFFICE
from yuxin.formats.sheet_parts import column_letters
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import now
from yuxin.kernel.refusal import Refusal
from yuxin.look.export import Sheet, exported
from yuxin.look.page import actor_of, page
from yuxin.look.sent import request_number, whole
from yuxin.look.words import english
from yuxin.operations.access.export_list import export_list
from yuxin.operations.importing.confirm_import import write_all
from yuxin.operations.importing.decide_import_doubts import decide_import_doubts
from yuxin.registry.importing import queries
from yuxin.registry.importing.models import ImportBatch, ImportDoubt
from yuxin.registry.importing.queries import DoubtFilter
from yuxin.registry.importing.services import DoubtDecision
from yuxin.registry.intake.check import NOTICES
from yuxin.registry.intake.verdict import say

REASONS = (
    gettext_lazy("不是本区域的机构"),
    gettext_lazy("不是培训机构或学校"),
    gettext_lazy("来源有误，须退回重报"),
    gettext_lazy("重复的行"),
)
_BUDGET = timedelta(seconds=15)
_COLUMNS_SHOWN = 4


def _filter(query: Mapping[str, str]) -> DoubtFilter:
    return DoubtFilter(
        kind=query.get("kind", ""), sure=query.get("sure", ""), state=query.get("state", "")
    )


def _kept(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query[name] for name in ("kind", "sure", "state") if query.get(name)}


@page(roles=OFFICE)
def import_review(request: HttpRequest, code: str) -> HttpResponseBase:
    """The sum that adds up, the doubts, the open one in its neighbourhood."""
    if request.GET.get("export") in ("xlsx", "csv"):
        return _download(request, code)
    return _review(request, code, request.GET)


def _review(
    request: HttpRequest,
    code: str,
    query: Mapping[str, str],
    *,
    refusal: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    with reading(actor):
        batch = queries.batch(actor, code)
        context = _context(actor, batch, query, typed or {})
    if refusal is not None:
        context["notices"] = [("red", refusal.say("en" if english() else "zh"))]
    status = 200 if refusal is None else refusal.status
    return render(request, "desk/import_review.html", context, status=status)


def _context(
    actor: Actor, batch: ImportBatch, query: Mapping[str, str], typed: Mapping[str, str]
) -> dict[str, Any]:
    wanted = _filter(query)
    at = whole(query.get("at", ""))
    number = max(1, whole(query.get("page", ""), 1))
    if at:
        number = queries.page_of(actor, batch, wanted, at)
    listed = queries.doubts(actor, batch, wanted, page=number)
    sums = queries.sums(actor, batch)
    names = queries.subject_names(actor, _codes(listed.doubts))
    rows = [shown(d, names, typed if d.place == at else {}) for d in listed.doubts]
    current = next((row for row in rows if row.doubt.place == at), None)
    kept = urlencode(_kept(query))
    return {
        "batch": batch,
        "who": mixed(batch.received_name),
        "sums": sums,
        "other_lines": sum(sums.others.values()),
        "rows": rows,
        "total": listed.total,
        "start": listed.start + 1,
        "last": listed.start + len(rows),
        "number": number,
        "more": listed.start + len(rows) < listed.total,
        "current": current,
        "neighbourhood": _neighbourhood(actor, batch, current) if current else None,
        "same": _same_count(actor, batch, current),
        "kinds": [(kind_words(kind.kind), kind) for kind in queries.kinds(actor, batch)],
        "sures": [(name, sure_words(name)) for name in ("high", "medium", "low", "none")],
        "wanted": wanted,
        "kept": kept,
        "reasons": REASONS,
        "request_id": uuid4(),
        "notices_read": [
            mixed(say(NOTICES, key, "en" if english() else "zh", **facts))
            for key, facts in batch.notices
        ],
        "typed": bool(typed),
    }


def _codes(doubts: Sequence[ImportDoubt]) -> list[str]:
    values = [
        v for doubt in doubts for v in ((doubt.proposal or {}) | (doubt.decided or {})).values()
    ]
    return [value for value in values if len(value) == 13]


def _same_count(actor: Actor, batch: ImportBatch, current: Shown | None) -> int:
    if current is None or current.doubt.decision or current.doubt.proposal is None:
        return 0
    return len(queries.same_kind(actor, batch, current.doubt))


def _neighbourhood(actor: Actor, batch: ImportBatch, current: Shown) -> dict[str, Any]:
    """The doubtful cell between the rows above and below, a few columns wide."""
    row = current.doubt.row
    sheet = next(sheet for sheet in batch.columns if sheet["sheet"] == row.sheet)
    wanted = [current.doubt.column]
    for field in ("seq", "name", "uscc", "address", "statement"):
        wanted += [c["index"] for c in sheet["columns"] if c["field"] == field]
    picked = sorted(dict.fromkeys(i for i in wanted if i >= 0))
    chosen = set(list(dict.fromkeys(i for i in wanted if i >= 0))[:_COLUMNS_SHOWN])
    columns = [index for index in picked if index in chosen]
    headings = {c["index"]: c["heading"] for c in sheet["columns"]}
    return {
        "letters": [column_letters(index) for index in columns],
        "headings": [headings.get(index, "") for index in columns],
        "rows": [
            {
                "number": near.number,
                "here": near.pk == row.pk,
                "cells": [
                    {
                        "text": near.cells[index] if index < len(near.cells) else "",
                        "here": near.pk == row.pk and index == current.doubt.column,
                    }
                    for index in columns
                ],
            }
            for near in queries.neighbours(actor, batch, row)
        ],
    }


def _download(request: HttpRequest, code: str) -> HttpResponseBase:
    """The doubts of the view as a file for the desk that sent the list; who took it is kept."""
    actor, kind = actor_of(request), request.GET["export"]
    with reading(actor):
        batch = queries.batch(actor, code)
        doubts = queries.all_doubts(actor, batch, _filter(request.GET))
        names = queries.subject_names(actor, _codes(doubts))
        lines = [shown(doubt, names, {}) for doubt in doubts]
        sheet = Sheet(
            name=f"import-{code}",
            title=_("疑问表"),
            kinds=["number", "code", "text", "text", "text", "text", "text", "text"],
            head=[_("行"), _("单元格"), _("疑问"), _("来源原文"), _("建议"), _("理由"), _("把握"),
                  _("决定")],
            rows=[
                [
                    line.doubt.row.number, line.cell, line.kind, line.doubt.source,
                    "；".join(f"{f} {v}" for f, v in line.written),  # zh: a list mark in a file
                    line.reason, line.sure, line.doubt.get_decision_display(),
                ]
                for line in lines
            ],
            count=len(lines),
        )  # fmt: skip
        answer = exported(sheet, kind)
    call = Call(actor, now(), uuid4())
    view = request.GET.urlencode()
    export_list(call, name=f"import-{code}", view=view, kind=kind, rows=len(lines))
    return answer


# --- acts -------------------------------------------------------------------------------------


def _decision(request: HttpRequest) -> DoubtDecision:
    values = {
        name.removeprefix("value-"): text
        for name, text in request.POST.items()
        if name.startswith("value-")
    }
    choice = request.POST.get("choice", "")
    return DoubtDecision(
        place=whole(request.POST.get("place", "")),
        choice=choice if choice in ("ACCEPTED", "EDITED", "REFUSED") else "",
        version=whole(request.POST.get("version", "")),
        values={name: text for name, text in values.items() if isinstance(text, str)},
        reason=(request.POST.get("reason_other") or request.POST.get("reason") or ""),
    )


@page(roles=OFFICE, methods=["POST"])
def import_decide(request: HttpRequest, code: str) -> HttpResponse:
    """One decision; then the next doubt. What was typed is kept when it is refused."""
    decision = _decision(request)
    query = {**_kept(request.POST), "at": str(decision.place)}
    actor = actor_of(request)
    try:
        decide_import_doubts(
            Call(actor, now(), request_number(request)), batch_code=code, decisions=(decision,)
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _review(request, code, query, refusal=refusal, typed=decision.values)
    with reading(actor):
        batch = queries.batch(actor, code)
        following = queries.next_waiting(actor, batch, _filter(query), decision.place)
    at = decision.place if not decision.choice or following is None else following
    return _back(code, {**_kept(request.POST), "at": str(at)})


def _back(code: str, query: Mapping[str, str]) -> HttpResponse:
    where = reverse("desk:import", args=[code])
    mark = "#open" if "at" in query else ""
    return HttpResponseRedirect(f"{where}?{urlencode(query)}{mark}" if query else where)


@page(roles=OFFICE, methods=("GET", "POST"))
def import_same(request: HttpRequest, code: str, place: int) -> HttpResponse:
    """The undecided doubts of one kind, listed before they are accepted together."""
    actor = actor_of(request)
    with reading(actor):
        batch = queries.batch(actor, code)
        one = queries.doubt(actor, batch, place)
        doubts = queries.same_kind(actor, batch, one)
        names = queries.subject_names(actor, _codes(doubts))
    if request.method == "POST":
        chosen = {whole(text) for text in request.POST.getlist("chosen")}
        decisions = tuple(
            DoubtDecision(place=doubt.place, choice="ACCEPTED", version=doubt.version)
            for doubt in doubts
            if doubt.place in chosen
        )
        if decisions:
            decide_import_doubts(
                Call(actor, now(), request_number(request)), batch_code=code, decisions=decisions
            )
        return _back(code, {"at": str(place)})
    context = {
        "batch": batch,
        "rows": [shown(doubt, names, {}) for doubt in doubts],
        "place": place,
        "kind": kind_words(one.kind),
        "request_id": uuid4(),
    }
    return render(request, "desk/import_same.html", context)


@page(roles=OFFICE, methods=["POST"])
def import_write(request: HttpRequest, code: str) -> HttpResponse:
    """Write what is decided; a long list goes on with the next press."""
    actor = actor_of(request)
    end = now() + _BUDGET
    write_all(actor, code, now=now, enough=lambda: now() >= end)
    return _back(code, {})
