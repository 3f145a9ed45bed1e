"""Reading a list of running contracts: every row is right, or the file says what to mend where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from yuxin.formats import sheets
from yuxin.kernel.money import NotMoney, parse_yuan
from yuxin.kernel.refusal import Refusal
from yuxin.tuition.running.services import Declared

HEADS: Final[dict[str, str]] = {
    "原合同号": "paper_number",
    "班级编码": "class_code",
    "学员姓名": "learner_name",
    "家长姓名": "guardian_name",
    "家长手机": "guardian_phone",
    "已付金额": "paid_fen",
    "付款日期": "paid_on",
    "总课时": "total_centiunits",
    "已上课时": "taught_centiunits",
}
ROWS_MAX: Final = 20_000
_PHONE: Final = re.compile(r"1\d{10}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9A-Za-z一-鿿()（）〔〕\[\]._/#-]{1,40}")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?", re.ASCII)


class NoHeads(Refusal):
    """The columns of a list were not found."""

    code = "running_no_heads"
    status = 422
    zh = "没有找到列：{missing}。第一行应为列名，请按模板填写。没有保存任何内容。"
    en = "These columns were not found: {missing}. Use the template; nothing was kept."


class TooManyRunning(Refusal):
    """More rows than one file may hold."""

    code = "running_too_many"
    status = 422
    zh = "文件有{found}行，一次最多{most}行。请分成几个文件。没有保存任何内容。"
    en = "The file has {found} rows, at most {most} at once. Split it; nothing was kept."


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell: the row as the office program counts it, the column, a kind."""

    row: int
    column: str
    found: str
    kind: str


@dataclass(frozen=True)
class ReadSheet:
    """A list as read: contracts, or faults."""

    declared: tuple[Declared, ...]
    faults: tuple[Fault, ...]


def read_sheet(data: bytes, *, classes: Mapping[str, int], today: date) -> ReadSheet:
    """Read a file; `classes` are the institution's classes by code with their places left.

    Raises: SheetRefused or one of its kinds, NoHeads, TooManyRunning.
    """
    rows = next(sheet.rows for sheet in sheets.read(data).sheets if any(map(any, sheet.rows)))
    start = next(at for at, row in enumerate(rows) if any(row))
    places = {name: at for at, name in enumerate(each.strip() for each in rows[start])}
    missing = [name for name in HEADS if name not in places]
    if missing:
        raise NoHeads(missing="、".join(missing))
    body = [(at + 1, row) for at, row in enumerate(rows) if at > start and any(row)]
    if len(body) > ROWS_MAX:
        raise TooManyRunning(found=len(body), most=ROWS_MAX)
    declared: list[Declared] = []
    faults: list[Fault] = []
    for number, row in body:
        cells = {name: _cell(row, places[name]) for name in HEADS}
        found = _faults(number, cells, classes, today)
        faults += found
        if not found:
            declared.append(_declared(cells))
    faults += _twice(body, places) + _full(declared, classes)
    return ReadSheet(tuple(declared), tuple(faults))


def check(cells: Mapping[str, str], *, classes: Mapping[str, int], today: date) -> ReadSheet:
    """One contract typed into a form, by the same rules."""
    faults = _faults(1, cells, classes, today)
    return ReadSheet(() if faults else (_declared(cells),), tuple(faults))


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _faults(
    number: int, cells: Mapping[str, str], classes: Mapping[str, int], today: date
) -> list[Fault]:
    kinds = {
        "原合同号": "number" if not _NUMBER.fullmatch(cells["原合同号"]) else "",
        "班级编码": "class" if _code(cells["班级编码"]) not in classes else "",
        "学员姓名": "name" if not 1 <= len(cells["学员姓名"]) <= 40 else "",
        "家长姓名": "name" if not 1 <= len(cells["家长姓名"]) <= 40 else "",
        "家长手机": "phone" if not _PHONE.fullmatch(cells["家长手机"]) else "",
        "已付金额": "money" if not _fen(cells["已付金额"]) else "",
        "付款日期": _day_fault(cells["付款日期"], today),
        "总课时": "units" if not _units(cells["总课时"]) else "",
        "已上课时": "units" if _units(cells["已上课时"]) is None else "",
    }
    total, taught = _units(cells["总课时"]), _units(cells["已上课时"])
    if total and taught is not None and taught > total:
        kinds["已上课时"] = "taught"
    return [Fault(number, name, cells[name], kind) for name, kind in kinds.items() if kind]


def _day_fault(text: str, today: date) -> str:
    day = _day(text)
    if day is None:
        return "day"
    return "future" if day > today else ""


def _declared(cells: Mapping[str, str]) -> Declared:
    paid_on = _day(cells["付款日期"])
    assert paid_on is not None
    return Declared(
        paper_number=cells["原合同号"],
        class_code=_code(cells["班级编码"]),
        learner_name=cells["学员姓名"],
        guardian_name=cells["家长姓名"],
        guardian_phone=cells["家长手机"],
        paid_fen=_fen(cells["已付金额"]) or 0,
        paid_on=paid_on,
        total_centiunits=_units(cells["总课时"]) or 0,
        taught_centiunits=_units(cells["已上课时"]) or 0,
    )


def _twice(body: Sequence[tuple[int, Sequence[str]]], places: Mapping[str, int]) -> list[Fault]:
    """The same number on two rows of one file."""
    seen: dict[str, int] = {}
    found = []
    for number, row in body:
        text = _cell(row, places["原合同号"])
        if text and text in seen:
            found.append(Fault(number, "原合同号", text, "twice"))
        seen.setdefault(text, number)
    return found


def _full(declared: Sequence[Declared], classes: Mapping[str, int]) -> list[Fault]:
    """Classes with more rows than places; told once, without a row."""
    count: dict[str, int] = {}
    for each in declared:
        count[each.class_code] = count.get(each.class_code, 0) + 1
    return [
        Fault(0, "班级编码", code, "full")
        for code, number in count.items()
        if number > classes[code]
    ]


def _code(text: str) -> str:
    return text.replace("-", "").replace(" ", "").upper()


def _fen(text: str) -> int | None:
    try:
        return parse_yuan(text.replace(",", "").removesuffix("元"))
    except NotMoney:
        return None


def _units(text: str) -> int | None:
    """Units in hundredths; at most two decimals and 10,000 units."""
    try:
        units = Decimal(text) * 100
    except InvalidOperation:
        return None
    if not units.is_finite() or units != units.to_integral_value() or not 0 <= units <= 1_000_000:
        return None
    return int(units)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
