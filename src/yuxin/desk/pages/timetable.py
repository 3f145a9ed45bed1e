"""A class and its timetable; moving, cancelling and adding sessions. Families are told."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.timetable import AddForm, CancelForm, SessionForm
from yuxin.desk.tuition_access import INSIDE
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.tuition_words import session_words, units
from yuxin.look.values import Empty, Fact, Link
from yuxin.operations.tuition.change_session import add_session, cancel_session, change_session
from yuxin.tuition.models import ClassSession
from yuxin.tuition.queries import timetables

HEAD = frozenset({Role.INSTITUTION_HEAD})
SESSIONS = Table(
    name="sessions",
    caption=gettext_lazy("课表"),
    columns=(
        Column("n", gettext_lazy("第几次"), "number", fixed=True),
        Column("when", gettext_lazy("时间"), fixed=True, link=True),
        Column("teacher", gettext_lazy("老师")),
        Column("units", gettext_lazy("课时"), "number"),
        Column("there", gettext_lazy("到了几人"), "number"),
        Column("state", gettext_lazy("状态")),
        Column("note", gettext_lazy("变动")),
    ),
    empty=Empty(gettext_lazy("还没有课次")),
)
SAID = {
    "changed": gettext_lazy("课表改好了，家长会收到通知。"),
    "cancelled": gettext_lazy("这节课取消了，家长会收到通知。"),
    "added": gettext_lazy("新排了一节课，家长会收到通知。"),
}


@page(roles=INSIDE)
def class_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Every session of a class: taught, to come, moved, cancelled."""
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        found = timetables.timetable(actor, code)
    ordinals = {each.pk: each.ordinal for each in found.sessions}
    rows = [_row(each, found.group.teacher_name, ordinals, at) for each in found.sessions]
    head, group = actor.has(*HEAD), found.group
    acts = [Link(_("课程"), reverse("desk:course", args=[group.course.code]))]
    if head and found.units_left:
        acts.append(Link(_("加一节课"), reverse("desk:session-new", args=[code]), primary=True))
    done = SAID.get(request.GET.get("done", ""))
    left = units(found.units_left)
    context = {
        "title": f"{group.course.name} {group.name}",
        "sub": _("还有%(left)s课时没有排进课表。") % {"left": left} if found.units_left else "",
        "acts": acts,
        "notices": [("green", done)] if done else [],
    }
    return SESSIONS.answer(request, ListSource(rows), "desk/tuition_list.html", context)


def _row(each: ClassSession, teacher: str, ordinals: dict[int, int], at: datetime) -> Row:
    begun = each.starts_at <= at
    if each.called_at:
        state = _("点过名")
    elif each.cancelled_at:
        state = _("取消了")
    else:
        state = _("等点名") if begun else _("还没上")
    name = "desk:roll" if each.called_at or (begun and not each.cancelled_at) else "desk:session"
    return Row(
        {
            "n": each.ordinal,
            "when": session_words(each.starts_at, each.ends_at),
            "teacher": each.teacher_name or teacher,
            "units": units(each.centiunits),
            "there": each.present_count,
            "state": state,
            "note": _note(each, ordinals),
        },
        url=reverse(name, args=[each.code]),
        hot=begun and not each.called_at and not each.cancelled_at,
    )


def _note(each: ClassSession, ordinals: dict[int, int]) -> str:
    notes = []
    if each.planned_at:
        notes.append(_("原定%(when)s") % {"when": session_words(each.planned_at)})
    if each.teacher_name:
        notes.append(_("代课"))
    if each.makes_up_id:
        notes.append(_("补第%(n)d次") % {"n": ordinals.get(each.makes_up_id, 0)})
    return _("，").join(notes)


