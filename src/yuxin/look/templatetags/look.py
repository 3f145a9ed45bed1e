"""Components of the look. `{% load look %}`; each tag is described in docs/look.md.

Every tag formats what it is given. Status is always shape, word and colour together.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import segno
from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from yuxin.kernel.money import Fen
from yuxin.look import values, words

register = template.Library()

STATUS_SHAPES = {
    "green": "green",
    "yellow": "yellow",
    "red": "red",
    "grey": "ring",
    "pending": "ring",
    "unlicensed": "bar",
    "ended": "dash",
}
MARKS = {
    "green": ("green", "green"),
    "yellow": ("yellow", "yellow"),
    "red": ("red", "red"),
    "grey": ("ring", "grey"),
    "info": ("info", "info"),
    "ok": ("ok", "green"),
    "no": ("no", "red"),
    "half": ("half", "grey"),
    "lock": ("lock", "grey"),
    "due": ("due", "grey"),
}
NOTICE_ICONS = {
    "plain": "info",
    "info": "info",
    "green": "check",
    "yellow": "warn",
    "red": "warn",
}
DUE_SHAPES = {
    "late": "red",
    "today": "yellow",
    "left": "due",
    "hold": "due",
    "provisional": "due",
    "open": "due",
}
STEP_WORDS = {
    "done": gettext_lazy("已完成"),
    "now": gettext_lazy("等您"),
    "half": gettext_lazy("一半"),
    "stop": gettext_lazy("已停"),
    "gap": gettext_lazy("暂停"),
    "next": gettext_lazy("还没到"),
}
STEP_ICONS = {"done": "check", "now": "clock", "stop": "cross"}
CHECKS = {
    "holds": ("", "check", "green", gettext_lazy("成立")),
    "fails": ("no", "cross", "red", gettext_lazy("不成立")),
    "waits": ("wait", "clock", "grey", gettext_lazy("还没到时候")),
    "unchecked": ("none", "minus", "grey", gettext_lazy("没有查")),
}
LEVELS = {"success": "green", "warning": "yellow", "error": "red", "info": "info", "debug": "plain"}
PATTERNS = "abdce"


def _use(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        static("look/icons.svg"),
        name,
    )


# icons and words ---------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; `size="s"` is the small one."""
    full = name if name == "logo" else f"i-{name}"
    return _use(full, f"icon {size}".strip())


@register.simple_tag
def mark(kind: str) -> SafeString:
    """A small drawn shape in its colour: green yellow red grey info ok no half lock due."""
    shape, colour = MARKS[kind]
    return format_html('<span class="t-{}">{}</span>', colour, _use(f"m-{shape}", "shape"))


@register.simple_tag
def mark_plain(kind: str) -> SafeString:
    """A small drawn shape in the colour of the text around it."""
    return _use(f"m-{MARKS[kind][0]}", "shape")


@register.simple_tag
def status(kind: str, word: Any = "", *, plain: bool = False, size: str = "") -> SafeString:
    """A status tag: shape, word and colour. Its own word may stand instead of the colour's name."""
    shown = word or (words.STATUS_SHORT.get(kind) if plain else None) or words.STATUS_WORDS[kind]
    colour = kind if kind in ("green", "yellow", "red") else "grey"
    css = " ".join(filter(None, ["status-tag", f"is-{colour}", size, "plain" if plain else ""]))
    sprite = "m" if plain else "s"
    shape = _use(f"{sprite}-{STATUS_SHAPES[kind]}", "shape")
    return format_html('<span class="{}">{}{}</span>', css, shape, shown)


@register.simple_tag
def chip(kind: str, word: Any, *, plain: bool = False) -> SafeString:
    """A chip with any mark and its own word: ok, no, info, lock, half, due, or a colour."""
    shape, colour = MARKS[kind]
    css = "status-tag plain" if plain else "status-tag"
    return format_html(
        '<span class="{} is-{}">{}{}</span>', css, colour, _use(f"m-{shape}", "shape"), word
    )


@register.inclusion_tag("look/parts/status_block.html")
def status_block(
    kind: str, since: Any = "", reasons: Sequence[Any] = (), more: int = 0
) -> dict[str, Any]:
    """The status of the page's subject with at most three reasons, worst first."""
    colour = kind if kind in ("green", "yellow", "red") else "grey"
    return {
        "colour": colour,
        "shape": f"s-{STATUS_SHAPES[kind]}",
        "word": words.STATUS_WORDS[kind],
        "since": since,
        "reasons": reasons,
        "more": more,
    }


