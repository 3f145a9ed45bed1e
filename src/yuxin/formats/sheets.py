"""Spreadsheets that a bureau uploads: CSV and XLSX, read without trusting a byte of them.

A file is either refused with a sentence that says what to do, or read whole into rows of text.
Nothing is executed: of a formula only the value that was last saved is read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from yuxin.formats.sheet_parts import (
    Extent,
    PartRefused,
    refuse_declarations,
    scan_sheet,
    shared_lengths,
    sheet_parts,
)
from yuxin.kernel.refusal import Refusal


class SheetRefused(Refusal):
    """A file that is not read as a spreadsheet; nothing was stored of it."""

    code = "sheet_refused"
    status = 422
    zh = "这个文件不能读取。请另存为 .xlsx 或 .csv 后再上传。"
    en = "This file cannot be read. Save it as .xlsx or .csv and upload it again."


class NotASpreadsheet(SheetRefused):
    """Neither text nor an XLSX package."""

    code = "not_a_spreadsheet"
    zh = "这个文件不是电子表格（像是{what}）。请上传 .xlsx 或 .csv 文件。"
    en = "This file is not a spreadsheet (it looks like {what}). Upload an .xlsx or .csv file."


class OldSpreadsheet(SheetRefused):
    """A format of before 2007, or of another office program."""

    code = "old_spreadsheet"
    zh = "这是旧格式的表格（{what}）。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
    en = "This is a {what} file. Open it in Excel or WPS, save it as .xlsx and upload that."


class EncryptedSpreadsheet(SheetRefused):
    """Protected by a password."""

    code = "encrypted_spreadsheet"
    zh = "这个表格有打开密码。请去掉密码，另存后再上传。"
    en = "This spreadsheet needs a password. Save it without one and upload it again."


class SpreadsheetTooLarge(SheetRefused):
    """Over a limit, or unpacking to something over a limit."""

    code = "spreadsheet_too_large"
    zh = "表格太大：{what} {found}，上限 {limit}。请分成几个文件上传。"
    en = (
        "The spreadsheet is too large: {what} {found}, at most {limit}. "
        "Split it and upload the parts."
    )


class DamagedSpreadsheet(SheetRefused):
    """Broken inside."""

    code = "damaged_spreadsheet"
    zh = "这个表格已损坏（{what}）。请用 Excel 或 WPS 打开，另存后再上传。"
    en = "This spreadsheet is damaged ({what}). Open it in Excel or WPS, save it again and upload."


class EmptySpreadsheet(SheetRefused):
    """No cell with a value."""

    code = "empty_spreadsheet"
    zh = "这个表格里没有内容。请检查是否传错了文件。"
    en = "There is nothing in this spreadsheet. Check that it is the right file."


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost us before it is refused."""

    bytes_max: int = 32 * 1024 * 1024
    unpacked_max: int = 256 * 1024 * 1024
    ratio_max: int = 250
    members_max: int = 2_000
    sheets_max: int = 60
    rows_max: int = 200_000
    columns_max: int = 256
    cells_max: int = 8_000_000
    merges_max: int = 20_000
    cell_characters_max: int = 32_767  # what office programs allow
    characters_max: int = 64 * 1024 * 1024


