"""End a warning to the public before its last day."""

from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.kind import BUREAU
from yuxin.assessment.alerts.permissions import require_may_handle
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("alert.public_ended", roles=BUREAU)
def end_warning(act: Act, *, alert_code: str, words: str) -> Receipt:
    """Take the warning away from today on, with the reason; what is better is shown at once.

    Raises: NotFound, Forbidden, NoWarningStands, WordsNeeded.
    Law: funds-rules 6: public warning after verification, and no longer than it is true.
    """
    row = services.alert_for_update(alert_code)
    require_may_handle(act.actor, row.institution_id)
    end = services.end_warning(act, row, words=words)
    code = queries.entry(act.actor, row.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"alert": row.code, "words": end.words, "ended_on": end.ended_on.isoformat()},
    )
    return Receipt(entry.id, {"alert": row.code, "ended_on": end.ended_on.isoformat()})