@register.simple_tag
def grade(letter: str, words_beside: Any = "", *, size: str = "") -> SafeString:
    """A grade mark: a letter in a black frame, never coloured; "" is not graded."""
    shown = words_beside or ("" if letter else gettext("未评"))
    return format_html('<span class="grade {}"><b>{}</b>{}</span>', size, letter or "–", shown)


@register.inclusion_tag("look/parts/seal.html")
def seal() -> dict[str, Any]:
    """The vermilion mark 育信, the same in every language."""
    return {}


@register.inclusion_tag("look/parts/qr.html")
def qr(text: str, label: Any) -> dict[str, Any]:
    """A QR code as an inline drawing: level Q, four modules of quiet zone, no colour."""
    matrix = segno.make(text, error="q", boost_error=False, micro=False).matrix
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, dark in enumerate(line) if dark
    )
    return {"size": len(matrix) + 8, "path": path, "label": label}


# money, days, codes ------------------------------------------------------------------------


@register.filter
def bank_serial(number: str) -> str:
    """A bank's serial as the bank prints it: without what we add for the outcome of a transfer."""
    return number.partition(":")[0]


@register.filter
def yuan_sum(fen: Fen | None) -> str:
    """Fen as `1,234.50`, the minus as U+2212; nothing is shown as an en dash."""
    return words.NOTHING if fen is None else words.yuan_words(fen)


@register.filter
def money(fen: Fen | None) -> SafeString | str:
    """Fen as a money cell, `1,234.50 元`; nothing is shown as an en dash."""
    if fen is None:
        return "–"
    unit = gettext("元")
    return format_html('<span class="money">{}<i>{}</i></span>', yuan_sum(fen), unit)


@register.simple_tag(takes_context=True)
def day(context: template.Context, value: date | datetime | None) -> SafeString | str:
    """A day: `11-17` in the current year, else `2027-01-05`; an instant gets its time."""
    return "–" if value is None else _time(value, context.get("today"))


@register.filter
def full_day(value: date | datetime | None) -> str:
    """A day in full, `2026-11-17`; an instant with its time, in China's time."""
    return words.NOTHING if value is None else words.day_words(value)


@register.filter
def long_day(value: date) -> str:
    """A day as families read it: 3月27日（周五）, in English 27 March (Fri)."""
    return words.long_day_words(value)


def _time(value: date | datetime, today: date | None) -> SafeString:
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), words.day_words(value, today)
    )


@register.filter
def receipt_no(entry_id: str) -> SafeString:
    """存证号 on one line, in groups of four; never cut."""
    return format_html('<span class="mono receipt-no">{}</span>', " ".join(_fours(entry_id)))


@register.simple_tag
def receipt_line(entry_id: str, title: Any = "") -> SafeString:
    """存证号 in eight groups of four, with what it is a receipt for."""
    head = format_html("<p>{}</p>", title) if title else ""
    groups = format_html_join("", "<span>{}</span>", ((four,) for four in _fours(entry_id)))
    return format_html(
        '<div class="receipt-line">{}<p>{}</p><p class="mono">{}</p></div>',
        head,
        gettext("存证号"),
        groups,
    )


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


# deadlines ---------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def deadline(context: template.Context, due: values.Due | None) -> SafeString | str:
    """A deadline chip: shape, words, then the date."""
    if due is None:
        return "–"
    second: Any = ""
    if due.remark:
        second = format_html("<small>{}</small>", due.remark)
    elif due.on:
        second = _time(due.on, context.get("today"))
    shape = _use(f"m-{DUE_SHAPES[due.state]}", "shape")
    return format_html(
        '<span class="due {}">{}<b>{}</b> {}</span>', due.state, shape, words.due_words(due), second
    )


# blocks ------------------------------------------------------------------------------------


@register.inclusion_tag("look/parts/timeline.html", takes_context=True)
def timeline(context: template.Context, events: Sequence[values.Event]) -> dict[str, Any]:
    """The desk's timeline: newest first, shape = kind of event, second line = its source."""
    rows = [
        {"event": event, "time": _time(event.when, context.get("today")), "mark": mark(event.kind)}
        for event in events
    ]
    return {"rows": rows}


