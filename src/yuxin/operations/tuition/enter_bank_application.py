"""A bank applies, or an officer enters what came on paper."""

from yuxin.evidence import services as evidence
from yuxin.files import services as files
from yuxin.files import store
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.tuition.reconciliation.board import bank_of
from yuxin.tuition.selection import services
from yuxin.tuition.selection.permissions import APPLIES, require_may_apply
from yuxin.tuition.selection.services import NewApplication


@operation("bank_application.entered", roles=APPLIES)
def enter_bank_application(act: Act, *, selection_code: str, new: NewApplication) -> Receipt:
    """Take one bank's application until the closing day; `document`: SHA-256 of stored bytes.

    Raises: NotFound, Forbidden for another bank's, ApplicationsClosed, AppliedBefore, BadInput.
    """
    row = services.selection_for_update(selection_code)
    require_may_apply(act.actor, own_bank=bank_of(act.actor), bank_code=new.bank_code.strip())
    if new.document:
        files.record(act, sha256=new.document, size=len(store.get(new.document)))
    made = services.apply(act, row, new)
    entry = evidence.append(
        act,
        chain=f"selection:{row.code}",
        subject=f"selection:{row.code}",
        body={
            "selection": row.code,
            "bank": made.bank_code,
            "words": made.words,
            "document": made.document_sha256,
        },
    )
    return Receipt(entry.id, {"bank": made.bank_code})
