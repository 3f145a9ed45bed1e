"""Running contracts: the list, what is not covered by institution, the officer's decision."""

from collections.abc import Mapping
from typing import Final

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import BUREAU, KEEPS_BOOKS
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, QuerySource, Row, Table
from yuxin.look.tuition_words import units
from yuxin.look.values import Empty, Fact, Link
from yuxin.operations.tuition.settle_running_contract import settle_running_contract
from yuxin.registry.models import Entry
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.running import queries
from yuxin.tuition.running.models import RunningContract
from yuxin.tuition.running.permissions import DECIDES

STATES: Final = {
    "told": gettext_lazy("等家长核对"),
    "contested": gettext_lazy("家长说不对，待核定"),
    "agreed": gettext_lazy("剩余已定"),
    "ended": gettext_lazy("没有剩余"),
}
LIST: Final = Table(
    name="running",
    caption=gettext_lazy("存量合同"),
    columns=(
        Column("paper", gettext_lazy("原合同号"), "code", sortable=True, fixed=True, link=True),
        Column("institution", gettext_lazy("机构"), cut=True),
        Column("course", gettext_lazy("课程"), cut=True),
        Column("learner", gettext_lazy("学员")),
        Column("state", gettext_lazy("状态"), sortable=True),
        Column("paid", gettext_lazy("已付"), "money", sortable=True),
        Column("units", gettext_lazy("总课时")),
        Column("taught", gettext_lazy("已上（机构）")),
        Column("said", gettext_lazy("已上（家长）")),
        Column("left", gettext_lazy("剩余"), "money"),
        Column("safe", gettext_lazy("在监管")),
        Column("contract", gettext_lazy("监管合同号"), "code"),
    ),
    filters=(
        Filter("state", gettext_lazy("状态"), list(STATES.items())),
        Filter("q", gettext_lazy("原合同号"), kind="text"),
    ),
    default_sort="paper",
    empty=Empty(
        gettext_lazy("没有存量合同"),
        gettext_lazy("接入监管以前已签约收费、还没上完的合同，由机构报送，家长核对。"),
    ),
)


@page(roles=KEEPS_BOOKS | BUREAU)
def running(request: HttpRequest) -> HttpResponseBase:
    """Contracts of before, of one institution or of all that the bureau sees."""
    actor = actor_of(request)
    inside = bool(actor.roles & KEEPS_BOOKS)
    with reading(actor):
        names = names_of(actor.institution_ids)
        found = queries.uncovered(actor)
        source = QuerySource(
            queries.listed(actor),
            row=lambda one: _row(one, names, masked=not inside),
            order={"paper": ("paper_number",), "state": ("state",), "paid": ("paid_fen",)},
            narrow=_narrow,
        )
        acts = [Link(_("报送存量合同"), reverse("desk:running-declare"), primary=True)]
        context = {
            "title": _("存量合同"),
            "sub": _said(sum(each.uncovered_fen for each in found)),
            "acts": acts if inside else [],
        }
        return LIST.answer(request, source, "desk/tuition_list.html", context)


def _name(names: Mapping[int, Entry], institution_id: int) -> str:
    entry = names.get(institution_id)
    return entry.name if entry else ""


def _said(fen: int) -> str:
    if fen:
        return _("还有 %(sum)s 元没有进专户。") % {"sum": yuan(Fen(fen))}
    return _("存量合同的钱都在专户里了。")


def _narrow(
    rows: "QuerySet[RunningContract]", chosen: Mapping[str, str]
) -> "QuerySet[RunningContract]":
    if "state" in chosen:
        rows = rows.filter(state=chosen["state"])
    return rows.filter(paper_number__contains=chosen["q"]) if "q" in chosen else rows


def _row(one: RunningContract, names: Mapping[int, Entry], *, masked: bool) -> Row:
    contract = one.contract
    cells = {
        "paper": one.paper_number,
        "institution": _name(names, one.institution_id),
        "course": one.class_group.course.name,
        "learner": queries.learner_name(one, masked=masked),
        "state": STATES[one.state],
        "paid": Fen(one.paid_fen),
        "units": units(one.total_centiunits),
        "taught": units(one.taught_centiunits),
        "said": "" if one.said_centiunits is None else units(one.said_centiunits),
        "left": Fen(one.at_stake_fen),
        "safe": _("已到专户") if contract and contract.paid_at else _("没到"),
        "contract": contract.code if contract else "",
    }
    if one.state == "ended":
        cells["safe"] = "–"
    url = reverse("desk:running-one", args=[one.code])
    return Row(cells, one.code, url, hot=one.state == "contested")


