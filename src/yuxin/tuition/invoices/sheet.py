"""A sheet of invoices: columns are found by their headings, every wrong row is named."""

from dataclasses import replace
from datetime import date
from typing import Final

from yuxin.formats.sheets import Limits, Sheet, read
from yuxin.kernel.money import parse_yuan
from yuxin.kernel.refusal import Refusal
from yuxin.tuition.invoices.services import InvoiceWrong, NewInvoice, place_of

ROWS_MAX: Final = 1000
COLUMNS: Final = {
    "contract": ("合同编号", "合同", "contract"),
    "number": ("发票号码", "发票号", "invoice"),
    "title": ("发票抬头", "抬头", "title"),
    "buyer": ("购买方", "购课人", "buyer"),
    "amount": ("金额", "价税合计", "amount"),
    "issued_on": ("开票日期", "日期", "date"),
    "undoes": ("冲销号码", "被冲销发票", "undoes"),
}
OPTIONAL: Final = {"undoes"}


class SheetUnfit(Refusal):
    """The sheet lacks a column, has no rows, or too many."""

    code = "invoice_sheet_unfit"
    status = 422
    zh = "表格不能用：{why_zh}。没有记录任何发票。"
    en = "The sheet cannot be used: {why_en}. No invoice was recorded."


def invoices_in(data: bytes) -> tuple[NewInvoice, ...]:
    """The invoices of a file. Raises: SheetRefused, SheetUnfit, InvoiceWrong."""
    sheet = read(data, limits=Limits()).sheets[0]
    places = _places(sheet)
    rows = [
        (number, cells)
        for number, cells in enumerate(sheet.rows[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise SheetUnfit(why_zh="表头下面没有内容", why_en="there is nothing under its headings")
    if len(rows) > ROWS_MAX:
        raise SheetUnfit(
            why_zh=f"一次最多{ROWS_MAX}张，请分几次", why_en=f"at most {ROWS_MAX} at once"
        )
    return tuple(_invoice(number, cells, places) for number, cells in rows)


def _places(sheet: Sheet) -> dict[str, int]:
    heads = [cell.strip().lower() for cell in sheet.rows[0]] if sheet.rows else []
    found = {
        name: heads.index(word)
        for name, words in COLUMNS.items()
        for word in reversed(words)
        if word in heads
    }
    lacking = [
        words[0] for name, words in COLUMNS.items() if name not in found and name not in OPTIONAL
    ]
    if lacking:
        raise SheetUnfit(
            why_zh="第一行缺少" + "、".join(lacking),
            why_en="its first row lacks " + ", ".join(lacking),
        )
    return found


def _invoice(number: int, cells: list[str], places: dict[str, int]) -> NewInvoice:
    def cell(name: str) -> str:
        place = places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    told = NewInvoice(
        contract_code="".join(cell("contract").split()).replace("-", "").upper(),
        number=cell("number").upper(),
        title=cell("title"),
        buyer=cell("buyer"),
        amount_fen=0,
        issued_on=date.min,
        undoes=cell("undoes").upper(),
        row=number,
    )
    return replace(
        told, amount_fen=_amount(cell("amount"), told), issued_on=_day(cell("issued_on"), told)
    )


def _amount(text: str, told: NewInvoice) -> int:
    try:
        return parse_yuan(text.replace(",", "").removesuffix("元"))
    except (Refusal, ValueError) as wrong:
        raise InvoiceWrong(
            field="amount",
            name_zh="金额",
            name_en="Amount",
            why_zh=f"“{text}”不是金额",
            why_en=f"“{text}” is no amount",
            **place_of(told),
        ) from wrong


def _day(text: str, told: NewInvoice) -> date:
    try:
        return date.fromisoformat(text[:10].replace("/", "-").replace(".", "-"))
    except ValueError as wrong:
        raise InvoiceWrong(
            field="issued_on",
            name_zh="开票日期",
            name_en="Day of issue",
            why_zh=f"“{text}”不是日期，请写成 2026-03-02",
            why_en=f"“{text}” is no date; write it as 2026-03-02",
            **place_of(told),
        ) from wrong
