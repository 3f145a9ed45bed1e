"""Accounts and grants, for the administrator: list, make, grant, reset, shut."""

import secrets
from collections.abc import Callable, Mapping
from typing import Final
from uuid import uuid4

import pyotp
from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from yuxin.access import queries
from yuxin.access.models import Account, Grant
from yuxin.access.reading import reading
from yuxin.access.sealed import seal
from yuxin.desk import access_words as words
from yuxin.desk.forms.access import AccountForm, GrantForm, ReasonForm
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.refusal import NotFound, Refusal, RequestReused
from yuxin.look.forms import Form
from yuxin.look.page import actor_of, page
from yuxin.look.sent import request_number, row_number
from yuxin.look.tables import Column, Filter, QuerySource, Row, Table
from yuxin.look.values import Text
from yuxin.operations.access.create_account import create_account
from yuxin.operations.access.deactivate_account import deactivate_account
from yuxin.operations.access.end_grant import end_grant
from yuxin.operations.access.end_session import end_session
from yuxin.operations.access.export_list import export_list
from yuxin.operations.access.grant_role import grant_role
from yuxin.operations.access.reset_device import reset_device
from yuxin.operations.access.reset_password import reset_password
from yuxin.registry import queries as registry

ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
ISSUER: Final = "育信"  # zh: the name of the system in an authenticator
TABLE: Final = Table(
    "accounts",
    _("账号"),
    columns=(
        Column("login", _("登录名"), sortable=True, fixed=True, link=True),
        Column("name", _("姓名"), sortable=True, fixed=True),
        Column("organisation", _("单位"), sortable=True, cut=True),
        Column("roles", _("身份")),
        Column("device", _("动态验证码")),
        Column("state", _("状态")),
        Column("created", _("建立日期"), "date", sortable=True),
    ),
    filters=(
        Filter("q", _("登录名、姓名、单位"), kind="text"),
        Filter("role", _("身份"), list(words.ROLES.items())),
        Filter("state", _("状态"), list(words.STATES.items())),
    ),
    default_sort="login",
)
ORDER: Final = {
    "login": ("login",),
    "name": ("display_name",),
    "organisation": ("organisation", "login"),
    "created": ("created_at",),
}


def new_password() -> str:
    """A password to be typed once: sixteen characters, none of them alike, about 79 bits."""
    parts = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(parts)


def _narrow(rows: "QuerySet[Account]", chosen: Mapping[str, str]) -> "QuerySet[Account]":
    if "q" in chosen:
        text = chosen["q"]
        rows = rows.filter(
            Q(login__icontains=text)
            | Q(display_name__icontains=text)
            | Q(organisation__icontains=text)
        )
    if "role" in chosen:
        held = Grant.objects.filter(role=chosen["role"], ended_at=None).values("account_id")
        rows = rows.filter(pk__in=held)
    if chosen.get("state") == "here":
        return queries.signed_in_now(rows, now())
    return rows.filter(active=chosen["state"] == "active") if "state" in chosen else rows


def _row(account: Account) -> Row:
    roles = {grant.role for grant in account.grants.all() if grant.ended_at is None}
    cells = {
        "login": account.login,
        "name": account.display_name,
        "organisation": account.organisation,
        "roles": ", ".join(str(word) for role, word in words.ROLES.items() if role in roles),
        "device": gettext("有") if account.totp_sealed is not None else gettext("没有"),
        "state": words.STATES["active" if account.active else "shut"],
        "created": day_of(account.created_at),
    }
    return Row(cells, account.login, reverse("desk:account", args=[account.login]))


@page(roles=ADMINISTRATOR)
def accounts(request: HttpRequest) -> HttpResponseBase:
    """Every account."""
    actor, taken = actor_of(request), []
    with reading(actor):
        answer = TABLE.answer(
            request,
            QuerySource(queries.accounts(), _row, ORDER, _narrow),
            "desk/accounts.html",
            on_export=lambda kind, count: taken.append((kind, count)),
        )
    for kind, count in taken:
        call = Call(actor, now(), uuid4())
        export_list(call, name="accounts", view=request.GET.urlencode(), kind=kind, rows=count)
    return answer


