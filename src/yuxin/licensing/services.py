"""Writes of licensing, inside an operation."""

from datetime import date, timedelta

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import BadInput
from yuxin.licensing.models import Renewal, Statement


class NotAQuarterEnd(BadInput):
    """A statement covers a quarter that has ended."""

    code = "not_a_quarter_end"
    zh = "请填写已经结束的季度的最后一天（3月31日、6月30日、9月30日或12月31日）。"
    en = (
        "Give the last day of a quarter that has ended: 31 March, 30 June, 30 September or "
        "31 December."
    )


class SumBelowZero(BadInput):
    """A sum below zero."""

    code = "sum_below_zero"
    zh = "金额不能为负数，请核对报表。"
    en = "A sum cannot be below zero; please check the statement."


def is_quarter_end(day: date) -> bool:
    """Whether a day is the last of a quarter."""
    return (day + timedelta(days=1)).day == 1 and day.month % 3 == 0


def record_statement(
    act: Act,
    *,
    institution_id: int,
    quarter_end_on: date,
    filed_on: date,
    assets_fen: Fen | None,
    liabilities_fen: Fen | None,
) -> None:
    """Record that a quarterly statement was filed.

    Raises: NotAQuarterEnd, SumBelowZero.
    """
    require_act()
    if not is_quarter_end(quarter_end_on) or not quarter_end_on < filed_on <= act.day:
        raise NotAQuarterEnd(field="quarter_end_on")
    for name, fen in (("assets_fen", assets_fen), ("liabilities_fen", liabilities_fen)):
        if fen is not None and fen < 0:
            raise SumBelowZero(field=name)
    Statement.objects.create(
        institution_id=institution_id,
        quarter_end_on=quarter_end_on,
        filed_on=filed_on,
        assets_fen=assets_fen,
        liabilities_fen=liabilities_fen,
        recorded_by=act.actor.account_id,
    )


class DocumentNumberMissing(BadInput):
    """A renewal is on record by the number of its acceptance."""

    code = "document_number_missing"
    zh = "请填写受理通知书文号（不超过 60 字）。"
    en = "Give the number of the notice of acceptance, at most 60 characters."


class NotFiledYet(BadInput):
    """A filing of the future."""

    code = "not_filed_yet"
    zh = "受理日期不能晚于今天，请核对受理通知书。"
    en = "The day of acceptance cannot be later than today; please check the notice."


def record_renewal(
    act: Act,
    *,
    institution_id: int,
    licence_number: str,
    valid_until: date,
    filed_on: date,
    document: str,
    withdrawn: bool,
) -> None:
    """Record that the renewal of a licence was applied for and accepted, or withdrawn.

    Raises: DocumentNumberMissing, NotFiledYet.
    """
    require_act()
    number = document.strip()
    if not 0 < len(number) <= 60:
        raise DocumentNumberMissing(field="document")
    if filed_on > act.day:
        raise NotFiledYet(field="filed_on")
    Renewal.objects.create(
        institution_id=institution_id,
        licence_number=licence_number,
        valid_until=valid_until,
        filed_on=filed_on,
        document=number,
        withdrawn=withdrawn,
        recorded_by=act.actor.account_id,
    )
