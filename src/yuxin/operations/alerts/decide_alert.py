"""Decide what is done on an alert: nothing, a talk, a check, an order, a hold, an emergency."""

from yuxin.access.queries import accounts_with
from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.kind import ALERT, BUREAU
from yuxin.assessment.alerts.models import Alert, NoteKind, Outcome, Signal
from yuxin.assessment.alerts.permissions import OWNERS, require_may_handle
from yuxin.cases import services as cases
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.registry import queries


@operation("alert.decided", roles=BUREAU, moves=(ALERT.claim("decided"), ALERT.claim("dismissed")))
def decide_alert(act: Act, *, alert_code: str, outcome: Outcome, words: str) -> Receipt:
    """Decide; without an issue the alert is closed as a false one, else the institution is told.

    A hold on outflow is asked for by an act of its own, on an order with a number.
    Raises: NotFound, Forbidden, WrongState, WordsNeeded.
    Law: funds-rules 6, handling loop.
    """
    row = services.alert_for_update(alert_code)
    require_may_handle(act.actor, row.institution_id)
    services.note(act, row, NoteKind.DECIDED, words, shown=outcome is not Outcome.NO_ISSUE)
    services.decide(row, outcome)
    if outcome is Outcome.NO_ISSUE:
        services.close(act, row, Signal.WRONG)
    move = "dismissed" if outcome is Outcome.NO_ISSUE else "decided"
    cases.advance(act, row.proceeding, ALERT, move, words=words)
    code = queries.entry(act.actor, row.institution_id).code
    if outcome is not Outcome.NO_ISSUE and not row.confidential:
        _tell(act, row, outcome)
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={"alert": row.code, "outcome": outcome.value, "words": words.strip()},
    )
    return Receipt(entry.id, {"alert": row.code, "outcome": outcome.value})


def _tell(act: Act, row: Alert, outcome: Outcome) -> None:
    told = {one for role in OWNERS for one in accounts_with(role, row.institution_id, act.day)}
    for account_id in sorted(told):
        messages.send(
            act,
            template="alert.decided",
            facts={
                "rule": row.rule,
                "why": row.zh,
                "why_en": row.en,
                "outcome": outcome.label,
                "outcome_en": outcome.value.lower().replace("_", " "),
            },
            to_account_id=account_id,
            legal_effect=True,
        )
