"""One proceeding: the facts, what the reader may do now, what happened, who has it in hand."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.cases import queries as cases
from yuxin.cases.kinds import ADVANCE, Kind, Move
from yuxin.cases.models import Proceeding
from yuxin.desk import uploads
from yuxin.desk.forms.proceedings import ExtendForm, MoveForm
from yuxin.desk.pages.proceedings import READS, owner_asked
from yuxin.desk.proceeding_deeds import DEEDS, fits
from yuxin.desk.proceeding_facts import facts_of
from yuxin.desk.proceeding_words import address, age, due_of, events, said, state_words
from yuxin.desk.tasks import Days, days_on
from yuxin.files import store
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.look.forms import Form
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.values import Fact
from yuxin.look.words import span
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.cases.assign_proceedings import assign_proceedings_many
from yuxin.operations.cases.extend_proceeding import LEADS, extend_proceeding
from yuxin.operations.kinds import KINDS, kind_named
from yuxin.tuition.breaks.queries import of_other_banks
from yuxin.tuition.queries.contracts import names_of


@dataclass(frozen=True)
class Offer:
    """A move that the reader may make now, with its form."""

    row: Move
    title: str
    law: str
    form: MoveForm


def _find(actor: Actor, code: str) -> Proceeding:
    """The proceeding of a code; another bank's break does not exist for a bank."""
    found = cases.find(actor, KINDS, code)
    if of_other_banks(actor).filter(proceeding=found).exists():
        raise NotFound
    return found


def offers(
    actor: Actor, kind: Kind, about: Proceeding, bound: MoveForm | None = None
) -> list[Offer]:
    """The moves of the table that fit the reader and where it stands. Runs inside a reading."""
    rows = [
        row
        for row in kind.moves_from(about.state)
        if row.roles & actor.roles
        and (row.operation == ADVANCE or kind.claim(row.name) in DEEDS)
        and fits(kind, row, about)
    ]
    return [Offer(row, said(row.title), row.law, _form(kind, row, about, bound)) for row in rows]


def _form(kind: Kind, row: Move, about: Proceeding, bound: MoveForm | None) -> MoveForm:
    if bound is not None and bound.data.get("move") == row.name:
        return bound
    deed = DEEDS.get(kind.claim(row.name))
    if deed is None:
        return MoveForm(row, auto_id=f"id_{row.name}_%s")
    return deed.form(row, auto_id=f"id_{row.name}_%s", initial=deed.initial(about))


def make(request: HttpRequest, kind: Kind, about: Proceeding) -> tuple[MoveForm | None, bool]:
    """Make the move that was posted: the form, and whether it was done."""
    named = request.POST.get("move", "")
    row = next((each for each in kind.moves if each.name == named), None)
    if row is None:
        return None, False
    deed = DEEDS.get(kind.claim(row.name))
    form = (deed.form if deed else MoveForm)(
        row, request.POST, request.FILES, auto_id=f"id_{row.name}_%s"
    )
    if not form.is_valid():
        return form, False
    try:
        told = dict(form.cleaned_data)
        if told.get("document"):
            told["document"] = uploads.kept(told["document"])
        call = call_of(request, told["request_id"])
        if deed:
            deed.act(call, about, told)
        else:
            advance_proceeding(
                call,
                proceeding_code=about.code,
                move=row.name,
                words=told.get("words", ""),
                document=told.get("document", ""),
            )
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return form, False
    return form, True


@page(roles=READS, methods=("GET", "POST"))
def proceeding(request: HttpRequest, code: str) -> HttpResponse:
    """Whatever its kind; a kind may have a page of its own besides."""
    actor = actor_of(request)
    with reading(actor):
        about = _find(actor, code)
    kind = kind_named(about.kind)
    bound: MoveForm | None = None
    extending: Form | None = None
    if request.method == "POST" and request.POST.get("move"):
        bound, done = make(request, kind, about)
        if done:
            return _back(about)
    elif request.method == "POST":
        extending = _lead(request, about)
        if extending is None:
            return _back(about)
    with reading(actor):
        about = _find(actor, code)
        context = _context(request, actor, kind, about, bound)
    context["extend"] = extending or context["extend"]
    bad = bound is not None or extending is not None
    return render(request, "desk/proceeding.html", context, status=422 if bad else 200)


