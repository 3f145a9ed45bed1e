"""Read a whole file: every line is a row with a verdict, or listed as no row."""

from __future__ import annotations

import datetime as dt
import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from yuxin.formats.sheets import Sheet, Workbook
from yuxin.kernel.refusal import Refusal
from yuxin.registry.intake.cells import (
    KEPT,
    REMOVED,
    Read,
    may_hold_personal,
    reader,
    remove_personal,
)
from yuxin.registry.intake.columns import Column, map_columns
from yuxin.registry.intake.fields import WRITTEN, Field, unit_in
from yuxin.registry.intake.header import Group, Headings, find, unfold
from yuxin.registry.intake.identity import name_row, settle
from yuxin.registry.intake.lines import classify, stated_count
from yuxin.registry.intake.matching import Directory
from yuxin.registry.intake.names import Parts
from yuxin.registry.intake.verdict import Doubt, Doubtful, Line, OtherLine, Reading, Row, Verdict

PERSONAL_CELL = "（个人信息，未保存）"
_NOTHING = Reading()
_BLOCK = 2000
_MAYBE_A_LINE = frozenset("合总小共本全备填说附注制审数单联备（(一二三四五六七八九十")


class NoHeadings(Refusal):
    """No sheet has headings with a name or a code."""

    code = "no_headings"
    status = 422
    zh = "没有找到表头：需要一列“机构名称”或“统一社会信用代码”。请检查是否选对了文件。"
    en = "No headings were found: a column with names or codes is needed. Is it the right file?"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one sheet is laid out."""

    sheet: int
    name: str
    headings: Headings
    columns: tuple[Column, ...]
    unit: str = ""

    def column_of(self, wanted: Field) -> int:
        """The column that holds a field, or -1."""
        return next((c.index for c in self.columns if c.field is wanted), -1)


@dataclass(slots=True)
class Outcome:
    """What reading a file ended in."""

    rows: list[Row] = field(default_factory=list)
    lines: list[OtherLine] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)
    unread: list[tuple[int, str, int]] = field(default_factory=list)
    """Sheets without headings: index, name, lines."""
    notices: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The four verdicts and the rows; the four add up to the rows."""
        found = Counter(row.verdict for row in self.rows)
        return {"rows": len(self.rows)} | {verdict.value: found[verdict] for verdict in Verdict}


NOTICES: Mapping[str, tuple[str, str]] = {
    "hidden_sheet": (
        "“{name}”是隐藏的工作表，也读取了",
        "“{name}” is a hidden sheet; it was read too",
    ),
    "total_agrees": (
        "第 {row} 行写“{text}”，与读到的 {count} 行一致",
        "line {row} says “{text}”; {count} rows were read, which agrees",
    ),
    "total_differs": (
        "第 {row} 行写“{text}”，读到的是 {count} 行，请核对有无缺行",
        "line {row} says “{text}”, but {count} rows were read; check whether some are missing",
    ),
    "numbers_restart": (
        "第 {row} 行起序号从头编号，按两段读取",
        "numbering starts again at line {row}; read as another part",
    ),
    "numbers_gap": (
        "第 {row} 行前序号从 {before} 跳到 {after}，请核对有无缺行",
        "before line {row} the numbers jump from {before} to {after}; are rows missing?",
    ),
    "other_province": (
        "{count} 行的代码不是所选区域（{area}）所在省核发的，请核对是否交错了名单",
        "{count} rows carry codes of another province than area {area}; is it the right list?",
    ),
    "headings_repeat": (
        "第 {row} 行重复表头，不算数据",
        "line {row} repeats the headings; it is no row",
    ),
}


