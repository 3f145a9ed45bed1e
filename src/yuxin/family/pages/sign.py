"""The contract's text, the one-time code, the signature."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.family.forms.enrol import SendCodeForm, SignForm
from yuxin.family.pages import terms as shown
from yuxin.family.pages.said import said
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import CONTRACT_STATES
from yuxin.messages.schedule import CODE_VALID
from yuxin.operations.messages.try_code import try_code
from yuxin.operations.tuition.request_signing_code import request_signing_code
from yuxin.operations.tuition.sign_contract import PURPOSE, sign_contract
from yuxin.tuition.queries import banks, families
from yuxin.tuition.queries.families import ContractPage
from yuxin.tuition.queries.limits import caps_on


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is signed; sign it with the code."""
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _sign(request, code, form):
        return HttpResponseRedirect(f"{reverse('family:pay', args=[code])}?done=signed")
    return _page(request, code, form, SendCodeForm())


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def send_code(request: HttpRequest, code: str) -> HttpResponse:
    """Send a new code, then back to the text."""
    where = reverse("family:sign", args=[code])
    if request.method != "POST":
        return HttpResponseRedirect(where)
    form = SendCodeForm(request.POST)
    if form.is_valid():
        try:
            call = call_of(request, form.cleaned_data["request_id"])
            request_signing_code(call, contract_code=code)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{where}?done=code#sign")
    return _page(request, code, SignForm(), form)


@page(roles={Role.GUARDIAN})
def terms(request: HttpRequest, code: str) -> HttpResponse:
    """The text of a signed contract, to read again."""
    found = _found(request, code)
    context = {**_text(request, found), "back_url": reverse("family:contract", args=[code])}
    return render(request, "family/terms.html", context)


def _sign(request: HttpRequest, code: str, form: SignForm) -> bool:
    """Try the code, then sign. A try is an act of its own: a wrong one stays counted."""
    found = _found(request, code)
    number, digits = form.cleaned_data["request_id"], form.cleaned_data["code"]
    tried = try_code(
        call_of(request, number, f"try|{digits}"),
        person_id=actor_of(request).person_ids[0],
        purpose=PURPOSE,
        payload_sha256=found.terms_sha256,
        code=digits,
    )
    if not tried["right"] and found.state == "draft":
        form.add_error("code", _wrong(int(str(tried["tries_left"]))))
        return False
    try:
        sign_contract(
            call_of(request, number, f"sign|{digits}"), contract_code=code, one_time_code=digits
        )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _wrong(tries_left: int) -> str:
    if tries_left:
        return _("验证码不对，还可以试%(count)d次。") % {"count": tries_left}
    return _("验证码过期或试完了。请重新发一个。没有签合同。")


def _found(request: HttpRequest, code: str) -> ContractPage:
    actor = actor_of(request)
    with reading(actor):
        return families.contract(actor, code)


def _page(request: HttpRequest, code: str, form: SignForm, code_form: SendCodeForm) -> HttpResponse:
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        found = families.contract(actor, code)
        asked = banks.code_asked_at(actor, code)
    is_bad = form.is_bound or code_form.is_bound
    context = {
        **_text(request, found),
        "form": form,
        "code_form": code_form,
        "is_draft": found.state == "draft",
        "state": CONTRACT_STATES[found.state],
        "code_is_out": asked is not None and at - asked < CODE_VALID,
        "may_ask_again": asked is None or at - asked >= timedelta(minutes=1),
        "shows_codes": settings.MODE == "demo",
        "notices": said(request),
        "back_url": reverse("family:home"),
    }
    return render(request, "family/sign.html", context, status=422 if is_bad else 200)


def _text(request: HttpRequest, found: ContractPage) -> dict[str, object]:
    actor = actor_of(request)
    told = found.terms
    with reading(actor):
        caps = caps_on(actor, told["service"]["category"], day_of(moment(request)))
    return {
        "contract": found,
        "total_fen": Fen(found.total_fen),
        "form_number": told["form"],
        "parties": shown.parties(told),
        "service": shown.service(told),
        "price": shown.price(told),
        "funds": shown.funds(told),
        "refund": shown.refund(told),
        "timetable": shown.timetable(told),
        "meters": shown.meters(told, caps),
        "caps": caps,
    }
