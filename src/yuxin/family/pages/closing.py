"""The institution closed: what the family gets, from where and when; places elsewhere."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan, yuan_in_words
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.closing_papers import claim_lines, letter_of
from yuxin.look.forms import Form
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.values import Fact, Step, StepState
from yuxin.look.words import long_day_words
from yuxin.operations.collapse.take_place import take_place
from yuxin.operations.insurance.file_cover_claim import file_cover_claim
from yuxin.tuition.collapse import queries
from yuxin.tuition.collapse.models import Claim
from yuxin.tuition.collapse.queries import FamilyClaim
from yuxin.tuition.insurance import cover_queries as cover
from yuxin.tuition.models import RefundCase


class TakeForm(Form):
    """Nothing but the number of the request: which place stands in the button."""


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def closing(request: HttpRequest, code: str) -> HttpResponse:
    """`机构停业了，你的钱`: the sum, what is paid when, what is short and why."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.family_claim(actor, code)
        covers = cover.certificates(actor, code)
    refused = ""
    if request.method == "POST":
        form = TakeForm(request.POST)
        if form.is_valid():
            try:
                _do(request, form, code)
            except NotFound:
                raise
            except Refusal as refusal:
                refused = refusal.say(getattr(request, "LANGUAGE_CODE", "zh"))
            else:
                return HttpResponseRedirect(f"{request.path}?done=1")
    claim = found.claim
    notices = [("red", refused)] if refused else []
    if request.GET.get("done"):
        notices.append(("green", _("办好了。")))
    context = {
        "found": found,
        "claim": claim,
        "kind": _("停业了") if found.closing.kind == "CLOSED" else _("关门失联了"),
        "in_words": yuan_in_words(Fen(claim.claim_fen)),
        "lines": claim_lines(claim),
        "steps": _steps(found),
        "why": _why(claim),
        "facts": [
            Fact(_("文号"), found.closing.document_number),
            Fact(_("自何日起"), long_day_words(found.closing.effective_on)),
            Fact(_("问哪里"), found.closing.contact),
        ],
        "form": TakeForm(),
        "place": found.place,
        "covers": covers,
        "may_claim": bool(found.claim.open_fen) and any(each.number for each in covers),
        "notices": notices,
        "back_url": reverse("family:contract", args=[code]),
    }
    return render(request, "family/closing.html", context, status=422 if refused else 200)


def _do(request: HttpRequest, form: TakeForm, code: str) -> None:
    """Take the place of the button, or claim on the family's cover."""
    call = call_of(request, form.cleaned_data["request_id"])
    offer = request.POST.get("offer", "")
    if offer:
        take_place(call, contract_code=code, offer_code=offer)
    else:
        file_cover_claim(call, contract_code=code)


def _steps(found: FamilyClaim) -> list[Step]:
    """Custody first, then the deposit, then insurance, then the liquidation."""
    claim = found.claim
    steps = [_custody(claim)]
    if not claim.shortfall_fen:
        return steps
    steps.append(_covered(_("保证金"), claim.deposit_fen, found.deposits))
    steps.append(_covered(_("保险"), claim.insurance_fen, found.insured))
    if claim.set_off_fen:
        steps.append(_covered(_("机构的课费抵付"), claim.set_off_fen, found.set_off))
    if claim.open_fen:
        notes = [
            _("已登记为清算债权，学员退费排第1位"),
            _("依据教监管厅函〔2023〕2号（二手来源，原文待核）"),
        ]
        steps.append(Step(_("还没着落的"), "half", notes, Fen(claim.open_fen)))
    return steps


def _custody(claim: Claim) -> Step:
    title = _("专户里您自己的钱")
    amount = Fen(claim.held_fen)
    refund = claim.refund
    if claim.state == Claim.State.LISTED:
        return Step(title, "now", [_("监管部门在排退款，原路退回您付款的账户")], amount)
    if refund is None:
        return Step(title, "done", [_("这份合同在专户里没有要退的")], amount)
    return Step(title, *_state(refund), amount)


def _state(refund: RefundCase) -> tuple[StepState, list[str]]:
    if refund.state == RefundCase.State.PAID and refund.paid_on:
        return "done", [_("%(day)s退到了") % {"day": long_day_words(refund.paid_on)}]
    if refund.state == RefundCase.State.RETURNED:
        return "stop", [_("对方银行退回来了，监管员会联系您换一个本人账户")]
    return "now", [_("下一个银行工作日，原路退回")]


def _covered(title: str, amount_fen: int, refunds: list[RefundCase]) -> Step:
    if not amount_fen:
        return Step(title, "next", [_("还没有定")])
    if not refunds:
        return Step(title, "now", [_("定了，在排退款")], Fen(amount_fen))
    return Step(title, *_state(refunds[-1]), Fen(amount_fen))


def _why(claim: Claim) -> str:
    if not claim.shortfall_fen:
        return ""
    return _(
        "缺口%(sum)s元：这笔钱没上课就已经到了机构手里，不在专户。"
        "别的家庭的钱不能拿来垫，所以先由保证金、再由保险付，最后向机构追偿。"
    ) % {"sum": yuan(Fen(claim.shortfall_fen))}


@page(roles={Role.GUARDIAN})
def letter(request: HttpRequest, code: str) -> HttpResponse:
    """The letter to print: what is owed, from where, and to whom the family may show it."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.family_claim(actor, code)
    context = {
        "closing": found.closing,
        "institution": found.institution,
        "letter": letter_of(found.claim),
        "today": day_of(moment(request)),
        "back": reverse("family:closing", args=[code]),
    }
    return render(request, "family/closing_letter.html", context)
