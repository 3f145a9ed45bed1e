"""Say that a bank or the platform caused a gap in a feed, or that it is over."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry.models import Entry
from yuxin.supervision import services
from yuxin.supervision.models import Feed
from yuxin.supervision.permissions import OFFICE, require_may_record_gap


@operation("feed_gap.recorded", roles=OFFICE)
def record_feed_gap(
    act: Act,
    *,
    feed: Feed,
    valid_from: date,
    reason: str,
    bank_code: str = "",
    ended: bool = False,
) -> Receipt:
    """Record a gap that no institution is to answer for. Without a bank it is the platform's.

    Raises: GapNotUsable, NotFound, Forbidden.
    """
    found = Entry.objects.filter(connected=True)
    if bank_code:
        found = found.filter(bank_code=bank_code)
    concerned = frozenset(found.values_list("pk", flat=True))
    require_may_record_gap(act.actor, concerned, of_the_platform=not bank_code)
    services.record_feed_gap(
        act, feed=feed, bank_code=bank_code, valid_from=valid_from, ended=ended, reason=reason
    )
    entry = evidence.append(
        act,
        chain="feeds",
        subject="feeds",
        body={
            "feed": feed.value,
            "bank_code": bank_code,
            "valid_from": valid_from.isoformat(),
            "ended": ended,
            "reason": reason.strip(),
        },
    )
    assessment.mark_many(sorted(concerned))
    return Receipt(entry.id, {"feed": feed.value})
