"""After the days for objections a result is confirmed: the banks serve for their term."""

from yuxin.cases import services as cases
from yuxin.cases.terms import deadline_of
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.tuition.selection import services
from yuxin.tuition.selection.kind import BANK_SELECTION
from yuxin.tuition.selection.permissions import CALLS


@operation("bank_selection.confirmed", roles=CALLS, moves=("bank_selection.confirmed",))
def confirm_selection(act: Act, *, selection_code: str) -> Receipt:
    """Confirm a result; a term that touches a year without a calendar ends no right to object.

    Raises: NotFound, WrongState, ObjectionsOpen.
    """
    row = services.selection_for_update(selection_code)
    cases.advance(act, row.proceeding, BANK_SELECTION, "confirmed")
    assert row.noticed_on is not None, "a result was published"
    assert row.objection_days is not None, "the rules gave the days"
    last = deadline_of(act, row.noticed_on, row.objection_days, "working_day", rolls=True)
    if last.provisional or last.day >= act.day:
        raise services.ObjectionsOpen(day=last.day.isoformat())
    services.serve(act, row)
    assert row.serves_until is not None, "the term was written"
    entry = evidence.append(
        act,
        chain=f"selection:{row.code}",
        subject=f"selection:{row.code}",
        body={"selection": row.code, "until": row.serves_until.isoformat()},
    )
    return Receipt(entry.id, {"selection": row.code, "until": row.serves_until.isoformat()})
