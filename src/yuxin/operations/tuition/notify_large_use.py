"""An institution gives notice that it will use a large sum."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.operation import operation
from yuxin.registry import queries
from yuxin.tuition.outflow import services
from yuxin.tuition.outflow.permissions import BOOKS, require_may_notify
from yuxin.tuition.outflow.services import NewLargeUse


@operation("large_use.notified", roles=BOOKS)
def notify_large_use(act: Act, *, code: str, notice: NewLargeUse) -> Receipt:
    """Write the notice; it counts from the day of the act.

    Raises: NotFound, Forbidden, NoticeNotUsable.
    Law: funds-rules GZ4: plan, term and amount some days before, where a local pack says so.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_notify(act.actor, entry_of.pk)
    row = services.notify_large_use(act, institution_id=entry_of.pk, notice=notice)
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "amount_fen": row.amount_fen,
            "plan": row.plan,
            "use_from": row.use_from.isoformat(),
            "use_until": row.use_until.isoformat(),
        },
    )
    assessment.mark(entry_of.pk)
    return Receipt(entry.id, {"code": entry_of.code, "amount_fen": row.amount_fen})
