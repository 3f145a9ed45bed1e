"""The guardian confirms a lesson, or silence does."""

from collections.abc import Mapping, Sequence
from datetime import date

from yuxin.access.demo import require_demo
from yuxin.assessment import queries as assessed
from yuxin.assessment import services as assessment
from yuxin.assessment.alerts import queries as alerts
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.registry import queries as registry
from yuxin.rules.table import Fact, fired_rows
from yuxin.tuition.answers import services as answers
from yuxin.tuition.models import Lesson
from yuxin.tuition.permissions import require_may_answer
from yuxin.tuition.queries import silence
from yuxin.tuition.services import lessons, money, timeline
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 1000
STOPS = "prepay.confirm_silence_stops"


class AlreadyAnswered(Refusal):
    """A lesson is answered once."""

    code = "already_answered"
    zh = "这节课已经答复过了，不能再改。对结果有不同意见，可以在合同页发起投诉。"
    en = "This lesson was answered already. If you disagree, file a complaint from the contract."


@operation("lesson.confirmed", roles={Role.GUARDIAN})
def confirm_lesson(act: Act, *, lesson_code: str) -> Receipt:
    """Confirm one lesson; its share of the prepaid fee becomes payable.

    Raises: NotFound, Forbidden, AlreadyAnswered. After any of them nothing was written.
    Law: releases keep step with teaching -- rule `prepay.release_in_step` (N09).
    """
    lesson = lessons.lesson_for_update(lesson_code)
    if lesson is None:
        raise NotFound
    require_may_answer(act.actor, lesson)
    if lesson.state != Lesson.State.PENDING:
        raise AlreadyAnswered
    lessons.answer([lesson], state=Lesson.State.CONFIRMED, at=act.at, payable_on=act.day)
    answers.record(act, lesson)
    money.post(act, [money.confirmed(lesson, on=act.day)])
    entry = timeline.record(act, _step(lesson, "confirmed"))
    assessment.mark(lesson.institution_id)
    return Receipt(entry.id, {"lesson": lesson.code, "amount_fen": lesson.amount_fen})


@operation("lessons.confirmed", roles={Role.CLOCK})
def confirm_lessons_many(
    act: Act, *, institution_id: int, lesson_codes: tuple[str, ...]
) -> Receipt:
    """Guardians of one institution confirm their lessons: simulated history, in a demo only.

    At most 1,000; lessons that were answered before are left as they are.
    Raises: OnlyInDemo.
    """
    require_demo()
    assert len(lesson_codes) <= ITEMS_MAX, "a transaction confirms at most 1,000"
    pending = lessons.pending_for_update(institution_id=institution_id, codes=lesson_codes)
    lessons.answer(pending, state=Lesson.State.CONFIRMED, at=act.at, payable_on=act.day)
    money.post(act, [money.confirmed(lesson, on=act.day) for lesson in pending])
    entry = timeline.record_many(
        act,
        [_step(lesson, "confirmed") for lesson in pending],
        [],
        idle=f"institution:{institution_id}",
    )
    assessment.mark(institution_id)
    return Receipt(entry.id, {"confirmed": len(pending)})


@operation("lesson.deemed_confirmed", roles={Role.CLOCK})
def deem_lessons_confirmed_many(
    act: Act, *, institution_id: int, on: date, after: int = 0
) -> Receipt:
    """Silence counts as yes: lessons of one institution whose deadline has passed by `on`.

    A transaction looks at 1,000 at most; `left` in the receipt says whether there are more, past
    the one numbered `last`: some wait for a calendar and stay as they are. `stopped` names the row
    of the rules by which silence confirms nothing at this institution; a lesson that cannot have
    been taught as recorded waits for its guardian whatever the days. Why silence did not count is
    kept with each lesson, for its family and the officer.
    Law: N10, days in the contract (`deemed_days`), from proven delivery of the request; stops:
        rule `prepay.confirm_silence_stops`.
    """
    due = lessons.overdue_lessons_for_update(
        institution_id=institution_id, on=on, after=after, limit=ITEMS_MAX
    )
    days = calendar(pack_of(act), "government", act.day)
    over = [each for each in due if lessons.silence_is_over(each, calendar=days, on=on)]
    stopped = _stopped(act, institution_id)
    whys = _stops(act, over, stopped, silence.impossible(over, pack=pack_of(act), days=days))
    lessons.note_stops(whys)
    silent = [each for each in over if not whys[each.pk]]
    lessons.answer(silent, state=Lesson.State.DEEMED, at=act.at, payable_on=on)
    money.post(act, [money.confirmed(lesson, on=on) for lesson in silent])
    entry = timeline.record_many(
        act,
        [_step(lesson, "deemed") for lesson in silent],
        [],
        idle=f"institution:{institution_id}",
    )
    for lesson in silent:
        messages.send(
            act,
            to_person_id=lesson.guardian_id,
            template="lesson.deemed_confirmed",
            facts={"course": lesson.contract.course.name, "lesson": lesson.code},
        )
    assessment.mark(institution_id)
    return Receipt(
        entry.id,
        {
            "deemed": len(silent),
            "left": len(due) == ITEMS_MAX,
            "last": due[-1].pk if due else after,
            "stopped": stopped,
        },
    )


def _stopped(act: Act, institution_id: int) -> str:
    """The row of the rules that stops deemed confirmation here, or nothing."""
    entry = registry.entry(act.actor, institution_id)
    rows = pack_of(act).on(STOPS, act.day).rows
    given: dict[str, Fact] = {"institution_status": entry.status, "colour": entry.colour}
    grave = assessed.grave_indicators(act.actor, institution_id, act.day)
    for alert in ["", *sorted(grave), *alerts.standing(act.actor, institution_id)]:
        fired = fired_rows(rows, {**given, "alert": alert})
        if fired:
            return fired[0].row.code
    return ""


def _stops(
    act: Act, over: Sequence[Lesson], stopped: str, never: Mapping[int, str]
) -> dict[int, str]:
    """By key of each lesson why its silence does not count; empty where it does."""
    rows = pack_of(act).on(STOPS, act.day).rows
    impossible_counts = bool(fired_rows(rows, {"lesson_impossible": True}))
    of_all = stopped.rpartition(".")[2]
    return {
        each.pk: (never.get(each.pk, "") if impossible_counts else "") or of_all for each in over
    }


def _step(lesson: Lesson, how: str) -> Step:
    return Step(
        lesson.contract,
        how,
        {
            "lesson": lesson.code,
            "ordinal": lesson.ordinal,
            "amount_fen": lesson.amount_fen,
            "how": "express" if how == "confirmed" else "silence",
        },
        amount_fen=lesson.amount_fen,
        reference=lesson.code,
    )
