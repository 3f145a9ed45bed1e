"""Moves of proceedings with an effect outside: the form of each, the act it calls.

A move whose row names `advance_proceeding` needs nothing here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from yuxin.access.reading import reading
from yuxin.cases.kinds import Kind, Move
from yuxin.cases.models import Proceeding
from yuxin.desk.forms.proceedings import AcceptForm, MatchForm, MoveForm, ShareForm
from yuxin.kernel.act import Call
from yuxin.operations.tuition.accept_settlement import accept_settlement
from yuxin.operations.tuition.explain_break import explain_break
from yuxin.operations.tuition.match_break import match_break
from yuxin.operations.tuition.propose_settlement import propose_settlement
from yuxin.operations.tuition.return_break_money import return_break_money
from yuxin.operations.tuition.settle_dispute import settle_dispute
from yuxin.tuition.breaks.queries import can_be_given_back, two_persons
from yuxin.tuition.disputes import queries as disputes

Told = dict[str, Any]  # the form's cleaned fields; `document` is the SHA-256 of stored bytes


@dataclass(frozen=True)
class Deed:
    """How a move is made: its act, the form, and whether it makes sense for this proceeding."""

    act: Callable[[Call, Proceeding, Told], object]
    form: type[MoveForm] = MoveForm
    fits: Callable[[Proceeding], bool] = lambda _: True
    initial: Callable[[Proceeding], Told] = lambda _: {}


def _explain(call: Call, about: Proceeding, told: Told) -> object:
    return explain_break(
        call, break_code=about.code, words=told["words"], document=told.get("document", "")
    )


def _give_back(call: Call, about: Proceeding, told: Told) -> object:
    return return_break_money(call, break_code=about.code, words=told["words"])


def _match(call: Call, about: Proceeding, told: Told) -> object:
    return match_break(
        call, break_code=about.code, order_code=told["order"].strip(), words=told["words"]
    )


def _lesson(call: Call, about: Proceeding) -> str:
    """The lesson that a dispute is over, as the caller may see it."""
    with reading(call.actor):
        return disputes.of_proceeding(call.actor, about.pk).lesson_code


def _seen(about: Proceeding) -> Told:
    """What the proposal that stands gives back: the yes is to this sum. Runs inside a reading."""
    last = about.dispute.settlements.order_by("-number").first()
    return {"seen_fen": last.back_fen if last else 0}


def _decide(call: Call, about: Proceeding, told: Told) -> object:
    return settle_dispute(
        call,
        lesson_code=_lesson(call, about),
        kept_bps=int(told["kept"] * 100),
        words=told["words"],
    )


def _propose(call: Call, about: Proceeding, told: Told) -> object:
    return propose_settlement(
        call,
        lesson_code=_lesson(call, about),
        kept_bps=int(told["kept"] * 100),
        words=told["words"],
    )


def _accept(call: Call, about: Proceeding, told: Told) -> object:
    return accept_settlement(call, lesson_code=_lesson(call, about), seen_fen=told["seen_fen"])


DEEDS: Final[dict[str, Deed]] = {
    "break.explained": Deed(
        _explain, fits=lambda one: not two_persons(one.gap) and not one.gap.held_fen
    ),
    "break.explanation_approved": Deed(_explain),
    "break.matched": Deed(_match, MatchForm, lambda one: can_be_given_back(one.gap)),
    "break.return_approved": Deed(_give_back),
    "lesson_dispute.proposed": Deed(_propose, ShareForm),
    "lesson_dispute.accepted": Deed(_accept, AcceptForm, initial=_seen),
    "lesson_dispute.decided": Deed(_decide, ShareForm),
}
# Moves without effect outside that do not fit every proceeding of their kind.
FITS: Final[dict[str, Callable[[Proceeding], bool]]] = {
    "break.explanation_proposed": lambda one: two_persons(one.gap) and not one.gap.held_fen,
    "break.return_proposed": lambda one: can_be_given_back(one.gap),
}


def fits(kind: Kind, row: Move, about: Proceeding) -> bool:
    """Whether a move is offered for a proceeding."""
    claim = kind.claim(row.name)
    deed = DEEDS.get(claim)
    if deed:
        return deed.fits(about)
    return FITS[claim](about) if claim in FITS else True
