"""Closings: the list, the proposal, the console of the whole run, the claims."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.closings import ActForm, EarnedForm, ProposeClosingForm, ReasonForm
from yuxin.desk.pages import closing_words as words
from yuxin.desk.tuition_access import BUREAU, DECIDES
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.closing_papers import letter_of
from yuxin.look.forms import Form
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, QuerySource, Row, Table
from yuxin.look.tuition_words import REFUND_STATES
from yuxin.look.values import Empty, Link
from yuxin.operations.collapse.decide_closing import decide_closing
from yuxin.operations.collapse.decide_earned_use import decide_earned_use, propose_earned_use
from yuxin.operations.collapse.propose_closing import propose_closing
from yuxin.operations.collapse.set_closing_run import set_closing_run
from yuxin.operations.collapse.undo_closing import ask_undo_closing, undo_closing
from yuxin.operations.insurance.file_cover_claim import file_cover_claims_many
from yuxin.tuition.collapse import queries
from yuxin.tuition.collapse.models import Claim, Closing, EarnedUse
from yuxin.tuition.collapse.queries import ClosingPage
from yuxin.tuition.collapse.services import NewClosing

READERS: Final = BUREAU | {Role.SUPERVISOR}
CLOSINGS: Final = Table(
    name="closings",
    caption=gettext_lazy("停业处置"),
    columns=(
        Column("institution", gettext_lazy("机构"), fixed=True, link=True, cut=True),
        Column("kind", gettext_lazy("认定")),
        Column("state", gettext_lazy("走到哪一步")),
        Column("on", gettext_lazy("自何日起"), "date"),
        Column("claims", gettext_lazy("家庭（合同）"), "number"),
        Column("claim", gettext_lazy("应退"), "money"),
        Column("held", gettext_lazy("专户里有"), "money"),
        Column("shortfall", gettext_lazy("缺口"), "money"),
    ),
    empty=Empty(
        gettext_lazy("没有停业处置"),
        gettext_lazy("机构停业或失联时，在这里提出认定，由另一人复核。"),
        kind="green",
    ),
)
CLAIMS: Final = Table(
    name="claims",
    caption=gettext_lazy("应退清单"),
    columns=(
        Column("contract", gettext_lazy("合同"), "code", fixed=True, link=True, sortable=True),
        Column("paid", gettext_lazy("已付"), "money"),
        Column("earned", gettext_lazy("已确认的课"), "money"),
        Column("refunded", gettext_lazy("以前退过"), "money"),
        Column("claim", gettext_lazy("应退"), "money", sortable=True),
        Column("held", gettext_lazy("专户退"), "money"),
        Column("state", gettext_lazy("专户退到哪一步")),
        Column("shortfall", gettext_lazy("缺口"), "money", sortable=True),
        Column("deposit", gettext_lazy("保证金付"), "money"),
        Column("insurance", gettext_lazy("保险付"), "money"),
        Column("set_off", gettext_lazy("机构课费抵付"), "money"),
        Column("left", gettext_lazy("清算债权"), "money", sortable=True),
        Column("rank", gettext_lazy("清偿顺序")),
    ),
    filters=(
        Filter("q", gettext_lazy("合同编号"), kind="text"),
        Filter(
            "only",
            gettext_lazy("只看"),
            (("short", gettext_lazy("有缺口的")), ("open", gettext_lazy("还没着落的"))),
        ),
    ),
    default_sort="contract",
    empty=Empty(gettext_lazy("没有应退的家庭"), kind="green"),
)
_ORDER: Final = {
    "contract": ("contract_code",),
    "claim": ("claim_fen",),
    "shortfall": ("shortfall_fen",),
    "left": ("left_fen",),
}


@page(roles=READERS)
def closings(request: HttpRequest) -> HttpResponseBase:
    """Closings within the reader's grants, the latest first."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.closings(actor)
    rows = [
        Row(
            {
                "institution": each.institution,
                "kind": words.KINDS[each.closing.kind],
                "state": words.STATES[each.closing.state],
                "on": each.closing.effective_on,
                "claims": each.closing.claim_count,
                "claim": Fen(each.closing.claim_fen),
                "held": Fen(each.closing.held_fen),
                "shortfall": Fen(each.closing.shortfall_fen),
            },
            url=reverse("desk:closing", args=[each.closing.code]),
        )
        for each in found
    ]
    new = Link(_("提出停业认定"), reverse("desk:closing-new"), primary=True)
    context = {
        "title": _("停业处置"),
        "sub": _("两人认定即暂停划转，列出每个家庭的应退；先专户，再保证金，再保险。"),
        "acts": [new] if actor.has(*DECIDES) else [],
    }
    return CLOSINGS.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=DECIDES, methods=("GET", "POST"))
