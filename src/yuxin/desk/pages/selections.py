"""Selecting custody banks: the calls, a new call, one selection and what is due from a reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk import uploads
from yuxin.desk.forms.selections import (
    ApplyForm,
    BeginForm,
    ButtonForm,
    CallForm,
    EnterForm,
    ExitForm,
    ObjectForm,
    PublishForm,
    SheetForm,
)
from yuxin.desk.proceeding_words import due_of, state_words
from yuxin.desk.tasks import days_on
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.values import Empty, Fact, Link
from yuxin.look.words import hundredths
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.tuition.begin_scoring import begin_scoring
from yuxin.operations.tuition.call_for_banks import call_for_banks
from yuxin.operations.tuition.confirm_selection import confirm_selection
from yuxin.operations.tuition.enter_bank_application import enter_bank_application
from yuxin.operations.tuition.hand_in_sheet import hand_in_sheet
from yuxin.operations.tuition.open_sheets import open_sheets
from yuxin.operations.tuition.publish_selection import publish_selection
from yuxin.operations.tuition.record_bank_exit import record_bank_exit
from yuxin.tuition.reconciliation.board import bank_of
from yuxin.tuition.selection import queries
from yuxin.tuition.selection.models import Application
from yuxin.tuition.selection.permissions import CALLS, SEES
from yuxin.tuition.selection.queries import SelectionPage
from yuxin.tuition.selection.services import Given, NewApplication, NewCall

SELECTIONS: Final = Table(
    name="bank-selections",
    caption=gettext_lazy("托管银行遴选"),
    columns=(
        Column("title", gettext_lazy("名称"), fixed=True, link=True, cut=True),
        Column("state", gettext_lazy("走到哪一步")),
        Column("closing", gettext_lazy("申请截止日"), "date", sortable=True),
        Column("places", gettext_lazy("选几家"), "number"),
        Column("until", gettext_lazy("服务到"), "date", sortable=True),
    ),
    empty=Empty(
        gettext_lazy("还没有遴选"),
        gettext_lazy("发布征集以后，银行申请，几个部门各自评分，按总分排名并公示。"),
    ),
)


@page(roles=SEES)
def selections(request: HttpRequest) -> HttpResponseBase:
    """Every call, the latest first."""
    actor = actor_of(request)
    with reading(actor):
        rows = [
            Row(
                {
                    "title": each.title,
                    "state": state_words(each.proceeding),
                    "closing": each.closing_on,
                    "places": each.places,
                    "until": each.serves_until,
                },
                url=reverse("desk:bank-selection", args=[each.code]),
            )
            for each in queries.selections(actor)
        ]
    new = Link(_("发布征集"), reverse("desk:bank-selection-new"), primary=True)
    context = {
        "title": _("托管银行遴选"),
        "sub": _("评分项权重共 100，几个部门各评一张，密封到收齐；同分的写明怎么分先后。"),
        "acts": [new] if actor.has(*CALLS) else [],
    }
    return SELECTIONS.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=CALLS, methods=("GET", "POST"))
def selection_new(request: HttpRequest) -> HttpResponse:
    """Publish a call."""
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        number = told.pop("request_id")
        try:
            receipt = call_for_banks(call_of(request, number), new=NewCall(**told))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:bank-selection", args=[receipt["selection"]]))
    status = 422 if form.is_bound else 200
    return render(request, "desk/bank_selection_new.html", {"form": form}, status=status)


Told = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """What the reader may do now: its name, its words, its form, the act."""

    name: str
    word: str
    form: Form
    act: Callable[[Call, Told], object]


@page(roles=SEES, methods=("GET", "POST"))
def selection(request: HttpRequest, code: str) -> HttpResponse:
    """One selection: where it stands, the banks in order, what is due from the reader."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.selection_page(actor, code)
        own = bank_of(actor)
        days = days_on(day_of(moment(request)))
    due = _due(request, actor, found, own)
    if request.method == "POST":
        asked = next((one for one in due if one.name == request.POST.get("act")), None)
        if asked is None:
            raise NotFound
        if _done(request, asked):
            return HttpResponseRedirect(f"{reverse('desk:bank-selection', args=[code])}?done=1")
    proceeding = found.selection.proceeding
    context = {
        "found": found,
        "selection": found.selection,
        "state": state_words(proceeding),
        "due_on": due_of(proceeding, days) if proceeding.closed_at is None else None,
        "facts": _facts(found),
        "banks": [_bank(found, each) for each in found.applications],
        "due": due,
        "leads": not own,
        "notices": [("green", _("记下了。"))] if request.GET.get("done") else [],
    }
    bad = any(one.form.errors for one in due)
    return render(request, "desk/bank_selection.html", context, status=422 if bad else 200)


def _done(request: HttpRequest, asked: Due) -> bool:
    if not asked.form.is_valid():
        return False
    told = dict(asked.form.cleaned_data)
    try:
        if told.get("document"):
            told["document"] = uploads.kept(told["document"])
        asked.act(call_of(request, told["request_id"]), told)
    except NotFound:
        raise
    except Refusal as refusal:
        asked.form.refuse(refusal)
        return False
    return True


