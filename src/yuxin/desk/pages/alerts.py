"""Alerts: the list, one alert with why and what to do, the acts on it, the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yuxin.access.reading import reading
from yuxin.assessment.alerts import queries
from yuxin.assessment.alerts.detecting import detectable
from yuxin.assessment.alerts.kind import BUREAU
from yuxin.assessment.alerts.models import Alert, Outcome, PublicWarning, Signal
from yuxin.assessment.alerts.permissions import OWNERS, READERS, WATCHERS
from yuxin.assessment.alerts.rules import RULES, AlertRules
from yuxin.desk import alert_words as words
from yuxin.desk import colour_words
from yuxin.desk.forms import alerts as forms
from yuxin.desk.forms.colour import ActForm
from yuxin.desk.registry_values import shown_name
from yuxin.desk.tasks import Days, due_of
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.codes import print_subject_code
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, QuerySource, Row, Table
from yuxin.look.values import Empty, Event, Fact, Text
from yuxin.policy.in_force import calendar, pack_of_hash, pack_on
from yuxin.registry import queries as registry
from yuxin.registry.models import Entry
from yuxin.tuition.outflow import queries as outflow

TABLE: Final = Table(
    name="alerts",
    caption=_("预警"),
    columns=(
        Column("level", _("级别"), "status", fixed=True),
        Column("rule", _("规则"), "code", sortable=True, fixed=True, link=True),
        Column("name", _("机构"), sortable=True, fixed=True),
        Column("why", _("原因")),
        Column("state", _("走到哪一步")),
        Column("due", _("研判期限"), "deadline", sortable=True),
        Column("owner", _("经办人")),
        Column("opened", _("发现"), "date", sortable=True),
        Column("code", _("主体码"), "code", shown=False),
    ),
    filters=(
        Filter(
            "level", _("级别"), [("red", _("红色")), ("yellow", _("黄色")), ("green", _("提示"))]
        ),
        Filter("rule", _("规则"), [(rule, rule) for rule in RULES]),
        Filter(
            "state",
            _("走到哪一步"),
            [*words.STATES.items(), ("all", _("全部，含已办结"))],
        ),
        Filter("whose", _("经办人"), [("me", _("我经办的")), ("nobody", _("没有人经办的"))]),
        Filter("q", _("机构名称"), kind="text"),
    ),
    default_sort="-opened",
    empty=Empty(_("没有预警"), _("规则每晚对所有机构运算一次，有变化时随时运算。"), kind="green"),
)
ORDER: Final = {
    "rule": ("rule",),
    "name": ("name",),
    "due": ("due_at",),
    "opened": ("opened_at",),
}


def _narrow(actor: Actor) -> Any:
    def narrow(rows: "QuerySet[Any]", chosen: Mapping[str, str]) -> "QuerySet[Any]":
        state = chosen.get("state", "")
        if state == "":
            rows = rows.filter(closed_at=None)
        elif state != "all":
            rows = rows.filter(proceeding__state=state)
        if "level" in chosen:
            rows = rows.filter(level=chosen["level"].upper())
        if "rule" in chosen:
            rows = rows.filter(rule=chosen["rule"])
        if "whose" in chosen:
            owner = actor.account_id if chosen["whose"] == "me" else None
            rows = rows.filter(proceeding__owner_id=owner)
        return rows.filter(Q(("name__contains", chosen["q"]))) if "q" in chosen else rows

    return narrow


@page(roles=READERS)
def alerts(request: HttpRequest) -> HttpResponseBase:
    """Alerts within the reader's grants; an institution sees its own, as far as it is told."""
    actor, at = actor_of(request), moment(request)
    today = day_of(at)
    with reading(actor):
        pack = pack_on(today)
        days = Days(today, calendar(pack, "government", today) if pack else None)

        def row(one: Any) -> Row:
            entry = Entry(
                name=one.name, brand=one.brand, address=one.address, code=one.subject_code
            )
            waits = one.proceeding.state == "open"
            return Row(
                {
                    "level": words.LEVELS[one.level][0],
                    "rule": one.rule,
                    "name": shown_name(entry),
                    "why": one.en if words.english() else one.zh,
                    "state": _state(one),
                    "due": due_of(one.proceeding.due_on, days) if waits else None,
                    "owner": one.owner_name if actor.roles & WATCHERS else "",
                    "opened": one.opened_at,
                    "code": print_subject_code(one.subject_code),
                },
                one.code,
                reverse("desk:alert", args=[one.code]),
            )

        source = QuerySource(queries.listed(actor), row, ORDER, _narrow(actor))
        told = queries.counts(actor, at, today.replace(day=1))
        context = {"told": told, "bureau": bool(actor.roles & WATCHERS)}
        return TABLE.answer(request, source, "desk/alerts.html", context)


