"""The institution says to an alert what is true and what it mended."""

from yuxin.assessment import services as assessment
from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.models import NoteKind
from yuxin.assessment.alerts.permissions import OWNERS, require_may_answer
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("alert.answered", roles=OWNERS)
def answer_alert(act: Act, *, alert_code: str, words: str) -> Receipt:
    """Write the institution's answer; its alerts are looked at anew.

    Raises: NotFound, Forbidden, WordsNeeded.
    """
    row = services.alert_for_update(alert_code)
    require_may_answer(act.actor, row.institution_id, confidential=row.confidential)
    services.note(act, row, NoteKind.ANSWERED, words, shown=True)
    code = queries.entry(act.actor, row.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"alert": row.code, "words": words.strip()},
    )
    assessment.mark(row.institution_id)
    return Receipt(entry.id, {"alert": row.code})
