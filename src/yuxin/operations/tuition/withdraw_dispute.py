"""The guardian withdraws a dispute: the lesson counts as confirmed."""

from yuxin.cases import services as cases
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.operations.tuition.settle_dispute import NotDisputed, disputed_for_update, settled
from yuxin.tuition.disputes import services as disputes
from yuxin.tuition.disputes.kind import LESSON_DISPUTE
from yuxin.tuition.models import Lesson
from yuxin.tuition.permissions import require_may_answer


@operation("dispute.withdrawn", roles={Role.GUARDIAN}, moves=("lesson_dispute.withdrawn",))
def withdraw_dispute(act: Act, *, lesson_code: str) -> Receipt:
    """Let the institution have the whole lesson; what is withdrawn is not disputed again.

    Raises: NotFound, Forbidden, NotDisputed, WrongState.
    """
    contract, lesson = disputed_for_update(lesson_code)
    require_may_answer(act.actor, lesson)
    dispute = disputes.dispute_for_update(lesson)
    if dispute is None or lesson.state != Lesson.State.DISPUTED:
        raise NotDisputed
    cases.advance(act, dispute.proceeding, LESSON_DISPUTE, "withdrawn")
    told = disputes.settle(act, contract, lesson, kept_bps=10_000)
    return settled(act, contract, lesson, told, words="")
