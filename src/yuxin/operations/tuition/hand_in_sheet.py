"""A department hands in its sheet: whole, once, sealed."""

from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.canonical import Json
from yuxin.operations.operation import operation
from yuxin.tuition.selection import services
from yuxin.tuition.selection.kind import BANK_SELECTION
from yuxin.tuition.selection.permissions import SCORES
from yuxin.tuition.selection.services import Given


@operation("bank_sheet.handed_in", roles=SCORES, moves=("bank_selection.handed_in",))
def hand_in_sheet(act: Act, *, selection_code: str, given: tuple[Given, ...]) -> Receipt:
    """Score every bank on every criterion; nobody else reads it before the sheets are opened.

    Raises: NotFound without a seat, WrongState, SheetHandedIn, ScoringOver, SheetNotWhole.
    """
    row = services.selection_for_update(selection_code)
    cases.advance(act, row.proceeding, BANK_SELECTION, "handed_in")
    seat = services.hand_in(act, row, given)
    points: list[Json] = [[one.bank_code, one.ordinal, one.points] for one in given]
    entry = evidence.append(
        act,
        chain=f"selection:{row.code}",
        subject=f"selection:{row.code}",
        body={"selection": row.code, "department": seat.department, "points": points},
    )
    return Receipt(entry.id, {"selection": row.code})
