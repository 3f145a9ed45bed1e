"""Reading what a browser sent where there is no form: page numbers, versions, request numbers.

A number is at most nine digits of 0 to 9: `²` is a digit to Python and no number to anybody, and
five thousand digits are no page.
"""

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from yuxin.kernel.refusal import BadInput

_DIGITS_MAX: Final = 9
_ID_DIGITS_MAX: Final = 18


class PageIncomplete(BadInput):
    """A page was sent without the number that keeps an act from being done twice."""

    code = "page_incomplete"
    zh = "页面不完整，没有提交。请刷新后重新填写。"
    en = "The page was incomplete, so nothing was submitted. Please reload it and fill it in again."


def whole(text: str, otherwise: int = 0, *, digits_max: int = _DIGITS_MAX) -> int:
    """A whole number as typed or as it stands in an address; `otherwise` when it is none."""
    plain = text.isascii() and text.isdigit() and len(text) <= digits_max
    return int(text) if plain else otherwise


def row_number(text: str) -> int:
    """The number of a row of the database; 0, which no row has, when it is none."""
    return whole(text, digits_max=_ID_DIGITS_MAX)


def page_number(request: HttpRequest) -> int:
    """Which page of a list is asked for, the first when that cannot be read."""
    return max(1, whole(request.GET.get("page", ""), 1))


def request_number(request: HttpRequest) -> UUID:
    """The number of what was sent. A fresh one in its place would do a repeat twice.

    Raises: PageIncomplete.
    """
    try:
        return UUID(request.POST.get("request_id", ""))
    except ValueError:
        raise PageIncomplete(field="request_id") from None
