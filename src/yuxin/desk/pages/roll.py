"""Calling the roll: on a phone, the few exceptions marked, one tap for the class."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.plain import PlainForm
from yuxin.desk.forms.timetable import CorrectForm, RollForm
from yuxin.desk.tuition_access import INSIDE, own_institution
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.tuition_words import LESSON_STATES, session_words, units
from yuxin.look.values import Empty
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.close_conflict import close_conflict
from yuxin.operations.tuition.correct_roll import correct_roll, withdraw_roll
from yuxin.operations.tuition.note_conflict import note_conflict
from yuxin.tuition.queries import institutions
from yuxin.tuition.queries.institutions import RollLine
from yuxin.tuition.queued import queries as queued

TEACHES = frozenset({Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD})
OUTCOMES = (
    ("present", gettext_lazy("到")),
    ("absent", gettext_lazy("缺席")),
    ("leave", gettext_lazy("请假")),
)
CONFLICTS = {
    "roll_called": gettext_lazy("别人已经点过，或者这节课取消了。请看看现在的点名对不对。"),
    "tap_too_old": gettext_lazy("超过72小时才发到。请核对以后重新点名。"),
    "tap_before_last": gettext_lazy("在您后来的一步之后才发到。请核对以后重新点名。"),
    "lesson_not_taught": gettext_lazy("点的时候还没上课。开课以后再点一次。"),
    "nobody_to_call": gettext_lazy("这个班现在没有可点名的人。"),
    "other": gettext_lazy("和现在的情况对不上。请核对以后重新点名。"),
}
TABLE = Table(
    name="classes",
    caption=gettext_lazy("班级和点名"),
    columns=(
        Column("name", gettext_lazy("班级"), fixed=True, link=True, sortable=True),
        Column("course", gettext_lazy("课程")),
        Column("teacher", gettext_lazy("老师")),
        Column("taken", gettext_lazy("人数"), "number"),
        Column("called", gettext_lazy("已点名"), "number"),
        Column("planned", gettext_lazy("共几次"), "number"),
        Column("next", gettext_lazy("下一次课")),
        Column("state", gettext_lazy("要做的")),
    ),
    empty=Empty(gettext_lazy("还没有班"), gettext_lazy("先发布课程，再开班。")),
)


@page(roles=INSIDE)
def classes(request: HttpRequest) -> HttpResponseBase:
    """The classes; those whose roll waits come first and lead to it."""
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        place = own_institution(request, actor)
        waiting = institutions.sessions_to_call(actor, place.id, at)
        found = institutions.classes(actor, place.id, at)
    rows = [
        Row(
            {
                "name": each.class_group.name,
                "course": each.class_group.course.name,
                "teacher": each.class_group.teacher_name,
                "next": session_words(each.starts_at, each.ends_at),
                "state": _("点名"),
            },
            url=reverse("desk:roll", args=[each.code]),
            group=_("等点名"),
            hot=True,
        )
        for each in waiting
    ]
    rows += [
        Row(
            {
                "name": each.name,
                "course": each.course,
                "teacher": each.teacher,
                "taken": each.taken,
                "called": each.called_count,
                "planned": each.session_count,
                "next": session_words(each.next_session.starts_at) if each.next_session else "",
            },
            url=reverse("desk:class", args=[each.code]),
            group=_("全部班级"),
        )
        for each in found
    ]
    context = {"title": _("班级和点名"), "sub": place.name, "queue": True}
    return TABLE.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=TEACHES, methods=("GET", "POST"))
def roll(request: HttpRequest, code: str) -> HttpResponse:
    """The roll of one session. Sent twice on a bad network, it is called once."""
    form = RollForm(request.POST or None)
    status, outcome = 200, ""
    if request.method == "POST":
        status, outcome = _call(request, code, form)
    if request.headers.get("X-Queue"):
        return JsonResponse({"outcome": outcome or "conflict"}, status=status)
    if outcome:
        return HttpResponseRedirect(f"{reverse('desk:roll', args=[code])}?done={outcome}")
    return _shown(request, code, form, status)


def _call(request: HttpRequest, code: str, form: RollForm) -> tuple[int, str]:
    """Call the roll; what a phone sent later and was refused becomes a task of its sender."""
    if not form.is_valid():
        return 422, ""
    told = form.cleaned_data
    try:
        call_roll(
            call_of(request, told["request_id"]),
            session_code=code,
            absent=tuple(sorted(set(request.POST.getlist("absent")))),
            leave=tuple(sorted(set(request.POST.getlist("leave")))),
            centiunits=form.centiunits(),
            occurred_at=told["occurred_at"],
        )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        if told["occurred_at"] is None:
            return refusal.status, ""
        note_conflict(
            call_of(request, told["request_id"], "conflict"),
            session_code=code,
            occurred_at=told["occurred_at"],
            refusal=refusal.code,
        )
        return 200, "conflict"
    return 200, "called"


def _shown(request: HttpRequest, code: str, form: RollForm, status: int) -> HttpResponse:
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        found = institutions.roll(actor, code)
        conflicts = [each for each in queued.open_conflicts(actor) if each.subject == code]
    names = [each.name for each in found.lines]
    done = {
        "called": ("green", _("点名交了，家长会收到确认请求。")),
        "corrected": ("green", _("更正好了，家长会收到通知。")),
        "withdrawn": ("green", _("这次点名撤回了，钱都回到各人的合同里。")),
        "conflict": ("yellow", _("这张点名没有记上，原因在下面。")),
    }.get(request.GET.get("done", ""))
    context = {
        "roll": found,
        "when": session_words(found.starts_at, found.ends_at),
        "units": units(found.centiunits),
        "lines": [(each, names.count(each.name) > 1) for each in found.lines],
        "count": len(found.lines),
        "called": [each for each in found.lines if each.present is not None],
        "present": sum(1 for each in found.lines if each.present),
        "absent": set(request.POST.getlist("absent")),
        "leave": set(request.POST.getlist("leave")),
        "has_begun": found.starts_at <= at,
        "is_over": found.ends_at <= at,
        "may_correct": any(each.state == "pending" for each in found.lines)
        or any(each.present is None for each in found.lines),
        "conflicts": [
            (each, CONFLICTS.get(each.refusal, CONFLICTS["other"]), session_words(each.claimed_at))
            for each in conflicts
        ],
        "form": form,
        "close": PlainForm(),
        "back_url": reverse("desk:classes"),
        "notices": [done] if done else [],
    }
    return render(request, "desk/roll.html", context, status=status)


@page(roles=TEACHES, methods=("GET", "POST"))
def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Put a called roll right, or take it back whole, before the families answered."""
    actor, at = actor_of(request), moment(request)
    form = CorrectForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            done = _correct(request, code, form)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            return HttpResponseRedirect(f"{reverse('desk:roll', args=[code])}?done={done}")
    elif request.method == "POST":
        status = 422
    with reading(actor):
        found = institutions.roll(actor, code)
    context = {
        "roll": found,
        "when": session_words(found.starts_at, found.ends_at),
        "lines": [(each, *_said(request, each)) for each in found.lines],
        "outcomes": OUTCOMES,
        "is_over": found.ends_at < at,
        "form": form,
        "back_url": reverse("desk:roll", args=[code]),
    }
    return render(request, "desk/roll_correct.html", context, status=status)


