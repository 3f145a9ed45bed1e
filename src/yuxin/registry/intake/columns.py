"""Which column is which field: by heading, else by what stands in it; always with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from yuxin.kernel.codes import uscc_problem
from yuxin.registry.intake.fields import Field, field_of_heading, unit_in

_SAMPLE = 60


class Why(StrEnum):
    """How a column was recognised."""

    HEADING = "heading"
    HEADING_WORD = "heading_word"
    CONTENT = "content"
    CHOSEN = "chosen"
    UNKNOWN = "unknown"
    SECOND = "second"


WHY_WORDS = {
    "heading": ("表头一致", "The heading says so"),
    "heading_word": ("表头含“{word}”", "The heading holds “{word}”"),
    "content": ("看内容：抽看的格中 {percent}% 像这一项", "By content: {percent}% of a sample fit"),
    "chosen": ("人工指定", "Chosen by a person"),
    "unknown": ("不认识的表头，不读取", "An unknown heading; not read"),
    "second": ("前面已有同一项的列，不读取", "An earlier column already holds this; not read"),
}
_MANY = frozenset({Field.STATEMENT, Field.PROVENANCE, Field.PERSONAL, Field.IGNORED, Field.SEQ})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet and what it is read as."""

    index: int
    heading: str
    field: Field
    why: Why
    word: str = ""
    unit: str = ""


def map_columns(
    headings: Sequence[str],
    sample: Sequence[Sequence[str]],
    *,
    unit: str = "",
    chosen: dict[int, Field] | None = None,
) -> tuple[Column, ...]:
    """Map every column, the unknown ones included.

    `unit`: the unit that a title line states for the whole sheet. `chosen`: what a person said.
    """
    chosen = chosen or {}
    columns: list[Column] = []
    taken: set[Field] = set(chosen.values())
    for index, heading in enumerate(headings):
        columns.append(_by_heading(index, heading, chosen, taken, unit))
        taken.add(columns[-1].field)
    if not chosen:
        _by_content(columns, sample, taken)
    return tuple(columns)


def _by_heading(
    index: int, heading: str, chosen: dict[int, Field], taken: set[Field], unit: str
) -> Column:
    own_unit = unit_in(heading) or unit
    if index in chosen:
        return Column(index, heading, chosen[index], Why.CHOSEN, unit=own_unit)
    found = field_of_heading(heading)
    if found is None:
        return Column(index, heading, Field.IGNORED, Why.UNKNOWN)
    field, word = found
    if field in taken and field not in _MANY:
        return Column(index, heading, Field.IGNORED, Why.SECOND, word)
    why = Why.HEADING if len(word) >= len(heading.strip()) - 2 else Why.HEADING_WORD
    return Column(index, heading, field, why, word, own_unit if field is Field.CAPITAL else "")


def _by_content(columns: list[Column], sample: Sequence[Sequence[str]], taken: set[Field]) -> None:
    """Look for a name or code column among those that no heading explains."""
    for field in (Field.USCC, Field.NAME):
        if field in taken:
            continue
        best, share = -1, 0.0
        for column in columns:
            if column.why is Why.UNKNOWN:
                fits = _share(
                    field, [row[column.index] for row in sample if column.index < len(row)]
                )
                if fits > max(share, 0.6):
                    best, share = column.index, fits
        if best >= 0:
            old = columns[best]
            percent = str(int(share * 100))
            columns[best] = Column(best, old.heading, field, Why.CONTENT, percent)
            taken.add(field)


_NAME_LIKE = re.compile(r"(公司|学校|中心|幼儿园|机构|托管|学院|书院)[)）]?$")


def _share(field: Field, cells: Sequence[str]) -> float:
    filled = [cell.strip() for cell in cells[:_SAMPLE] if cell.strip()]
    if not filled:
        return 0.0
    if field is Field.USCC:
        hits = sum(1 for cell in filled if uscc_problem(cell) is None)
    else:
        hits = sum(1 for cell in filled if _NAME_LIKE.search(cell))
    return hits / len(filled)
