"""Registered capital in the spellings that lists use, to whole fen."""

from __future__ import annotations

import re
import unicodedata

from yuxin.registry.intake.verdict import Doubt, Doubtful, Reading, Sure

_FOREIGN = re.compile(
    r"(美元|美金|港币|港元|欧元|日元|英镑|澳元|加元|新台币|韩元|USD|HKD|EUR|JPY)", re.I
)
_LEAD = re.compile(r"^(注册资[本金]|开办资金|资金数额|认缴|实缴|约|为|:|人民币|RMB|CNY|¥)+", re.I)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)
_YUAN_WORDS = re.compile(r"(人民币|RMB|CNY|元|圆|整|正|\(|\)|（|）|\s)", re.I)
_UNITS = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万万": 10**8}
_LARGE_FEN = 10**9 * 100
_SMALL_FEN = 1000 * 100

_CHINESE_DIGIT = {c: v for v, c in enumerate("〇一二三四五六七八九")}
_CHINESE_DIGIT |= {c: v for v, c in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"两": 2}
_CHINESE_PLACE = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CHINESE = re.compile("[〇零一二三四五六七八九两壹贰叁肆伍陆柒捌玖十拾百佰千仟万亿]+")


def chinese_number(text: str) -> int | None:
    """五十, 伍拾万, 一千零二十 as a whole number; None when it is none."""
    total = group = digit = 0
    for char in text:
        if char in _CHINESE_DIGIT:
            digit = _CHINESE_DIGIT[char]
        elif char in _CHINESE_PLACE:
            group += (digit or 1) * _CHINESE_PLACE[char]
            digit = 0
        elif char in "万亿":
            total = (total + group + digit) * (10**4 if char == "万" else 10**8)
            group = digit = 0
        else:
            return None
    return total + group + digit


def read_capital(text: str, field: str, *, unit: str = "") -> Reading:
    """Read a cell of registered capital.

    Units: the value is whole fen, as text. `unit` is the unit that heading or sheet state.
    """
    clean = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    foreign = _FOREIGN.search(clean)
    if foreign:
        facts = {"currency": foreign[1]}
        return _doubt(field, Doubt.CURRENCY, text, "currency", {field: ""}, Sure.MEDIUM, facts)
    body = _LEAD.sub("", clean)
    parsed = _parse(body)
    if parsed is None:
        return _doubt(field, Doubt.AMOUNT, text, "amount_unreadable")
    whole, fraction, rest = parsed
    multiple = _YUAN_WORDS.sub("", rest)
    if multiple not in _UNITS:
        return _doubt(field, Doubt.AMOUNT, text, "amount_unreadable")
    if not rest and body == clean:
        return _without_unit(text, field, whole, fraction, unit)
    fen = _fen(whole, fraction, _UNITS[multiple])
    if fen is None:
        return _doubt(field, Doubt.AMOUNT, text, "amount_fraction")
    return _plausible(text, field, fen, named=bool(re.search("元|圆|人民币|RMB|CNY|¥", clean)))


def _parse(body: str) -> tuple[str, str, str] | None:
    """The digits before and after the point, and what follows."""
    match = _NUMBER.match(body)
    if match is not None:
        return match[1].replace(",", ""), match[2] or "", body[match.end() :]
    chinese = _CHINESE.match(body)
    if chinese is None:
        return None
    number = chinese_number(chinese[0])
    return None if number is None else (str(number), "", body[chinese.end() :])


def _fen(whole: str, fraction: str, multiple: int) -> int | None:
    if len(whole) > 15 or len(fraction) > 15:
        return None
    value, rest = divmod(int(whole + fraction) * multiple * 100, 10 ** len(fraction))
    return None if rest else value


def _without_unit(text: str, field: str, whole: str, fraction: str, unit: str) -> Reading:
    multiple = _UNITS.get(unit.removesuffix("元"))
    fen = None if not unit or multiple is None else _fen(whole, fraction, multiple)
    if fen is None:
        return _doubt(field, Doubt.UNIT, text, "unit_missing")
    proposal = {field: str(fen)}
    facts = {"unit": unit}
    return _doubt(field, Doubt.UNIT, text, "unit_from_heading", proposal, Sure.HIGH, facts)


def _plausible(text: str, field: str, fen: int, *, named: bool) -> Reading:
    if fen > _LARGE_FEN:
        fewer, rest = divmod(fen, 10**4)
        proposal = None if rest else {field: str(fewer)}
        return _doubt(field, Doubt.AMOUNT, text, "amount_large", proposal, Sure.LOW)
    if not fen:
        return _doubt(field, Doubt.AMOUNT, text, "amount_zero", {field: ""}, Sure.MEDIUM)
    if fen < _SMALL_FEN:
        proposal = {field: str(fen * 10**4)}
        return _doubt(field, Doubt.AMOUNT, text, "amount_small", proposal, Sure.LOW)
    return Reading(values=((field, str(fen)),), notes=() if named else ("yuan_assumed",))


def _doubt(
    field: str,
    kind: Doubt,
    text: str,
    reason: str,
    proposal: dict[str, str] | None = None,
    sure: Sure = Sure.NONE,
    facts: dict[str, str] | None = None,
) -> Reading:
    if proposal is None:
        sure = Sure.NONE
    return Reading(doubts=(Doubtful(field, kind, text, reason, proposal, sure, facts or {}),))
