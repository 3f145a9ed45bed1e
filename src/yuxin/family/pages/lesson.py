"""One lesson: the evidence first, then what each answer does, then two even answers."""

from datetime import date
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.family.forms.lessons import ConfirmForm, DisputeForm
from yuxin.family.pages import shown
from yuxin.family.pages.said import said
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import (
    SILENCE_STOPS,
    STEPS,
    clock_words,
    dispute_words,
    session_words,
)
from yuxin.look.values import Fact, Step
from yuxin.look.words import long_day_words
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.policy.in_force import calendar, pack_on
from yuxin.tuition.queries import banks, families
from yuxin.tuition.queries.families import LessonPage


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def lesson(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the lesson; a tap on 上了 confirms it."""
    actor, at = actor_of(request), moment(request)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            confirm_lesson(call_of(request, form.cleaned_data["request_id"]), lesson_code=code)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            where = reverse("family:lesson", args=[code])
            return HttpResponseRedirect(f"{where}?done=confirmed")
    with reading(actor):
        found = families.lesson(actor, code, at)
        contract = families.contract(actor, found.lesson.contract_code)
        lag = int(contract.terms["funds"]["transfer_bank_days"])
        transfer_on = banks.transfer_day(at, lag)
    context = {
        "found": found,
        "lesson": found.lesson,
        "amount_fen": Fen(found.lesson.amount_fen),
        "facts": _facts(found, contract.terms["service"]["place"]),
        "silence": shown.silence_of(found.lesson, at),
        "transfer_on": transfer_on,
        "told": _told(found),
        "stops": SILENCE_STOPS.get(found.stops, ""),
        "outcome": _outcome(found),
        "receipts": _receipts(found),
        "may_dispute": found.lesson.state in ("pending", "deemed"),
        "form": form,
        "number": uuid4(),
        "notices": said(request),
        "back_url": reverse("family:contract", args=[found.lesson.contract_code]),
    }
    return render(request, "family/lesson.html", context, status=409 if form.is_bound else 200)


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def dispute(request: HttpRequest, code: str) -> HttpResponse:
    """Say what was wrong: freezes this lesson's money alone."""
    actor, at = actor_of(request), moment(request)
    form = DisputeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            dispute_lesson(
                call_of(request, form.cleaned_data["request_id"]),
                lesson_code=code,
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            where = reverse("family:lesson", args=[code])
            return HttpResponseRedirect(f"{where}?done=disputed")
    elif request.method == "POST":
        status = 422
    with reading(actor):
        found = families.lesson(actor, code, at)
        contract = families.contract(actor, found.lesson.contract_code)
        answer_by = _answer_by(day_of(at), contract.silence_days)
    context = {
        "found": found,
        "lesson": found.lesson,
        "when": session_words(found.lesson.starts_at),
        "amount_fen": Fen(found.lesson.amount_fen),
        "form": form,
        "steps": _ahead(found, answer_by, contract.silence_days),
        "is_open": found.lesson.state in ("pending", "deemed"),
        "back_url": reverse("family:lesson", args=[code]),
    }
    return render(request, "family/dispute.html", context, status=status)


def _answer_by(day: date, working_days: int) -> date | None:
    pack = pack_on(day)
    return calendar(pack, "government", day).add_working_days(day, working_days) if pack else None


def _ahead(found: LessonPage, answer_by: date | None, working_days: int) -> list[Step]:
    frozen = _("这节课的课费冻结，只冻结这一节")
    by = _("%(day)s前") % {"day": long_day_words(answer_by)} if answer_by else _("接着")
    return [
        Step(_("现在"), "now", [frozen], Fen(found.lesson.amount_fen)),
        Step(by, "next", [_("机构说明情况（%(days)d个工作日）") % {"days": working_days}]),
        Step(_("说不拢"), "next", [_("县监管员调解，结果和理由会告诉您")]),
    ]


def _facts(found: LessonPage, place: str) -> list[Fact]:
    line = found.lesson
    called = next((each for each in found.entry_ids if each[0] == "taught"), None)
    there = _("老师点名：到了") if line.present else _("老师点名：缺席")
    note = _("点名有存证") if called else ""
    return [
        Fact(_("时间"), session_words(line.starts_at, line.ends_at)),
        Fact(_("地点"), place or _("线上")),
        Fact(_("老师"), found.teacher, _teacher_note(found)),
        Fact(_("签到"), there, note),
        Fact(_("课费"), _("%(sum)s元") % {"sum": yuan(Fen(line.amount_fen))}),
    ]


def _teacher_note(found: LessonPage) -> str:
    if found.substitute_for:
        return _("代课，合同上写的是%(name)s") % {"name": found.substitute_for}
    return _("合同上写的老师")


def _told(found: LessonPage) -> str:
    if found.told_at is None:
        return _(
            "消息还没有送到您手机，期限还没开始算。规则：%(days)d个工作日不答复，算上过了。"
        ) % {"days": found.deemed_days}
    when = _("%(day)s%(clock)s") % {
        "day": long_day_words(day_of(found.told_at)),
        "clock": clock_words(found.told_at),
    }
    return _("确认请求%(when)s送到您手机。规则：%(days)d个工作日不答复，算上过了。") % {
        "when": when,
        "days": found.deemed_days,
    }


def _outcome(found: LessonPage) -> list[Fact]:
    """What became of an answered lesson."""
    line = found.lesson
    if line.state == "pending" or line.answered_at is None:
        return []
    answered = long_day_words(day_of(line.answered_at))
    if line.state == "confirmed":
        result = Fact(_("结果"), _("%(day)s您确认了") % {"day": answered})
    elif line.state == "deemed":
        result = Fact(_("结果"), _("过期没答复，%(day)s算上过了") % {"day": answered})
    elif line.state == "disputed":
        reason, words = dispute_words(line.dispute)
        result = Fact(_("结果"), _("%(day)s您说有问题，课费冻结") % {"day": answered}, reason)
        return [result, Fact(_("您写的"), words)] if words else [result]
    else:
        result = Fact(_("结果"), _("%(day)s争议有了结果") % {"day": answered})
    return [result]


def _receipts(found: LessonPage) -> list[dict[str, str]]:
    return [
        {
            "title": str(STEPS.get(kind, kind)),
            "entry_id": entry_id,
            "url": reverse("family:contract-receipt", args=[found.lesson.contract_code, entry_id])
            + (f"?item={item}" if item else ""),
        }
        for kind, entry_id, item in reversed(found.entry_ids)
    ]
