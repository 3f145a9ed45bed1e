"""Paying: to the bank's cashier with a sealed order, and back to wait for the bank's word."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yuxin.access.reading import reading
from yuxin.family.forms.enrol import SendCodeForm
from yuxin.family.pages.said import said
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen, yuan_in_words
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import clock_words
from yuxin.operations.insurance.choose_cover import choose_cover
from yuxin.operations.tuition.order_payment import order_payment
from yuxin.tuition.agreements import queries as agreements
from yuxin.tuition.insurance import cover_queries as cover
from yuxin.tuition.insurance.cover import Product
from yuxin.tuition.queries import banks, families


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def pay(request: HttpRequest, code: str) -> HttpResponse:
    """What is paid to which account; a tap seals the order and shows the way to the bank."""
    actor = actor_of(request)
    form = SendCodeForm(request.POST or None)
    link, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            link = _cashier(request, code, form)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    with reading(actor):
        found = families.contract(actor, code)
        bank = banks.last_word(actor, found.bank_code)
        order = banks.last_order(actor, code)
        covers = [_cover(each, found.total_fen) for each in cover.products(actor)]
        may_pay = agreements.is_countersigned(actor, code)
    if found.state not in ("draft", "signed") and request.method == "GET":
        return HttpResponseRedirect(reverse("family:contract", args=[code]))
    if found.state == "draft" and request.method == "GET":
        return HttpResponseRedirect(reverse("family:sign", args=[code]))
    context = {
        "contract": found,
        "total_fen": Fen(found.total_fen),
        "in_words": yuan_in_words(Fen(found.total_fen)),
        "bank": bank,
        "covers": covers,
        "form": form,
        "link": link,
        "may_pay": may_pay,
        "until": clock_words(order.expires_at) if order and link else "",
        "back_url": reverse("family:contract", args=[code]),
        "notices": said(request),
    }
    return render(request, "family/pay.html", context, status=status)


def _cover(product: Product, total_fen: int) -> dict[str, object]:
    """A product as the family chooses it with the payment."""
    return {
        "product": product,
        "premium_fen": Fen(-(-total_fen * product.premium_bps // 10_000)),
        "cover_fen": Fen(min(total_fen, product.cover_max_fen)),
        "by_family": product.payer == Product.Payer.FAMILY,
    }


def _cashier(request: HttpRequest, code: str, form: SendCodeForm) -> str:
    """The address of the bank's cashier with the sealed order."""
    if request.POST.getlist("cover") or request.POST.get("covers"):
        choose_cover(
            call_of(request, form.cleaned_data["request_id"], "cover"),
            contract_code=code,
            product_codes=tuple(request.POST.getlist("cover")),
        )
    receipt = order_payment(
        call_of(request, form.cleaned_data["request_id"]),
        contract_code=code,
    )
    back = request.build_absolute_uri(reverse("family:paid", args=[code]))
    actor = actor_of(request)
    with reading(actor):
        return banks.way_to_pay(actor, str(receipt["order"]), str(receipt["bank"]), return_url=back)


@page(roles={Role.GUARDIAN})
def paid(request: HttpRequest, code: str) -> HttpResponse:
    """Back from the bank: what the bank told the platform, not what the browser brings.

    The bank's notice travels by itself; what stands in the address is not believed.
    """
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        found = families.contract(actor, code)
        order = banks.last_order(actor, code)
        bank = banks.last_word(actor, found.bank_code)
    state = order.state if order else "none"
    if state == "created" and order is not None and order.expires_at <= at:
        state = "expired"
    context = {
        "contract": found,
        "state": state,
        "bank": bank,
        "total_fen": Fen(found.total_fen),
        "back_url": reverse("family:contract", args=[code]),
    }
    return render(request, "family/paid.html", context)
