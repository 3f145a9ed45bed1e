"""A supplement on the phone: read it, sign it with a code, or do not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.family.forms.enrol import SendCodeForm, SignForm
from yuxin.family.pages.said import said
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.contract_papers import sheet_of_supplement
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.papers import answer_with_pdf
from yuxin.look.tuition_words import SUPPLEMENT_KINDS, SUPPLEMENT_STATES
from yuxin.operations.messages.try_code import try_code
from yuxin.operations.tuition.decline_supplement import decline_supplement
from yuxin.operations.tuition.request_supplement_code import request_supplement_code
from yuxin.operations.tuition.sign_supplement import PURPOSE, sign_supplement
from yuxin.tuition.agreements import queries as agreements


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def supplement(request: HttpRequest, code: str) -> HttpResponse:
    """Show the text; sign it with the code."""
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _sign(request, code, form):
        return HttpResponseRedirect(_contract_url(request, code, "supplement"))
    return _page(request, code, form, SendCodeForm())


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def send_code(request: HttpRequest, code: str) -> HttpResponse:
    """Send a code that signs this text, then back to it."""
    where = reverse("family:supplement", args=[code])
    if request.method != "POST":
        return HttpResponseRedirect(where)
    form = SendCodeForm(request.POST)
    if form.is_valid():
        try:
            call = call_of(request, form.cleaned_data["request_id"])
            request_supplement_code(call, supplement_code=code)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{where}?done=code#sign")
    return _page(request, code, SignForm(), form)


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def decline(request: HttpRequest, code: str) -> HttpResponse:
    """Do not sign: the contract goes on as it was."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("family:supplement", args=[code]))
    form = SendCodeForm(request.POST)
    if form.is_valid():
        try:
            decline_supplement(
                call_of(request, form.cleaned_data["request_id"]), supplement_code=code
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(_contract_url(request, code, "declined"))
    return _page(request, code, SignForm(), form)


@page(roles={Role.GUARDIAN})
def supplement_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The supplement as a PDF/A."""
    actor = actor_of(request)
    with reading(actor):
        sheet = sheet_of_supplement(actor, code)
    return answer_with_pdf(request, sheet)


def _contract_url(request: HttpRequest, code: str, done: str) -> str:
    actor = actor_of(request)
    with reading(actor):
        found = agreements.supplement(actor, code)
    return f"{reverse('family:contract', args=[found.contract_code])}?done={done}"


def _sign(request: HttpRequest, code: str, form: SignForm) -> bool:
    """Try the code, then sign; a wrong try stays counted."""
    actor = actor_of(request)
    with reading(actor):
        found = agreements.supplement(actor, code)
    number, digits = form.cleaned_data["request_id"], form.cleaned_data["code"]
    tried = try_code(
        call_of(request, number, f"try|{digits}"),
        person_id=actor.person_ids[0],
        purpose=PURPOSE,
        payload_sha256=found.text_sha256,
        code=digits,
    )
    if not tried["right"] and found.state == "proposed":
        left = int(str(tried["tries_left"]))
        form.add_error("code", _("验证码不对，还可以试%(count)d次。") % {"count": left})
        return False
    try:
        sign_supplement(
            call_of(request, number, f"sign|{digits}"),
            supplement_code=code,
            one_time_code=digits,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _page(request: HttpRequest, code: str, form: SignForm, code_form: SendCodeForm) -> HttpResponse:
    actor = actor_of(request)
    with reading(actor):
        found = agreements.supplement(actor, code)
    title, *lines = found.text.strip().split("\n")
    context = {
        "found": found,
        "kind": SUPPLEMENT_KINDS[found.kind],
        "state": SUPPLEMENT_STATES[found.state],
        "title": title,
        "lines": lines,
        "refund_fen": Fen(found.refund_fen) if found.refund_fen else None,
        "waits": found.state == "proposed",
        "form": form,
        "code_form": code_form,
        "code_is_out": request.GET.get("done") == "code" or form.is_bound,
        "shows_codes": settings.MODE == "demo",
        "notices": said(request),
        "back_url": reverse("family:contract", args=[found.contract_code]),
    }
    bad = form.is_bound or bool(code_form.errors)
    return render(request, "family/supplement.html", context, status=422 if bad else 200)
