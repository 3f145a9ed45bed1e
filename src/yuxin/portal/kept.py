"""Public pages kept by this process, and when one of them is old.

A page is kept under everything it was made from: the subject's version, its published colour and
warnings, the rules in force, the hour, the language. Whatever changes one of them makes another
key, so no page is shown after the operation that changed its subject; old ones fall out as the
least used. The hour keeps the page's own as-of line from lagging.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Final

from django.http import HttpRequest, HttpResponse

from yuxin.access.reading import public_rows

BYTES_MAX: Final = 48 * 1024 * 1024
_VERSION: Final = """
SELECT version, rules_version, colour_version, warning_version FROM portal.page WHERE code = %s
"""


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of a page, also zipped, and their mark."""

    plain: bytes
    zipped: bytes
    etag: str

    @classmethod
    def of(cls, plain: bytes) -> "Page":
        """Zip and mark a page."""
        return cls(plain, gzip.compress(plain, 6, mtime=0), f'W/"{sha256(plain).hexdigest()[:32]}"')

    @property
    def size(self) -> int:
        """What keeping it costs, in bytes."""
        return len(self.plain) + len(self.zipped)


class Shelf:
    """The pages used last, up to so many bytes; safe for threads."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._bytes, self._bytes_max, self._lock = 0, bytes_max, Lock()

    def get(self, key: Hashable) -> Page | None:
        """The page of a key, if it is kept."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
            return found

    def put(self, key: Hashable, page: Page) -> None:
        """Keep a page; the least used give way."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self._bytes > self._bytes_max and len(self._pages) > 1:
                self._bytes -= self._pages.popitem(last=False)[1].size

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._pages)


PAGES: Final = Shelf()


def version_of(code: str) -> tuple[Hashable, ...] | None:
    """What the page of a code is made from; None when no page stands under this very code."""
    return next(iter(public_rows(_VERSION, [code])), None)


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """Send a kept page, zipped to whoever takes that; nothing to whoever has it already."""
    if request.headers.get("If-None-Match") == page.etag:
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.zipped, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(page.plain)
    response["ETag"] = page.etag
    # Browsers and proxies may keep it and ask each time whether it still holds.
    response["Cache-Control"] = "no-cache"
    response["Vary"] = "Accept-Encoding"
    return response


def kept(key: Hashable, make: Callable[[], bytes]) -> Page:
    """The page of a key, made now if it is not kept."""
    page = PAGES.get(key)
    if page is None:
        page = Page.of(make())
        PAGES.put(key, page)
    return page
