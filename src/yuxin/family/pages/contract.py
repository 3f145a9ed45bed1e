"""钱在不在: one contract, what lies in custody, to the fen, and the proof of every step."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.family.forms.debts import CoverForm, DebtForm
from yuxin.family.pages import shown
from yuxin.family.pages.said import said
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import BadInput
from yuxin.look.contract_receipts import receipt_of_step
from yuxin.look.mode_words import when_it_moves
from yuxin.look.moment import call_of, moment
from yuxin.look.money_words import difference_words
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import STEPS, clock_words, session_words, units
from yuxin.look.values import SumLine
from yuxin.look.words import long_day_words
from yuxin.operations.insurance.file_cover_claim import file_cover_claim
from yuxin.operations.tuition.state_debt_payment import answer_debt_payment
from yuxin.rules.plans import from_terms
from yuxin.tuition.collapse import queries as closings
from yuxin.tuition.collapse.models import Claim
from yuxin.tuition.insurance import cover_queries as cover
from yuxin.tuition.insurance.cover import Certificate
from yuxin.tuition.queries import banks, exposure, families, money_there
from yuxin.tuition.queries.banks import BankWord
from yuxin.tuition.queries.exposure import DebtLine
from yuxin.tuition.queries.families import ContractPage

PROVES = {"paid", "signed", "arrived"}
HIDDEN = {"code_requested", "payment_ordered", "drafted"}


@page(roles={Role.GUARDIAN})
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """The contract's page."""
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        found = families.contract(actor, code)
        bank = banks.last_word(actor, found.bank_code)
        owed = exposure.debts(actor, contract_code=code)
        covers = cover.certificates(actor, code)
        there = next(iter(money_there.there(actor, [found.institution_id])), None)
        claims = closings.claims_of_family(actor)
        lag = int(found.terms["funds"]["transfer_bank_days"])
        transfer_on = banks.transfer_day(at, lag)
    plan = from_terms(found.terms["funds"])
    context = {
        "contract": found,
        "units": units(found.total_centiunits),
        "unit_fen": found.terms["price"]["unit_fen"],
        "steps": shown.life(found, at),
        "receipts": _receipts(found),
        "transfer_on": transfer_on,
        "plan_words": when_it_moves(plan),
        "debts": [
            (each, _owed(each), DebtForm() if each.state == "stated" else None)
            for each in owed
            if each.state != "paid"
        ],
        "covers": covers,
        "cover_form": CoverForm(),
        "may_claim": any(each.state == Certificate.State.IN_FORCE for each in covers)
        and any(each.state == "open" and each.due_on < day_of(at) for each in owed),
        "closings": [_closed(each, found) for each in claims if each.contract_code == found.code],
        "back_url": reverse("family:home"),
        "notices": said(request),
        "refund": found.refunds[0] if found.refunds else None,
        "account": difference_words(there) if there and found.paid_at else "",
        **_money(found, bank),
        **_task(found, request),
    }
    return render(request, "family/contract.html", context)


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def cover_claim(request: HttpRequest, code: str) -> HttpResponse:
    """The family claims on its insurance what the institution owes it past its day."""
    form = CoverForm(request.POST or None)
    where = reverse("family:contract", args=[code])
    if request.method == "POST" and form.is_valid():
        file_cover_claim(call_of(request, form.cleaned_data["request_id"]), contract_code=code)
        where = f"{where}?done=cover_claim"
    return HttpResponseRedirect(where)


def _closed(claim: Claim, found: ContractPage) -> tuple[str, str, str, str]:
    """The row that leads to what the institution's closing gives back."""
    return (
        "warn",
        _("机构停业了，您的钱：%(sum)s元") % {"sum": yuan(Fen(claim.claim_fen))},
        found.institution_name,
        reverse("family:closing", args=[claim.contract_code]),
    )


