"""Confirm an alert for the credit file: the fact, its document, and nothing before."""

from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.kind import BUREAU
from yuxin.assessment.alerts.permissions import require_may_handle
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("alert.confirmed", roles=BUREAU)
def confirm_alert(act: Act, *, alert_code: str, document_number: str, words: str) -> Receipt:
    """Write the confirmed fact, on a document with a number; the credit file takes it from there.

    Raises: NotFound, Forbidden, WarningNotAllowed, WordsNeeded.
    Law: funds-rules 6: an alert goes to the credit file only after bureau confirmation.
    """
    row = services.alert_for_update(alert_code)
    require_may_handle(act.actor, row.institution_id)
    fact = services.confirm(act, row, document_number=document_number, words=words)
    code = queries.entry(act.actor, row.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"alert": row.code, "number": fact.document_number, "words": fact.words},
    )
    return Receipt(entry.id, {"alert": row.code})