@register.inclusion_tag("look/parts/step_line.html")
def step_line(steps: Sequence[values.Step]) -> dict[str, Any]:
    """The phone's timeline: past first; the dot says done, waits for you, half, pause, not yet."""
    rows = [
        {"step": step, "icon": STEP_ICONS.get(step.state, ""), "word": STEP_WORDS[step.state]}
        for step in steps
    ]
    return {"rows": rows}


@register.inclusion_tag("look/parts/fact_list.html")
def fact_list(facts: Sequence[values.Fact], css: str = "") -> dict[str, Any]:
    """Label and value rows."""
    return {"facts": facts, "css": css}


@register.inclusion_tag("look/parts/sum_sheet.html")
def sum_sheet(lines: Sequence[values.SumLine]) -> dict[str, Any]:
    """The arithmetic, line by line, to the fen; zero lines stay."""
    signs = {"-": words.MINUS, "+": "+", "=": "=", "": ""}
    return {"rows": [{"line": line, "sign": signs[line.sign]} for line in lines]}


@register.simple_tag
def match(difference_fen: Fen, sentence: Any) -> SafeString:
    """The judgement directly under a sum sheet: nothing is missing, or by how much it differs."""
    kind = "red" if difference_fen else "green"
    return format_html(
        '<p class="match is-{}">{}<span>{}</span></p>', kind, _use(f"s-{kind}", "shape"), sentence
    )


@register.inclusion_tag("look/parts/split_bar.html")
def split_bar(parts: Sequence[values.Part]) -> dict[str, Any]:
    """One sum in parts, pattern as well as colour; the legend is the content."""
    total = sum(part.amount_fen for part in parts)
    rows, at = [], 0
    for part, letter in zip(parts, PATTERNS, strict=False):
        rows.append(
            {
                "part": part,
                "pattern": letter,
                "x": _percent(at, total),
                "width": _percent(part.amount_fen, total),
            }
        )
        at += part.amount_fen
    return {"rows": rows, "total": total}


def _percent(part: int, whole: int) -> str:
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02}%"


@register.inclusion_tag("look/parts/cap_meter.html")
def cap_meter(meters: Sequence[values.Meter]) -> dict[str, Any]:
    """Values against their caps; never green or red, a sentence says within or over."""
    return {
        "rows": [
            {"meter": meter, "width": _percent(min(meter.value, meter.cap), meter.cap)}
            for meter in meters
        ]
    }


@register.inclusion_tag("look/parts/check_row.html")
def check_rows(checks: Sequence[values.Check]) -> dict[str, Any]:
    """The checks of a receipt, numbered: holds, fails, not yet, not checked."""
    rows = []
    for check in checks:
        css, shape, colour, word = CHECKS[check.state]
        rows.append({"check": check, "css": css, "icon": shape, "colour": colour, "word": word})
    return {"rows": rows}


@register.inclusion_tag("look/parts/entry_card.html", takes_context=True)
def entry_card(context: template.Context, entry: values.Entry) -> dict[str, Any]:
    """An adverse entry: act, authority, date, number; then the reply; then the clock."""

    def at(bps: int | None) -> str | None:
        return None if bps is None else _percent(bps, 10_000)

    return {
        "entry": entry,
        "today": context.get("today"),
        "elapsed": at(entry.elapsed_bps),
        "repair": at(entry.repair_bps),
    }


@register.simple_tag
def notice(kind: str, text: Any, *, alert: bool = False) -> SafeString:
    """A notice: icon and at most three lines. Kinds: plain info green yellow red."""
    role = mark_safe(' role="alert"') if alert or kind == "red" else ""
    css = "notice" if kind == "plain" else f"notice is-{kind}"
    return format_html(
        '<div class="{}"{}>{}<p>{}</p></div>', css, role, icon(NOTICE_ICONS[kind]), text
    )


@register.filter
def notice_kind(level: str) -> str:
    """The notice kind of a Django message level."""
    return LEVELS.get(level, "info")


