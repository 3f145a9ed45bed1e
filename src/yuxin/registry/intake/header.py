"""Where the headings of a sheet are: on one line, on two, or pasted down one column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yuxin.formats.sheets import Sheet
from yuxin.registry.intake.fields import EXACT, Field, field_of_heading, heading_key
from yuxin.registry.intake.lines import classify
from yuxin.registry.intake.verdict import Line, OtherLine

_LOOK_AT = 40


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a sheet."""

    texts: tuple[str, ...]
    first: int
    """First heading line, from 0."""
    last: int
    """Last heading line."""
    vertical: bool = False
    """The table was pasted down one column."""

    @property
    def two_level(self) -> bool:
        """Whether headings stand on two lines."""
        return not self.vertical and self.last > self.first


def find(sheet: Sheet) -> Headings | None:
    """The headings, or None when no line looks like headings with a name or a code."""
    best, best_score = -1, 0
    for number, row in enumerate(sheet.rows[:_LOOK_AT]):
        score = _score(row)
        if score > best_score:
            best, best_score = number, score
    if best < 0 or _is_vertical(sheet):
        return _vertical(sheet)
    texts = [text.strip() for text in sheet.rows[best]]
    if best + 1 < len(sheet.rows) and _continues(sheet, best):
        below = [text.strip() for text in sheet.rows[best + 1]]
        return Headings(tuple(_two_levels(texts, below)), best, best + 1)
    if best > 0 and _continues(sheet, best - 1) and _score(sheet.rows[best - 1]):
        above = [text.strip() for text in sheet.rows[best - 1]]
        return Headings(tuple(_two_levels(above, texts)), best - 1, best)
    found = {_field(text) for text in texts}
    if not found & {Field.NAME, Field.USCC}:
        return None
    return Headings(tuple(texts), best, best)


def _field(text: str) -> Field | None:
    found = field_of_heading(text)
    return found[0] if found else None


def _score(row: Sequence[str]) -> int:
    """How much a line looks like headings: known words, the identifying ones twice."""
    fields = {field for text in row if (field := _field(text)) is not None}
    return len(fields) + 2 * len(fields & {Field.NAME, Field.USCC})


def _continues(sheet: Sheet, number: int) -> bool:
    """Whether the line below is a second level of headings and not yet a row."""
    above, below = sheet.rows[number], sheet.rows[number + 1]
    own = [
        text
        for column, text in enumerate(below)
        if text.strip() and (number + 1, column) not in sheet.merged
    ]
    if not own or any(any(char.isdigit() for char in text) for text in own):
        return False
    known = sum(1 for text in own if _field(text) is not None)
    group = any(
        (text.strip() and _field(text) is None) or (number, column) in sheet.merged
        for column, text in enumerate(above)
    ) or any(
        text.strip() and not (above[column].strip() if column < len(above) else "")
        for column, text in enumerate(below)
    )
    return group and known >= 1 and known * 2 >= len(own)


def _two_levels(above: Sequence[str], below: Sequence[str]) -> list[str]:
    width = max(len(above), len(below))
    upper = [above[column] if column < len(above) else "" for column in range(width)]
    lower = [below[column] if column < len(below) else "" for column in range(width)]
    return [low or up for up, low in zip(upper, lower, strict=True)]


# --- pasted down one column -------------------------------------------------------------------


def _is_vertical(sheet: Sheet) -> bool:
    """One cell a line nearly everywhere, and a run of headings one under another."""
    filled = [sum(1 for text in row if text.strip()) for row in sheet.rows[:200]]
    single = sum(1 for count in filled if count == 1)
    return single * 10 >= 9 * sum(1 for count in filled if count) and _run(sheet) is not None


def _single(row: Sequence[str]) -> str:
    return next((text.strip() for text in row if text.strip()), "")


def _run(sheet: Sheet) -> tuple[int, int] | None:
    """First and last line of three or more headings one under another, a name among them."""
    texts = [_single(row) for row in sheet.rows]
    start = 0
    while start < len(texts):
        end = start
        # A title may hold the word of a heading: a run begins with a heading to the letter.
        if heading_key(texts[start]) in EXACT:
            while end < len(texts) and texts[end] and field_of_heading(texts[end]) is not None:
                end += 1
        run = texts[start:end]
        if end - start >= 3 and any(_field(text) is Field.NAME for text in run):
            return start, end - 1
        start = max(end, start + 1)
    return None


def _vertical(sheet: Sheet) -> Headings | None:
    run = _run(sheet) if _is_vertical(sheet) else None
    if run is None:
        return None
    texts = tuple(_single(row) for row in sheet.rows[run[0] : run[1] + 1])
    return Headings(texts, run[0], run[1], vertical=True)


@dataclass(frozen=True, slots=True)
class Group:
    """One record of a table pasted down a column."""

    line: int
    """Its first line, from 0."""
    cells: tuple[str, ...]
    section: str


def unfold(sheet: Sheet, headings: Headings, index: int) -> tuple[list[Group], list[OtherLine]]:
    """The records of a pasted table, and the lines between them.

    A record begins where the running number goes on (or starts again at 1); without a number
    column every so many lines.
    """
    numbered = _field(headings.texts[0]) is Field.SEQ
    groups: list[Group] = []
    others: list[OtherLine] = []
    section, expected = "", 1
    pending: list[str] = []
    start = headings.last + 1

    def flush() -> None:
        if pending:
            groups.append(Group(start, tuple(pending), section))
            pending.clear()

    width = len(headings.texts)
    for number in range(headings.last + 1, len(sheet.rows)):
        text = _single(sheet.rows[number])
        kind = classify([text], (), name_column=-1)
        if kind is None and heading_key(text) in map(heading_key, headings.texts):
            kind = Line.HEADER if heading_key(text) in EXACT else None
        if kind is Line.EMPTY and 0 < len(pending) < width:
            pending.append("")
            continue
        if kind is not None:
            flush()
            others.append(OtherLine(index, number + 1, kind, text))
            section = text if kind is Line.SECTION else section
            continue
        begins = text in {str(expected), "1"} if numbered else len(pending) == width
        if begins and (not numbered or len(pending) >= 2 or not pending):
            flush()
            expected = int(text) + 1 if numbered else 0
        if not pending:
            start = number
        pending.append(text)
    flush()
    return groups, others
