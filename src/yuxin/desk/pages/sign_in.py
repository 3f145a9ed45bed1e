"""Sign in and out. One form: account, password, and for staff the code of their device."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from yuxin.access import queries
from yuxin.access.proof import prove
from yuxin.access.reading import reading
from yuxin.kernel.act import Call
from yuxin.kernel.actor import EVERYBODY, Actor, Role
from yuxin.kernel.clock import day_of, now
from yuxin.look import signed_in
from yuxin.look.address import client_address
from yuxin.look.page import actor_of, page
from yuxin.operations.access.close_session import close_session
from yuxin.operations.access.open_session import open_session

_DOOR = Actor.clock(())


@page(roles=EVERYBODY, methods=["GET", "POST"])
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door: shows the form, opens a session, or says how many tries are left."""
    if request.method != "POST":
        return _form(request)
    login = request.POST.get("login", "").strip()[:64]
    password = request.POST.get("password", "")
    at = now()
    token = queries.new_token()
    address = client_address(request)
    with reading(_DOOR):
        if queries.is_locked(login, address, at):
            # Said without a trace: a locked door may be tried without end.
            return _form(request, "locked", 0, login)
        proof = prove(login, password, request.POST.get("code", ""), at)
        account = queries.account_named(login)
        grants = queries.grants_on(account, day_of(at)) if account else ()
    family = bool(grants) and {grant.role for grant in grants} <= {Role.GUARDIAN.value}
    receipt = open_session(
        Call(Actor.public(), at, uuid4()),
        login=login,
        proof=proof,
        token_sha256=queries.token_sha256(token),
        family=family,
        address=address,
        agent=request.headers.get("User-Agent", "")[:200],
    )
    if receipt["outcome"] != "opened":
        return _form(request, str(receipt["outcome"]), int(str(receipt["tries_left"])), login)
    response = HttpResponseRedirect(_next(request, family=family))
    signed_in.keep(response, token, family=family)
    return response


@page(roles=EVERYBODY - {Role.PUBLIC}, methods=["POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session; with `all` every session of the account."""
    token = queries.token_sha256(signed_in.token_of(request))
    everywhere = "all" in request.POST
    close_session(
        Call(actor_of(request), now(), uuid4()),
        token_sha256=None if everywhere else token,
    )
    response = HttpResponseRedirect(reverse("sign-in"))
    # Keys of visit codes and pages kept for offline use go with the session.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    signed_in.forget(response)
    return response


@page(roles=EVERYBODY - {Role.PUBLIC}, methods=["POST"])
def act_as(request: HttpRequest) -> HttpResponse:
    """Choose in which of one's roles to act; roles of different reach are never mixed."""
    response = HttpResponseRedirect(_next(request, family=False))
    signed_in.choose_role(response, request.POST.get("role", ""))
    return response


def _form(
    request: HttpRequest, outcome: str = "", tries_left: int = 0, login: str = ""
) -> HttpResponse:
    where = request.POST.get("next") or request.GET.get("next", "")
    context = {"outcome": outcome, "tries_left": tries_left, "login": login, "next": where}
    status = 200 if not outcome else 429 if outcome == "locked" else 403
    return render(request, "desk/sign_in.html", context, status=status)


def _next(request: HttpRequest, *, family: bool) -> str:
    """Where to go: back to the page that was asked for, if it is one of ours."""
    where = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()}):
        return where
    return "/family/" if family else "/desk/"