def _found(request: HttpRequest, login: str) -> Account:
    with reading(actor_of(request)):
        account = queries.account_named(login)
    if account is None:
        raise NotFound
    return account


def _secrets(
    request: HttpRequest, account_login: str, *, password: str = "", device: str = ""
) -> HttpResponse:
    """The one answer that shows a password or a device secret; nobody can call it up again."""
    uri = pyotp.TOTP(device).provisioning_uri(name=account_login, issuer_name=ISSUER)
    context = {
        "login": account_login,
        "password": password,
        "device": device,
        "uri": uri if device else "",
        "back": reverse("desk:account", args=[account_login]),
    }
    return render(request, "desk/account_secrets.html", context)


def _sent_again(form: Form) -> None:
    """Say that the secret was shown before, instead of the bare refusal."""
    form.add_error(
        None, gettext("这张表单已经提交过并已办成。口令和密钥只显示一次，没有记下的请重新重置。")
    )


@page(roles=ADMINISTRATOR, methods=["GET", "POST"])
@never_cache
def account_new(request: HttpRequest) -> HttpResponse:
    """Make an account; its password and its device secret are shown once."""
    form, status = AccountForm(), 200
    if request.method == "POST":
        form, status = AccountForm(request.POST), 422
        if form.is_valid():
            data = form.cleaned_data
            password = new_password()
            device = pyotp.random_base32() if data["with_device"] else ""
            try:
                create_account(
                    Call(actor_of(request), now(), data["request_id"]),
                    login=data["login"],
                    display_name=data["display_name"],
                    organisation=data["organisation"],
                    password_hash=make_password(password),
                    totp_sealed=seal("totp", device) if device else None,
                )
            except RequestReused:
                _sent_again(form)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return _secrets(request, data["login"], password=password, device=device)
    context = {
        "form": form,
        "heading": gettext("新建账号"),
        "button": gettext("建立账号"),
        "back": reverse("desk:accounts"),
    }
    return render(request, "desk/access_form.html", context, status=status)


@page(roles=ADMINISTRATOR)
@never_cache
def account(request: HttpRequest, login: str) -> HttpResponse:
    """One account: its grants, its open sessions, what may be done to it."""
    actor, at = actor_of(request), now()
    shown = _found(request, login)
    with reading(actor):
        grants = queries.all_grants(shown.pk)
        sessions = queries.open_sessions(shown.pk, at)
        areas = {code: name for code, name, _depth in queries.area_tree(day_of(at))}
        codes = registry.codes_of(actor, [g.subject_id for g in grants if g.subject_id])
    told = [
        {
            "grant": grant,
            "role": words.ROLES.get(grant.role, grant.role),
            "area": areas.get(grant.area_code, grant.area_code),
            "line": words.LINES[grant.line],
            "subject": codes.get(grant.subject_id or 0, ""),
        }
        for grant in grants
    ]
    context = {
        "request_id": uuid4(),
        "account": shown,
        "grants": told,
        "sessions": sessions,
        "own": shown.pk == actor.account_id,
        "state": words.STATES["active" if shown.active else "shut"],
        "done": request.GET.get("recorded", ""),
    }
    return render(request, "desk/account.html", context)


@page(roles=ADMINISTRATOR, methods=["GET", "POST"])
def account_grant(request: HttpRequest, login: str) -> HttpResponse:
    """Grant a role to an account."""
    actor, at = actor_of(request), now()
    shown = _found(request, login)
    with reading(actor):
        tree = queries.area_tree(day_of(at))
    form, status = GrantForm(tree, initial={"valid_from": day_of(at)}), 200
    if request.method == "POST":
        form, status = GrantForm(tree, request.POST), 422
        entry_id = _granted(request, shown, form) if form.is_valid() else ""
        if entry_id:
            return HttpResponseRedirect(_recorded(login, entry_id))
    context = {
        "form": form,
        "heading": gettext("授予身份"),
        "sub": f"{shown.display_name} {shown.login}",
        "button": gettext("授予"),
        "back": reverse("desk:account", args=[login]),
    }
    return render(request, "desk/access_form.html", context, status=status)


