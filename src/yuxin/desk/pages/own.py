"""One's own page: who I am here, where I am signed in, my password, who looked at my numbers."""

from uuid import uuid4

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yuxin.access import limits, queries
from yuxin.access.models import Grant
from yuxin.access.reading import reading
from yuxin.desk import access_words as words
from yuxin.desk.forms.access import PasswordForm, ReasonForm
from yuxin.kernel.act import Call
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.kernel.clock import SHANGHAI, day_of, now
from yuxin.kernel.codes import print_subject_code
from yuxin.kernel.refusal import Refusal
from yuxin.look import signed_in
from yuxin.look.page import actor_of, page
from yuxin.look.sent import request_number, row_number
from yuxin.operations.access.change_password import change_password
from yuxin.operations.access.end_session import end_session
from yuxin.operations.access.open_privileged_period import OPENERS, open_privileged_period
from yuxin.registry import queries as registry

SIGNED_IN = EVERYBODY - {Role.PUBLIC}


def _face(request: HttpRequest) -> str:
    return "look/phone.html" if request.path.startswith("/family/") else "look/desk.html"


def _scope(grant: Grant, areas: dict[str, str], codes: dict[int, str]) -> str:
    """What one grant reaches, in words."""
    parts = []
    if grant.area_code:
        parts.append(areas.get(grant.area_code, grant.area_code))
    if grant.subject_id:
        code = codes.get(grant.subject_id, "")
        parts.append(print_subject_code(code) if code else "")
    if grant.line != "ALL":
        parts.append(str(words.LINES[grant.line]))
    return " · ".join(part for part in parts if part)


@page(roles=SIGNED_IN)
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """Roles and their scope in words, the switch of roles, sessions, language, password."""
    actor, at = actor_of(request), now()
    who = signed_in.session_of(request)
    assert who is not None, "the page opens to who signed in"
    with reading(actor):
        sessions = queries.open_sessions(who.account.pk, at)
        areas = {code: name for code, name, _depth in queries.area_tree(day_of(at))}
        codes = registry.codes_of(actor, [g.subject_id for g in who.grants if g.subject_id])
    held = [
        {
            "role": grant.role,
            "word": words.ROLES.get(grant.role, grant.role),
            "scope": _scope(grant, areas, codes),
            "until": grant.valid_to,
            "acting": Role(grant.role) in actor.roles,
        }
        for grant in who.grants
    ]
    context = {
        "face": _face(request),
        "account": who.account,
        "grants": held,
        "sessions": sessions,
        "session_id": who.session_id,
        "request_id": uuid4(),
        "privileged_until": who.privileged_until,
        "may_open": bool(actor.roles & OPENERS),
        "switch": len({grant.role for grant in who.grants}) > 1,
        "here": request.path,
        "changed": request.GET.get("changed") == "1",
        "back_url": "/family/" if request.path.startswith("/family/") else "",
    }
    return render(request, "desk/me.html", context)


@page(roles=SIGNED_IN, methods=["POST"])
def me_end_session(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions."""
    session = row_number(request.POST.get("session", ""))
    end_session(Call(actor_of(request), now(), request_number(request)), session_id=session)
    return HttpResponseRedirect(reverse("desk:me"))


@page(roles=SIGNED_IN, methods=["GET", "POST"])
@never_cache
def me_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; the old one is needed and a wrong one is counted."""
    form, status = PasswordForm(), 200
    if request.method == "POST":
        form, status = PasswordForm(request.POST), 422
        if form.is_valid():
            outcome = _changed(request, form)
            if outcome == "changed":
                return HttpResponseRedirect(f"{reverse('desk:me')}?changed=1")
            if outcome == "locked":
                form.add_error(None, _("试错次数已满，请15分钟后再试。急用请找本单位管理员。"))
                status = 429
            elif outcome == "wrong":
                form.add_error("old", _("现在的口令不对，请重新输入。口令没有改。"))
    context = {
        "form": form,
        "heading": _("修改口令"),
        "sub": _("改好后，其他地方的登录立即退出，这里继续。"),
        "button": _("修改口令"),
        "back": reverse("desk:me"),
    }
    return render(request, "desk/access_form.html", context, status=status)


def _changed(request: HttpRequest, form: PasswordForm) -> str:
    data, who = form.cleaned_data, signed_in.session_of(request)
    assert who is not None
    proven = check_password(data["old"], who.account.password)
    try:
        receipt = change_password(
            Call(actor_of(request), now(), data["request_id"]),
            login=who.account.login,
            proven_against=who.account.password if proven else "",
            password_hash=make_password(data["new"]),
            token_sha256=queries.token_sha256(signed_in.token_of(request)),
            address=request.META.get("REMOTE_ADDR"),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return "refused"
    return str(receipt["outcome"])


@page(roles=OPENERS, methods=["GET", "POST"])
@never_cache
def privileged(request: HttpRequest) -> HttpResponseBase:
    """Open rights that are otherwise shut, for half an hour and a stated reason."""
    who = signed_in.session_of(request)
    assert who is not None
    form, status = ReasonForm(), 200
    if request.method == "POST":
        form, status = ReasonForm(request.POST), 422
        if form.is_valid():
            try:
                open_privileged_period(
                    Call(actor_of(request), now(), form.cleaned_data["request_id"]),
                    session_id=who.session_id,
                    reason=form.cleaned_data["reason"],
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return HttpResponseRedirect(reverse("desk:privileged"))
    until = who.privileged_until
    sub = _("开启 %(minutes)d 分钟，只对本次登录有效，到时自动关闭。") % {
        "minutes": int(limits.PRIVILEGED_MAX.total_seconds()) // 60
    }
    context = {
        "form": form,
        "heading": _("特权时段"),
        "sub": sub,
        "says": _("授予管理员、审计、银行身份，重置动态验证码，查看完整号码时需要。"),
        "notice": _("特权时段已开启，%(time)s 自动关闭。")
        % {"time": f"{until.astimezone(SHANGHAI):%H:%M}"}
        if until
        else "",
        "button": _("再开启一段") if until else _("开启"),
        "back": reverse("desk:me"),
    }
    return render(request, "desk/access_form.html", context, status=status)
