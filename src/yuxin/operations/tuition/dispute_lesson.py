"""The guardian says that something was wrong with a lesson: its amount is frozen."""

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.operation import operation
from yuxin.operations.tuition.confirm_lesson import AlreadyAnswered
from yuxin.tuition.disputes import services as disputes
from yuxin.tuition.models import Lesson
from yuxin.tuition.permissions import require_may_answer
from yuxin.tuition.services import lessons, money, timeline
from yuxin.tuition.services.timeline import Step

REASONS = ("not_held", "shorter", "teacher", "other_place", "other")


@operation("lesson.disputed", roles={Role.GUARDIAN}, moves=("lesson_dispute.opened",))
def dispute_lesson(act: Act, *, lesson_code: str, reason: str, words: str = "") -> Receipt:
    """Freeze one lesson's amount; the other lessons go on. The institution is asked to account.

    A lesson that silence confirmed may be disputed until the order to transfer its money leaves:
    one that was not sent yet goes without it.
    Raises: NotFound, Forbidden, BadInput, AlreadyAnswered.
    """
    # The contract first, so that no order to transfer its money can be made meanwhile.
    lessons.contract_of_lesson_for_update(lesson_code)
    lesson = lessons.lesson_for_update(lesson_code)
    if lesson is None:
        raise NotFound
    require_may_answer(act.actor, lesson)
    if reason not in REASONS:
        raise BadInput(field="reason")
    silent = lesson.state == Lesson.State.DEEMED and lessons.hold_back(lesson)
    if lesson.state != Lesson.State.PENDING and not silent:
        raise AlreadyAnswered
    said = f"{reason}: {words.strip()}"[:200]
    lessons.answer([lesson], state=Lesson.State.DISPUTED, at=act.at, dispute_reason=said)
    disputes.open_dispute(act, lesson, words=words)
    money.post(act, [money.disputed(lesson, on=act.day, after_silence=silent)])
    entry = timeline.record(
        act,
        Step(
            lesson.contract,
            "disputed",
            {"lesson": lesson.code, "amount_fen": lesson.amount_fen, "reason": reason},
            amount_fen=lesson.amount_fen,
            reference=lesson.code,
        ),
    )
    assessment.mark(lesson.institution_id)
    return Receipt(entry.id, {"lesson": lesson.code, "frozen_fen": lesson.amount_fen})