@dataclass(slots=True)
class Sheet:
    """One sheet as rows of text, counted from 0; merged cells carry the value of their corner."""

    name: str
    rows: list[list[str]]
    hidden: bool = False
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Covered cell -> the corner whose value it shows."""
    unsaved: frozenset[tuple[int, int]] = frozenset()
    """Formula cells that carry no saved value."""
    rounded: frozenset[tuple[int, int]] = frozenset()
    """Numbers too long for a number cell: their last digits are lost."""

    @property
    def width(self) -> int:
        """The number of columns of the widest row."""
        return max(map(len, self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that was read."""

    kind: str
    encoding: str
    sheets: tuple[Sheet, ...]


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
    (b"SQLite format", "SQLite"),
    (b"{\\rtf", "RTF"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(r"\s*(<\?xml|<!doctype|<html|<table|<head|<meta)", re.IGNORECASE)
_CONTROL_BYTES = bytes([*range(9), *range(14, 32)])
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_TOO_LONG_FOR_A_NUMBER = 10**15


def read(data: bytes, *, limits: Limits = Limits()) -> Workbook:
    """Read a whole file.

    Raises: SheetRefused or one of its kinds, whatever the bytes are.
    """
    if len(data) > limits.bytes_max:
        raise SpreadsheetTooLarge(
            what="文件/file",
            found=f"{len(data) / 1048576:.1f} MiB",
            limit=f"{limits.bytes_max // 1048576} MiB",
        )
    if not data.strip(b"\x00 \t\r\n"):
        raise EmptySpreadsheet
    if data.startswith(b"PK\x03\x04"):
        book = _read_package(data, limits)
    elif data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedSpreadsheet
        raise OldSpreadsheet(what=".xls / .et / .doc")
    else:
        for magic, what in _MAGIC:
            if data.startswith(magic):
                raise NotASpreadsheet(what=what)
        book = _read_text(data, limits)
    if not any(any(map(any, sheet.rows)) for sheet in book.sheets):
        raise EmptySpreadsheet
    return book


# --- text -------------------------------------------------------------------------------------


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ("utf-8-sig",)
    else:
        encodings = ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise NotASpreadsheet(what="binary")


def _separator(text: str) -> str:
    head = text[:20_000]
    return max(",\t;", key=lambda mark: (head.count(mark), mark == ","))


def _read_text(data: bytes, limits: Limits) -> Workbook:
    text, encoding = _decode(data)
    if encoding != "utf-16" and len(data.translate(None, _CONTROL_BYTES)) != len(data):
        raise NotASpreadsheet(what="binary")
    if encoding == "utf-16" and _CONTROL.search(text):
        raise NotASpreadsheet(what="binary")
    if _MARKUP.match(text):
        # Many office systems call an HTML table ".xls".
        raise OldSpreadsheet(what="HTML/XML")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        rows = list(islice(reader, limits.rows_max + 1))
    except csv.Error as error:
        raise DamagedSpreadsheet(what=f"第 {reader.line_num} 行 / line: {error}") from None
    _check_size(len(rows), max(map(len, rows), default=0), limits)
    return Workbook("csv", encoding, (Sheet("", rows),))


def _check_size(rows: int, columns: int, limits: Limits) -> None:
    if rows > limits.rows_max:
        raise SpreadsheetTooLarge(what="行/rows", found=rows, limit=limits.rows_max)
    if columns > limits.columns_max:
        raise SpreadsheetTooLarge(what="列/columns", found=columns, limit=limits.columns_max)
    if rows * columns > limits.cells_max:
        raise SpreadsheetTooLarge(what="单元格/cells", found=rows * columns, limit=limits.cells_max)


# --- packages ---------------------------------------------------------------------------------

_WANTED = re.compile(
    r"(\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/sharedStrings\.xml|xl/styles\.xml|xl/worksheets/[^/]+\.xml)$",
    re.IGNORECASE,
)


def _unpack(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The members that hold cells, unpacked under our own count.

    What declares a small size and unpacks to a large one fails its checksum here.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if not any(m.filename.lower() == "xl/workbook.xml" for m in members):
                raise NotASpreadsheet(what="ZIP")
            _check_members(members, limits)
            return {m.filename: package.read(m) for m in members if _WANTED.match(m.filename)}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        RuntimeError,
        OSError,
        UnicodeDecodeError,
    ) as error:
        raise DamagedSpreadsheet(what=f"ZIP: {type(error).__name__}") from None


def _check_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members_max:
        raise SpreadsheetTooLarge(
            what="包内文件/members", found=len(members), limit=limits.members_max
        )
    if any(member.flag_bits & 1 for member in members):
        raise EncryptedSpreadsheet
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_max:
        raise SpreadsheetTooLarge(
            what="解压后/unpacked",
            found=f"{unpacked // 1048576} MiB",
            limit=f"{limits.unpacked_max // 1048576} MiB",
        )
    for member in members:
        small = member.file_size <= 4 * 1048576
        if not small and member.file_size > limits.ratio_max * max(member.compress_size, 1):
            raise SpreadsheetTooLarge(
                what="压缩比/ratio",
                found=member.file_size // max(member.compress_size, 1),
                limit=limits.ratio_max,
            )


def _read_package(data: bytes, limits: Limits) -> Workbook:
    parts = _unpack(data, limits)
    extents: dict[str, Extent] = {}
    for name, part in parts.items():
        try:
            if name.lower().startswith("xl/worksheets/"):
                extents[name] = scan_sheet(part, merges_max=limits.merges_max)
                _check_size(extents[name].rows, extents[name].columns, limits)
            else:
                refuse_declarations(part)
        except PartRefused as error:
            raise DamagedSpreadsheet(what=f"{name}: {error}") from None
    _check_text(parts, extents, limits)
    return _read_cells(parts, extents, limits)


def _check_text(parts: dict[str, bytes], extents: dict[str, Extent], limits: Limits) -> None:
    """One long string may be named by a thousand cells: count it as often as it would be read."""
    part = next((v for k, v in parts.items() if k.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return
    try:
        lengths = shared_lengths(part)
    except PartRefused as error:
        raise DamagedSpreadsheet(what=f"sharedStrings: {error}") from None
    longest = max(lengths, default=0)
    if longest > limits.cell_characters_max:
        raise SpreadsheetTooLarge(
            what="单元格字数/characters in a cell", found=longest, limit=limits.cell_characters_max
        )
    total = sum(
        count * lengths[int(number)]
        for extent in extents.values()
        for number, count in extent.shared.items()
        if number.isascii() and number.isdigit() and int(number) < len(lengths)
    )
    if total > limits.characters_max:
        raise SpreadsheetTooLarge(
            what="总字数/characters", found=total, limit=limits.characters_max
        )


def _repack(parts: dict[str, bytes]) -> io.BytesIO:
    """Only what was checked, so that a second reader cannot see another package."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    target.seek(0)
    return target


def _part_names(parts: dict[str, bytes]) -> dict[str, str]:
    lower = {name.lower(): part for name, part in parts.items()}
    relations = lower.get("xl/_rels/workbook.xml.rels")
    if relations is None:
        raise DamagedSpreadsheet(what="workbook.xml.rels")
    try:
        return sheet_parts(lower["xl/workbook.xml"], relations)
    except PartRefused as error:
        raise DamagedSpreadsheet(what=f"workbook: {error}") from None


def _read_cells(parts: dict[str, bytes], extents: dict[str, Extent], limits: Limits) -> Workbook:
    part_of = _part_names(parts)
    if len(part_of) > limits.sheets_max:
        raise SpreadsheetTooLarge(what="工作表/sheets", found=len(part_of), limit=limits.sheets_max)
    sheets = []
    for name, hidden, cells in _native(_repack(parts)):
        extent = extents.get(part_of.get(name, ""), Extent())
        sheet = _as_text(name, cells, extent)
        sheet.hidden = hidden
        _spread_merges(sheet, extent, limits)
        sheets.append(sheet)
    return Workbook("xlsx", "", tuple(sheets))


def _native(package: io.BytesIO) -> list[tuple[str, bool, Sequence[Sequence[object]]]]:
    try:
        book = CalamineWorkbook.from_filelike(package)
        return [
            (
                meta.name,
                meta.visible != SheetVisibleEnum.Visible,
                book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False),
            )
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, ValueError, OverflowError, KeyError, IndexError, OSError) as error:
        raise DamagedSpreadsheet(what=type(error).__name__) from None
    except BaseException as error:
        # The reader is native code; when it stops on an inner error it raises no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedSpreadsheet(what="cells") from None


def _cell_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def _as_text(name: str, cells: Sequence[Sequence[object]], extent: Extent) -> Sheet:
    rounded = set()
    rows = []
    for number, row in enumerate(cells):
        texts = []
        for column, value in enumerate(row):
            if isinstance(value, (int, float)) and abs(value) >= _TOO_LONG_FOR_A_NUMBER:
                rounded.add((number, column))
            texts.append(value if isinstance(value, str) else _cell_text(value))
        rows.append(texts)
    return Sheet(name, rows, unsaved=frozenset(extent.unsaved), rounded=frozenset(rounded))


def _spread_merges(sheet: Sheet, extent: Extent, limits: Limits) -> None:
    """Write the corner's value into every cell that a merge covers, within the used area."""
    height, width = len(sheet.rows), sheet.width
    room = limits.cells_max
    for top, left, bottom, right in extent.merges:
        if top >= height or left >= width:
            continue
        value = sheet.rows[top][left]
        for number in range(top, min(bottom, height - 1) + 1):
            row = sheet.rows[number]
            for column in range(left, min(right, len(row) - 1) + 1):
                if (number, column) != (top, left):
                    row[column] = value
                    sheet.merged[number, column] = (top, left)
                    room -= 1
        if room < 0:
            raise SpreadsheetTooLarge(what="合并单元格/merged", found=-room, limit=limits.cells_max)
