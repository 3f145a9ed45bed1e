"""The receipt of what somebody did, as a file to keep."""

from django.http import HttpRequest, HttpResponse

from yuxin.access.reading import reading
from yuxin.evidence.queries import receipt_for
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.look.page import actor_of, page


@page(roles=EVERYBODY - {Role.PUBLIC})
def my_receipt(request: HttpRequest, entry_id: str) -> HttpResponse:
    """receipt.json of an entry that the signed-in account wrote."""
    actor = actor_of(request)
    with reading(actor):
        receipt = receipt_for(actor, entry_id, item_key=request.GET.get("item"))
    response = HttpResponse(receipt.render(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{receipt.entry[:8]}.json"'
    response["Cache-Control"] = "private, no-store"
    return response
