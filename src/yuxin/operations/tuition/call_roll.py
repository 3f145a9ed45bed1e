"""The roll of a class is called: one act for the whole class."""

from yuxin.access.demo import require_demo
from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.tuition.collapse import services as closings
from yuxin.tuition.models import ClassSession, Lesson
from yuxin.tuition.permissions import require_may_teach
from yuxin.tuition.services import lessons, money, timeline
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 1000


class LessonNotTaught(Refusal):
    """The roll cannot be called before the lesson has begun."""

    code = "lesson_not_taught"
    zh = "这节课{starts}才开始，开课后才能点名。"
    en = "This lesson starts at {starts}; the roll can be called once it has begun."


class RollCalled(Refusal):
    """A session's roll is called once."""

    code = "roll_called"
    zh = "这节课已经点过名（或已取消），没有重复记录。请刷新查看结果。"
    en = "The roll of this session was called, or the session cancelled; nothing was repeated."


class NobodyToCall(Refusal):
    """No learner of the class has a paid contract."""

    code = "nobody_to_call"
    zh = "这个班还没有已付款的学员，没有可点名的人。"
    en = "No learner of this class has paid, so there is nobody to call."


@operation("roll.called", roles={Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD, Role.CLOCK})
def call_roll(act: Act, *, session_code: str, absent: tuple[str, ...] = ()) -> Receipt:
    """Call the roll: every paid learner's lesson is taught, those named are absent.

    `absent` holds contract codes; an absence without leave counts as the contract says (taught).
    Each guardian is asked to confirm; the clock of silence starts when the message is delivered.

    Raises: NotFound, Forbidden, LessonNotTaught, RollCalled, NobodyToCall;
        BadInput, when somebody absent is not of the class.
    """
    session = lessons.session_for_update(session_code)
    if session is None:
        raise NotFound
    redeemed = lessons.is_redeemed(session)
    taught = _teach(act, session, absent)
    if not taught and not redeemed:
        raise NobodyToCall
    money.post(act, [money.taught(lesson, on=act.day) for lesson in taught])
    for lesson in taught:
        messages.send(
            act,
            to_person_id=lesson.guardian_id,
            template="lesson.to_confirm",
            facts={"course": session.class_group.course.name, "lesson": lesson.code},
            legal_effect=True,
        )
    return _receipt(act, session.institution_id, taught)


@operation("rolls.called", roles={Role.CLOCK})
def call_rolls_many(act: Act, *, institution_id: int, session_codes: tuple[str, ...]) -> Receipt:
    """Call the rolls of a day of one institution: simulated history, in a demo only.

    Everybody is there and every guardian was told at once: no messages are kept of it.
    At most 1,000 lessons. Raises: OnlyInDemo, NotFound, RollCalled, LessonNotTaught.
    """
    require_demo()
    sessions = lessons.sessions_for_update(session_codes)
    for session in sessions:
        _require_ready(act, session)
    taught = lessons.teach_all(
        sessions=sessions,
        taught_at=act.at,
        calendar=calendar(pack_of(act), "government", act.day),
    )
    assert len(taught) <= ITEMS_MAX, "a transaction calls at most 1,000 lessons"
    money.post(act, [money.taught(lesson, on=act.day) for lesson in taught])
    return _receipt(act, institution_id, taught)


def _require_ready(act: Act, session: ClassSession) -> None:
    """Refuse a roll that was called, or comes too early."""
    require_may_teach(act.actor, session.institution_id)
    closings.require_open(session.institution_id)
    if session.called_at is not None or session.cancelled_at is not None:
        raise RollCalled
    if act.at < session.starts_at:
        raise LessonNotTaught(starts=f"{session.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}")


def _teach(act: Act, session: ClassSession, absent: tuple[str, ...]) -> list[Lesson]:
    _require_ready(act, session)
    contracts = lessons.contracts_of_session_for_update(session)
    if not set(absent) <= {each.code for each in contracts}:
        raise BadInput(field="absent")
    present = frozenset(each.pk for each in contracts if each.code not in set(absent))
    return lessons.teach(session=session, contracts=contracts, present=present, taught_at=act.at)


def _receipt(act: Act, institution_id: int, taught: list[Lesson]) -> Receipt:
    entry = timeline.record_many(
        act,
        [_step(lesson) for lesson in taught],
        [],
        idle=f"institution:{institution_id}",
    )
    assessment.mark(institution_id)
    there = sum(lesson.present for lesson in taught)
    return Receipt(entry.id, {"taught": len(taught), "present": there})


def _step(lesson: Lesson) -> Step:
    return Step(
        lesson.contract,
        "taught",
        {
            "lesson": lesson.code,
            "ordinal": lesson.ordinal,
            "amount_fen": lesson.amount_fen,
            "present": lesson.present,
        },
        amount_fen=lesson.amount_fen,
        reference=lesson.code,
    )
