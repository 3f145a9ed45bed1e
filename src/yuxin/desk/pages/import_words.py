"""Doubts, reasons and values of an import as a person reads them, in the language of the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from yuxin.formats.sheet_parts import column_letters
from yuxin.kernel.money import Fen
from yuxin.look.words import english, yuan_words
from yuxin.registry.importing.models import ImportDoubt, ImportRow
from yuxin.registry.intake.columns import WHY_WORDS
from yuxin.registry.intake.fields import FIELD_WORDS
from yuxin.registry.intake.verdict import DOUBT_WORDS, NOTES, REASONS, say

_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")


def mixed(text: str) -> SafeString | str:
    """A sentence of ours; what it quotes from a Chinese source says so on an English page."""
    if not english():
        return text
    parts, last = [], 0
    for quoted in _CHINESE.finditer(text):
        parts.append(
            format_html('{}<span lang="zh">{}</span>', text[last : quoted.start()], quoted[0])
        )
        last = quoted.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, text[last:]]))


def _language() -> str:
    return "en" if english() else "zh"


def field_words(field: str) -> str:
    """The name of a field."""
    return FIELD_WORDS.get(field, (field, field))[1 if english() else 0]


def kind_words(kind: str) -> str:
    """The name of a kind of doubt."""
    return DOUBT_WORDS.get(kind, (kind, kind))[1 if english() else 0]


def why_words(why: str, word: str) -> str:
    """Why a column is read as it is."""
    return WHY_WORDS[why][1 if english() else 0].format(word=word, percent=word)


def sure_words(sure: str) -> str:
    """How sure a proposal is."""
    words = {
        "high": pgettext("sureness", "高"),
        "medium": pgettext("sureness", "中"),
        "low": pgettext("sureness", "低"),
    }
    return words.get(sure, "–")


def reject_words(row: ImportRow) -> str:
    """Why a row was rejected."""
    return say(REASONS, row.rejected, _language()) if row.rejected else ""


def row_notes(row: ImportRow) -> list[SafeString | str]:
    """What was done while reading a row."""
    found: list[SafeString | str] = []
    for note in dict.fromkeys(row.notes):
        name, _, text = note.partition(":")
        if name in NOTES:
            found.append(mixed(say(NOTES, name, _language(), text=text)))
        elif name in REASONS:
            found.append(mixed(say(REASONS, name, _language(), row=text)))
    return found


@dataclass(frozen=True)
class Shown:
    """One doubt as a line of the list."""

    doubt: ImportDoubt
    cell: str
    kind: str
    source: SafeString
    proposal: SafeString | str
    reason: SafeString | str
    sure: str
    decided: list[tuple[str, str]]
    written: list[tuple[str, str]]
    """What accepting would write: field and value."""
    edits: list[tuple[str, str, str]]
    """Fields of the form: name, label, value to begin with."""


def shown(doubt: ImportDoubt, names: Mapping[str, str], typed: Mapping[str, str]) -> Shown:
    """A doubt in words. `typed`: what a person had typed when it was refused."""
    source, proposal = _marked(doubt, names)
    start = doubt.decided or doubt.proposal or {doubt.field: ""}
    return Shown(
        doubt,
        f"{column_letters(doubt.column)}{doubt.row.number}" if doubt.column >= 0 else "–",
        kind_words(doubt.kind),
        source,
        proposal,
        mixed(say(REASONS, doubt.reason, _language(), **doubt.facts)),
        sure_words(doubt.sure),
        [(field_words(f), value_words(f, v, names)) for f, v in (doubt.decided or {}).items()],
        [(field_words(f), value_words(f, v, names)) for f, v in (doubt.proposal or {}).items()],
        [(f, field_words(f), typed.get(f, _typed(f, v))) for f, v in start.items()],
    )


def _typed(field: str, value: str) -> str:
    """A value as a person would type it."""
    if field == "capital_fen" and value:
        return (
            f"{yuan_words(Fen(int(value))).replace(',', '')}元"  # zh: read back by the same rules
        )
    return value


def value_words(field: str, value: str, names: Mapping[str, str]) -> str:
    """A value as it is read."""
    if field in ("same_as", "parent"):
        return _reference(value, names)
    if not value:
        return gettext("留空")
    if field == "capital_fen":
        return gettext("%(sum)s 元") % {"sum": yuan_words(Fen(int(value)))}
    return value


def _reference(value: str, names: Mapping[str, str]) -> str:
    if not value:
        return gettext("另建，不合并")
    if value.startswith("row:"):
        row = value.rpartition(":")[2]
        return gettext("本表第 %(row)s 行的机构") % {"row": row}
    return names.get(value, value)


def _marked(doubt: ImportDoubt, names: Mapping[str, str]) -> tuple[SafeString, SafeString | str]:
    """Source and proposal with the parts marked in which they differ."""
    proposal = doubt.proposal
    if proposal is None:
        words = {
            "year_missing": gettext("年份待填"),
            "date_order": gettext("请选一种"),
        }.get(doubt.reason, gettext("不改，请核对"))
        return format_html("<mark>{}</mark>", doubt.source), words
    if (
        list(proposal) == [doubt.field]
        and proposal[doubt.field]
        and doubt.field in ("uscc", "name")
    ):
        return _differing(doubt.source, proposal[doubt.field])
    told = [
        value_words(field, value, names)
        if len(proposal) == 1
        else f"{field_words(field)} {value_words(field, value, names)}"
        for field, value in proposal.items()
    ]
    shown_as = format_html_join(" · ", "<ins>{}</ins>", ((text,) for text in told))
    return format_html("<mark>{}</mark>", doubt.source), shown_as


def _differing(source: str, proposal: str) -> tuple[SafeString, SafeString]:
    left, right = [], []
    for tag, a, b, c, d in SequenceMatcher(None, source, proposal, autojunk=False).get_opcodes():
        same = tag == "equal"
        left.append(format_html("{}" if same else "<mark>{}</mark>", source[a:b]))
        right.append(format_html("{}" if same else "<ins>{}</ins>", proposal[c:d]))
    join = format_html_join
    return join("", "{}", ((x,) for x in left)), join("", "{}", ((x,) for x in right))