def _due(request: HttpRequest, actor: Actor, found: SelectionPage, own: str) -> list[Due]:
    """What the table and the reader's role make possible now."""
    asked, code, state = request.POST.get("act", ""), found.selection.code, found.state

    def given(name: str) -> list[Any]:
        return [request.POST, request.FILES] if asked == name else []

    due: list[Due] = []
    if state == "called" and own and not found.applications:
        due.append(Due("apply", _("申请"), ApplyForm(*given("apply")), _apply(code, own)))
    if state == "scoring" and found.mine and found.mine.handed_in_at is None:
        sheet = SheetForm(found.criteria, found.applications, *given("sheet"))
        due.append(Due("sheet", _("交评分表，交后不能改"), sheet, _sheet(code, sheet)))
    if own and state in ("noticed", "answered"):
        object_form = ObjectForm(*given("object"))
        due.append(Due("object", _("提出异议"), object_form, _object(found)))
    if not actor.has(Role.OFFICER, Role.HEAD):
        return due
    ours: dict[str, list[Due]] = {
        "called": [
            Due("begin", _("开始评分"), BeginForm(*given("begin")), _begin(code)),
            Due("enter", _("登记银行申请"), EnterForm(*given("enter")), _apply(code, "")),
        ],
        "scoring": [
            Due("open", _("开启评分表并排名"), ButtonForm(*given("open")), _open(code)),
        ],
        "ranked": [
            Due(
                "publish",
                _("公示结果"),
                PublishForm(_tied(found), *given("publish")),
                _publish(code),
            )
        ],
        "noticed": [Due("confirm", _("确认结果"), ButtonForm(*given("confirm")), _confirm(code))],
        "answered": [Due("confirm", _("确认结果"), ButtonForm(*given("confirm")), _confirm(code))],
    }
    serving = [each for each in found.applications if each.chosen and each.left_on is None]
    if state == "serving" and serving:
        ours["serving"] = [
            Due("exit", _("办理银行退出"), ExitForm(serving, *given("exit")), _exit(code))
        ]
    return [*due, *ours.get(state, [])]


def _tied(found: SelectionPage) -> list[Application]:
    return [each for each in found.applications if each.tied]


def _apply(code: str, own: str) -> Callable[[Call, Told], object]:
    return lambda call, told: enter_bank_application(
        call,
        selection_code=code,
        new=NewApplication(
            bank_code=own or told["bank_code"],
            bank_name=told["bank_name"],
            words=told["words"],
            document=told.get("document") or "",
        ),
    )


def _sheet(code: str, form: SheetForm) -> Callable[[Call, Told], object]:
    return lambda call, told: hand_in_sheet(
        call,
        selection_code=code,
        given=tuple(Given(bank, ordinal, told[name]) for name, bank, ordinal in form.cells),
    )


def _begin(code: str) -> Callable[[Call, Told], object]:
    return lambda call, told: begin_scoring(
        call, selection_code=code, logins=tuple(told["scorers"].split()), until=told["until"]
    )


def _open(code: str) -> Callable[[Call, Told], object]:
    return lambda call, _told: open_sheets(call, selection_code=code)


def _publish(code: str) -> Callable[[Call, Told], object]:
    return lambda call, told: publish_selection(
        call, selection_code=code, words=told["words"], drawn=tuple(told.get("drawn") or ())
    )


def _confirm(code: str) -> Callable[[Call, Told], object]:
    return lambda call, _told: confirm_selection(call, selection_code=code)


def _object(found: SelectionPage) -> Callable[[Call, Told], object]:
    return lambda call, told: advance_proceeding(
        call,
        proceeding_code=found.selection.proceeding.code,
        move="objected",
        words=told["words"],
    )


def _exit(code: str) -> Callable[[Call, Told], object]:
    return lambda call, told: record_bank_exit(
        call, selection_code=code, bank_code=told["bank"], on=told["on"], words=told["words"]
    )


def _facts(found: SelectionPage) -> list[Fact]:
    row = found.selection
    facts = [
        Fact(_("申请材料"), row.documents),
        Fact(_("申请截止日"), row.closing_on.isoformat()),
        Fact(_("选几家"), str(row.places)),
        Fact(_("服务期"), _("%(n)d个月") % {"n": row.term_months}),
    ]
    if row.scoring_until is not None:
        facts.append(Fact(_("评分截止日"), row.scoring_until.isoformat()))
    if row.notice_words:
        facts.append(Fact(_("结果说明"), row.notice_words))
    if row.serves_until is not None:
        facts.append(Fact(_("服务到"), row.serves_until.isoformat()))
    return facts


def _bank(found: SelectionPage, one: Application) -> dict[str, Any]:
    """One bank: rank, score, why it stands there, what became of it."""
    sheets = found.selection.sheet_count
    score = hundredths(one.total // sheets) if one.total is not None and sheets else ""
    why = ""
    if one.tied:
        why = _("各项全同，名次并列")
    elif one.decided_by:
        why = _("总分相同，“%(title)s”得分较低") % {"title": one.decided_by}
    came = ""
    if one.left_on is not None:
        came = _("%(day)s起退出，还有%(n)d个专户没办完") % {
            "day": one.left_on.isoformat(),
            "n": found.accounts.get(one.bank_code, 0),
        }
    elif one.chosen:
        came = _("抽签选中") if one.drawn else _("选中")
    points = [found.points.get((one.pk, each.pk)) for each in found.criteria]
    return {"one": one, "score": score, "why": why, "came": came, "points": points}