def _state(one: Alert) -> str:
    state = str(words.STATES[one.proceeding.state])
    return state if one.gone_at is None else gettext("%(state)s，情形已消失") % {"state": state}


@dataclass(frozen=True)
class Deed:
    """An act on an alert that has a form: in which states, for whom."""

    name: str
    label: Text
    form: type[ActForm]
    roles: frozenset[Role]
    states: tuple[str, ...]


DEEDS: Final = {
    deed.name: deed
    for deed in (
        Deed("judge", _("研判"), forms.JudgeForm, BUREAU, ("open",)),
        Deed("decide", _("处置"), forms.DecideForm, BUREAU, ("judged",)),
        Deed("close", _("办结"), forms.CloseForm, BUREAU, ("handling",)),
        Deed("answer", _("反馈"), forms.AnswerForm, OWNERS, ("open", "judged", "handling")),
        Deed("confirm", _("计入信用档案"), forms.ConfirmForm, BUREAU, ("handling", "closed")),
        Deed("warn", _("向公众提示"), forms.WarnForm, BUREAU, ("handling", "closed")),
        Deed("unwarn", _("结束公众提示"), forms.EndWarningForm, BUREAU, ("handling", "closed")),
    )
}


def _deeds(
    actor: Actor, row: Alert, *, confirmed: bool, warning: str, may_be_public: bool
) -> list[Deed]:
    """What the reader may do now; `warning` is "", "stands" or "over"."""
    if row.proceeding.state == "closed" and Outcome.NO_ISSUE.value == row.outcome:
        return []
    fits = {
        "confirm": not confirmed,
        "warn": not warning and may_be_public,
        "unwarn": warning == "stands",
    }
    return [
        deed
        for deed in DEEDS.values()
        if deed.roles & actor.roles
        and row.proceeding.state in deed.states
        and fits.get(deed.name, True)
    ]


def _warning_state(warning: PublicWarning | None, today: date) -> str:
    if warning is None:
        return ""
    return "over" if hasattr(warning, "end") or warning.until_on < today else "stands"


@page(roles=READERS)
def alert(request: HttpRequest, code: str) -> HttpResponse:
    """One alert: what it saw, the line and its article, what to do, what was said of it."""
    actor, today = actor_of(request), day_of(moment(request))
    with reading(actor):
        row = queries.alert(actor, code)
        entry = registry.entry(actor, row.institution_id)
        pack = pack_on(today)
        days = Days(today, calendar(pack, "government", today) if pack else None)
        notes = queries.notes(actor, row)
        owner = registry.names_of(actor, [row.proceeding.owner_id or 0])
        source = _source(row)
        fact = queries.credit_fact(actor, row)
        warning = queries.public_warning(actor, row)
        holds = outflow.holds(actor, row.institution_id)
    watches = bool(actor.roles & WATCHERS)
    kind, level = words.LEVELS[row.level]
    context = {
        "alert": row,
        "kind": kind,
        "level": level,
        "title": words.titles(pack)[row.rule],
        "why": row.en if words.english() else row.zh,
        "name": shown_name(entry),
        "state": _state(row),
        "due": due_of(row.proceeding.due_on, days) if row.proceeding.state == "open" else None,
        "facts": [Fact(word, value) for word, value in words.facts(row.inputs)],
        "lines": [words.line(each) for each in row.conditions],
        "source": source,
        "handling": _handling(row, owner.get(row.proceeding.owner_id or 0, ""), watches=watches),
        "events": _events(row, notes),
        "deeds": _deeds(
            actor,
            row,
            confirmed=fact is not None,
            warning=_warning_state(warning, today),
            may_be_public=pack is not None and AlertRules.of(pack, today).handled(row.rule).public,
        ),
        "bureau": bool(actor.roles & BUREAU),
        "fact": fact,
        "warning": warning,
        "holds": [one for one in holds if one.lifted_at is None] if watches else [],
        "entry": entry,
        "done": bool(request.GET.get("done")),
    }
    return render(request, "desk/alert.html", context)


def _source(row: Alert) -> tuple[str, Text, bool] | None:
    """Instrument, clause and mark of the line, by the pack that ruled when it was found."""
    pack = pack_of_hash(row.pack_sha256)
    if pack is None or not pack.has(f"alerts.{row.rule}", row.opened_on):
        return None
    value = pack.on(f"alerts.{row.rule}", row.opened_on)
    found = [each for each in value.rows if each.code == row.row]
    cite, mark = value.source(found[0]) if found else (value.cite, value.mark)
    return f"{cite.instrument} {cite.clause}", colour_words.MARKS[mark], value.is_law


