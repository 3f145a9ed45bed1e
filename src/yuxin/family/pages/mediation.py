"""A dispute on the phone: what each side said, the proposal, yes or no."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.cases import queries as cases
from yuxin.cases.queries import StepLine
from yuxin.family.forms.mediation import AcceptForm, RefuseForm, WithdrawForm
from yuxin.family.pages.said import said
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of
from yuxin.look.page import actor_of, page
from yuxin.look.values import Step, SumLine
from yuxin.look.words import long_day_words
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.tuition.accept_settlement import accept_settlement
from yuxin.operations.tuition.withdraw_dispute import withdraw_dispute
from yuxin.tuition.disputes.kind import LESSON_DISPUTE
from yuxin.tuition.disputes.queries import Proposal, Standing, standing

FORMS: dict[str, type[Form]] = {
    "accept": AcceptForm,
    "refuse": RefuseForm,
    "withdraw": WithdrawForm,
}


@page(roles={Role.GUARDIAN}, methods=("GET", "POST"))
def mediation(request: HttpRequest, code: str) -> HttpResponse:
    """Where the dispute stands; a proposal is accepted or refused here."""
    actor, bound = actor_of(request), None
    with reading(actor):
        found = standing(actor, code)
    if found is None:
        raise NotFound
    if request.method == "POST":
        bound, done = _answer(request, found)
        if done:
            return HttpResponseRedirect(f"{reverse('family:mediation', args=[code])}?done={done}")
    with reading(actor):
        found = standing(actor, code)
        assert found is not None, "a dispute stays"
        about = cases.find(actor, [LESSON_DISPUTE], found.proceeding_code)
        history = cases.timeline(actor, about)
    context = {
        "found": found,
        "amount_fen": Fen(found.amount_fen),
        "stands": LESSON_DISPUTE.state(found.state).title.say(get_language() or "zh"),
        "due": _("%(day)s前") % {"day": long_day_words(found.due_on)} if found.due_on else "",
        "steps": [_step(each) for each in history],
        "lines": _lines(found.proposal) if found.proposal else [],
        "notices": said(request),
        "back_url": reverse("family:lesson", args=[code]),
        **_forms(found, bound),
    }
    return render(request, "family/mediation.html", context, status=422 if bound else 200)


def _answer(request: HttpRequest, found: Standing) -> tuple[Form | None, str]:
    """The form that was refused, or the word of what was done."""
    kind = FORMS.get(request.POST.get("act", ""))
    if kind is None:
        return None, ""
    form = kind(request.POST, auto_id=f"{request.POST['act']}_%s")
    if not form.is_valid():
        return form, ""
    acts: dict[str, Callable[[Call, dict[str, Any]], str]] = {
        "accept": lambda call, told: _accept(call, found, told),
        "refuse": lambda call, told: _refuse(call, found, told),
        "withdraw": lambda call, _told: _withdraw(call, found),
    }
    try:
        call = call_of(request, form.cleaned_data["request_id"])
        return None, acts[form.cleaned_data["act"]](call, form.cleaned_data)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return form, ""


def _accept(call: Call, found: Standing, told: dict[str, Any]) -> str:
    receipt = accept_settlement(call, lesson_code=found.lesson_code, seen_fen=told["seen_fen"])
    return "agreed" if "kept_fen" in receipt.values else "accepted"


def _refuse(call: Call, found: Standing, told: dict[str, Any]) -> str:
    advance_proceeding(
        call, proceeding_code=found.proceeding_code, move="refused", words=told["words"]
    )
    return "refused"


def _withdraw(call: Call, found: Standing) -> str:
    withdraw_dispute(call, lesson_code=found.lesson_code)
    return "withdrawn"


def _forms(found: Standing, bound: Form | None) -> dict[str, Form | None]:
    """The forms that fit where it stands; the one that was refused keeps what was typed."""
    waits = found.proposal is not None and not found.proposal.guardian_said
    is_open = not LESSON_DISPUTE.state(found.state).final
    seen = {"seen_fen": found.proposal.back_fen} if found.proposal else {}
    kept = {type(bound): bound}
    forms: dict[str, Form | None] = {"problem": bound, "accept": None, "refuse": None}
    if waits:
        forms["accept"] = AcceptForm(initial=seen, auto_id="accept_%s")
        forms["refuse"] = kept.get(RefuseForm) or RefuseForm(auto_id="refuse_%s")
    forms["withdraw"] = kept.get(WithdrawForm) or WithdrawForm(auto_id="withdraw_%s")
    return forms if is_open else {**forms, "withdraw": None}


def _lines(proposal: Proposal) -> list[SumLine]:
    return [
        SumLine(_("机构得"), Fen(proposal.kept_fen)),
        SumLine(_("退回您的合同"), Fen(proposal.back_fen), total=True),
    ]


def _step(step: StepLine) -> Step:
    """A line of the history: the move, who made it, what they said."""
    people = {"guardian": _("您"), "clock": _("系统"), "association": _("协会调解员")}
    inside = step.role.startswith("institution")
    by = people.get(step.role, _("机构") if inside else _("监管员"))
    if step.move in ("assigned", "extended"):
        title = _("换了经办人") if step.move == "assigned" else _("延长了期限")
    else:
        title = LESSON_DISPUTE.move(step.move).title.say(get_language() or "zh")
    notes = [_("%(day)s，%(by)s") % {"day": long_day_words(day_of(step.at)), "by": by}]
    if step.words and step.move != "opened":
        notes.append(step.words)
    return Step(title, "done", notes)