def closing_new(request: HttpRequest) -> HttpResponse:
    """Propose a closing; a second person declares it."""
    first = {"code": request.GET.get("institution", "")}
    form = ProposeClosingForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            receipt = propose_closing(
                call_of(request, told["request_id"]),
                code=told["code"],
                closing=NewClosing(
                    kind=Closing.Kind(told["kind"]),
                    document_number=told["document_number"],
                    effective_on=told["effective_on"],
                    reason=told["reason"],
                    contact=told["contact"],
                ),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:closing", args=[receipt["closing"]]))
    status = 422 if form.is_bound else 200
    return render(request, "desk/closing_new.html", {"form": form}, status=status)


def _acts(code: str, use_code: str) -> dict[str, Callable[[Call, dict[str, Any]], Receipt]]:
    """What the buttons of the console do."""
    return {
        "declare": lambda call, _: decide_closing(call, closing_code=code, declare=True),
        "reject": lambda call, _: decide_closing(call, closing_code=code, declare=False),
        "start": lambda call, _: set_closing_run(call, closing_code=code, running=True),
        "stop": lambda call, _: set_closing_run(call, closing_code=code, running=False),
        "ask-undo": lambda call, told: ask_undo_closing(
            call, closing_code=code, reason=told["reason"]
        ),
        "earned": lambda call, told: propose_earned_use(
            call, closing_code=code, way=told["way"], reason=told["reason"]
        ),
        "earned-grant": lambda call, _: decide_earned_use(call, use_code=use_code, grant=True),
        "earned-refuse": lambda call, _: decide_earned_use(call, use_code=use_code, grant=False),
        "insure": lambda call, _: file_cover_claims_many(call, closing_code=code),
        "undo": lambda call, _: undo_closing(call, closing_code=code),
    }


@page(roles=READERS, methods=("GET", "POST"))
def closing(request: HttpRequest, code: str) -> HttpResponse:
    """The console: where the closing stands, how far the run is, what is due from whom now."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.closing_page(actor, code)
        preview = queries.preview(actor, found.closing.institution_id)
        offers = queries.offers(found.closing)
    act = request.POST.get("act", "")
    form: Form = ActForm()
    reason, earned = ReasonForm(), EarnedForm()
    refused = ""
    if request.method == "POST":
        form = _FORMS.get(act, ActForm)(request.POST)
        done, refused = _do(request, form, _acts(code, request.POST.get("use", "")).get(act))
        if done:
            return HttpResponseRedirect(f"{reverse('desk:closing', args=[code])}?done=1")
        reason = form if act == "ask-undo" and isinstance(form, ReasonForm) else reason
        earned = form if isinstance(form, EarnedForm) else earned
    context = {
        "found": found,
        "closing": found.closing,
        "kind": words.KINDS[found.closing.kind],
        "state": words.STATES[found.closing.state],
        "facts": words.facts(found),
        "sums": words.sums(found),
        "steps": words.progress(found),
        "preview": preview,
        "offers": offers,
        "buttons": _buttons(actor, found),
        "undo_form": reason if _may_undo(actor, found) else None,
        "earned_uses": [
            (each, words.earned(each), _waits(actor, each)) for each in found.earned_uses
        ],
        "earned_form": earned if _may_propose_earned(actor, found) else None,
        "form": ActForm(),
        "notices": words.notices(found, done=bool(request.GET.get("done")), refused=refused),
    }
    return render(request, "desk/closing.html", context, status=422 if refused else 200)


_FORMS: Final[dict[str, type[Form]]] = {"ask-undo": ReasonForm, "earned": EarnedForm}


def _do(
    request: HttpRequest, form: Form, act: Callable[[Call, dict[str, Any]], Receipt] | None
) -> tuple[bool, str]:
    """Do what a button asks; whether it was done, and why not."""
    if act is None or not form.is_valid():
        return False, _("页面不完整，没有提交。请刷新后重新填写。")
    told = form.cleaned_data
    try:
        act(call_of(request, told["request_id"]), told)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        language = getattr(request, "LANGUAGE_CODE", "zh")
        return False, refusal.say(language)
    return True, ""


def _buttons(actor: Actor, found: ClosingPage) -> list[tuple[str, str, str]]:
    """The buttons that are due from this reader: what it does, its words, its look."""
    closing, states = found.closing, Closing.State
    if not actor.has(*DECIDES):
        return []
    if closing.state == states.PROPOSED:
        if closing.proposed_by == actor.account_id:
            return []
        return [
            ("declare", _("认定，立即暂停划转"), "seal"),
            ("reject", _("不认定"), ""),
        ]
    if closing.state != states.DECLARED:
        return []
    if closing.undo_asked_by is not None:
        if closing.undo_asked_by == actor.account_id:
            return []
        return [("undo", _("复核撤销"), "danger")]
    if closing.running:
        if found.progress.ordered == found.progress.claims:
            return [("insure", _("向保险公司报案"), "")] if found.progress.open_fen else []
        return [("stop", _("暂停退款"), "")]
    begun = bool(found.progress.ordered)
    return [("start", _("接着退款") if begun else _("开始退款"), "primary")]


def _may_propose_earned(actor: Actor, found: ClosingPage) -> bool:
    closing, run = found.closing, found.progress
    done = closing.state == Closing.State.DECLARED and run.ordered == run.claims
    waits = any(each.state == EarnedUse.State.PROPOSED for each in found.earned_uses)
    return actor.has(*DECIDES) and done and bool(found.payable_fen) and not waits


def _waits(actor: Actor, use: EarnedUse) -> bool:
    mine = actor.has(*DECIDES) and use.proposed_by != actor.account_id
    return use.state == EarnedUse.State.PROPOSED and mine


def _may_undo(actor: Actor, found: ClosingPage) -> bool:
    closing = found.closing
    declared = closing.state == Closing.State.DECLARED and closing.undo_asked_by is None
    return actor.has(*DECIDES) and declared and not found.has_paid


@page(roles=READERS)
def claims(request: HttpRequest, code: str) -> HttpResponseBase:
    """The claims list with exact sums, whole as a file."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.closing_page(actor, code)
        source = QuerySource(
            queries.claims_of(found.closing), row=_row, order=_ORDER, narrow=_narrow
        )
        progress = found.progress
        context = {
            "title": _("应退清单：%(name)s") % {"name": found.entry.name},
            "sub": _("%(n)d份合同，应退%(claim)s元，专户%(held)s元，缺口%(short)s元。")
            % {
                "n": progress.claims,
                "claim": yuan(Fen(progress.claim_fen)),
                "held": yuan(Fen(progress.held_fen)),
                "short": yuan(Fen(progress.shortfall_fen)),
            },
            "acts": [Link(_("回到处置台"), reverse("desk:closing", args=[code]))],
        }
        return CLAIMS.answer(request, source, "desk/tuition_list.html", context)


LETTERS: Final = 200


@page(roles=DECIDES)
def letters(request: HttpRequest, code: str) -> HttpResponse:
    """The letters to the families of a closing, to print and post; some hundreds a document."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.closing_page(actor, code)
        rows = queries.letters_of(
            found.closing, after=request.GET.get("after", "")[:13], limit=LETTERS
        )
    here = reverse("desk:closing-letters", args=[code])
    context = {
        "closing": found.closing,
        "institution": found.entry.name,
        "letters": [letter_of(each) for each in rows],
        "next": f"{here}?after={rows[-1].contract_code}" if len(rows) == LETTERS else "",
        "today": day_of(moment(request)),
        "back": reverse("desk:closing", args=[code]),
    }
    return render(request, "desk/closing_letters.html", context)


def _narrow(rows: QuerySet[Claim], filters: Mapping[str, str]) -> QuerySet[Claim]:
    if filters.get("q"):
        rows = rows.filter(contract_code__startswith=filters["q"].strip().upper())
    if filters.get("only") == "short":
        rows = rows.filter(shortfall_fen__gt=0)
    if filters.get("only") == "open":
        covered = F("deposit_fen") + F("insurance_fen") + F("set_off_fen")
        rows = rows.filter(shortfall_fen__gt=covered)
    return rows


def _row(claim: Claim) -> Row:
    state: object = words.CLAIM_STATES[Claim.State(claim.state)]
    if claim.refund is not None:
        state = REFUND_STATES[claim.refund.state]
    elif claim.state == Claim.State.ORDERED:
        state = _("专户里没有要退的")
    return Row(
        {
            "contract": claim.contract_code,
            "paid": Fen(claim.paid_fen),
            "earned": Fen(claim.earned_fen),
            "refunded": Fen(claim.refunded_fen),
            "claim": Fen(claim.claim_fen),
            "held": Fen(claim.held_fen),
            "state": state,
            "shortfall": Fen(claim.shortfall_fen),
            "deposit": Fen(claim.deposit_fen),
            "insurance": Fen(claim.insurance_fen),
            "set_off": Fen(claim.set_off_fen),
            "left": Fen(claim.open_fen),
            "rank": _("第1位（学员退费优先）") if claim.open_fen else "",
        },
        url=reverse("desk:contract", args=[claim.contract_code]),
    )
