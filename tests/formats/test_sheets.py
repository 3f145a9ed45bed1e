"""A file from outside is read whole or refused with a sentence; it never breaks the reader."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.formats.sheets import (
    DamagedSpreadsheet,
    EmptySpreadsheet,
    EncryptedSpreadsheet,
    Limits,
    NotASpreadsheet,
    OldSpreadsheet,
    SheetRefused,
    SpreadsheetTooLarge,
    read,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def xlsx(rows, *, merges=(), change=None):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for span in merges:
        sheet.merge_cells(span)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue() if change is None else repacked(target.getvalue(), change)


def repacked(data, change):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)), zipfile.ZIP_DEFLATED)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_that_offices_save(encoding):
    book = read("名称,地址\n示例学校,东湖路 9 号\n".encode(encoding))
    assert book.sheets[0].rows == [["名称", "地址"], ["示例学校", "东湖路 9 号"]]


def test_tabs_and_semicolons_separate_as_well_as_commas():
    assert read("名称\t地址\n甲校\t东路\n".encode()).sheets[0].rows[1] == ["甲校", "东路"]
    assert read("名称;地址\n甲校;东路\n".encode()).sheets[0].rows[1] == ["甲校", "东路"]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", EmptySpreadsheet),
        (b" \n\n", EmptySpreadsheet),
        (b"%PDF-1.7 ...", NotASpreadsheet),
        (b"\x89PNG\r\n", NotASpreadsheet),
        (b"\x00\x01\x02\x03binary", NotASpreadsheet),
        ("<html><table><tr><td>名称".encode(), OldSpreadsheet),
        (OLE + b"\x00" * 600, OldSpreadsheet),
        (OLE + "EncryptedPackage".encode("utf-16-le"), EncryptedSpreadsheet),
        ('名称\n"没有收尾的引号\n甲校\n'.encode(), DamagedSpreadsheet),
        (b"PK\x03\x04 but nothing more", DamagedSpreadsheet),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_what_to_do(data, refusal):
    with pytest.raises(refusal) as caught:
        read(data)
    assert caught.value.say("zh").endswith("。")
    assert caught.value.say("en")


def test_a_package_of_something_else_is_no_spreadsheet():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    with pytest.raises(NotASpreadsheet):
        read(target.getvalue())


def test_a_file_over_the_size_limit_is_refused_before_it_is_read():
    with pytest.raises(SpreadsheetTooLarge, match="32 MiB"):
        read(b"a" * (32 * 1024 * 1024 + 1))


def test_too_many_rows_or_columns_are_refused():
    limits = Limits(rows_max=10, columns_max=5)
    with pytest.raises(SpreadsheetTooLarge):
        read("名称\n".encode() * 11, limits=limits)
    with pytest.raises(SpreadsheetTooLarge):
        read(b"a,b,c,d,e,f\n", limits=limits)
    with pytest.raises(SpreadsheetTooLarge):
        read(xlsx([["名称"]] * 11), limits=limits)


def test_a_zip_bomb_is_refused_by_what_it_declares():
    def grow(name, part):
        return part + b" " * 30_000_000 if name.endswith("sheet1.xml") else part

    with pytest.raises(SpreadsheetTooLarge):
        read(xlsx([["名称"]], change=grow))


def test_a_zip_bomb_that_lies_about_its_size_is_refused():
    def grow(name, part):
        return part.replace(b"</sheetData>", b"</sheetData>" + b" " * 3_000_000)

    data = bytearray(xlsx([["名称"]], change=grow))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        entry = next(m for m in package.infolist() if m.filename.endswith("sheet1.xml"))
    declared = entry.file_size.to_bytes(4, "little")
    position = data.find(declared)
    while position >= 0:
        data[position : position + 4] = (200).to_bytes(4, "little")
        position = data.find(declared, position + 1)
    with pytest.raises(SheetRefused):
        read(bytes(data))


def test_a_cell_at_the_far_corner_makes_no_room_for_seventeen_thousand_million_cells():
    def far(name, part):
        return part.replace(b'r="A1"', b'r="XFD1048576"')

    with pytest.raises(SpreadsheetTooLarge):
        read(xlsx([["名称"]], change=far))


@pytest.mark.parametrize(("length", "cells"), [(40_000, 1), (30_000, 3_000)])
def test_one_long_string_named_by_many_cells_is_counted_as_often(length, cells):
    def shared(name, part):
        if name != "xl/worksheets/sheet1.xml":
            return part
        assert part.count(b't="inlineStr"><is><t>LONG</t></is>') == cells
        return part.replace(b't="inlineStr"><is><t>LONG</t></is>', b't="s"><v>0</v>')

    target = io.BytesIO(repacked(xlsx([["名称"], *([["LONG"]] * cells)]), shared))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package:
        text = "x" * length
        package.writestr("xl/sharedStrings.xml", f"<sst><si><t>{text}</t></si></sst>")
    with pytest.raises(SpreadsheetTooLarge):
        read(target.getvalue())


def test_a_document_type_declaration_is_refused():
    def bomb(name, part):
        if not name.endswith("sheet1.xml"):
            return part
        return b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + part

    with pytest.raises(DamagedSpreadsheet):
        read(xlsx([["名称"]], change=bomb))


def test_merged_cells_show_the_value_of_their_corner_and_are_known_as_merged():
    sheet = read(xlsx([["省", "名称"], ["甲省", "一校"], [None, "二校"]], merges=["A2:A3"])).sheets[
        0
    ]
    assert sheet.rows[2] == ["甲省", "二校"]
    assert sheet.merged == {(2, 0): (1, 0)}


def test_a_formula_without_a_saved_value_is_known():
    sheet = read(xlsx([["名称", "合计"], ["一校", "=1+1"]])).sheets[0]
    assert sheet.unsaved == frozenset({(1, 1)})


def test_numbers_come_as_they_are_shown_and_lost_digits_are_known():
    sheet = read(xlsx([["名称", "代码", "资本"], ["一校", 915000000000000123, 12.5]])).sheets[0]
    assert sheet.rows[1][2] == "12.5"
    assert sheet.rounded == frozenset({(1, 1)})


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    read_or_refuse(data)


# Made once: a package carries the moment it was made, and a repeat must be the same bytes.
WHOLE = xlsx([["名称", "代码"], ["一校", "91"]])
MERGED = xlsx([["名称", "代码"], ["一校", 3]], merges=["A1:B1"])


@given(st.data())
def test_any_damage_to_a_package_is_read_or_refused(data):
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(bytes(whole))


@given(st.data())
def test_any_damage_to_the_parts_is_read_or_refused(data):
    """Damage inside the members, with their checksums put right again."""

    def change(name, part):
        if not name.startswith("xl/") or not part:
            return part
        changed = bytearray(part)
        changed[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(32, 126))
        return bytes(changed)

    read_or_refuse(repacked(MERGED, change))


def read_or_refuse(data):
    try:
        book = read(data)
    except SheetRefused:
        return
    assert any(any(row) for sheet in book.sheets for row in sheet.rows)
