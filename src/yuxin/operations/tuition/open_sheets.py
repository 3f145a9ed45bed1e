"""The sheets are opened together and the banks ranked."""

from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.canonical import Json
from yuxin.operations.operation import operation
from yuxin.tuition.selection import services
from yuxin.tuition.selection.kind import BANK_SELECTION
from yuxin.tuition.selection.permissions import CALLS


@operation("bank_sheets.opened", roles=CALLS, moves=("bank_selection.sheets_opened",))
def open_sheets(act: Act, *, selection_code: str) -> Receipt:
    """Open every sheet once all are in or the scoring day is over, and rank by them.

    Raises: NotFound, WrongState, SheetsSealed, NoSheets.
    """
    row = services.selection_for_update(selection_code)
    cases.advance(act, row.proceeding, BANK_SELECTION, "sheets_opened")
    order = services.open_and_rank(act, row)
    names = dict(row.applications.values_list("pk", "bank_code"))
    ranks: list[Json] = [[names[one.key], one.rank, one.total, one.decided_by] for one in order]
    entry = evidence.append(
        act,
        chain=f"selection:{row.code}",
        subject=f"selection:{row.code}",
        body={"selection": row.code, "ranks": ranks},
    )
    return Receipt(entry.id, {"selection": row.code, "banks": len(order)})
