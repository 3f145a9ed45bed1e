"""The project with one address more: `/same-bytes` answers fixed bytes and does nothing else.

It is the floor of `./yuxin bench portal`: what a page costs that asks nobody and makes nothing,
behind the same server and the same middleware. Never part of an installation.
"""

import os
from functools import cache
from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from yuxin.look.page import EVERYBODY, page

FILE = "YUXIN_SAME_BYTES"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxin.site.settings")


@cache
def _bytes() -> bytes:
    return Path(os.environ[FILE]).read_bytes()


@page(roles=EVERYBODY)
def same_bytes(_request: HttpRequest) -> HttpResponse:
    """The bytes of a page, without the page."""
    return HttpResponse(_bytes(), headers={"Content-Encoding": "gzip"})


def _with_the_floor() -> None:
    django.setup()
    from yuxin.site import urls

    urls.urlpatterns.append(path("same-bytes", same_bytes))
    assert urls.__name__ == settings.ROOT_URLCONF


if FILE in os.environ:
    _with_the_floor()
    application = get_wsgi_application()
