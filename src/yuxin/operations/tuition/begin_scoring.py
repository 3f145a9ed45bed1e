"""After the closing day the departments that score are named."""

from datetime import date

from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.tuition.selection import services
from yuxin.tuition.selection.kind import BANK_SELECTION
from yuxin.tuition.selection.permissions import CALLS


@operation("bank_scoring.begun", roles=CALLS, moves=("bank_selection.scoring_begun",))
def begin_scoring(
    act: Act, *, selection_code: str, logins: tuple[str, ...], until: date
) -> Receipt:
    """Name who scores and until when. `logins`: accounts of at least two departments.

    Raises: NotFound, WrongState, NotClosedYet, NobodyApplied, TooFewDepartments, BadInput.
    """
    row = services.selection_for_update(selection_code)
    cases.advance(act, row.proceeding, BANK_SELECTION, "scoring_begun")
    seats = services.seat(act, row, logins=logins, until=until)
    entry = evidence.append(
        act,
        chain=f"selection:{row.code}",
        subject=f"selection:{row.code}",
        body={
            "selection": row.code,
            "until": until.isoformat(),
            "seats": [[str(one.account_id), one.department] for one in seats],
        },
    )
    return Receipt(entry.id, {"selection": row.code, "seats": len(seats)})
