"""The XML parts of an XLSX package, scanned for what has to be known before cells are read.

How far the cells reach (a reader makes room for every cell in between), which are merged, which
formulas carry no saved value. A document type declaration is refused: it is how an XML bomb starts.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat

_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})$")
_SPAN = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})$")


class PartRefused(Exception):
    """A part that is not read; the message says why."""


@dataclass(slots=True)
class Extent:
    """How far a sheet reaches, counted from 1, and what its cells do not say themselves."""

    rows: int = 0
    columns: int = 0
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Top, left, bottom, right; from 0, inclusive."""
    unsaved: set[tuple[int, int]] = field(default_factory=set)
    shared: Counter[str] = field(default_factory=Counter)
    """How often each shared string is named, by its number as written."""


def column_index(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def refuse_declarations(part: bytes) -> None:
    """Refuse a part that declares a document type or entities.

    Raises: PartRefused.
    """
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise PartRefused("DOCTYPE")


def _parse(part: bytes, start: object, end: object = None, text: object = None) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise PartRefused("DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.EndElementHandler = end  # type: ignore[assignment]
    parser.CharacterDataHandler = text  # type: ignore[assignment]
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise PartRefused(f"XML {error.lineno}:{error.offset}") from None


class _Scan:
    """The state of one pass over a worksheet part."""

    def __init__(self, merges_max: int) -> None:
        self.extent = Extent()
        self.merges_max = merges_max
        self.row = -1
        self.column = -1
        self.formula = self.value = self.text = self.shared = False
        self.number = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._cell(attributes.get("r"))
            self.shared, self.number = attributes.get("t") == "s", ""
        elif name in ("v", "is"):
            self.value, self.text = True, False
            extent = self.extent
            extent.rows = max(extent.rows, self.row + 1)
            extent.columns = max(extent.columns, self.column + 1)
        elif name == "f":
            self.formula = True
        elif name == "row":
            self._row(attributes.get("r"))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def characters(self, text: str) -> None:
        self.text = True
        if self.shared:
            self.number += text

    def end(self, tag: str) -> None:
        if self.shared and tag.rpartition(":")[2] == "c":
            self.extent.shared[self.number.strip()] += 1
            self.shared = False
        if self.formula:
            name = tag.rpartition(":")[2]
            if name == "v":
                self.value = self.text
            elif name == "c" and not self.value:
                self.extent.unsaved.add((self.row, self.column))

    def _row(self, number: str | None) -> None:
        if number is None:
            self.row += 1
        elif number.isascii() and number.isdigit() and 0 < int(number[:8]) <= 1_048_576:
            self.row = int(number[:8]) - 1
        else:
            raise PartRefused("row number")
        self.column = -1

    def _cell(self, reference: str | None) -> None:
        self.formula = self.value = False
        if reference is None:
            self.column += 1
            return
        match = _REF.match(reference)
        if match is None:
            raise PartRefused("cell reference")
        self.row, self.column = int(match[2]) - 1, column_index(match[1])

    def _merge(self, reference: str) -> None:
        match = _SPAN.match(reference)
        if match is None:
            return
        if len(self.extent.merges) >= self.merges_max:
            raise PartRefused("merged cells")
        left, right = column_index(match[1]), column_index(match[3])
        self.extent.merges.append((int(match[2]) - 1, left, int(match[4]) - 1, right))


def scan_sheet(part: bytes, *, merges_max: int) -> Extent:
    """Scan one worksheet part.

    Raises: PartRefused.
    """
    scan = _Scan(merges_max)
    _parse(part, scan.start, scan.end, scan.characters)
    return scan.extent


def shared_lengths(part: bytes) -> list[int]:
    """How many characters each shared string has, in order.

    Raises: PartRefused.
    """
    lengths: list[int] = []

    def start(tag: str, _attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(characters: str) -> None:
        if lengths:
            lengths[-1] += len(characters)

    _parse(part, start, None, text)
    return lengths


def sheet_parts(workbook: bytes, relations: bytes) -> dict[str, str]:
    """Sheet name -> member name of its part.

    Raises: PartRefused.
    """
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "")
            path = target if target.startswith("/") else posixpath.join("/xl", target)
            targets[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            sheets[attributes.get("name", "")] = key

    _parse(relations, relation)
    _parse(workbook, sheet)
    return {name: targets[key] for name, key in sheets.items() if key in targets}