def _granted(request: HttpRequest, to: Account, form: GrantForm) -> str:
    data, actor = form.cleaned_data, actor_of(request)
    subject_id = None
    if data["subject_code"]:
        with reading(actor):
            subject_id = registry.id_of_code(actor, data["subject_code"])
        if subject_id is None:
            form.add_error("subject_code", gettext("没有这个主体码的机构，请核对。"))
            return ""
    try:
        receipt = grant_role(
            Call(actor, now(), data["request_id"]),
            account_id=to.pk,
            role=data["role"],
            area_code=data["area_code"],
            line=data["line"],
            subject_id=subject_id,
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            reason=data["reason"],
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return ""
    return receipt.entry_id


def _recorded(login: str, entry_id: str) -> str:
    return f"{reverse('desk:account', args=[login])}?recorded={entry_id}"


Doing = Callable[[Call, Account, str, str], Receipt]


def _shut(call: Call, account: Account, reason: str, _thing: str) -> Receipt:
    return deactivate_account(call, account_id=account.pk, reason=reason)


def _end_grant(call: Call, _account: Account, reason: str, thing: str) -> Receipt:
    return end_grant(call, grant_id=row_number(thing), reason=reason)


ACTS: Final[dict[str, tuple[Text, Text, Doing]]] = {
    "deactivate": (
        _("停用账号"),
        _("停用后不能登录，已登录的立即退出；办过的事和存证都保留。"),
        _shut,
    ),
    "end-grant": (_("终止授权"), _("立即生效：下一次打开页面时就没有这项身份。"), _end_grant),
}
RESETS: Final[dict[str, tuple[Text, Text]]] = {
    "password": (_("重置口令"), _("新口令只显示一次；这个账号在各处的登录立即退出。")),
    "device": (
        _("重置动态验证码"),
        _("须先开启特权时段。新密钥只显示一次；这个账号在各处的登录立即退出。"),
    ),
}


@page(roles=ADMINISTRATOR, methods=["GET", "POST"])
@never_cache
def account_act(request: HttpRequest, login: str, act: str) -> HttpResponse:
    """One act on an account, with its reason: shut it, end a grant, reset password or device."""
    if act not in ACTS and act not in RESETS:
        raise NotFound
    shown = _found(request, login)
    form, status = ReasonForm(), 200
    if request.method == "POST":
        form, status = ReasonForm(request.POST), 422
        if form.is_valid():
            done = _acted(request, shown, act, form)
            if done is not None:
                return done
    heading, sub = ACTS[act][:2] if act in ACTS else RESETS[act]
    context = {
        "form": form,
        "heading": heading,
        "sub": sub,
        "who": f"{shown.display_name} {shown.login}",
        "button": heading,
        "danger": True,
        "back": reverse("desk:account", args=[login]),
    }
    return render(request, "desk/access_form.html", context, status=status)


def _acted(request: HttpRequest, on: Account, act: str, form: Form) -> HttpResponse | None:
    data = form.cleaned_data
    call = Call(actor_of(request), now(), data["request_id"])
    password, device = new_password(), pyotp.random_base32()
    try:
        if act == "password":
            hashed = make_password(password)
            reset_password(call, account_id=on.pk, password_hash=hashed, reason=data["reason"])
            return _secrets(request, on.login, password=password)
        if act == "device":
            sealed = seal("totp", device)
            reset_device(call, account_id=on.pk, totp_sealed=sealed, reason=data["reason"])
            return _secrets(request, on.login, device=device)
        receipt = ACTS[act][2](call, on, data["reason"], request.GET.get("thing", ""))
    except RequestReused:
        _sent_again(form)
        return None
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    return HttpResponseRedirect(_recorded(on.login, receipt.entry_id))


@page(roles=ADMINISTRATOR, methods=["POST"])
def account_end_session(request: HttpRequest, login: str) -> HttpResponse:
    """End one session of an account; ended twice is ended once."""
    shown = _found(request, login)
    session = row_number(request.POST.get("session", ""))
    call = Call(actor_of(request), now(), request_number(request))
    receipt = end_session(call, session_id=session)
    return HttpResponseRedirect(_recorded(shown.login, receipt.entry_id))
