"""Writes of invoices, inside an operation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from yuxin.access.sealed import seal, unseal
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.tuition.agreements.models import ContractText
from yuxin.tuition.invoices.models import Invoice
from yuxin.tuition.models import Contract

PURPOSE: Final = "invoice"
EARLIEST: Final = date(2000, 1, 1)


class InvoiceWrong(BadInput):
    """A field of an invoice cannot be."""

    code = "invoice_wrong"
    zh = "{place_zh}{name_zh}：{why_zh}。没有记录任何发票。"
    en = "{place_en}{name_en}: {why_en}. No invoice was recorded."


class InvoiceKnown(Refusal):
    """A number stands for one invoice."""

    code = "invoice_known"
    status = 409
    zh = (
        "{place_zh}发票号码 {number} 已经记录过。请核对号码；开错的用红字发票冲销。"
        "没有记录任何发票。"
    )
    en = (
        "{place_en}Invoice {number} was recorded before. Check the number; a wrong invoice is "
        "undone by a red one. No invoice was recorded."
    )


class NotUndoable(Refusal):
    """A red invoice undoes one standing invoice of the same contract and sum."""

    code = "invoice_not_undoable"
    zh = "{place_zh}要冲销的发票 {number} 不存在、已冲销，或者合同、金额不同。没有记录任何发票。"
    en = (
        "{place_en}Invoice {number} cannot be undone: it does not exist, was undone before, or has "
        "another contract or sum. No invoice was recorded."
    )


@dataclass(frozen=True)
class NewInvoice:
    """An invoice as it is entered; `undoes` is the number of the one that it undoes."""

    contract_code: str
    number: str
    title: str
    buyer: str
    amount_fen: int
    issued_on: date
    undoes: str = ""
    row: int = 0  # of the sheet, counted as the sheet shows it; 0 for a form


def require_sense(told: NewInvoice, *, today: date) -> None:
    """Refuse fields that make no sense, naming row and field. Raises: InvoiceWrong."""
    number = told.number
    if not re.fullmatch("[0-9A-Z]{8,24}", number):
        raise _wrong(told, "number", _NUMBER)
    if not 0 < len(told.title.strip()) <= 80:
        raise _wrong(told, "title", _TITLE)
    if not 0 < len(told.buyer.strip()) <= 80:
        raise _wrong(told, "buyer", _BUYER)
    if not 0 < told.amount_fen <= 100_000_000:
        raise _wrong(told, "amount", _AMOUNT)
    if not EARLIEST <= told.issued_on <= today:
        raise _wrong(told, "issued_on", _DAY)


_Words = tuple[str, str, str, str]
_NUMBER: Final[_Words] = (
    *("发票号码", "Invoice number"),
    *("应为8到24位数字或大写字母", "8 to 24 digits or capitals"),
)
_TITLE: Final[_Words] = ("发票抬头", "Title", "应填1到80个字", "1 to 80 characters")
_BUYER: Final[_Words] = ("购买方", "Buyer", "应填1到80个字", "1 to 80 characters")
_AMOUNT: Final[_Words] = ("金额", "Amount", "应大于零", "it must be above 0")
_DAY: Final[_Words] = ("开票日期", "Day of issue", "不能晚于今天", "it lies in the future")


def _wrong(told: NewInvoice, field: str, words: _Words) -> InvoiceWrong:
    zh, en, why_zh, why_en = words
    return InvoiceWrong(
        field=field, name_zh=zh, name_en=en, why_zh=why_zh, why_en=why_en, **place_of(told)
    )


def place_of(told: NewInvoice) -> dict[str, str]:
    """Where in a sheet an invoice stands; nothing for a form."""
    if not told.row:
        return {"place_zh": "", "place_en": ""}
    return {"place_zh": f"第{told.row}行，", "place_en": f"Row {told.row}: "}


def paid_contracts(codes: Sequence[str], institution_id: int) -> dict[str, Contract]:
    """Paid contracts of an institution by code; one statement."""
    rows = Contract.objects.filter(
        code__in=set(codes), institution_id=institution_id, paid_at__isnull=False
    )
    return {row.code: row for row in rows}


def purchasers(contracts: Sequence[Contract]) -> dict[int, str]:
    """Who bought, by contract, as its text names them; one statement."""
    rows = ContractText.objects.filter(contract__in=contracts)
    return {row.contract_id: unseal("signer", row.purchaser_sealed) for row in rows}


def record(
    act: Act, told: Sequence[NewInvoice], contracts: Mapping[str, Contract]
) -> list[Invoice]:
    """Write invoices of one institution: at most 1,000, all or none.

    Raises: InvoiceWrong, InvoiceKnown, NotUndoable.
    """
    require_act()
    bought = purchasers(list(contracts.values()))
    institution_id = next(iter(contracts.values())).institution_id
    _require_new(told, institution_id)
    undone = _undone(told, institution_id, contracts)
    rows = [
        Invoice(
            institution_id=institution_id,
            guardian_id=contracts[each.contract_code].guardian_id,
            contract=contracts[each.contract_code],
            number=each.number,
            title_sealed=seal(PURPOSE, each.title.strip()),
            buyer_sealed=seal(PURPOSE, each.buyer.strip()),
            amount_fen=each.amount_fen,
            issued_on=each.issued_on,
            undoes=undone.get(each.undoes) if each.undoes else None,
            title_matches=_same(each.title, bought.get(contracts[each.contract_code].pk)),
            buyer_matches=_same(each.buyer, bought.get(contracts[each.contract_code].pk)),
            from_sheet=each.row > 0,
            recorded_at=act.at,
            recorded_by=act.actor.account_id,
        )
        for each in told
    ]
    return Invoice.objects.bulk_create(rows)


def _same(said: str, purchaser: str | None) -> bool:
    """Whether an invoice names the purchaser; of a contract from elsewhere nobody knows, so yes."""
    return purchaser is None or "".join(said.split()) == "".join(purchaser.split())


def _require_new(told: Sequence[NewInvoice], institution_id: int) -> None:
    known = set(
        Invoice.objects.filter(
            institution_id=institution_id, number__in=[each.number for each in told]
        ).values_list("number", flat=True)
    )
    for each in told:
        if each.number in known:
            raise InvoiceKnown(field="number", number=each.number, **place_of(each))
        known.add(each.number)


def _undone(
    told: Sequence[NewInvoice], institution_id: int, contracts: Mapping[str, Contract]
) -> dict[str, Invoice]:
    """The standing invoices that red ones undo, locked in one order."""
    wanted = [each.undoes for each in told if each.undoes]
    rows = (
        Invoice.objects.filter(
            institution_id=institution_id, number__in=wanted, undoes=None, undone_by=None
        ).order_by("pk")
        if wanted
        else []
    )
    found = {row.number: row for row in rows}
    for each in told:
        if not each.undoes:
            continue
        row = found.get(each.undoes)
        fits = (
            row is not None
            and row.contract_id == contracts[each.contract_code].pk
            and row.amount_fen == each.amount_fen
            and wanted.count(each.undoes) == 1
        )
        if not fits:
            raise NotUndoable(field="undoes", number=each.undoes, **place_of(each))
    return found