def _owed(debt: DebtLine) -> str:
    """What the institution owes for a refund, by when, and what to do."""
    if debt.state == "covered":
        told = {"sum": yuan(Fen(debt.covered_fen))}
        return _("机构没有按期补足%(sum)s元，改由保证金或保险付给您。") % told
    told = {"sum": yuan(Fen(debt.left_fen)), "day": long_day_words(debt.due_on)}
    if debt.state == "stated":
        return _("机构说已经付给您%(sum)s元。收到了再确认，没收到不要确认。") % told
    return _("退费里有%(sum)s元由机构补足，最晚%(day)s。专户里的照常退。") % told


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def debt(request: HttpRequest, code: str) -> HttpResponse:
    """The guardian says whether the institution's payment came."""
    form = DebtForm(request.POST or None)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("family:home"))
    if not form.is_valid():
        raise BadInput(field="came")
    told = form.cleaned_data
    call = call_of(request, told["request_id"], told["came"])
    receipt = answer_debt_payment(call, debt_code=code, came=told["came"] == "yes")
    where = reverse("family:contract", args=[receipt["contract"]])
    return HttpResponseRedirect(f"{where}?done=debt_{told['came']}")


@page(roles={Role.GUARDIAN})
def contract_receipt(request: HttpRequest, code: str, entry_id: str) -> HttpResponse:
    """receipt.json of one step, whoever did it."""
    with reading(actor_of(request)):
        return receipt_of_step(request, code, entry_id)


def _money(found: ContractPage, bank: BankWord) -> dict[str, object]:
    """The sheet, the bank's own figure and the judgement."""
    sums = found.sums
    figure = banks.bank_figure(found.steps)
    difference = abs(sums.should_be_there - sums.in_transit - figure)
    account = _("专户末四位%(last4)s") % {"last4": found.custody_last4}
    source = (
        _("%(bank)s%(month)d月%(day)d日账")
        % {"bank": bank.name, "month": bank.day.month, "day": bank.day.day}
        if bank.day
        else _("%(bank)s还没有送账来") % {"bank": bank.name}
    )
    note = _("逐笔流水，到%(source)s，%(account)s") % {"source": source, "account": account}
    lines = [*shown.sum_lines(sums)]
    if sums.in_transit:
        lines.append(SumLine(_("付了，还没进专户"), Fen(sums.in_transit), "-"))
    lines.append(SumLine(_("银行流水"), Fen(figure), note=note))
    return {
        "sums": sums,
        "lines": lines,
        "difference": Fen(difference),
        "judged": _judged(found, difference),
        "parts": shown.parts(sums),
        "is_paid": found.paid_at is not None,
        "bank": bank,
    }


def _judged(found: ContractPage, difference: int) -> str:
    if difference:
        return _("差%(sum)s元，正在查。先不往外划，退费照常。") % {"sum": yuan(Fen(difference))}
    if found.sums.in_transit:
        return _("银行收到了付款，正在进专户，通常下一个银行工作日到。")
    if found.state == "closed":
        return _("都结清了。和银行对账单一分不差。")
    return _("在。和银行对账单一分不差。")


def _task(found: ContractPage, request: HttpRequest) -> dict[str, object]:
    """The one thing to do here, and how many more."""
    at = moment(request)
    waiting = [each for each in found.lessons if each.state == "pending"]
    waiting.sort(key=lambda each: (each.by_on is None, each.by_on or day_of(at), each.starts_at))
    if not waiting:
        return {"task": None, "more": 0}
    first = waiting[0]
    return {
        "task": first,
        "task_when": session_words(first.starts_at, first.ends_at),
        "silence": shown.silence_of(first, at),
        "more": len(waiting) - 1,
        "others": [
            (
                "clock",
                _("第%(n)d课时，上了吗？") % {"n": each.ordinal},
                session_words(each.starts_at, each.ends_at),
                reverse("family:lesson", args=[each.code]),
            )
            for each in waiting[1:]
        ],
    }


def _receipts(found: ContractPage) -> list[dict[str, object]]:
    """The receipts, latest first; the payment's stands on top by itself."""
    rows: list[dict[str, object]] = [
        {
            "title": STEPS.get(each.kind, each.kind),
            "when": _("%(day)s%(clock)s")
            % {"day": long_day_words(day_of(each.at)), "clock": clock_words(each.at)},
            "entry_id": each.entry_id,
            "url": reverse("family:contract-receipt", args=[found.code, each.entry_id])
            + (f"?item={each.item_key}" if each.item_key else ""),
            "main": each.kind == "paid",
        }
        for each in found.steps
        if each.kind not in HIDDEN
    ]
    rows.reverse()
    rows.sort(key=lambda row: not row["main"])
    return rows
