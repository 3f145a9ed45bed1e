"""The notice at the door: one sheet of A4 that stays right for years."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.codes import print_subject_code
from yuxin.kernel.refusal import NotFound
from yuxin.look.language import CODES, HTML
from yuxin.look.page import EVERYBODY, page
from yuxin.look.values import Fact
from yuxin.portal import addresses, facts, words
from yuxin.portal.codes import may_be_a_name, no_such_code
from yuxin.registry import public as registry
from yuxin.registry.public import PublicCustody, PublicInstitution

# The paper at the door is Chinese, whatever language the page around it is read in.
PAPER = "zh"


@page(roles=EVERYBODY)
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """`/i/<code>/notice`: name, code, address, account; no colour, because paper ages."""
    if not may_be_a_name(code):
        return no_such_code(request, code)
    try:
        with reading(Actor.public()):
            found = registry.institution(registry.code_of(code))
            _require_a_notice(found)
            places = [site.address for site in registry.sites(found.subject_id)]
            account = registry.custody_account(found.subject_id)
    except NotFound:
        return no_such_code(request, code)
    with translation.override(CODES[PAPER]):
        context = {
            "html_lang": HTML[PAPER],
            "language": PAPER,
            "name": words.han(found.brand or found.name),
            "registered_name": words.han(found.name) if found.brand else "",
            "label": _("%s的信用二维码") % words.shown(found.brand or found.name),
            "address": addresses.canonical(found.code),
            "printed_code": print_subject_code(found.code),
            "host": addresses.host(),
            "facts": _facts(found, places, account),
            "edition": max(1, found.edition),
            "printed_on": words.full_date(day_of(now())),
            "page_url": reverse("portal:institution", args=[found.code]),
        }
        response = render(request, "portal/notice.html", context)
    response["Content-Language"] = HTML[PAPER]
    return response


def _require_a_notice(found: PublicInstitution) -> None:
    """Closed and unlicensed ones have no board to hang.

    Raises: NotFound.
    """
    if facts.status_kind(found.status, connected=found.connected) not in (None, "grey"):
        raise NotFound


def _facts(
    found: PublicInstitution, places: list[str], account: PublicCustody | None
) -> list[Fact]:
    rows = [Fact(_("扫码能看"), _("证照、课程和价格、退费规则、学费专户、在哪里投诉"))]
    if places or found.address:
        shown = facts.lines(words.han(place) for place in places[:3] or [found.address])
        rows.append(Fact(_("地址"), shown))
    if account is not None:
        told = {"bank": words.shown(account.bank_name), "last4": account.number_last4}
        money = _("%(bank)s，账号末四位%(last4)s。学费只交到这个专户") % told
        rows.append(Fact(_("学费专户"), money))
    hotline = _("政务服务热线 12345")
    supervising = words.shown(found.supervising)
    rows.append(Fact(_("监管部门"), facts.lines((supervising, hotline))))
    return rows
