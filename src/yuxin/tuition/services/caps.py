"""What one charge may be at most: months, lessons, money; checked before money moves.

Law: prepay.months_max (N01), prepay.lessons_max (N02), prepay.amount_max_fen (N03),
prepay.shorter_wins (N04): both caps must hold whatever the billing (docs/readings.md).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from yuxin.kernel.calendar import add_months
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import Refusal
from yuxin.rules.pack import Pack
from yuxin.rules.table import fired_rows
from yuxin.rules.values import Value


class OverCap(Refusal):
    """A single charge is over a cap in force."""

    code = "over_cap"
    status = 422
    zh = (
        "{what_zh}{found_zh}，超过上限{limit_zh}（规则 {rule}，{instrument}，{clause}）。"
        "可以改为：{remedy_zh}。没有发布，也没有收费。"
    )
    en = (
        "{what_en} is {found_en}, over the cap of {limit_en} (rule {rule}, {instrument}, "
        "{clause}). Lawful instead: {remedy_en}. Nothing was published or charged."
    )


@dataclass(frozen=True)
class Charge:
    """One charge as the caps see it. Units in hundredths of a lesson, gift units included."""

    category: str
    first_on: date
    last_on: date
    centiunits: int
    unit_price_fen: int
    total_fen: int


def require_under_caps(charge: Charge, *, pack: Pack, day: date) -> None:
    """Refuse a charge over any cap in force; the first broken one is named.

    Raises: OverCap, with what would be lawful; RuleMissing when a cap has no value.
    """
    _require_span(charge, pack.on("prepay.months_max", day))
    _require_lessons(charge, pack.on("prepay.lessons_max", day))
    if fired_rows(pack.on("prepay.amount_max_binds", day).rows, {"category": charge.category}):
        _require_amount(charge, pack.on("prepay.amount_max_fen", day))


def _require_span(charge: Charge, cap: Value) -> None:
    end = add_months(charge.first_on, cap.integer)
    if charge.last_on < end:
        return
    last_lawful = end - timedelta(days=1)
    raise OverCap(
        field="last_on",
        what_zh="课程从首课到末课的时间",
        what_en="the span from first to last lesson",
        found_zh=f"到{charge.last_on.isoformat()}",
        found_en=f"until {charge.last_on.isoformat()}",
        limit_zh=f"{cap.integer}个月",
        limit_en=f"{cap.integer} months",
        remedy_zh=f"末课不晚于{last_lawful.isoformat()}",
        remedy_en=f"a last lesson no later than {last_lawful.isoformat()}",
        **_source(cap),
    )


def require_sessions_under_cap(count: int, *, pack: Pack, day: date) -> None:
    """Refuse more sessions in one charge than lessons are allowed, however short (N02).

    Raises: OverCap.
    """
    cap = pack.on("prepay.lessons_max", day)
    if count > cap.integer:
        raise _too_many(count * 100, cap, field="sessions")


def _require_lessons(charge: Charge, cap: Value) -> None:
    if charge.centiunits <= cap.integer * 100:
        return
    raise _too_many(charge.centiunits, cap, field="paid_units")


def _too_many(centiunits: int, cap: Value, *, field: str) -> OverCap:
    return OverCap(
        field=field,
        what_zh="课时（含赠送）",
        what_en="the number of lessons (gifts included)",
        found_zh=f"{_units(centiunits)}课时",
        found_en=f"{_units(centiunits)}",
        limit_zh=f"{cap.integer}课时",
        limit_en=f"{cap.integer}",
        remedy_zh=f"一次收费不超过{cap.integer}课时，含赠送课时",
        remedy_en=f"no more than {cap.integer} lessons in one charge, gifts included",
        **_source(cap),
    )


def _require_amount(charge: Charge, cap: Value) -> None:
    if charge.total_fen <= cap.integer:
        return
    lessons = cap.integer * 100 // charge.unit_price_fen if charge.unit_price_fen else 0
    whole = lessons // 100
    raise OverCap(
        field="total",
        what_zh="一次收费",
        what_en="one charge",
        found_zh=f"{yuan(Fen(charge.total_fen))}元",
        found_en=f"{yuan(Fen(charge.total_fen))} yuan",
        limit_zh=f"{yuan(Fen(cap.integer))}元",
        limit_en=f"{yuan(Fen(cap.integer))} yuan",
        remedy_zh=f"按现在的单价，一次收费最多{whole}课时",
        remedy_en=f"at this price per lesson, at most {whole} lessons in one charge",
        **_source(cap),
    )


def _units(centiunits: int) -> str:
    whole, part = divmod(centiunits, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)


def _source(cap: Value) -> dict[str, str | int]:
    return {"rule": cap.key, "instrument": cap.cite.instrument, "clause": cap.cite.clause}
