"""Record what a colour rests on, and decide on the colour: one page for each act."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yuxin.access.reading import reading
from yuxin.assessment.permissions import EXPLAINED_TO, OFFICERS
from yuxin.desk.forms import alerts as of_alerts
from yuxin.desk.forms import colour as forms
from yuxin.desk.registry_values import shown_name
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.licensing.permissions import ACCEPTORS
from yuxin.look.page import actor_of, page
from yuxin.look.values import Fact, Text
from yuxin.registry import queries as registry
from yuxin.tuition.outflow import queries as outflow
from yuxin.tuition.outflow.models import Hold

HEADS: Final = frozenset({Role.INSTITUTION_HEAD})
PAPERS: Final = OFFICERS | HEADS


@dataclass(frozen=True)
class Thing:
    """An act that has a form here, and whose it is."""

    name: str
    label: Text
    form: type[forms.ActForm]
    roles: frozenset[Role]


THINGS: Final = {
    thing.name: thing
    for thing in (
        Thing("statement", _("报送报表"), forms.StatementForm, PAPERS),
        Thing("renewal", _("登记延续受理"), forms.RenewalForm, ACCEPTORS),
        Thing("insurance", _("登记保险"), forms.InsuranceForm, PAPERS),
        Thing("complaint", _("登记投诉"), forms.ComplaintForm, OFFICERS),
        Thing("decision", _("认定投诉"), forms.DecisionForm, OFFICERS),
        Thing("gap", _("登记数据中断"), forms.GapForm, OFFICERS),
        Thing("confirm", _("核实公示"), forms.ConfirmForm, OFFICERS),
        Thing("told", _("登记送达"), forms.ToldForm, OFFICERS),
        Thing("reinspection", _("提请解除红码"), forms.ReinspectionForm, OFFICERS),
        Thing("reinspection-approve", _("批准解除"), forms.ApproveReinspectionForm, OFFICERS),
        Thing("override", _("提请人工调整"), forms.OverrideForm, OFFICERS),
        Thing("override-approve", _("批准调整"), forms.ApproveOverrideForm, OFFICERS),
        Thing("preset", _("设定预警线"), of_alerts.PresetForm, OFFICERS),
        Thing("sign", _("登记停业征兆"), of_alerts.SignForm, OFFICERS),
        Thing("large-use", _("报告大额用款"), of_alerts.LargeUseForm, HEADS),
        Thing("hold", _("提请暂停划转"), of_alerts.HoldForm, OFFICERS),
        Thing("hold-approve", _("批准暂停划转"), of_alerts.HoldApproveForm, OFFICERS),
        Thing("lift", _("提请恢复划转"), of_alerts.LiftForm, OFFICERS),
        Thing("lift-approve", _("批准恢复划转"), of_alerts.LiftApproveForm, OFFICERS),
    )
}


def things_for(actor: Actor) -> list[Thing]:
    """The acts that are offered to somebody."""
    return [thing for thing in THINGS.values() if thing.roles & actor.roles]


APPROVALS: Final = {"hold-approve": True, "lift-approve": False}


def _about(actor: Actor, institution_id: int, thing: str) -> list[tuple[str, list[Fact]]]:
    """What waits for the second person here, by its code: they see what they approve."""
    if thing not in APPROVALS:
        return []
    waiting = [
        row
        for row in outflow.waiting(actor)
        if row.institution_id == institution_id and (row.approved_at is None) is APPROVALS[thing]
    ]
    names = registry.names_of(
        actor, [row.proposed_by for row in waiting] + [row.lift_proposed_by or 0 for row in waiting]
    )
    return [(row.code, _hold_facts(row, names, new=APPROVALS[thing])) for row in waiting]


def _hold_facts(row: Hold, names: Mapping[int, str], *, new: bool) -> list[Fact]:
    at = row.proposed_at if new else row.lift_proposed_at
    who = row.proposed_by if new else row.lift_proposed_by or 0
    return [
        Fact(gettext("编号"), row.code, code=True),
        Fact(gettext("文号"), row.document_number if new else row.lift_number),
        Fact(gettext("理由"), row.words if new else row.lift_words),
        Fact(gettext("提请人"), names.get(who, "")),
        Fact(gettext("提请"), day_of(at).isoformat() if at else ""),
    ]


@page(roles=EXPLAINED_TO, methods=("GET", "POST"))
def record(request: HttpRequest, code: str, thing: str) -> HttpResponse:
    """The form of one act; done, it leads back to the explanation."""
    actor = actor_of(request)
    what = THINGS.get(thing)
    if what is None or not what.roles & actor.roles:
        raise NotFound
    with reading(actor):
        entry = registry.find(actor, code)
        about = _about(actor, entry.pk, thing)
    back = reverse("desk:colour", args=[entry.code])
    asked = request.GET.get("hold_code", "") or next((hold for hold, _facts in about), "")
    form = what.form(request.POST or None, initial={"hold_code": asked})
    if request.method == "POST" and form.is_valid():
        try:
            call = Call(actor, now(), form.cleaned_data["request_id"])
            receipt = form.act(call, entry.code)
            named = (receipt.values.get(name) for name in ("proposal", "complaint", "hold"))
            number = next((each for each in named if each), "")
            return HttpResponseRedirect(f"{back}?recorded={receipt.entry_id}&number={number}")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {
        "entry": entry,
        "name": shown_name(entry),
        "label": what.label,
        "form": form,
        "about": [facts for _hold, facts in about],
    }
    status = 422 if form.errors else 200
    return render(request, "desk/colour_record.html", {**context, "back": back}, status=status)
