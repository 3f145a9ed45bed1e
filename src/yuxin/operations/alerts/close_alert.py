"""Close an alert: what came of it, and whether its rule was right."""

from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.kind import ALERT, BUREAU
from yuxin.assessment.alerts.models import NoteKind, Signal
from yuxin.assessment.alerts.permissions import require_may_handle
from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("alert.closed", roles=BUREAU, moves=(ALERT.claim("closed"),))
def close_alert(act: Act, *, alert_code: str, signal: Signal, words: str) -> Receipt:
    """Close it; `signal` goes into the track record of the rule.

    Raises: NotFound, Forbidden, WrongState, WordsNeeded.
    Law: funds-rules 6, handling loop (report back).
    """
    row = services.alert_for_update(alert_code)
    require_may_handle(act.actor, row.institution_id)
    services.note(act, row, NoteKind.CLOSED, words, shown=True)
    cases.advance(act, row.proceeding, ALERT, "closed", words=words)
    services.close(act, row, signal)
    code = queries.entry(act.actor, row.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"alert": row.code, "signal": signal.value, "words": words.strip()},
    )
    return Receipt(entry.id, {"alert": row.code, "signal": signal.value})
