"""An institution's courses: the list, publish within licence and caps, withdraw."""

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yuxin.access.reading import reading
from yuxin.desk.forms.courses import ClassForm, CourseForm
from yuxin.desk.forms.modes import SupervisionForm
from yuxin.desk.forms.plain import PlainForm
from yuxin.desk.tuition_access import INSIDE, Place, own_institution
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.field_words import CATEGORIES, MODES, STAGES
from yuxin.look.mode_words import NAMES, mode_name, when_it_moves
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, ListSource, Row, Table
from yuxin.look.tuition_words import session_words, units
from yuxin.look.values import Empty, Fact, Link
from yuxin.operations.tuition.choose_supervision import choose_supervision
from yuxin.operations.tuition.open_class import open_class
from yuxin.operations.tuition.publish_course import publish_course
from yuxin.operations.tuition.withdraw_course import withdraw_course
from yuxin.policy.in_force import calendar, pack_on
from yuxin.registry import queries as registry
from yuxin.rules.modes import Mode, Plan
from yuxin.tuition.models import Course
from yuxin.tuition.queries import institutions, modes
from yuxin.tuition.queries.limits import Cap, Caps, caps_on
from yuxin.tuition.queries.modes import Choice
from yuxin.tuition.services.courses import SessionDraft

TABLE = Table(
    name="courses",
    caption=gettext_lazy("课程"),
    columns=(
        Column("name", gettext_lazy("课程"), sortable=True, fixed=True, link=True),
        Column("category", gettext_lazy("类别")),
        Column("stage", gettext_lazy("学段")),
        Column("mode", gettext_lazy("形式")),
        Column("units", gettext_lazy("课时")),
        Column("unit_fen", gettext_lazy("单价"), "money", sortable=True),
        Column("total_fen", gettext_lazy("一次收费"), "money", sortable=True),
        Column("first_on", gettext_lazy("首课"), "date", sortable=True),
        Column("last_on", gettext_lazy("末课"), "date", sortable=True),
        Column("state", gettext_lazy("状态")),
    ),
    default_sort="-last_on",
    empty=Empty(
        gettext_lazy("还没有课程"), gettext_lazy("发布以后，家长在公示页上看得到，可以报名。")
    ),
)


@page(roles=INSIDE)
def courses(request: HttpRequest) -> HttpResponseBase:
    """The list of courses."""
    actor = actor_of(request)
    with reading(actor):
        place = own_institution(request, actor)
        rows = [_row(each) for each in institutions.courses(actor, place.id)]
    head = actor.has(Role.INSTITUTION_HEAD)
    publish = Link(_("发布课程"), reverse("desk:course-new"), primary=True)
    context = {"title": _("课程"), "sub": place.name, "acts": [publish] if head else []}
    return TABLE.answer(request, ListSource(rows), "desk/tuition_list.html", context)


def _row(course: Course) -> Row:
    open_now = course.withdrawn_at is None
    return Row(
        {
            "name": course.name,
            "category": CATEGORIES[course.category],
            "stage": STAGES[course.stage],
            "mode": MODES[course.mode],
            "units": units(course.total_centiunits),
            "unit_fen": Fen(course.unit_price_fen),
            "total_fen": Fen(course.total_fen),
            "first_on": course.first_on,
            "last_on": course.last_on,
            "state": pgettext("course", "招生中") if open_now else _("已停止招生"),
        },
        url=reverse("desk:course", args=[course.code]),
    )