def _said(request: HttpRequest, line: RollLine) -> tuple[str, str, str]:
    """What the roll says of a learner, what the form says now, and why it may not be changed."""
    now = "leave" if line.present is None else "present" if line.present else "absent"
    fixed = "" if line.state in ("", "pending") else str(LESSON_STATES[line.state])
    return now, request.POST.get(f"outcome_{line.contract_code}", now), fixed


def _correct(request: HttpRequest, code: str, form: CorrectForm) -> str:
    call = call_of(request, form.cleaned_data["request_id"])
    reason = form.cleaned_data["reason"]
    if request.POST.get("act") == "withdraw":
        withdraw_roll(call, session_code=code, reason=reason)
        return "withdrawn"
    outcomes = tuple(
        sorted(
            (name.removeprefix("outcome_"), str(value))
            for name, value in request.POST.items()
            if name.startswith("outcome_")
        )
    )
    correct_roll(
        call, session_code=code, outcomes=outcomes, centiunits=form.centiunits(), reason=reason
    )
    return "corrected"


@page(roles=TEACHES, methods=["POST"])
def conflict(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody looked at what their phone could not get done."""
    form = PlainForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("desk:home"))
    receipt = close_conflict(call_of(request, form.cleaned_data["request_id"]), number=number)
    return HttpResponseRedirect(reverse("desk:roll", args=[receipt["session"]]))


@page(roles=TEACHES)
def worker(_request: HttpRequest) -> HttpResponseBase:
    """The script that lets a roll open without a network; its address bounds what it may see."""
    path = finders.find("desk/roll-worker.js")
    assert isinstance(path, str), "the worker's script is part of the desk"
    script = Path(path).read_bytes()
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/desk/sessions/"
    return answer