@page(roles=INSIDE, methods=("GET", "POST"))
def session(request: HttpRequest, code: str) -> HttpResponse:
    """One session: when it is; its head moves it, names a substitute, or cancels it."""
    actor = actor_of(request)
    with reading(actor):
        found = timetables.session(actor, code)
    cancelling = request.POST.get("act") == "cancel"
    change = SessionForm(None if cancelling else request.POST or None, initial=_initial(found))
    cancel = CancelForm(request.POST if cancelling else None, prefix=None)
    status = 200
    if request.method == "POST":
        form: Form = cancel if cancelling else change
        status = _done(form, lambda: _act(request, code, form))
        if not status:
            where = reverse("desk:class", args=[found.class_group.code])
            said = "cancelled" if cancelling else "changed"
            return HttpResponseRedirect(f"{where}?done={said}")
    is_open = found.called_at is None and found.cancelled_at is None
    context = {
        "found": found,
        "title": _("第%(n)d次课") % {"n": found.ordinal},
        "facts": _facts(found),
        "change": change,
        "cancel": cancel,
        "may_change": is_open and actor.has(*HEAD),
    }
    return render(request, "desk/session.html", context, status=status)


def _initial(found: ClassSession) -> dict[str, object]:
    starts, ends = found.starts_at.astimezone(SHANGHAI), found.ends_at.astimezone(SHANGHAI)
    return {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "teacher_name": found.teacher_name,
    }


def _facts(found: ClassSession) -> list[Fact]:
    group = found.class_group
    facts = [
        Fact(_("班级"), group.name, group.course.name),
        Fact(_("时间"), session_words(found.starts_at, found.ends_at)),
        Fact(_("老师"), found.teacher_name or group.teacher_name),
        Fact(_("课时"), units(found.centiunits)),
    ]
    if found.planned_at:
        facts.append(Fact(_("原定"), session_words(found.planned_at)))
    if found.cancelled_at:
        facts.append(Fact(_("取消"), session_words(found.cancelled_at)))
    return facts


def _act(request: HttpRequest, code: str, form: Form) -> None:
    told = form.cleaned_data
    call = call_of(request, told["request_id"])
    if isinstance(form, SessionForm):
        starts_at, ends_at = form.times()
        change_session(
            call,
            session_code=code,
            starts_at=starts_at,
            ends_at=ends_at,
            teacher_name=told["teacher_name"],
            reason=told["reason"],
        )
    else:
        cancel_session(call, session_code=code, reason=told["reason"])


def _done(form: Form, act: Callable[[], None]) -> int:
    """0 when the act was done, else the status of the answer; the form says why."""
    if not form.is_valid():
        return 422
    try:
        act()
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return refusal.status
    return 0


@page(roles=HEAD, methods=("GET", "POST"))
def session_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a session within the course's units: one that makes up for another, or the rest."""
    actor = actor_of(request)
    with reading(actor):
        found = timetables.timetable(actor, code)
    form = AddForm(request.POST or None)
    form.fields["makes_up"].choices = [  # type: ignore[attr-defined]
        ("", _("不是补课")),
        *((each.code, _session_choice(each)) for each in found.to_make_up),
    ]
    status = 200
    if request.method == "POST":
        status = _done(form, lambda: _add(request, found, form))
        if not status:
            return HttpResponseRedirect(f"{reverse('desk:class', args=[code])}?done=added")
    context = {
        "found": found,
        "title": _("加一节课"),
        "form": form,
        "left": units(found.units_left),
    }
    return render(request, "desk/session_new.html", context, status=status)


def _session_choice(each: ClassSession) -> str:
    when = session_words(each.starts_at)
    return _("第%(n)d次，%(when)s") % {"n": each.ordinal, "when": when}


def _add(request: HttpRequest, found: timetables.Timetable, form: AddForm) -> None:
    starts_at, ends_at, centiunits = form.times(found.group.course.lesson_minutes)
    add_session(
        call_of(request, form.cleaned_data["request_id"]),
        class_code=found.group.code,
        starts_at=starts_at,
        ends_at=ends_at,
        centiunits=centiunits,
        makes_up=form.cleaned_data["makes_up"],
    )
