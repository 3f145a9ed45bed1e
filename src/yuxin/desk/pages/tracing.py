"""One fee from end to end: any number leads to the contract, its lessons, transfers, invoices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.access.sealed import masked_name, unseal
from yuxin.desk.pages.invoices import VERDICTS
from yuxin.desk.tuition_access import KEEPS_BOOKS, SEES_BOOKS
from yuxin.kernel.actor import Actor
from yuxin.kernel.money import Fen
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import CONTRACT_STATES, LESSON_STATES, STEPS
from yuxin.tuition.invoices import queries as invoices
from yuxin.tuition.models import Contract
from yuxin.tuition.queries import contracts, tracing
from yuxin.tuition.queries.contracts import names_of

BANK_KINDS = {
    "IN": gettext_lazy("收款"),
    "OUT": gettext_lazy("划款结果"),
    "REF": gettext_lazy("退款结果"),
}
MONEY = (
    *("paid", "arrived", "release_instructed", "release_done", "release_failed"),
    *("release_returned", "refund_requested", "refund_agreed", "refund_deemed", "refund_granted"),
    *("refund_instructed", "refund_redirected", "refund_paid", "refund_returned"),
    *("invoiced", "invoice_undone", "supplement_signed", "closed"),
)


@page(roles=SEES_BOOKS)
def trace(request: HttpRequest) -> HttpResponse:
    """Search by any number; one contract is shown whole, several are listed."""
    actor = actor_of(request)
    asked = request.GET.get("q", "").strip()
    with reading(actor):
        found = tracing.contracts_by(actor, asked)
        chosen = [one for one in found if one.code == request.GET.get("contract", "")]
        if len(found) == 1:
            chosen = found
        names = names_of(each.institution_id for each in found)
        whole = _whole(actor, chosen[0]) if chosen else {}
    context = {
        "asked": asked,
        "found": [(each, names[each.institution_id].name, Fen(each.total_fen)) for each in found],
        "institution": names[chosen[0].institution_id] if chosen else None,
        **whole,
    }
    return render(request, "desk/trace.html", context)


def _whole(actor: Actor, contract: Contract) -> dict[str, object]:
    """Everything that a fee is made of; inside a reading."""
    name = unseal("learner", contract.learner_name_sealed)
    steps = contracts.steps_of(contract)
    went = tracing.orders_of_lessons(actor, contract)
    lines = invoices.invoices_of(actor, contract)
    check = invoices.check_of(contract, lines)
    return {
        "contract": contract,
        "total_fen": Fen(contract.total_fen),
        "state": CONTRACT_STATES[contract.state],
        "learner": name if actor.has(*KEEPS_BOOKS) else masked_name(name),
        "verdict": VERDICTS[check.verdict],
        "moves": [
            (each, STEPS.get(each.kind, each.kind), Fen(each.amount_fen))
            for each in steps
            if each.kind in MONEY
        ],
        "lessons": [
            (
                each,
                LESSON_STATES.get(each.state, each.state),
                Fen(each.amount_fen),
                went.get(each.code, ""),
            )
            for each in contracts.lessons_of([contract])
        ],
        "bank": [
            (each, BANK_KINDS.get(each.kind, each.kind), Fen(each.amount_fen))
            for each in tracing.bank_lines_of(actor, contract)
        ],
        "invoices": [(each, Fen(each.amount_fen)) for each in lines],
        "ledger_url": reverse("desk:contract", args=[contract.code]),
    }
