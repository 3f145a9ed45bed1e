"""Why an institution has its colour: for the officer and for its own head."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from yuxin.access.reading import reading
from yuxin.assessment import queries
from yuxin.assessment.explaining import Explained, Line, explain
from yuxin.assessment.permissions import EXPLAINED_TO, require_may_read_reasons
from yuxin.desk import colour_words as words
from yuxin.desk.pages.colour_records import things_for
from yuxin.desk.registry_values import shown_name
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.codes import print_subject_code
from yuxin.look.page import actor_of, page
from yuxin.look.values import Text
from yuxin.registry import queries as registry
from yuxin.rules.colour import Reason


def _english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class ShownLine:
    """An indicator as a row of the page."""

    code: str
    name: Text
    actual: str
    sentence: str
    warning: list[str]
    bottom: list[str]
    kind: str
    word: Text
    cure_until: date | None


def _shown(line: Line, names: words.Names) -> ShownLine:
    kind, word = words.RESULTS[line.result]
    known = [(name, fact) for name, fact in line.actual if fact is not None]
    return ShownLine(
        code=line.indicator.removeprefix("risk."),
        name=words.INDICATORS.get(line.indicator) or words.said(line.indicator, names),
        actual="; ".join(
            f"{words.measure(name, names)} {words.value(name, fact)}" for name, fact in known
        ),
        sentence=line.en if _english() else line.zh,
        warning=[words.test(each, names) for each in line.warning],
        bottom=[words.test(each, names) for each in line.bottom],
        kind=kind,
        word=word,
        cure_until=line.cure_until,
    )


@dataclass(frozen=True)
class ShownReason:
    """A sentence with the rule and the article that it rests on."""

    rule: str
    sentence: str
    source: str
    mark: Text
    is_law: bool


def _reason(reason: Reason) -> ShownReason:
    return ShownReason(
        rule=reason.rule,
        sentence=reason.en if _english() else reason.zh,
        source=f"{reason.instrument} {reason.clause}",
        mark=words.MARKS[reason.mark],
        is_law=reason.is_law,
    )


def _day(request: HttpRequest, today: date) -> date:
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), today)
    except ValueError:
        return today


def _hex(text: str) -> str:
    """A number out of the address, or nothing."""
    return text if text.isascii() and text.isalnum() and len(text) <= 32 else ""


@page(roles=EXPLAINED_TO)
def colour(request: HttpRequest, code: str) -> HttpResponse:
    """The colour of a day, indicator by indicator, with rule, article and the way back."""
    actor, today = actor_of(request), day_of(now())
    day = _day(request, today)
    with reading(actor):
        entry = registry.find(actor, code)
        require_may_read_reasons(actor, entry.pk)
        row = queries.judgement_on(actor, entry.pk, day)
        explained = explain(row) if row is not None else None
    context = {
        "entry": entry,
        "name": shown_name(entry),
        "code": print_subject_code(entry.code),
        "file_url": reverse("desk:institution", args=[entry.code]),
        "day": day,
        "past": day != today,
        "row": row,
        "things": things_for(actor),
        "recorded": _hex(request.GET.get("recorded", "")),
        "number": _hex(request.GET.get("number", "")),
        "kind": row.effective.lower() if row is not None else "grey",
        **(_context(explained) if explained is not None else {}),
    }
    return render(request, "desk/colour.html", context)


def _context(explained: Explained) -> dict[str, object]:
    lines = [_shown(line, explained.names) for line in explained.lines]
    loud = [line for line in lines if line.kind in ("red", "yellow", "info")]
    return {
        "explained": explained,
        "computed_kind": explained.row.computed.lower(),
        "loud": loud,
        "groups": [loud, [line for line in lines if line not in loud]],
        "quiet": [line for line in lines if line not in loud],
        "unfed": [line for line in lines if line.kind == "grey"],
        "reasons": [_reason(reason) for reason in explained.reasons],
        "worse": [line for line in loud if line.kind == "yellow" and line.bottom],
        "pack": explained.row.pack_sha256[:12],
    }
