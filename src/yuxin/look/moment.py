"""The instant of a request, and the call that a page hands to an operation."""

from datetime import datetime
from uuid import UUID, uuid5

from django.http import HttpRequest

from yuxin.kernel.act import Call
from yuxin.kernel.clock import now
from yuxin.look.page import actor_of


def moment(request: HttpRequest) -> datetime:
    """When the request came: one instant for the whole page, aware.

    A middleware may have set it, so that a page can be looked at as of another day.
    """
    at = getattr(request, "moment", None)
    if not isinstance(at, datetime):
        at = now()
        request.moment = at  # type: ignore[attr-defined]
    return at


def call_of(request: HttpRequest, request_id: UUID, part: str = "") -> Call:
    """The call of a form. A form that leads to several acts names each by its `part`."""
    number = uuid5(request_id, part) if part else request_id
    return Call(actor_of(request), moment(request), number)
