"""Approved refunds are ordered to be paid by their original route."""

from datetime import date

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.tuition.models import RefundCase
from yuxin.tuition.services import banking, refunds, timeline
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 999


@operation("refund.instructed", roles={Role.CLOCK})
def instruct_refunds_many(act: Act, *, institution_id: int, on: date) -> Receipt:
    """Order the payment of every approved refund of one institution, next bank working day.

    A refund whose money has not reached custody yet waits for it.
    """
    days = calendar(pack_of(act), "bank", act.day)
    value_on = max(days.next_working(on), days.roll(act.day))
    due = refunds.approved_for_update(institution_id=institution_id, limit=ITEMS_MAX)
    steps = []
    for refund in due:
        order = banking.add_refund(refund, value_on=value_on, at=act.at)
        refunds.move(refund, RefundCase.State.INSTRUCTED)
        steps.append(
            Step(
                refund.contract,
                "refund_instructed",
                {
                    "refund": refund.code,
                    "instruction": order.code,
                    "amount_fen": refund.amount_fen,
                    "value_on": value_on.isoformat(),
                },
                amount_fen=refund.amount_fen,
                reference=order.code,
            )
        )
    entry = timeline.record_many(act, steps, [], idle=f"institution:{institution_id}")
    return Receipt(entry.id, {"refunds": len(due), "left": len(due) == ITEMS_MAX})
