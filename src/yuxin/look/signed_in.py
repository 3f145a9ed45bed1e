"""Who stands behind a request: the session cookie, the account, its grants, the actor.

The cookie holds the session's token and the time of its last use, signed, so that an idle session
ends without a write at every page.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from yuxin.access import limits
from yuxin.access.queries import SignedIn, signed_in
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Language, Role
from yuxin.kernel.clock import day_of, now
from yuxin.look.language import language_of
from yuxin.registry import scope

COOKIE = "session"
ROLE_COOKIE = "acting_as"
_SALT = "yuxin.session"
_REFRESH = timedelta(minutes=5)
_DOOR = Actor.clock(())


class SignedInMiddleware:
    """Sets `request.actor` and `request.signed_in`; without a live session it is the public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who asks, answer, and renew the time of last use now and then."""
        who, actor, idle = self._who(request)
        request.signed_in = who  # type: ignore[attr-defined]
        request.actor = actor  # type: ignore[attr-defined]
        response = self.get_response(request)
        if who is not None and idle > _REFRESH and COOKIE not in response.cookies:
            keep(response, token_of(request), family=is_family(who))
        return response

    def _who(self, request: HttpRequest) -> tuple[SignedIn | None, Actor, timedelta]:
        language: Language = "en" if language_of(request) == "en" else "zh"
        nobody = Actor.public(language)
        token, idle = _read(request)
        if not token:
            return None, nobody, idle
        at = now()
        with reading(_DOOR):
            who = signed_in(token, at, day_of(at))
            if who is None or idle > _idle_max(who):
                return None, nobody, idle
            actor = scope.resolve(who.account, who.grants, day_of(at), _role(request, who))
        return who, replace(actor, language=language, session_id=who.session_id), idle


def _role(request: HttpRequest, who: SignedIn) -> Role | None:
    """The role that the person chose to act in, if it is granted to them."""
    chosen = request.COOKIES.get(ROLE_COOKIE, "")
    return Role(chosen) if chosen in {grant.role for grant in who.grants} else None


def choose_role(response: HttpResponse, role: str) -> None:
    """Remember the role chosen; one that is not granted has no effect."""
    response.set_cookie(
        ROLE_COOKIE, role[:24], httponly=True, samesite="Lax", secure=settings.MODE == "production"
    )


def _idle_max(who: SignedIn) -> timedelta:
    return limits.IDLE_MAX_FAMILY if is_family(who) else limits.IDLE_MAX


def is_family(who: SignedIn) -> bool:
    """Whether the session is a guardian's: it may rest longer, on a phone of one's own."""
    roles = {grant.role for grant in who.grants}
    return bool(roles) and roles <= {Role.GUARDIAN.value}


def session_of(request: HttpRequest) -> SignedIn | None:
    """The account, grants and privileged period behind a request; None for the public."""
    who = getattr(request, "signed_in", None)
    return who if isinstance(who, SignedIn) else None


def token_of(request: HttpRequest) -> str:
    """The session token of a request, empty when there is none or its signature is wrong."""
    return _read(request)[0]


def keep(response: HttpResponse, token: str, *, family: bool) -> None:
    """Give the browser its session cookie, marked with this moment."""
    longest = limits.SESSION_MAX_FAMILY if family else limits.SESSION_MAX
    response.set_cookie(
        COOKIE,
        signing.TimestampSigner(salt=_SALT).sign(token),
        max_age=int(longest.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.MODE == "production",
    )


def forget(response: HttpResponse) -> None:
    """Take the session cookie away."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _read(request: HttpRequest) -> tuple[str, timedelta]:
    signed = request.COOKIES.get(COOKIE, "")
    if not signed:
        return "", timedelta()
    signer = signing.TimestampSigner(salt=_SALT)
    longest = int(limits.SESSION_MAX_FAMILY.total_seconds())
    try:
        token = signer.unsign(signed, max_age=longest)
    except signing.BadSignature:
        return "", timedelta()
    stamp = signing.b62_decode(signed.rsplit(":", 2)[1])
    return token, timedelta(seconds=max(0, int(now().timestamp()) - stamp))
