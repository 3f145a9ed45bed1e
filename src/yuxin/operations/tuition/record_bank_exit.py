"""A custody bank leaves before its term is over."""

from datetime import date

from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.tuition.selection import services
from yuxin.tuition.selection.kind import BANK_SELECTION
from yuxin.tuition.selection.permissions import CALLS


@operation("bank.left", roles=CALLS, moves=("bank_selection.bank_left",))
def record_bank_exit(
    act: Act, *, selection_code: str, bank_code: str, on: date, words: str
) -> Receipt:
    """From now on no account is opened at the bank; those it keeps are moved one by one, and what
    lies on them stays where it is until its contracts are done.

    Raises: NotFound, WrongState, NotServing, BadInput, WordsMissing.
    """
    row = services.selection_for_update(selection_code)
    cases.advance(act, row.proceeding, BANK_SELECTION, "bank_left", words=words)
    left = services.leave(act, row, bank_code=bank_code, on=on, words=words)
    entry = evidence.append(
        act,
        chain=f"selection:{row.code}",
        subject=f"selection:{row.code}",
        body={
            "selection": row.code,
            "bank": left.bank_code,
            "on": on.isoformat(),
            "words": words.strip(),
        },
    )
    return Receipt(entry.id, {"bank": left.bank_code})
