"""The institution takes back a supplement that nobody has answered."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.operations.operation import operation
from yuxin.operations.tuition.sign_supplement import SupplementAnswered
from yuxin.tuition.agreements import supplements
from yuxin.tuition.agreements.models import Supplement
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step


@operation("supplement.withdrawn", roles={Role.INSTITUTION_HEAD})
def withdraw_supplement(act: Act, *, supplement_code: str) -> Receipt:
    """Take it back; nothing of the contract changes.

    Raises: NotFound, Forbidden, SupplementAnswered.
    """
    row = supplements.for_update(supplement_code)
    if row is None:
        raise NotFound
    require_may_publish(act.actor, row.institution_id)
    if row.state != Supplement.State.PROPOSED:
        raise SupplementAnswered
    supplements.answer(row, Supplement.State.WITHDRAWN, at=act.at)
    entry = timeline.record(
        act,
        Step(row.contract, "supplement_withdrawn", {"supplement": row.code}, reference=row.code),
    )
    return Receipt(entry.id, {"supplement": row.code})
