"""Public codes of subjects, and the unified social credit code (统一社会信用代码).

A subject code is 12 random Crockford base32 characters and a check character (Luhn mod 32),
printed 4-4-5. It is never derived from an identifier.
"""

import re
import secrets
import unicodedata
from operator import mul
from types import MappingProxyType
from typing import Final

from stdnum import luhn

from yuxin.kernel.refusal import BadInput

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_CHARACTERS = 12
_LOOKALIKES = str.maketrans("OIL", "011")
# White space of any kind, hyphens and dashes, the apostrophe spreadsheets put before text,
# and characters without width that come with copy and paste.
_NOISE = re.compile("[\\s\\-\u2010-\u2015_'\u200b-\u200d\u2060\ufeff]+")


class NotASubjectCode(BadInput):
    """A text that is no subject code: wrong length, character or check character."""

    code = "not_a_subject_code"
    zh = "“{text}”不是有效的主体码。主体码共 13 位，请对照公示牌或证书逐位核对。"
    en = (
        "“{text}” is not a subject code. It has 13 characters; please compare it with the "
        "notice or certificate character by character."
    )


def _squeeze(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def new_subject_code(random_bytes: bytes | None = None) -> str:
    """A new subject code, without hyphens.

    Units: `random_bytes` are 8 bytes, of which 60 bits are used; by default from the system.
    """
    source = secrets.token_bytes(8) if random_bytes is None else random_bytes
    assert len(source) == 8, "a subject code takes 8 random bytes"
    bits = int.from_bytes(source, "big")
    body = "".join(CROCKFORD[bits >> 5 * place & 31] for place in range(_RANDOM_CHARACTERS))
    return body + luhn.calc_check_digit(body, CROCKFORD)


def check_subject_code(code: str) -> bool:
    """Whether 13 characters are a subject code in its stored form."""
    if len(code) != _RANDOM_CHARACTERS + 1 or any(char not in CROCKFORD for char in code):
        return False
    return bool(luhn.is_valid(code, CROCKFORD))


def print_subject_code(code: str) -> str:
    """The code as people see it: 4-4-5."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def parse_subject_code(text: str, *, field: str = "") -> str:
    """Read a typed subject code; case, spaces, hyphens, O for 0 and I or L for 1 are forgiven.

    Raises: NotASubjectCode.
    """
    code = _squeeze(text).translate(_LOOKALIKES)
    if not check_subject_code(code):
        raise NotASubjectCode(field=field, text=text[:40])
    return code


USCC_PROBLEMS: Final = MappingProxyType(
    {
        "empty": ("没有填写统一社会信用代码", "no unified social credit code is given"),
        "masked": (
            "代码中有星号等遮盖字符，请填写完整代码",
            "the code is masked with asterisks; the full code is needed",
        ),
        "registration_number": (
            "这是 15 位旧工商注册号，请换成 18 位统一社会信用代码",
            "this is an old 15-digit registration number, not the 18-character code",
        ),
        "length": (
            "长度不是 18 位，请核对有无漏填或多填",
            "the code does not have 18 characters; some are missing or too many",
        ),
        "forbidden_letter": (
            "代码不使用字母 I、O、S、V、Z，请核对是否应为数字",
            "the letters I, O, S, V, Z are not used in the code; they may stand for digits",
        ),
        "character": (
            "代码只含数字和大写字母，请删去其他字符",
            "the code holds digits and capital letters only",
        ),
        "region": (
            "第 3 至 8 位应是 6 位数字的行政区划码，请核对",
            "characters 3 to 8 must be the six digits of a region code",
        ),
        "check_character": (
            "校验位不符，代码中有错字，请对照证照逐位核对",
            "the check character does not fit: some character is wrong; compare with the licence",
        ),
    }
)
_MASK = re.compile(r"[*×XxＸ＊•●]{3,}|[*＊•●]")
_USCC_FORBIDDEN = frozenset("IOSVZ")
_USCC_CHARACTERS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
# GB 32100: weights are powers of 3 modulo 31.
_USCC_ORDER = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {char: value for value, char in enumerate(_USCC_ORDER)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_USCC_LOOKALIKES = str.maketrans("IOSZ", "1052")


class NotAUscc(BadInput):
    """A text that is no unified social credit code; the fact `problem` names the reason."""

    code = "not_a_uscc"
    zh = "统一社会信用代码“{text}”有误：{why_zh}。"
    en = "The unified social credit code “{text}” is wrong: {why_en}."


def normalise_uscc(text: str) -> str:
    """The code as it would be stored: half width, capitals, no spaces or hyphens."""
    return _squeeze(text)


def uscc_problem(text: str) -> str | None:
    """Why a text is no unified social credit code (GB 32100), or None when it is one.

    The result is a key of USCC_PROBLEMS, whose sentences explain it.
    """
    code = normalise_uscc(text)
    if not code:
        return "empty"
    if _MASK.search(code):
        # Real codes may hold XXX; one that checks is not masked.
        return None if is_uscc(code) else "masked"
    if len(code) == 15 and code.isdecimal() and code.isascii():
        return "registration_number"
    if len(code) != 18:
        return "length"
    if wrong := set(code) - _USCC_CHARACTERS:
        return "forbidden_letter" if wrong <= _USCC_FORBIDDEN else "character"
    if not code[2:8].isdecimal():
        return "region"
    return None if is_uscc(code) else "check_character"


def is_uscc(code: str) -> bool:
    """Whether a text is a unified social credit code in its stored form, without a reason."""
    if len(code) != 18 or not code[2:8].isdecimal() or set(code) - _USCC_CHARACTERS:
        return False
    total = sum(map(mul, map(_USCC_VALUE.__getitem__, code[:17]), _USCC_WEIGHTS))
    return code[-1] == _USCC_ORDER[-total % 31]


def parse_uscc(text: str, *, field: str = "") -> str:
    """Read a unified social credit code into its stored form.

    Raises: NotAUscc, with the reason.
    """
    problem = uscc_problem(text)
    if problem is not None:
        why_zh, why_en = USCC_PROBLEMS[problem]
        raise NotAUscc(field=field, text=text[:40], problem=problem, why_zh=why_zh, why_en=why_en)
    return normalise_uscc(text)


def uscc_guess(text: str) -> str | None:
    """A code that differs only by letters mistaken for digits and then checks, to propose.

    Never accepted by itself: a person decides.
    """
    guess = normalise_uscc(text).translate(_USCC_LOOKALIKES)
    return guess if uscc_problem(guess) is None else None