@page(roles={Role.INSTITUTION_HEAD}, methods=("GET", "POST"))
def course_new(request: HttpRequest) -> HttpResponse:
    """Publish a course; a refusal names rule, article and what would be lawful."""
    actor, day = actor_of(request), day_of(moment(request))
    with reading(actor):
        place = own_institution(request, actor)
        sites = [(each.site_id, each.address) for each in registry.sites(actor, place.id, day)]
        caps = caps_on(actor, "ARTS", day)
        choices = modes.choices(actor, day)
    names = [(each.mode, _mode_label(each)) for each in choices]
    form = CourseForm(request.POST or None, sites=sites, modes=names, helps=_helps(caps))
    if request.method == "POST" and form.is_valid():
        try:
            receipt = publish_course(
                call_of(request, form.cleaned_data["request_id"]),
                institution_id=place.id,
                draft=form.draft(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            where = reverse("desk:course", args=[receipt["course"]])
            return HttpResponseRedirect(f"{where}?done=published")
    context = {
        "form": form,
        "place": place,
        "caps": _cap_facts(caps),
        "modes": [Fact(_mode_label(each), _mode_words(each)) for each in choices],
    }
    return render(request, "desk/course_new.html", context, status=422 if form.is_bound else 200)


def _mode_label(choice: Choice) -> str:
    if choice.plan is None and not choice.missing:
        return _("暂不纳入托管")
    name = mode_name(choice.plan) if choice.plan else str(NAMES[Mode(choice.mode)])
    return _("%(mode)s（本地默认）") % {"mode": name} if choice.is_default else name


def _mode_words(choice: Choice) -> str:
    """When the money moves; or which value is missing, so that the mode cannot be used."""
    if choice.plan is not None:
        return when_it_moves(choice.plan)
    return choice.missing or _("家长看得到课程，但不能在平台签约付款。")


def _helps(caps: Caps | None) -> dict[str, str]:
    """The caps in force, beside the fields that they bind."""
    helps = {
        "gift_units": _("赠送的课时也计入上限"),
        "total": _("等于单价乘以收费课时；有优惠的可以更低"),
        "refund_before_start_days": _("不填按开课前都可全退"),
    }
    if caps is None:
        return helps
    helps["paid_units"] = _("一次收费最多%(n)d课时，含赠送") % {"n": caps.lessons.value}
    helps["last_on"] = _("首课起不超过%(n)d个月") % {"n": caps.months.value}
    if caps.amount:
        limit = yuan(Fen(caps.amount.value))
        helps["total"] = _("非学科类一次最多%(sum)s元；%(rest)s") % {
            "sum": limit,
            "rest": helps["total"],
        }
    return helps


def _cap_facts(caps: Caps | None) -> list[Fact]:
    if caps is None:
        return []
    rows = [
        (_("课时"), caps.lessons, _("%(n)d课时") % {"n": caps.lessons.value}),
        (_("时长"), caps.months, _("%(n)d个月") % {"n": caps.months.value}),
    ]
    if caps.amount:
        limit = _("%(sum)s元，非学科类") % {"sum": yuan(Fen(caps.amount.value))}
        rows.append((_("金额"), caps.amount, limit))
    return [Fact(label, shown, _source(cap)) for label, cap, shown in rows]


def _source(cap: Cap) -> str:
    return _("规则 %(rule)s，%(instrument)s") % {"rule": cap.rule, "instrument": cap.instrument}


@page(roles=INSIDE, methods=("GET", "POST"))
def course(request: HttpRequest, code: str) -> HttpResponse:
    """One course with its classes; its head may withdraw it."""
    actor, at = actor_of(request), moment(request)
    form = PlainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_course(call_of(request, form.cleaned_data["request_id"]), course_code=code)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('desk:course', args=[code])}?done=withdrawn")
    with reading(actor):
        place, found = _found(request, actor, code)
        plan = modes.plan_in_force(actor, found, day_of(at))
        classes = [
            each for each in institutions.classes(actor, place.id, at) if each.course_code == code
        ]
    said = {
        "published": _("课程已发布，公示页上看得到。"),
        "withdrawn": _("已停止招生，签过的合同照常。"),
        "supervision": _("换好了，以后签的合同按新的方式。"),
        "opened": _("班已开好，可以报名。"),
        "conditions": _("合同条款存好了，以后拟的合同照它写。"),
    }
    done = said.get(request.GET.get("done", ""))
    context = {
        "course": found,
        "place": place,
        "facts": [*_facts(found), _kept_under(plan)],
        "classes": [
            (each, session_words(each.next_session.starts_at) if each.next_session else "–")
            for each in classes
        ],
        "form": form,
        "is_head": actor.has(Role.INSTITUTION_HEAD),
        "notices": [("green", done)] if done else [],
    }
    return render(request, "desk/course.html", context, status=409 if form.is_bound else 200)


@page(roles={Role.INSTITUTION_HEAD}, methods=("GET", "POST"))
def supervision(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the mode of a course's new contracts, among what the policy allows."""
    actor, day = actor_of(request), day_of(moment(request))
    with reading(actor):
        place, found = _found(request, actor, code)
        choices = modes.choices(actor, day)
    names = [(each.mode, _mode_label(each)) for each in choices]
    form = SupervisionForm(
        request.POST or None, modes=names, initial={"supervision": found.supervision}
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_supervision(
                call_of(request, form.cleaned_data["request_id"]),
                course_code=code,
                supervision=form.cleaned_data["supervision"],
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(f"{reverse('desk:course', args=[code])}?done=supervision")
    context = {
        "form": form,
        "course": found,
        "place": place,
        "modes": [Fact(_mode_label(each), _mode_words(each)) for each in choices],
    }
    status = 422 if form.errors else 200
    return render(request, "desk/course_supervision.html", context, status=status)


def _found(request: HttpRequest, actor: Actor, code: str) -> tuple[Place, Course]:
    place = own_institution(request, actor)
    for each in institutions.courses(actor, place.id):
        if each.code == code:
            return place, each
    raise NotFound


def _kept_under(plan: Plan | None) -> Fact:
    """How the tuition of new contracts is kept, in one sentence."""
    if plan is None:
        return Fact(_("监管方式"), _("没有可用的方式，现在不能签约"))
    return Fact(_("监管方式"), mode_name(plan), when_it_moves(plan))


def _facts(course: Course) -> list[Fact]:
    gift = (
        _("其中赠送%(count)s课时") % {"count": units(course.gift_centiunits)}
        if course.gift_centiunits
        else ""
    )
    return [
        Fact(_("类别"), CATEGORIES[course.category], STAGES[course.stage]),
        Fact(_("形式"), MODES[course.mode]),
        Fact(
            _("课时"),
            _("%(count)s课时，每课时%(minutes)d分钟")
            % {"count": units(course.total_centiunits), "minutes": course.lesson_minutes},
            gift,
        ),
        Fact(_("单价"), _("%(sum)s元") % {"sum": yuan(Fen(course.unit_price_fen))}),
        Fact(_("一次收费"), _("%(sum)s元") % {"sum": yuan(Fen(course.total_fen))}),
        Fact(_("起止"), f"{course.first_on.isoformat()} – {course.last_on.isoformat()}"),
    ]


@page(roles={Role.INSTITUTION_HEAD}, methods=("GET", "POST"))
def class_new(request: HttpRequest, code: str) -> HttpResponse:
    """Open a class: first see the timetable that the weeks give, then open it."""
    actor, day = actor_of(request), day_of(moment(request))
    with reading(actor):
        place, found = _found(request, actor, code)
        pack = pack_on(day)
        days = calendar(pack, "government", day) if pack else None
    form = ClassForm(request.POST or None, initial={"first_on": found.first_on})
    preview: tuple[SessionDraft, ...] = ()
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        preview = form.sessions(
            total_centiunits=found.total_centiunits, lesson_minutes=found.lesson_minutes, days=days
        )
        if request.POST.get("act") == "open":
            try:
                open_class(
                    call_of(request, told["request_id"]),
                    course_code=code,
                    name=told["name"],
                    teacher_name=told["teacher_name"],
                    capacity=told["capacity"],
                    sessions=preview,
                )
            except NotFound:
                raise
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                where = reverse("desk:course", args=[code])
                return HttpResponseRedirect(f"{where}?done=opened")
    context = {
        "form": form,
        "course": found,
        "place": place,
        "preview": [
            (number, session_words(each.starts_at, each.ends_at), units(each.centiunits))
            for number, each in enumerate(preview, start=1)
        ],
        "outside": _outside(preview, found),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/class_new.html", context, status=status)


def _outside(preview: tuple[SessionDraft, ...], course: Course) -> date | None:
    """The first session that lies outside the course, so that it shows before it is refused."""
    for each in preview:
        starts = day_of(each.starts_at)
        if not course.first_on <= starts <= course.last_on:
            return starts
    return None
