"""Named people judge an alert (研判): what it is, and how serious."""

from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.kind import ALERT, BUREAU
from yuxin.assessment.alerts.models import NoteKind
from yuxin.assessment.alerts.permissions import require_may_handle
from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("alert.judged", roles=BUREAU, moves=(ALERT.claim("judged"),))
def judge_alert(act: Act, *, alert_code: str, people: str, words: str) -> Receipt:
    """Write who judged and what they found.

    Raises: NotFound, Forbidden, WrongState, WordsNeeded, PeopleNeeded.
    Law: funds-rules 6, handling loop.
    """
    row = services.alert_for_update(alert_code)
    require_may_handle(act.actor, row.institution_id)
    services.note(act, row, NoteKind.JUDGED, words, people=people)
    cases.advance(act, row.proceeding, ALERT, "judged", words=words)
    code = queries.entry(act.actor, row.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"alert": row.code, "people": people.strip(), "words": words.strip()},
    )
    return Receipt(entry.id, {"alert": row.code})