GAPS: Final = Table(
    name="running-uncovered",
    caption=gettext_lazy("存量未覆盖"),
    columns=(
        Column("name", gettext_lazy("机构"), sortable=True, fixed=True, cut=True),
        Column("count", gettext_lazy("合同"), "number", sortable=True),
        Column("waiting", gettext_lazy("等家长核对"), "number"),
        Column("contested", gettext_lazy("待核定"), "number"),
        Column("families", gettext_lazy("未覆盖家庭"), "number"),
        Column("stake", gettext_lazy("应进专户"), "money", sortable=True),
        Column("covered", gettext_lazy("已进专户"), "money", sortable=True),
        Column("uncovered", gettext_lazy("未覆盖"), "money", sortable=True),
        Column("by", gettext_lazy("截止日"), "date", sortable=True),
    ),
    default_sort="-uncovered",
    empty=Empty(
        gettext_lazy("没有机构报送存量合同"),
        gettext_lazy("报送以后，每家机构还差多少钱没有进专户会列在这里，直到是零。"),
    ),
)


@page(roles=BUREAU)
def uncovered(request: HttpRequest) -> HttpResponseBase:
    """What is not safe yet, by institution, until it is zero."""
    actor = actor_of(request)
    with reading(actor):
        found = queries.uncovered(actor)
        names = names_of(actor.institution_ids)
    rows = [
        Row(
            {
                "name": _name(names, each.institution_id),
                "count": each.count,
                "waiting": each.waiting,
                "contested": each.contested,
                "families": each.families,
                "stake": Fen(each.at_stake_fen),
                "covered": Fen(each.covered_fen),
                "uncovered": Fen(each.uncovered_fen),
                "by": each.cut_over_on,
            },
            key=str(each.institution_id),
            hot=bool(each.uncovered_fen),
        )
        for each in found
    ]
    totals = {
        "name": _("合计"),
        "count": sum(each.count for each in found),
        "stake": Fen(sum(each.at_stake_fen for each in found)),
        "covered": Fen(sum(each.covered_fen for each in found)),
        "uncovered": Fen(sum(each.uncovered_fen for each in found)),
    }
    context = {
        "title": _("存量未覆盖"),
        "sub": _said(sum(each.uncovered_fen for each in found)),
        "acts": [Link(_("全部存量合同"), reverse("desk:running"))],
    }
    return GAPS.answer(
        request,
        ListSource(rows),
        "desk/tuition_list.html",
        context,
        totals=totals if rows else None,
    )


class SettleForm(Form):
    """How much was taught, as the officer decides, and why."""

    taught = forms.DecimalField(
        label=_("已上课时（核定）"), min_value=0, max_digits=8, decimal_places=2
    )
    reason = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("看过哪些凭证，例如签到表、收据、聊天记录。双方都会看到。"),
        widget=forms.Textarea,
    )


@page(roles=KEEPS_BOOKS | BUREAU, methods=("GET", "POST"))
def running_one(request: HttpRequest, code: str) -> HttpResponse:
    """One contract of before; an officer decides what is left."""
    actor = actor_of(request)
    form = SettleForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not actor.roles & DECIDES:
            raise NotFound
        if form.is_valid():
            refused = _settle(request, code, form)
            if refused is None:
                return HttpResponseRedirect(reverse("desk:running-one", args=[code]))
            status = refused.status
        else:
            status = 422
    with reading(actor):
        one = queries.one(actor, code)
        safe = queries.is_safe(one)
        name = names_of([one.institution_id])[one.institution_id]
    inside = bool(actor.roles & KEEPS_BOOKS)
    context = {
        "one": one,
        "state": STATES[one.state],
        "facts": _facts(one, name.name, inside=inside),
        "left_fen": Fen(one.at_stake_fen),
        "safe": safe,
        "decides": bool(actor.roles & DECIDES) and one.state in ("told", "contested"),
        "form": form,
    }
    return render(request, "desk/running_one.html", context, status=status)


def _settle(request: HttpRequest, code: str, form: SettleForm) -> Refusal | None:
    try:
        settle_running_contract(
            call_of(request, form.cleaned_data["request_id"]),
            running_code=code,
            taught_centiunits=int(form.cleaned_data["taught"] * 100),
            reason=form.cleaned_data["reason"],
        )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return refusal
    return None


def _facts(one: RunningContract, name: str, *, inside: bool) -> list[Fact]:
    rows = [
        Fact(_("机构"), name),
        Fact(_("课程和班级"), f"{one.class_group.course.name} {one.class_group.name}"),
        Fact(_("学员"), queries.learner_name(one, masked=not inside)),
        Fact(_("已付"), _("%(sum)s元") % {"sum": yuan(Fen(one.paid_fen))}, note=str(one.paid_on)),
        Fact(_("总课时"), units(one.total_centiunits)),
        Fact(_("已上（机构）"), units(one.taught_centiunits)),
    ]
    if one.said_centiunits is not None:
        rows.append(Fact(_("已上（家长）"), units(one.said_centiunits), note=one.said_note))
    if one.agreed_centiunits is not None:
        rows.append(Fact(_("已上（定）"), units(one.agreed_centiunits), note=one.decision))
    return [*rows, Fact(_("截止日"), str(one.cut_over_on))]
