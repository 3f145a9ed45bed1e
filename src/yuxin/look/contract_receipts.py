"""The receipt of a step of a contract, as a file, for whoever may see the contract."""

from django.http import HttpRequest, HttpResponse

from yuxin.evidence.queries import receipt_for
from yuxin.kernel.refusal import NotFound
from yuxin.look.page import actor_of
from yuxin.tuition.queries import contracts


def receipt_of_step(request: HttpRequest, code: str, entry_id: str) -> HttpResponse:
    """receipt.json of an entry that a step of the contract names. Runs inside a reading.

    Raises: NotFound.
    """
    actor = actor_of(request)
    contract = contracts.find(actor, code)
    item = request.GET.get("item", "")
    known = {(each.entry_id, each.item_key) for each in contracts.steps_of(contract)}
    if (entry_id, item) not in known:
        raise NotFound(field="entry_id")
    receipt = receipt_for(
        actor, entry_id, chains=[f"contract:{contract.code}"], item_key=item or None
    )
    response = HttpResponse(receipt.render(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{receipt.entry[:8]}.json"'
    response["Cache-Control"] = "private, no-store"
    return response
