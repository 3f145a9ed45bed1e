"""Putting a roll right before the family answered: lessons given back, added, marked."""

from collections.abc import Sequence
from datetime import datetime

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.messages import services as messages
from yuxin.messages.services import Letter
from yuxin.tuition.models import ClassSession, Contract, Lesson
from yuxin.tuition.services import lessons, money, refunds
from yuxin.tuition.services.timeline import Step

WORDS_MAX = 200


class RollAnswered(Refusal):
    """What a family answered, or silence confirmed, no correction of the roll undoes."""

    code = "roll_answered"
    zh = "有{count}位家长已经答复（或期限已过），这部分不能再改。有出入的，由家长提出异议处理。"
    en = (
        "{count} families have answered already, or their time is over; that can no longer be "
        "corrected. Where it is wrong, the family disputes the lesson."
    )


class CorrectionNeedsReason(BadInput):
    """After the lesson is over a roll is corrected with a reason that the family reads."""

    code = "correction_needs_reason"
    zh = "课已结束，更正须写明原因，家长会看到。"
    en = "The lesson is over: state why the roll is corrected; the family will read it."


def require_reason(act: Act, session: ClassSession, reason: str) -> str:
    """The reason, cut to its length; after the lesson it may not be empty.

    Raises: CorrectionNeedsReason.
    """
    words = reason.strip()[:WORDS_MAX]
    if not words and act.at > session.ends_at:
        raise CorrectionNeedsReason(field="reason")
    return words


def lock(session: ClassSession) -> tuple[dict[int, Contract], dict[int, Lesson]]:
    """The class's contracts and the session's lessons by contract, locked in that order."""
    require_act()
    contracts = {
        each.pk: each
        for each in Contract.objects.filter(class_group_id=session.class_group_id)
        .order_by("pk")
        .select_for_update(no_key=True)
    }
    found = (
        Lesson.objects.filter(session=session)
        .exclude(state=Lesson.State.VOIDED)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    by_contract = {}
    for lesson in found:
        lesson.contract = contracts[lesson.contract_id]
        by_contract[lesson.contract_id] = lesson
    return contracts, by_contract


def require_open(held: Sequence[Lesson]) -> None:
    """Refuse when one of these lessons was answered. Raises: RollAnswered."""
    answered = sum(lesson.state != Lesson.State.PENDING for lesson in held)
    if answered:
        raise RollAnswered(count=answered)


def give_back(act: Act, held: Sequence[Lesson], *, why: str, opens: str) -> list[Step]:
    """Void lessons: their units and money are the contract's again, by reversal. The steps.

    Where the rest of a contract was refunded before, its part follows as a refund of its own,
    opened by the row `opens` of the table of refunds.
    """
    require_act()
    if not held:
        return []
    Lesson.objects.filter(pk__in=[each.pk for each in held]).update(
        state=Lesson.State.VOIDED, answered_at=act.at, correction=why, deemed_on=None
    )
    for lesson in held:
        lesson.state = Lesson.State.VOIDED
    money.post(act, [money.not_taught(lesson, on=act.day) for lesson in held])
    for lesson in held:
        refunds.follow(
            act,
            contract=lesson.contract,
            amount_fen=lesson.amount_fen,
            reason="roll",
            opens=opens,
        )
    return [step(lesson, "taken_back", why) for lesson in held]


def mark(held: Sequence[Lesson], *, present: bool, why: str) -> list[Step]:
    """Say of lessons whether the learner was there. The steps."""
    require_act()
    Lesson.objects.filter(pk__in=[each.pk for each in held]).update(present=present, correction=why)
    for lesson in held:
        lesson.present = present
    return [step(lesson, "roll_corrected", why) for lesson in held]


def add(
    session: ClassSession, contracts: Sequence[Contract], *, present: frozenset[int], at: datetime
) -> list[Lesson]:
    """Lessons of contracts that the roll had left out."""
    return lessons.teach(session=session, contracts=contracts, present=present, taught_at=at)


def settle_count(session: ClassSession, *, called_at: datetime | None) -> None:
    """Write how many were there by the roll as it stands now; None takes the roll back."""
    require_act()
    there = (
        Lesson.objects.filter(session=session, present=True)
        .exclude(state=Lesson.State.VOIDED)
        .count()
    )
    session.called_at = called_at
    session.present_count = there if called_at else None
    session.save(update_fields=["called_at", "present_count", "centiunits"])


def step(lesson: Lesson, kind: str, why: str) -> Step:
    """What the log and the timeline say of a correction."""
    return Step(
        lesson.contract,
        kind,
        {
            "lesson": lesson.code,
            "ordinal": lesson.ordinal,
            "amount_fen": lesson.amount_fen,
            "present": lesson.present,
            "reason": why,
        },
        amount_fen=lesson.amount_fen,
        reference=lesson.code,
    )


def tell(act: Act, session: ClassSession, held: Sequence[Lesson], template: str, why: str) -> None:
    """Tell each family what was put right, and why."""
    common: dict[str, str | int] = {
        "course": session.class_group.course.name,
        "when": f"{session.starts_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "reason": why or "—",
    }
    back = template == "lesson.taken_back"
    messages.send_many(
        act,
        [
            Letter(
                lesson.guardian_id,
                template,
                {**common, "amount_fen": lesson.amount_fen} if back else common,
            )
            for lesson in held
        ],
    )


def ask(act: Act, session: ClassSession, held: Sequence[Lesson]) -> None:
    """Ask each guardian to confirm; the clock of silence starts when the request arrives."""
    course = session.class_group.course.name
    messages.send_many(
        act,
        [
            Letter(
                lesson.guardian_id,
                "lesson.to_confirm",
                {"course": course, "lesson": lesson.code},
                legal_effect=True,
            )
            for lesson in held
        ],
    )


def taught_step(lesson: Lesson, **claimed: str) -> Step:
    """What the log and the timeline say of a lesson that was taught."""
    return Step(
        lesson.contract,
        "taught",
        {
            "lesson": lesson.code,
            "ordinal": lesson.ordinal,
            "amount_fen": lesson.amount_fen,
            "present": lesson.present,
            **claimed,
        },
        amount_fen=lesson.amount_fen,
        reference=lesson.code,
    )
