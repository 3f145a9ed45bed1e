"""Warn the public of a verified alert, for a stated time."""

from yuxin.assessment.alerts import services
from yuxin.assessment.alerts.kind import BUREAU
from yuxin.assessment.alerts.permissions import require_may_handle
from yuxin.assessment.alerts.rules import AlertRules
from yuxin.assessment.alerts.services import WarningNotAllowed
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries

__all__ = ["WarningNotAllowed", "warn_public"]


@operation("alert.public", roles=BUREAU)
def warn_public(act: Act, *, alert_code: str, words: str, days: int) -> Receipt:
    """Publish the warning from today on for some days.

    Only a rule that policy lets be public, after it was judged and found to be right, and by
    another person than the one who judged it.
    Raises: NotFound, Forbidden, WarningNotAllowed, WordsNeeded.
    Law: funds-rules 6: public warning after verification.
    """
    row = services.alert_for_update(alert_code)
    require_may_handle(act.actor, row.institution_id)
    if not AlertRules.of(pack_of(act), act.day).handled(row.rule).public:
        raise WarningNotAllowed
    warning = services.warn(act, row, words=words, days=days)
    code = queries.entry(act.actor, row.institution_id).code
    entry = evidence.append(
        act,
        chain=f"subject:{code}",
        subject=code,
        body={
            "alert": row.code,
            "words": warning.words,
            "from_on": warning.from_on.isoformat(),
            "until_on": warning.until_on.isoformat(),
        },
    )
    return Receipt(entry.id, {"alert": row.code, "until_on": warning.until_on.isoformat()})
