"""The guardian does not sign a supplement: the contract goes on as it was."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.tuition.sign_supplement import proposed_for_update
from yuxin.tuition.agreements import supplements
from yuxin.tuition.agreements.models import Supplement
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step


@operation("supplement.declined", roles={Role.GUARDIAN})
def decline_supplement(act: Act, *, supplement_code: str) -> Receipt:
    """Decline; nothing of the contract changes. Raises: NotFound, Forbidden, SupplementAnswered."""
    row = proposed_for_update(act, supplement_code)
    supplements.answer(row, Supplement.State.DECLINED, at=act.at)
    entry = timeline.record(
        act,
        Step(row.contract, "supplement_declined", {"supplement": row.code}, reference=row.code),
    )
    return Receipt(entry.id, {"supplement": row.code})
