"""An officer closes the accounts of a bank's day."""

from datetime import date

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.tuition.reconciliation import services
from yuxin.tuition.reconciliation.permissions import CLOSES


@operation("bank_day.closed", roles=CLOSES)
def close_bank_day(act: Act, *, bank_code: str, on: date) -> Receipt:
    """Close what is left of a bank's day, in the officer's own institutions.

    Raises: DayHasOpenBreaks while a break has no owner; then nothing was closed.
    Law: funds-rules 7.4 (closed only when every break is matched, explained or owned).
    """
    ids = (*act.actor.institution_ids, 0)
    services.begin_day(bank_code, on)
    services.require_owned(bank_code, on, ids)
    closed = services.close_days(bank_code, on, ids, at=act.at, by=act.actor.account_id)
    entry = evidence.append(
        act,
        chain=f"bank:{bank_code}",
        subject=f"bank:{bank_code}",
        body={"bank": bank_code, "day": on.isoformat(), "closed": closed},
    )
    return Receipt(entry.id, {"closed": closed})