@register.inclusion_tag("look/parts/block_notice.html")
def block_notice(title: Any, text: Any = "", link: values.Link | None = None) -> dict[str, Any]:
    """What is blocked, the exact cause, what stops and what goes on, and the way to the causes."""
    return {"title": title, "text": text, "link": link}


@register.inclusion_tag("look/parts/empty.html")
def empty_state(state: values.Empty) -> dict[str, Any]:
    """Why there is nothing and the ways on."""
    return {"state": state, "mark": "ok" if state.kind == "green" else state.kind}


@register.simple_tag
def as_of(text: Any) -> SafeString:
    """A clock and 截至…: on every page that shows a colour, a sum or a bank figure."""
    return format_html('<p class="as-of">{}<span>{}</span></p>', icon("clock", "s"), text)


@register.inclusion_tag("look/parts/two_persons.html")
def two_persons(bar: values.TwoPersons) -> dict[str, Any]:
    """The two-person bar; it stands inside the form whose act it is."""
    return {"bar": bar}


@register.inclusion_tag("look/parts/task_list.html", takes_context=True)
def task_list(context: template.Context, groups: Sequence[values.TaskGroup]) -> dict[str, Any]:
    """The inbox: tasks grouped by deadline, the deadline first."""
    return {"groups": groups, "today": context.get("today")}


@register.inclusion_tag("look/parts/tap_list.html")
def tap_list(rows: Sequence[tuple[str, Any, Any, str]], *, flush: bool = False) -> dict[str, Any]:
    """Link rows of the phone: (icon, label, what happens, address)."""
    return {"rows": rows, "flush": flush}


# forms -------------------------------------------------------------------------------------


@register.inclusion_tag("look/parts/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """All errors of a form at its top, each with a link to its field."""
    named = [
        (form[name], errors)
        for name, errors in form.errors.items()
        if name in form.fields and not form[name].is_hidden
    ]
    general = [
        *form.non_field_errors(),
        *(
            error
            for name, errors in form.errors.items()
            if name in form.fields and form[name].is_hidden
            for error in errors
        ),
    ]
    count = len(named) + len(general)
    return {
        "named": named,
        "general": general,
        "count": count,
        "title": ngettext("有 %(count)d 处要改", "有 %(count)d 处要改", count) % {"count": count},
    }


@register.inclusion_tag("look/parts/field.html")
def field(bound: Any) -> dict[str, Any]:
    """One field: label, help, error in place, control."""
    kind = type(bound.field.widget).__name__
    return {
        "bound": bound,
        "grouped": kind in ("RadioSelect", "CheckboxSelectMultiple"),
        "single": kind == "CheckboxInput",
    }


@register.inclusion_tag("look/parts/form_fields.html")
def form_fields(form: Any) -> dict[str, Any]:
    """Error summary, hidden fields, then every visible field in order."""
    return {"form": form}


# tables ------------------------------------------------------------------------------------


@register.inclusion_tag("look/parts/table.html", takes_context=True)
def table(context: template.Context, shown: Any) -> dict[str, Any]:
    """A list with its views, filters, tokens, bulk bar, rows and pager (look/tables.py)."""
    return {
        "table": shown,
        "today": context.get("today"),
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


@register.simple_tag(takes_context=True)
def cell(context: template.Context, column: Any, value: Any) -> Any:
    """One cell of a table, by the kind of its column."""
    if value is None or value == "":
        return "–"
    if isinstance(value, str) and column.kind not in ("status", "grade", "code"):
        return conditional_escape(value)  # a word in a column of figures, as in a row of totals
    if column.kind == "money":
        return format_html('<span class="money">{}</span>', yuan_sum(value))
    if column.kind == "number":
        return format_html('<span class="faint">{}</span>', 0) if value == 0 else f"{value:,}"
    if column.kind == "date":
        return day(context, value)
    if column.kind == "deadline":
        return deadline(context, value)
    if column.kind == "status":
        return status(value, plain=True)
    if column.kind == "grade":
        return grade(value)
    if column.kind == "code":
        return format_html('<span class="mono">{}</span>', value)
    return conditional_escape(value)


@register.filter
def words_of(text: str) -> list[str]:
    """The words of a text, to loop over."""
    return text.split()


@register.simple_tag
def counted(count: int) -> str:
    """A count of things in a list: 37 件."""
    return pgettext("count of rows", "%(count)s 件") % {"count": f"{count:,}"}
