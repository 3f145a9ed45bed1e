"""Calling the roll: on a phone, the few exceptions marked, one tap for the class."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.plain import PlainForm
from yuxin.desk.tuition_access import INSIDE, own_institution
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.tuition_words import session_words
from yuxin.look.values import Empty
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.tuition.queries import institutions

TEACHES = frozenset({Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD})
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
            url=reverse("desk:course", args=[each.course_code]),
            group=_("全部班级"),
        )
        for each in found
    ]
    context = {"title": _("班级和点名"), "sub": place.name}
    return TABLE.answer(request, ListSource(rows), "desk/tuition_list.html", context)


@page(roles=TEACHES, methods=("GET", "POST"))
def roll(request: HttpRequest, code: str) -> HttpResponse:
    """The roll of one session. Sent twice on a bad network, it is called once."""
    actor, at = actor_of(request), moment(request)
    form = PlainForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            call_roll(
                call_of(request, form.cleaned_data["request_id"]),
                session_code=code,
                absent=tuple(sorted(set(request.POST.getlist("absent")))),
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            return HttpResponseRedirect(f"{reverse('desk:roll', args=[code])}?done=called")
    with reading(actor):
        found = institutions.roll(actor, code)
    names = [each.name for each in found.lines]
    context = {
        "roll": found,
        "when": session_words(found.starts_at, found.ends_at),
        "lines": [(each, names.count(each.name) > 1) for each in found.lines],
        "count": len(found.lines),
        "present": sum(1 for each in found.lines if each.present),
        "absent": set(request.POST.getlist("absent")),
        "has_begun": found.starts_at <= at,
        "form": form,
        "back_url": reverse("desk:classes"),
        "notices": [("green", _("点名交了，家长会收到确认请求。"))]
        if request.GET.get("done") == "called"
        else [],
    }
    return render(request, "desk/roll.html", context, status=status)