def _handling(row: Alert, owner: str, *, watches: bool) -> list[Fact]:
    told = [
        Fact(gettext("发现"), words.full(row.opened_on)),
        Fact(gettext("走到哪一步"), _state(row)),
    ]
    if row.outcome:
        told.append(Fact(gettext("处置"), forms.OUTCOMES[Outcome(row.outcome)]))
    if watches:
        told.append(Fact(gettext("经办人"), owner or gettext("还没有人经办")))
        told.append(
            Fact(
                gettext("是否告知机构"),
                gettext("不告知，属内部预警") if row.confidential else gettext("告知"),
            )
        )
        if row.due_at is None:
            told.append(Fact(gettext("研判期限"), gettext("主管部门尚未在规则包中设定")))
        if row.signal:
            told.append(Fact(gettext("准不准"), forms.SIGNALS[Signal(row.signal)]))
    return told


def _events(row: Alert, notes: list[Any]) -> list[Event]:
    events = [Event(row.opened_at, gettext("发现"), words.LEVELS[row.level][0])]  # type: ignore[arg-type]
    for one in notes:
        text = f"{words.NOTES[one.kind]} {one.words}".strip()
        events.append(Event(one.at, text, "info", one.people or one.by_name))
    return events


@page(roles=READERS, methods=("GET", "POST"))
def alert_do(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """The form of one act on an alert; done, it leads back to the alert."""
    actor = actor_of(request)
    what = DEEDS.get(deed)
    if what is None or not what.roles & actor.roles:
        raise NotFound
    with reading(actor):
        row = queries.alert(actor, code)
    back = reverse("desk:alert", args=[code])
    form = what.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            form.act(call_of(request, form.cleaned_data["request_id"]), code)
            return HttpResponseRedirect(f"{back}?done=1")
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    context = {
        "form": form,
        "label": what.label,
        "back": back,
        "why": row.en if words.english() else row.zh,
        "rule": row.rule,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/alert_do.html", context, status=status)


RULE_TABLE: Final = Table(
    name="alert-rules",
    caption=_("预警规则"),
    columns=(
        Column("rule", _("规则"), "code", fixed=True, link=True),
        Column("title", _("管什么"), fixed=True),
        Column("set", _("是否启用")),
        Column("source", _("依据")),
        Column("mark", _("来源")),
        Column("hours", _("研判时限（小时）"), "number"),
        Column("warned", _("预警"), "number"),
        Column("open", _("未办结"), "number"),
        Column("right", _("属实"), "number"),
        Column("wrong", _("误报"), "number"),
        Column("precision", _("准确率")),
    ),
    empty=Empty(_("没有规则"), _("还没有启用规则包。")),
)


@page(roles=WATCHERS)
def alert_rules(request: HttpRequest) -> HttpResponseBase:
    """Every rule: whether it is set and by which document, who has set none, its track record."""
    actor, today = actor_of(request), day_of(moment(request))
    with reading(actor):
        pack = pack_on(today)
        track = {one.rule: one for one in queries.track_record(actor)}
    if pack is None:
        return RULE_TABLE.answer(request, ListSource([]), "desk/alert_rules.html", {"missing": 0})
    rules, titles = AlertRules.of(pack, today), words.titles(pack)
    rows = [_rule_row(rule, rules, titles[rule], track.get(rule)) for rule in RULES]
    context = {"missing": len(rules.missing)}
    return RULE_TABLE.answer(request, ListSource(rows), "desk/alert_rules.html", context)


def _in_use(rule: str, *, is_set: bool) -> str:
    if rule not in detectable():
        return gettext("还没有数据可查")
    return gettext("启用") if is_set else gettext("未设定：须由主管部门填写")


def _rule_row(rule: str, rules: AlertRules, title: str, track: queries.Track | None) -> Row:
    value = rules.tables.get(rule)
    precision = track.precision_bps if track else None
    cells: dict[str, Any] = {
        "rule": rule,
        "title": title,
        "set": _in_use(rule, is_set=value is not None),
        "source": f"{value.cite.instrument} {value.cite.clause}" if value else "",
        "mark": colour_words.MARKS[value.mark] if value else "",
        "hours": rules.handled(rule).hours,
        "warned": track.warned if track else 0,
        "open": track.open if track else 0,
        "right": track.right if track else 0,
        "wrong": track.wrong if track else 0,
        "precision": "" if precision is None else f"{precision // 100}%",
    }
    return Row(cells, rule, f"{reverse('desk:alerts')}?rule={rule}&state=all")
