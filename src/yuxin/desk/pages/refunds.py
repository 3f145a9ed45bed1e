"""Refunds to answer or decide, disputes to settle."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.cases import queries as cases
from yuxin.cases.models import Proceeding
from yuxin.desk.forms.decisions import AnswerForm, ApproveForm, DecideForm, RedirectForm
from yuxin.desk.proceeding_words import events
from yuxin.desk.tasks import Days, due_of
from yuxin.desk.tuition_access import DECIDES, KEEPS_BOOKS, SEES_BOOKS
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan_in_words
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.refund_words import changed_words, cooling_words, due_fact, listed_lines
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.tuition_words import (
    REFUND_REASONS,
    REFUND_STATES,
    dispute_words,
    session_words,
)
from yuxin.look.values import Empty, Fact, SumLine
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.tuition.adjudicate_refund import adjudicate_refund
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.approve_redirect import approve_redirect
from yuxin.operations.tuition.redirect_refund import redirect_refund
from yuxin.policy.in_force import NoRulesInForce, calendar, pack_on
from yuxin.tuition.disputes import queries as lesson_disputes
from yuxin.tuition.models import Lesson, RefundCase, RefundRedirect
from yuxin.tuition.queries.contracts import LessonLine, RefundLine, lesson_line, refund_line
from yuxin.tuition.queries.refund_sheets import Standing, standing
from yuxin.tuition.refund_kind import REFUND

REFUNDS = Table(
    name="refunds",
    caption=gettext_lazy("退费"),
    columns=(
        Column("due", gettext_lazy("答复期限"), "deadline", fixed=True),
        Column("contract", gettext_lazy("合同"), "code", fixed=True, link=True),
        Column("amount", gettext_lazy("金额"), "money", sortable=True),
        Column("reason", gettext_lazy("家长选的原因")),
        Column("state", gettext_lazy("走到哪一步")),
        Column("asked", gettext_lazy("申请"), "date", sortable=True),
    ),
    empty=Empty(gettext_lazy("没有在办的退费"), kind="green"),
)
DISPUTES = Table(
    name="disputes",
    caption=gettext_lazy("课时争议"),
    columns=(
        Column("contract", gettext_lazy("合同"), "code", fixed=True, link=True),
        Column("lesson", gettext_lazy("课时")),
        Column("when", gettext_lazy("上课时间")),
        Column("reason", gettext_lazy("家长说的")),
        Column("amount", gettext_lazy("冻结"), "money"),
        Column("asked", gettext_lazy("提出"), "date"),
    ),
    empty=Empty(gettext_lazy("没有课时争议"), kind="green"),
)


def days_of(request: HttpRequest) -> Days:
    """Runs inside a reading."""
    today = day_of(moment(request))
    pack = pack_on(today)
    return Days(today, calendar(pack, "government", today) if pack else None)


DECIDED = ("contested", "reviewing")  # an officer's turn


@page(roles=SEES_BOOKS)
def refunds(request: HttpRequest) -> HttpResponseBase:
    """Refunds that are not over, those to be answered first."""
    actor = actor_of(request)
    with reading(actor):
        days = days_of(request)
        over = [RefundCase.State.PAID, RefundCase.State.WITHDRAWN]
        found = [
            refund_line(one)
            for one in RefundCase.objects.filter(institution_id__in=actor.institution_ids)
            .exclude(state__in=over)
            .select_related("contract")
            .order_by("answer_by_on", "pk")
        ]
    rows = [
        Row(
            {
                "due": due_of(each.answer_by_on, days) if each.state == "requested" else None,
                "contract": each.contract_code,
                "amount": Fen(each.amount_fen),
                "reason": REFUND_REASONS.get(each.reason, each.reason),
                "state": REFUND_STATES[each.state],
                "asked": each.requested_at,
            },
            url=reverse("desk:refund", args=[each.code]),
        )
        for each in found
    ]
    context = {"title": _("退费"), "sub": _("机构逾期不答复，视为同意。监管账户不是不退费的理由。")}
    return REFUNDS.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=SEES_BOOKS, methods=("GET", "POST"))
def refund(request: HttpRequest, code: str) -> HttpResponse:
    """One refund: the arithmetic as the family saw it, and the answer that is due now."""
    actor = actor_of(request)
    with reading(actor):
        found = _refund(actor, code)
        days = days_of(request)
        now = _standing(actor, found)
        about = cases.about(actor, REFUND, code)
        history = cases.timeline(actor, about) if about else []
        proposed = _proposed(about, code)
    form, act = _due_form(request, actor, found, about)
    if request.method == "POST" and form is not None and form.is_valid() and act is not None:
        try:
            act(form)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('desk:refund', args=[code])}?done=1")
    context = {
        "refund": found,
        "state": REFUND_STATES[found.state],
        "due": due_of(found.answer_by_on, days) if found.state == "requested" else None,
        "lines": _sheet(found, now),
        "changed": changed_words(found.amount_fen, now) if _is_open(found) else [],
        "cooling": cooling_words(now.terms),
        "in_words": yuan_in_words(_sum(found, now)),
        "sum": _sum(found, now),
        "facts": [*_facts(found), due_fact(now.terms), *proposed],
        "form": form,
        "about": about,
        "events": events(REFUND, history),
        "notices": [("green", _("记下了，家长看得到。"))] if request.GET.get("done") else [],
    }
    bad = form is not None and form.is_bound
    return render(request, "desk/refund.html", context, status=422 if bad else 200)


def _refund(actor: Actor, code: str) -> RefundLine:
    row = (
        RefundCase.objects.filter(code=code, institution_id__in=actor.institution_ids)
        .select_related("contract")
        .first()
    )
    if row is None:
        raise NotFound
    return refund_line(row)


def _proposed(about: Proceeding | None, code: str) -> list[Fact]:
    """The account that a colleague proposed, for the second person. Runs inside a reading."""
    if about is None or about.state != "redirecting":
        return []
    last = RefundRedirect.objects.filter(refund__code=code).order_by("-pk")[0]
    return [
        Fact(_("提出的账户"), f"*{last.account_last4}"),
        Fact(_("怎样核对的身份"), last.words),
    ]


def _due_form(
    request: HttpRequest, actor: Actor, found: RefundLine, about: Proceeding | None
) -> tuple[Form | None, Callable[[Form], object] | None]:
    """The form that is due in this state from this reader, and what it does."""
    data = request.POST or None

    def answer(form: Form) -> object:
        told = form.cleaned_data
        return answer_refund(
            call_of(request, told["request_id"]),
            refund_code=found.code,
            agree=told["agree"] == "yes",
            answer=told["words"],
        )

    def decide(form: Form) -> object:
        told = form.cleaned_data
        return adjudicate_refund(
            call_of(request, told["request_id"]),
            refund_code=found.code,
            grant=told["grant"] != "no",
            in_proportion=told["grant"] == "proportion",
            words=told["words"],
        )

    def redirect(form: Form) -> object:
        told = form.cleaned_data
        return redirect_refund(
            call_of(request, told["request_id"]),
            refund_code=found.code,
            account=told["account"],
            words=told["words"],
        )

    def approve(form: Form) -> object:
        told = form.cleaned_data
        call = call_of(request, told["request_id"])
        if told["approve"] == "yes":
            return approve_redirect(call, refund_code=found.code, words=told["words"])
        assert about is not None, "what is reviewed is under way"
        return advance_proceeding(
            call, proceeding_code=about.code, move="redirect_rejected", words=told["words"]
        )

    redirecting = about is not None and about.state == "redirecting"
    # A form sent twice must reach its act, which answers as the first time.
    if actor.has(*KEEPS_BOOKS) and (found.may_be_answered or data):
        return AnswerForm(data), answer
    if actor.has(*DECIDES) and (found.state in DECIDED or (data and "grant" in data)):
        return DecideForm(data, by_list=found.basis == "LIST_PRICE"), decide
    if actor.has(*DECIDES) and (redirecting or (data and "approve" in data)):
        return ApproveForm(data), approve
    if actor.has(*DECIDES) and (found.state == "returned" or (data and "account" in data)):
        return RedirectForm(data), redirect
    return None, None


def _standing(actor: Actor, found: RefundLine) -> Standing:
    """The refund as its contract stands now, under the rules of its day. Inside a reading."""
    asked = day_of(found.requested_at)
    pack = pack_on(asked)
    if pack is None:
        raise NoRulesInForce(key="calendar", day=asked.isoformat())
    return standing(actor, found.code, pack, calendar(pack, "government", asked))


def _is_open(found: RefundLine) -> bool:
    return found.state in ("requested", *DECIDED)


def _sum(found: RefundLine, now: Standing) -> Fen:
    """What agreeing would pay: until it is decided, the sum of now."""
    return Fen(now.sheet.refundable if _is_open(found) else found.amount_fen)


def _sheet(found: RefundLine, now: Standing) -> list[SumLine]:
    sheet = now.sheet.as_json() if _is_open(found) else found.sheet
    if "paid_fen" not in sheet:
        return [SumLine(_("退给家长"), Fen(found.amount_fen), total=True)]
    return [
        SumLine(_("已付学费"), Fen(sheet["paid_fen"])),
        SumLine(_("已确认的课"), Fen(sheet["earned_fen"]), "-"),
        SumLine(_("待确认的课"), Fen(sheet["pending_fen"]), "-"),
        SumLine(_("争议冻结"), Fen(sheet["frozen_fen"]), "-"),
        SumLine(_("以前退过的"), Fen(sheet["refunded_fen"]), "-"),
        *listed_lines(sheet.get("listed_fen", 0), found.basis),
        SumLine(_("退给家长"), Fen(sheet["refundable_fen"]), "=", total=True),
    ]


def _contract_fact(code: str) -> Fact:
    return Fact(_("合同"), code, url=reverse("desk:contract", args=[code]))


def _facts(found: RefundLine) -> list[Fact]:
    facts = [
        _contract_fact(found.contract_code),
        Fact(_("原因"), REFUND_REASONS.get(found.reason, found.reason)),
        Fact(_("申请"), session_words(found.requested_at)),
        Fact(_("答复期限"), found.answer_by_on.isoformat()),
    ]
    if found.answer:
        facts.append(Fact(_("机构的话"), found.answer))
    if found.paid_on:
        facts.append(Fact(_("退到"), found.paid_on.isoformat()))
    return facts


@page(roles=SEES_BOOKS)
def disputes(request: HttpRequest) -> HttpResponseBase:
    """Disputed lessons, oldest first."""
    actor = actor_of(request)
    with reading(actor):
        found = [
            lesson_line(one)
            for one in Lesson.objects.filter(
                institution_id__in=actor.institution_ids, state=Lesson.State.DISPUTED
            )
            .select_related("contract", "session")
            .order_by("answered_at", "pk")
        ]
    rows = [
        Row(
            {
                "contract": each.contract_code,
                "lesson": _("第%(n)d课时") % {"n": each.ordinal},
                "when": session_words(each.starts_at, each.ends_at),
                "reason": _said(each),
                "amount": Fen(each.amount_fen),
                "asked": each.answered_at,
            },
            url=reverse("desk:dispute", args=[each.code]),
        )
        for each in found
    ]
    context = {"title": _("课时争议"), "sub": _("只冻结有争议的那一节，别的课照常。")}
    return DISPUTES.answer(request, ListSource(rows), "desk/tuition_list.html", context)


def _said(lesson: LessonLine) -> str:
    reason, words = dispute_words(lesson.dispute)
    return f"{reason}: {words}" if words else reason


@page(roles=SEES_BOOKS)
def dispute(request: HttpRequest, code: str) -> HttpResponse:
    """The proceeding of a disputed lesson."""
    actor = actor_of(request)
    with reading(actor):
        found = lesson_disputes.standing(actor, code)
    if found is None:
        raise NotFound
    return HttpResponseRedirect(reverse("desk:proceeding", args=[found.proceeding_code]))
