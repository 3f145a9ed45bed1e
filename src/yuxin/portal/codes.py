"""A code that leads nowhere: a slip of the pen, a false QR code, or not a code at all."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuxin.kernel.codes import (
    CROCKFORD,
    USCC_PROBLEMS,
    check_subject_code,
    normalise_uscc,
    uscc_problem,
)
from yuxin.portal import addresses

_LENGTH = 13
_NAME_MAX = 40
_LOOKALIKES = str.maketrans("OIL", "011")


def may_be_a_name(text: str) -> bool:
    """Whether a text can be any name of an institution: short, and nothing unprintable in it."""
    return len(text) <= _NAME_MAX and text.isprintable()


def looks_like_a_code(text: str) -> bool:
    """Whether somebody typed a notice's code or a credit code, right or wrong."""
    plain = normalise_uscc(text)
    if len(plain) == _LENGTH:
        return set(plain.translate(_LOOKALIKES)) <= set(CROCKFORD)
    return len(plain) == 18 and plain[2:8].isdecimal() and plain.isascii()


def wrong_code(text: str) -> dict[str, Any]:
    """What the page says of a code under which nothing is found."""
    plain = normalise_uscc(text)
    if len(plain) == 18:
        title, why = _credit_code(plain)
    elif not looks_like_a_code(text):
        title, why = _("这不是公示牌编码"), _("编码共13位，写在公示牌的二维码下面。")
    elif check_subject_code(plain.translate(_LOOKALIKES)):
        title, why = _("这个编码没有登记"), _("编码写法没有错，但是没有机构用它。")
    else:
        title = _("这个编码不存在")
        why = _("最后一位对不上，可能抄错了，也可能是假的二维码。")
    return {"title": title, "why": why, "host": addresses.host(), "text": plain[:18]}


def _credit_code(code: str) -> tuple[str, str]:
    problem = uscc_problem(code)
    if problem is None:
        return _("没有找到这个统一社会信用代码"), _("没查到，不等于没有许可证。")
    zh, en = USCC_PROBLEMS[problem]
    why = en if (get_language() or "").startswith("en") else zh
    return _("统一社会信用代码不对"), f"{why[:1].upper()}{why[1:]}" + _("。")


def no_such_code(request: HttpRequest, text: str) -> HttpResponse:
    """404: what may be wrong with the code, and the ways on."""
    return render(request, "portal/no_such_code.html", {"wrong": wrong_code(text)}, status=404)