def _back(about: Proceeding) -> HttpResponse:
    where = reverse("desk:proceeding", args=[about.code])
    return HttpResponseRedirect(f"{where}?done=1")


def _lead(request: HttpRequest, about: Proceeding) -> Form | None:
    """Take it, give it back, or lengthen its term; the form when that was refused."""
    if "extend" in request.POST:
        form = ExtendForm(request.POST)
        if not form.is_valid():
            return form
        try:
            extend_proceeding(
                call_of(request, form.cleaned_data["request_id"]),
                proceeding_code=about.code,
                words=form.cleaned_data["words"],
            )
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            return form
        return None
    assign_proceedings_many(
        call_of(request, uuid4()),
        proceeding_codes=(about.code,),
        owner_id=owner_asked(request.POST.get("act", ""), actor_of(request)),
    )
    return None


def _context(
    request: HttpRequest, actor: Actor, kind: Kind, about: Proceeding, bound: MoveForm | None
) -> dict[str, Any]:
    days = days_on(day_of(moment(request)))
    steps = cases.timeline(actor, about)
    state = kind.state(about.state)
    leads = bool(actor.roles & kind.leads) and about.closed_at is None
    may_extend = leads and state.term is not None and state.term.extends and not about.extended
    return {
        "about": about,
        "kind": kind,
        "title": said(kind.title),
        "state": state_words(about),
        "due": due_of(about, days) if about.closed_at is None else None,
        "no_term": state.term is not None and about.due_on is None and about.closed_at is None,
        "facts": [*_facts(actor, about, days), *facts_of(actor, about)],
        "offers": offers(actor, kind, about, bound),
        "bound": bound,
        "events": events(kind, steps),
        "documents": [each for each in steps if each.document_sha256],
        "leads": leads,
        "mine": about.owner_id == actor.account_id,
        "extend": ExtendForm() if may_extend and about.due_on else None,
        "own_page": "" if address(about).endswith(about.code) else address(about),
        "notices": [("green", _("记下了，有关各方看得到。"))] if request.GET.get("done") else [],
    }


def _facts(actor: Actor, about: Proceeding, days: Days) -> list[Fact]:
    entry = names_of([about.institution_id]).get(about.institution_id)
    owner = cases.owner_name(actor, about)
    facts = [
        Fact(_("编号"), about.reference or about.code, code=True),
        Fact(
            _("机构"),
            entry.name if entry else _("不涉及单个机构"),
            url=reverse("desk:institution", args=[entry.code]) if entry and _bureau(actor) else "",
        ),
        Fact(_("经办人"), owner or _("没人领")),
    ]
    if about.amount_fen is not None:
        facts.append(Fact(_("金额"), _("%(sum)s元") % {"sum": yuan(Fen(about.amount_fen))}))
    if about.closed_at is None:
        facts.append(Fact(_("账龄"), span(*age(about, days.today, days))))
    return facts


def _bureau(actor: Actor) -> bool:
    return bool(actor.roles & LEADS)


@page(roles=READS)
def document(request: HttpRequest, code: str, sha256: str) -> HttpResponse:
    """A document that was attached to a step, for whoever may see the proceeding."""
    actor = actor_of(request)
    with reading(actor):
        about = _find(actor, code)
        known = {each.document_sha256 for each in cases.timeline(actor, about)}
    if not sha256 or sha256 not in known:
        raise NotFound
    data = store.get(sha256)
    kind, ending = uploads.media_type(data)
    name = uploads.file_name(about.code, ending)
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name!r}".encode(
        "ascii", "ignore"
    ).decode()
    return response
