"""A bureau calls for custody banks: criteria that weigh 100 together, documents, closing day."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.tuition.selection import services
from yuxin.tuition.selection.permissions import CALLS
from yuxin.tuition.selection.services import NewCall


@operation("bank_call.published", roles=CALLS, moves=("bank_selection.called",))
def call_for_banks(act: Act, *, new: NewCall) -> Receipt:
    """Publish a call; anybody reads it from now on.

    Raises: CallNotUsable, WeightsNotWhole.
    """
    row = services.call(act, new)
    entry = evidence.append(
        act,
        chain=f"selection:{row.code}",
        subject=f"selection:{row.code}",
        body={
            "selection": row.code,
            "title": row.title,
            "closing_on": row.closing_on.isoformat(),
            "places": row.places,
            "months": row.term_months,
            "criteria": [[title.strip(), weight] for title, weight in new.criteria],
        },
    )
    return Receipt(entry.id, {"selection": row.code})
