"""A course is over and money is left: the clock asks it back for the family."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.operations.tuition.request_refund import ask
from yuxin.tuition.services import rests, timeline

ITEMS_MAX = 1000


@operation("rest.requested", roles={Role.CLOCK}, moves=("refund.rest_requested",))
def request_rests_many(act: Act, *, institution_id: int, on: date, after: int = 0) -> Receipt:
    """Ask back what is left of contracts of one institution whose course was over before `on`.

    Left over are lessons never held and what disputes gave back. Nothing is asked while a lesson
    waits for its answer or is disputed, while a session is still to come, or while a refund is
    under way. The family need not act; the institution answers as to any request, and its silence
    counts as agreement.
    A transaction looks at 1,000 at most; `left` says whether there are more past `last`.
    Law: rule 3 of funds-rules 4.1 (all unused); a returned half is refunded at the end.
    """
    due = rests.over_for_update(institution_id=institution_id, on=on, after=after, limit=ITEMS_MAX)
    steps = []
    for contract, sheet in rests.with_sheets(due):
        refund, step = ask(act, contract, sheet, rests.REASON, opens="rest_requested")
        steps.append(step)
        messages.send(
            act,
            to_person_id=contract.guardian_id,
            template="rest.requested",
            facts={
                "contract": contract.code,
                "amount_fen": sheet.refundable,
                "deadline": refund.answer_by_on.isoformat(),
            },
        )
    entry = timeline.record_many(act, steps, [], idle=f"institution:{institution_id}")
    assessment.mark(institution_id)
    return Receipt(
        entry.id,
        {
            "requested": len(steps),
            "left": len(due) == ITEMS_MAX,
            "last": due[-1].pk if due else after,
        },
    )
