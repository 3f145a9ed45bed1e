"""Who may open a page. Deny by default: a view without a rule is refused.

`@page(roles={...})` declares the roles and methods of one page function; the middleware refuses
every view that carries no declaration. Which rows a page shows is decided below, by row-level
security and by the queries; this is only the outer door.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase

from yuxin.kernel.actor import EVERYBODY, Actor, Role
from yuxin.kernel.refusal import Refusal
from yuxin.look import errors

__all__ = ["EVERYBODY", "PageMiddleware", "PageRule", "actor_of", "page", "rule_of"]

Method = Literal["GET", "POST", "PUT", "DELETE"]
RULE = "page_rule"
READ: tuple[Method, ...] = ("GET",)
P = ParamSpec("P")


@dataclass(frozen=True)
class PageRule:
    """Roles and methods of one page."""

    roles: frozenset[Role]
    methods: frozenset[str]

    def opens_to(self, actor: Actor) -> bool:
        """Whether the actor may open the page; what the public may see, everybody may see."""
        return Role.PUBLIC in self.roles or actor.has(*self.roles)


def page(
    *, roles: Collection[Role], methods: Collection[Method] = READ
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Declare a page: the roles that may open it and the methods it answers.

    Somebody who did not sign in is sent to the sign-in page; somebody without the role reads the
    same sentence as for an address that does not exist. `EVERYBODY` opens a page to the public.
    """
    assert roles, "a page that nobody may open is no page"
    allowed = {*methods, *({"HEAD"} if "GET" in methods else ())}
    rule = PageRule(frozenset(roles), frozenset(allowed))

    def declare(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            refused = _refused(request, rule)
            return refused if refused else view(request, *args, **kwargs)

        setattr(guarded, RULE, rule)
        return guarded

    return declare


def rule_of(view: Callable[..., Any]) -> PageRule | None:
    """The declaration of a view, if it has one."""
    rule = getattr(view, RULE, None)
    return rule if isinstance(rule, PageRule) else None


def actor_of(request: HttpRequest) -> Actor:
    """Who asks; the public when nobody signed in."""
    actor = getattr(request, "actor", None)
    return actor if isinstance(actor, Actor) else Actor.public()


def _refused(request: HttpRequest, rule: PageRule) -> HttpResponse | None:
    actor = actor_of(request)
    if not rule.opens_to(actor):
        return _sign_in(request) if actor.account_id is None else errors.not_allowed(request)
    if request.method not in rule.methods:
        return HttpResponseNotAllowed(sorted(rule.methods))
    return None


def _has_nul(request: HttpRequest) -> bool:
    """Whether a zero character stands in the address or among the fields of a form."""
    return "\0" in request.path_info or any(
        "\0" in text
        for sent in (request.GET, request.POST)
        for name, values in sent.lists()
        for text in (name, *map(str, values))
    )


def _sign_in(request: HttpRequest) -> HttpResponse:
    where = f"{settings.SIGN_IN_URL}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    if request.method not in ("GET", "HEAD"):
        # The form's content would be lost; the page says so instead of silently moving on.
        return errors.signed_out(request, where)
    return HttpResponseRedirect(where)


class PageMiddleware:
    """Refuse views without a rule, and turn Refusals into pages that say how to mend them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the work is done in the hooks."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse an undeclared view, and characters that no column of ours can hold."""
        if rule_of(view) is None:
            return errors.not_allowed(request)
        return errors.bad_request(request) if _has_nul(request) else None

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Say a Refusal; anything else is our own error and goes on."""
        return errors.refused(request, problem) if isinstance(problem, Refusal) else None
