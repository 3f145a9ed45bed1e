"""From where a request comes, as far as it can be believed."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the browser, or None when it cannot be told.

    In production the platform listens on loopback behind a proxy of its own, which appends the
    address that it saw to X-Forwarded-For: only that last entry is believed, and only from
    loopback. Without it everybody would share one address, so none is told. A demo has no proxy
    and believes no header.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if settings.MODE != "production" or not _is_loopback(direct):
        return direct or None
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return seen if _is_address(seen) else None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(text: str) -> bool:
    return _is_address(text) and ip_address(text).is_loopback