def layout_of(sheet: Sheet, index: int, chosen: Mapping[int, Field] | None = None) -> Layout | None:
    """The layout of a sheet, or None when it has no headings that identify anything."""
    headings = find(sheet)
    if headings is None:
        return None
    above = [text for row in sheet.rows[: headings.first] for text in row if text]
    unit = next((found for text in above if (found := unit_in(text))), "")
    if headings.vertical:
        groups, _ = unfold(sheet, headings, index)
        sample: Sequence[Sequence[str]] = [group.cells for group in groups[:60]]
    else:
        sample = sheet.rows[headings.last + 1 : headings.last + 61]
    columns = map_columns(headings.texts, sample, unit=unit, chosen=dict(chosen or {}))
    if not {column.field for column in columns} & {Field.NAME, Field.USCC}:
        return None
    return Layout(index, sheet.name, headings, columns, unit)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector: rows hold no cycles, and it would walk all of them again and
    again while they grow (a third of the time was measured)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def check(
    book: Workbook,
    *,
    today: dt.date,
    directory: Directory | None = None,
    area: str = "",
    chosen: Mapping[int, Mapping[int, Field]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Read every sheet that has headings.

    `area` is the area that the list is sent in for. `chosen`: per sheet, what a person said a
    column is. `progress` is told rows done and lines.
    Raises: NoHeadings.
    """
    outcome = Outcome()
    directory = Directory() if directory is None else directory
    lines = sum(len(sheet.rows) for sheet in book.sheets)
    with _uncollected():
        for index, sheet in enumerate(book.sheets):
            layout = layout_of(sheet, index, (chosen or {}).get(index))
            if layout is None:
                if any(any(row) for row in sheet.rows):
                    outcome.unread.append((index, sheet.name, len(sheet.rows)))
                continue
            outcome.layouts.append(layout)
            if sheet.hidden:
                outcome.notices.append(("hidden_sheet", {"name": sheet.name}))
            _check_sheet(sheet, layout, outcome, directory, today, progress, lines)
    if not outcome.layouts:
        raise NoHeadings
    outcome.notices += _elsewhere(outcome.rows, area)
    return outcome


def _elsewhere(rows: Sequence[Row], area: str) -> list[tuple[str, dict[str, str]]]:
    """That many codes were given out in another province: perhaps it is the wrong list."""
    if not area:
        return []
    codes = (row.values["uscc"] for row in rows if "uscc" in row.values)
    elsewhere = sum(1 for code in codes if code[2:4] != area[:2])
    facts = {"count": str(elsewhere), "area": area}
    return [("other_province", facts)] if elsewhere else []


def _check_sheet(
    sheet: Sheet,
    layout: Layout,
    outcome: Outcome,
    directory: Directory,
    today: dt.date,
    progress: Callable[[int, int], None] | None,
    lines: int,
) -> None:
    first_row, first_line = len(outcome.rows), len(outcome.lines)
    reading = _Reader(sheet, layout, today)
    name_column = layout.column_of(Field.NAME)
    for found in reading.rows():
        if isinstance(found, OtherLine):
            outcome.lines.append(found)
            continue
        outcome.rows.append(found)
        parts = name_row(found, name_column)
        if parts is None:
            found.settle()
        else:
            settle(found, parts or Parts("", registered=False), directory, name_column)
        if progress is not None and len(outcome.rows) % 500 == 0:
            progress(len(outcome.rows), lines)
    rows, others = outcome.rows[first_row:], outcome.lines[first_line:]
    outcome.notices += _totals(rows, others) + _numbering(rows, layout)


class _Reader:
    """Reads the lines of one sheet into rows; every distinct cell of a column is read once."""

    def __init__(self, sheet: Sheet, layout: Layout, today: dt.date) -> None:
        self.sheet = sheet
        self.layout = layout
        self.plan: list[tuple[int, Read, dict[str, Reading]]] = [
            (column.index, reader(column, today=today), {"": _NOTHING})
            for column in layout.columns
            if self._filled(column)
            and (column.field not in KEPT or self._may_hold_personal(column))
        ]
        self.special = sheet.unsaved | sheet.rounded
        self.statements = [c.index for c in layout.columns if c.field is Field.STATEMENT]
        self.personal = [c.index for c in layout.columns if c.field is Field.PERSONAL]
        self.guessed = layout.column_of(Field.CATEGORY_BASIS)
        self.section = ""

    def _filled(self, column: Column) -> bool:
        at = column.index
        return self.layout.headings.vertical or any(
            at < len(row) and row[at] for row in self.sheet.rows[self.layout.headings.last + 1 :]
        )

    def _may_hold_personal(self, column: Column) -> bool:
        """Look through a kept column at once; hardly any needs a closer look cell by cell."""
        if self.layout.headings.vertical:
            return True
        at = column.index
        return may_hold_personal("\n".join({row[at] for row in self.sheet.rows if at < len(row)}))

    def rows(self) -> Iterator[Row | OtherLine]:
        """Rows and other lines in the order of the sheet."""
        headings, index = self.layout.headings, self.layout.sheet
        yield from self._above(headings, index)
        if headings.vertical:
            yield from self._pasted(headings, index)
            return
        texts = headings.texts
        name_column = self.layout.column_of(Field.NAME)
        for place, cells, readings in self._below(headings.last + 1):
            kind = self._kind(cells, texts, name_column)
            if kind is None:
                yield self._row(cells, place, readings)
                continue
            text = next((cell.strip() for cell in cells if cell.strip()), "")
            if kind is Line.SECTION:
                self.section = text
            yield OtherLine(index, place + 1, kind, remove_personal(text)[:300])

    def _below(self, first: int) -> Iterator[tuple[int, list[str], tuple[Reading, ...]]]:
        """The lines under the headings with their readings, a block at a time."""
        rows = self.sheet.rows
        for start in range(first, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            yield from zip(count(start), block, self._columns_of(block), strict=False)

    def _above(self, headings: Headings, index: int) -> Iterator[OtherLine]:
        for place in range(headings.last + 1):
            cells = [cell.strip() for cell in self.sheet.rows[place] if cell.strip()]
            above = Line.TITLE if cells else Line.EMPTY
            kind = Line.HEADER if place >= headings.first else above
            distinct = list(dict.fromkeys(cells))
            yield OtherLine(index, place + 1, kind, remove_personal(" | ".join(distinct))[:300])

    def _pasted(self, headings: Headings, index: int) -> Iterator[Row | OtherLine]:
        groups, others = unfold(self.sheet, headings, index)
        found: list[tuple[int, Row | OtherLine]] = [(other.number, other) for other in others]
        found += [(group.line + 1, self._group(group)) for group in groups]
        for _, one in sorted(found, key=lambda pair: pair[0]):
            yield one

    def _group(self, group: Group) -> Row:
        expected = len(self.layout.headings.texts)
        if len(group.cells) == expected:
            cells = list(group.cells)
            row = self._row(cells, group.line, next(iter(self._columns_of([cells]))))
            row.section = group.section
            return row
        public = [remove_personal(cell) for cell in group.cells]
        row = Row(self.layout.sheet, group.line + 1, public, section=group.section)
        facts = {"found": str(len(public)), "expected": str(expected)}
        source = " | ".join(public)[:300]
        row.doubts.append(Doubtful("name", Doubt.LAYOUT, source, "out_of_step", facts=facts))
        return row

    def _kind(self, cells: Sequence[str], texts: Sequence[str], name_column: int) -> Line | None:
        """Nearly every line is a row: look closely only at what may be none."""
        name = cells[name_column] if 0 <= name_column < len(cells) else ""
        if (
            name
            and name != texts[name_column]
            and not name.isspace()
            and cells[0].lstrip()[:1] not in _MAYBE_A_LINE
            and len(cells) - cells.count("") > 2
            and not (self.sheet.merged and len(set(cells)) <= 2)
        ):
            return None
        return classify(cells, texts, name_column=name_column)

    def _columns_of(self, rows: Sequence[list[str]]) -> Iterator[tuple[Reading, ...]]:
        """The readings of rows, made column by column: the inner loop is the whole cost."""
        columns = []
        for index, read, cache in self.plan:
            column = []
            for row in rows:
                text = row[index] if index < len(row) else ""
                reading = cache.get(text)
                if reading is None:
                    reading = read(text)
                    if reading[1]:
                        reading = _placed(reading, index)
                    cache[text] = reading
                column.append(reading)
            columns.append(column)
        if not columns:
            return iter([()] * len(rows))
        return zip(*columns, strict=True)

    def _row(self, cells: list[str], place: int, readings: Sequence[Reading]) -> Row:
        row = Row(self.layout.sheet, place + 1, cells, section=self.section)
        values = row.values
        for said, doubts, notes in readings:
            for key, value in said:
                values[key] = value
            if doubts:
                row.doubts += doubts
            if notes:
                row.notes += notes
        if self.special:
            self._special_cells(row, place)
        self._afterthoughts(row)
        return row

    def _afterthoughts(self, row: Row) -> None:
        if row.notes and "personal_removed" in row.notes:
            row.cells = [remove_personal(cell) for cell in row.cells]
            for index in self.personal:
                if index < len(row.cells) and row.cells[index]:
                    row.cells[index] = PERSONAL_CELL
        if row.doubts and any(doubt.source == REMOVED for doubt in row.doubts):
            row.cells = [remove_personal(cell) for cell in row.cells]
        if self.guessed >= 0:
            self._drop_guess(row)
        for index in self.statements:
            if index < len(row.cells) and row.cells[index]:
                row.notes.append("source_statement")
                break

    def _drop_guess(self, row: Row) -> None:
        """A category that the source itself calls derived is no statement of the source."""
        basis = row.cells[self.guessed] if self.guessed < len(row.cells) else ""
        if not basis or basis.strip() in ("", "as published", "原文", "公布", "登记"):
            return
        before = len(row.doubts) + len(row.values)
        row.values.pop(Field.CATEGORY, None)
        row.doubts = [doubt for doubt in row.doubts if doubt.field != Field.CATEGORY]
        if len(row.doubts) + len(row.values) != before:
            row.notes.append("category_guess")

    def _special_cells(self, row: Row, place: int) -> None:
        for column in self.layout.columns:
            cell = (place, column.index)
            if cell in self.sheet.unsaved and column.field in WRITTEN:
                row.doubts.append(
                    Doubtful(
                        column.field, Doubt.FORMULA, "=", "formula_unsaved", column=column.index
                    )
                )
            elif cell in self.sheet.rounded and column.field is Field.USCC:
                if "uscc" in row.values:
                    continue
                row.doubts = [
                    replace(doubt, reason="code_rounded", proposal=None, kind=Doubt.CODE)
                    if doubt.field == Field.USCC
                    else doubt
                    for doubt in row.doubts
                ]


def _placed(reading: Reading, index: int) -> Reading:
    """The same reading; its doubts know their column."""
    doubts = tuple(replace(doubt, column=index) for doubt in reading.doubts)
    return Reading(reading.values, doubts, reading.notes)


def _totals(rows: Sequence[Row], lines: Sequence[OtherLine]) -> list[tuple[str, dict[str, str]]]:
    notices = []
    for line in lines:
        count = stated_count(line.text) if line.kind is Line.TOTAL else None
        if count is not None:
            key = "total_agrees" if count == len(rows) else "total_differs"
            facts = {"row": str(line.number), "text": line.text, "count": str(len(rows))}
            notices.append((key, facts))
    return notices


def _numbering(rows: Sequence[Row], layout: Layout) -> list[tuple[str, dict[str, str]]]:
    column = layout.column_of(Field.SEQ)
    if column < 0:
        return []
    notices: list[tuple[str, dict[str, str]]] = []
    before = 0
    for row in rows:
        text = row.cells[column].strip() if column < len(row.cells) else ""
        if not (text.isascii() and text.isdigit() and len(text) < 8):
            continue
        number = int(text)
        facts = {"row": str(row.number), "before": str(before), "after": text}
        if number == 1 and before:
            notices.append(("numbers_restart", facts))
        elif number > before + 1 and before:
            notices.append(("numbers_gap", facts))
        before = number
    return notices[:50]
