"""Money as whole fen (分): read from text, printed, and written out in words (大写)."""

import re
import unicodedata
from typing import Final, NewType

from yuxin.kernel.refusal import BadInput

Fen = NewType("Fen", int)

# Every sum must survive canonical JSON, whose integers end here.
MAX_FEN: Final = 2**53 - 1

_YUAN = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?", re.ASCII)
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


class NotMoney(BadInput):
    """A text that is no amount in yuan with at most two decimals."""

    code = "not_money"
    zh = "“{text}”不是有效金额。请填写以元为单位的数字，最多两位小数，例如 1,234.50。"
    en = (
        "“{text}” is not an amount. Please enter yuan as a number with at most two decimals, "
        "for example 1,234.50."
    )


def parse_yuan(text: str, *, field: str = "", signed: bool = False) -> Fen:
    """Read an amount written in yuan; full-width digits and thousands commas are understood.

    Units: text in yuan, result in fen.
    Raises: NotMoney for fractions of a fen, exponents, NaN, a sign where none may stand, or a
    sum too large to be recorded.
    """
    found = _YUAN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or (found[1] and not signed):
        raise NotMoney(field=field, text=text[:40])
    whole = found[2].replace(",", "")
    # Length first: int() itself refuses absurdly long texts with an error of its own.
    if len(whole) > len(str(MAX_FEN)):
        raise NotMoney(field=field, text=text[:40])
    fen = int(whole) * 100 + int((found[3] or "").ljust(2, "0"))
    if fen > MAX_FEN:
        raise NotMoney(field=field, text=text[:40])
    return Fen(-fen if found[1] else fen)


def yuan(fen: Fen) -> str:
    """Print fen as yuan with two decimals and thousands commas, without a currency sign."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def yuan_in_words(fen: Fen) -> str:
    """Write an amount in the characters used on vouchers (大写), e.g. 壹仟贰佰叁拾肆元伍角整."""
    if fen == 0:
        return "零元整"
    whole, rest = divmod(abs(fen), 100)
    jiao, single = divmod(rest, 10)
    words = "负" if fen < 0 else ""
    if whole:
        words += _whole_in_words(whole) + "元"
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif whole and single:
        words += "零"
    return words + (_DIGITS[single] + "分" if single else "整")


def _whole_in_words(number: int) -> str:
    """Chinese numerals in groups of four digits; one 零 for each run of zeros inside."""
    words = ""
    gap = False
    groups = f"{number:016d}"
    for index in range(4):
        group = groups[index * 4 : index * 4 + 4]
        written = ""
        for place, digit in enumerate(group):
            if digit == "0":
                gap = True
                continue
            if gap and (words or written):
                written += "零"
            gap = False
            written += _DIGITS[int(digit)] + _PLACES[3 - place]
        if written:
            words += written + _GROUPS[3 - index]
    return _tidy(words)


def _tidy(words: str) -> str:
    """万亿 followed by 亿 is written with one 亿: 壹万亿贰亿 is 壹万贰亿."""
    if "万亿" in words and "亿" in words.split("万亿", 1)[1]:
        return words.replace("万亿", "万", 1)
    return words
