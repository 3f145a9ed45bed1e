"""Whether this process is up, and whether it can serve: for the supervisor and for monitors."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.look.page import EVERYBODY, page


@page(roles=EVERYBODY)
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 when the process answers at all; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@page(roles=EVERYBODY)
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers as well."""
    with reading(Actor.public()), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ready\n", content_type="text/plain")
