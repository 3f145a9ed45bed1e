"""Reading a stored file into a batch: the file, the register, the verdicts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from yuxin.files import store
from yuxin.formats.sheets import Workbook, read
from yuxin.kernel.codes import is_uscc
from yuxin.kernel.refusal import BadInput
from yuxin.registry.importing.subjects import known_subjects, subtree
from yuxin.registry.intake.check import Outcome, check, layout_of
from yuxin.registry.intake.fields import Field
from yuxin.registry.intake.matching import Directory

Chosen = Mapping[int, Mapping[int, Field]]
Progress = Callable[[int, int], None]


class UnknownColumnField(BadInput):
    """A column was given a field that does not exist."""

    code = "unknown_column_field"
    zh = "“{field}”不能作为一列的内容，请重新选择。"
    en = "A column cannot be read as “{field}”; please choose again."


_told: ContextVar[Progress | None] = ContextVar("yuxin_import_progress", default=None)


@contextmanager
def telling(progress: Progress) -> Iterator[None]:
    """While a file is read here, tell how far it has come: rows read, lines of the file."""
    token = _told.set(progress)
    try:
        yield
    finally:
        _told.reset(token)


def chosen_fields(chosen: Mapping[str, Mapping[str, str]]) -> dict[int, dict[int, Field]]:
    """What a person said of columns, from its stored form.

    Raises: UnknownColumnField.
    """
    found: dict[int, dict[int, Field]] = {}
    for sheet, columns in chosen.items():
        for column, name in columns.items():
            if name not in Field.__members__.values() or not (sheet + column).isdecimal():
                raise UnknownColumnField(field=name[:40])
            found.setdefault(int(sheet), {})[int(column)] = Field(name)
    return found


def read_file(
    sha256: str,
    *,
    area: str,
    day: date,
    chosen: Chosen | None = None,
) -> Outcome:
    """Read a stored file and match it with the register as it is now.

    Raises: SheetRefused, NoHeadings.
    """
    return read_bytes(store.get(sha256), area=area, day=day, chosen=chosen)


def read_bytes(
    data: bytes,
    *,
    area: str,
    day: date,
    chosen: Chosen | None = None,
) -> Outcome:
    """The same for bytes that are not stored, as for a dry run."""
    book = read(data)
    known = known_subjects(
        area_codes=subtree(area, day), usccs=_codes_in(book, chosen or {}), day=day
    )
    return check(
        book,
        today=day,
        directory=Directory(known),
        area=area,
        chosen=chosen,
        progress=_told.get(),
    )


def _codes_in(book: Workbook, chosen: Chosen) -> set[str]:
    """Every code that stands in the code columns, to look up in the register at once."""
    codes: set[str] = set()
    for index, sheet in enumerate(book.sheets):
        layout = layout_of(sheet, index, chosen.get(index))
        column = layout.column_of(Field.USCC) if layout else -1
        if column >= 0:
            cells = (row[column].strip() for row in sheet.rows if column < len(row))
            codes |= {cell for cell in cells if len(cell) == 18 and is_uscc(cell)}
    return codes


def layouts_as_json(outcome: Outcome) -> list[dict[str, Any]]:
    """The layouts of a file as they are stored with the batch."""
    return [
        {
            "sheet": layout.sheet,
            "name": layout.name,
            "first": layout.headings.first + 1,
            "last": layout.headings.last + 1,
            "vertical": layout.headings.vertical,
            "unit": layout.unit,
            "columns": [
                {
                    "index": column.index,
                    "heading": column.heading,
                    "field": column.field.value,
                    "why": column.why.value,
                    "word": column.word,
                }
                for column in layout.columns
            ],
        }
        for layout in outcome.layouts
    ]
