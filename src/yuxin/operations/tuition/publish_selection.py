"""The result of a selection is published; objections are open for the days of the rules."""

from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.tuition.selection import services
from yuxin.tuition.selection.kind import BANK_SELECTION
from yuxin.tuition.selection.permissions import CALLS


@operation("bank_selection.published", roles=CALLS, moves=("bank_selection.noticed",))
def publish_selection(
    act: Act, *, selection_code: str, words: str, drawn: tuple[str, ...] = ()
) -> Receipt:
    """Take the first banks and publish all ranks, as somebody else than who opened the sheets.

    `drawn`: banks that the lot took among equals at the last place; `words` say how.
    Raises: NotFound, WrongState, SamePerson, WordsMissing, RuleMissing, TieAtTheCut, BadInput.
    """
    row = services.selection_for_update(selection_code)
    cases.advance(act, row.proceeding, BANK_SELECTION, "noticed", words=words)
    chosen = services.choose(act, row, drawn=drawn, words=words)
    due = row.proceeding.due_on
    entry = evidence.append(
        act,
        chain=f"selection:{row.code}",
        subject=f"selection:{row.code}",
        body={
            "selection": row.code,
            "chosen": [one.bank_code for one in chosen],
            "drawn": sorted(set(drawn)),
            "words": words.strip(),
            "objections_until": due.isoformat() if due else "",
        },
    )
    return Receipt(entry.id, {"selection": row.code, "chosen": len(chosen)})
