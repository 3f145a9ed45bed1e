"""Lists as files: XLSX and CSV, safe to open in a spreadsheet program.

A cell that begins like a formula is written as text, whoever typed it in: an exported list is
opened on the machine of somebody with more rights than the one who filled it.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from yuxin.kernel.clock import SHANGHAI, day_of, now
from yuxin.kernel.refusal import BadInput
from yuxin.look import words

ROWS_MAX = 100_000
# zh: the full-width forms are read as operators by some Chinese and Japanese settings.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"money": 16, "date": 18, "deadline": 24, "number": 10, "status": 14, "code": 24}


class TooManyRows(BadInput):
    """A list too long for one file."""

    code = "export_too_long"
    zh = "本视图有 {count} 行，一次最多导出 {most} 行。请加上筛选条件，分次导出。"
    en = (
        "This view has {count} rows; one file holds at most {most}. Please filter and export parts."
    )


@dataclass(frozen=True)
class Sheet:
    """A list on its way into a file: kinds and heads of its columns, its rows, how many."""

    name: str
    title: str
    kinds: Sequence[str]
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]
    count: int


def exported(sheet: Sheet, kind: str) -> HttpResponseBase:
    """The file as a download. The rows are read now, while the reading is open.

    Raises: TooManyRows.
    """
    if sheet.count > ROWS_MAX:
        raise TooManyRows(count=sheet.count, most=ROWS_MAX)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it was sent
    try:
        write_xlsx(sheet, file) if kind == "xlsx" else write_csv(sheet, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{sheet.name}-{day_of(now()):%Y%m%d}.{kind}",
        content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8",
    )


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet program might run this text."""
    return text.startswith(FORMULA_STARTS)


def plain(kind: str, value: Any) -> Any:
    """A cell as a value of a file: numbers and days as themselves, everything else as text."""
    if value is None or value == "":
        return None
    if kind == "money":
        return Decimal(value) / 100
    if kind == "number":
        return int(value)
    if kind == "date":
        return value.astimezone(SHANGHAI).replace(tzinfo=None) if _is_instant(value) else value
    return _without_controls(_text(kind, value))


def _text(kind: str, value: Any) -> str:
    if kind == "status":
        return str(words.STATUS_WORDS[value])
    if kind == "deadline":
        second = str(value.remark) or (words.day_words(value.on) if value.on else "")
        return f"{words.due_words(value)} {second}".strip()
    return str(value)


def _is_instant(value: Any) -> bool:
    return isinstance(value, datetime)


def _without_controls(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def write_xlsx(sheet: Sheet, file: Any) -> None:
    """Write a workbook row by row; memory does not grow with the list."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title[:31])
    page.freeze_panes = "A2"
    for index, kind in enumerate(sheet.kinds, start=1):
        page.column_dimensions[get_column_letter(index)].width = WIDTHS.get(kind, 28)
    page.append([_head_cell(page, text) for text in sheet.head])
    for row in sheet.rows:
        page.append(
            [_cell(page, kind, value) for kind, value in zip(sheet.kinds, row, strict=True)]
        )
    book.save(file)


def _head_cell(page: Any, text: str) -> Any:
    cell = _text_cell(page, text)
    cell.font = Font(bold=True)
    return cell


def _text_cell(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, value=text)
    if is_formula_like(text):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _cell(page: Any, kind: str, value: Any) -> Any:
    found = plain(kind, value)
    if isinstance(found, str):
        return _text_cell(page, found)
    if found is None:
        return None
    cell = WriteOnlyCell(page, value=found)
    if kind == "money":
        cell.number_format = "#,##0.00"
    elif isinstance(found, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(found, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def write_csv(sheet: Sheet, file: Any) -> None:
    """Write UTF-8 with a byte order mark, so that spreadsheet programs read the characters."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([_csv_text(one) for one in sheet.head])
    for row in sheet.rows:
        writer.writerow(
            [_csv_cell(kind, value) for kind, value in zip(sheet.kinds, row, strict=True)]
        )
    text.flush()
    text.detach()


def _csv_cell(kind: str, value: Any) -> str:
    found = plain(kind, value)
    if isinstance(found, str):
        return _csv_text(found)
    if isinstance(found, datetime):
        return f"{found:%Y-%m-%d %H:%M}"
    return "" if found is None else f"{found:.2f}" if kind == "money" else str(found)


def _csv_text(text: str) -> str:
    return f"'{text}" if is_formula_like(text) else text
