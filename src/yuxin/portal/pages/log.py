"""The evidence log for strangers' programs: C2SP tlog-tiles below `/log/`."""

import gzip

from django.http import HttpRequest, HttpResponse

from yuxin.access.reading import reading
from yuxin.evidence import public
from yuxin.formats.tlog_tiles import TileProblem, parse_path
from yuxin.kernel.actor import Actor
from yuxin.look.page import EVERYBODY, page

_FOR_EVER = "public, max-age=31536000, immutable"
_MOMENT = "public, max-age=2"
_HOUR = "public, max-age=3600"
_TEXT = "text/plain; charset=utf-8"


@page(roles=EVERYBODY)
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The last published checkpoint; 404 before the first."""
    with reading(Actor.public()):
        note = public.checkpoint_note()
    if note is None:
        return _answer("no checkpoint is published yet\n", _MOMENT, status=404)
    return _answer(note, _MOMENT)


@page(roles=EVERYBODY)
def tile(request: HttpRequest, rest: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries, full or partial, as far as published."""
    try:
        wanted = parse_path(rest)
        with reading(Actor.public()):
            data = public.tile_bytes(wanted)
    except TileProblem as problem:
        return _answer(f"{problem}\n", _MOMENT, status=404)
    response = _answer(data, _FOR_EVER, content_type="application/octet-stream")
    if wanted.level is None:
        _compress(request, response)
    return response


@page(roles=EVERYBODY)
def policy(_request: HttpRequest) -> HttpResponse:
    """Which key signs this log, and which witnesses are enough (C2SP tlog-policy)."""
    return _answer(public.policy().render(), _HOUR)


@page(roles=EVERYBODY)
def vkey(_request: HttpRequest) -> HttpResponse:
    """The key of the log, one per line."""
    lines = [f"{log.key.text()}\n" for log in public.policy().logs]
    return _answer("".join(lines), _HOUR)


def _answer(
    body: str | bytes, caching: str, *, content_type: str = _TEXT, status: int = 200
) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type, status=status)
    response["Cache-Control"] = caching
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    """Send a bundle zipped to whoever accepts that."""
    response["Vary"] = "Accept-Encoding"
    accepted = [part.strip() for part in request.headers.get("Accept-Encoding", "").split(",")]
    if any(part.split(";")[0] == "gzip" and "q=0" not in part.split(";") for part in accepted):
        response.content = gzip.compress(response.content, mtime=0)
        response["Content-Encoding"] = "gzip"
