"""The roll of a class is called: one act for the whole class."""

from dataclasses import dataclass
from datetime import datetime

from yuxin.access.demo import require_demo
from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.tuition.collapse import services as closings
from yuxin.tuition.models import ClassSession, Lesson
from yuxin.tuition.permissions import require_may_teach
from yuxin.tuition.queued import services as queued
from yuxin.tuition.services import lessons, money, rolls, timeline

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


@dataclass(frozen=True)
class _Called:
    """What the teacher said: who is away, how much was taught, and when it was tapped."""

    absent: frozenset[str]
    leave: frozenset[str]
    centiunits: int | None
    at: datetime


@operation("roll.called", roles={Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD, Role.CLOCK})
def call_roll(
    act: Act,
    *,
    session_code: str,
    absent: tuple[str, ...] = (),
    leave: tuple[str, ...] = (),
    centiunits: int | None = None,
    occurred_at: datetime | None = None,
) -> Receipt:
    """Call the roll: every paid learner's lesson is taught, those named are absent or on leave.

    `absent` and `leave` hold contract codes: an absence without leave counts as the contract says
    (taught); on leave nothing is consumed. `centiunits`: what was taught of a session that the
    institution broke off; the rest counts nothing (R6). `occurred_at`: the tap on a phone that was
    offline, when it was sent later. Each guardian is asked to confirm; the clock of silence starts
    when the message is delivered.

    Raises: NotFound, Forbidden, LessonNotTaught, RollCalled, NobodyToCall, TapTooOld;
        BadInput, when somebody away is not of the class, or more was taught than planned.
    """
    session = lessons.session_for_update(session_code)
    if session is None:
        raise NotFound
    # A tap is never later than now: a phone whose clock runs ahead begins no lesson.
    tapped_at = min(occurred_at or act.at, act.at)
    said = _Called(frozenset(absent), frozenset(leave), centiunits, tapped_at)
    claimed = queued.claimed(act, occurred_at)
    redeemed = lessons.is_redeemed(session)
    taught = _teach(act, session, said)
    if not taught and not leave and not redeemed:
        raise NobodyToCall
    money.post(act, [money.taught(lesson, on=act.day) for lesson in taught])
    rolls.ask(act, session, taught)
    queued.keep(
        act, institution_id=session.institution_id, subject=session.code, occurred_at=occurred_at
    )
    return _receipt(act, session.institution_id, taught, claimed)


@operation("rolls.called", roles={Role.CLOCK})
def call_rolls_many(act: Act, *, institution_id: int, session_codes: tuple[str, ...]) -> Receipt:
    """Call the rolls of a day of one institution: simulated history, in a demo only.

    Everybody is there and every guardian was told at once: no messages are kept of it.
    At most 1,000 lessons. Raises: OnlyInDemo, NotFound, RollCalled, LessonNotTaught.
    """
    require_demo()
    sessions = lessons.sessions_for_update(session_codes)
    for session in sessions:
        _require_ready(act, session, act.at)
    taught = lessons.teach_all(
        sessions=sessions,
        taught_at=act.at,
        calendar=calendar(pack_of(act), "government", act.day),
    )
    assert len(taught) <= ITEMS_MAX, "a transaction calls at most 1,000 lessons"
    money.post(act, [money.taught(lesson, on=act.day) for lesson in taught])
    return _receipt(act, institution_id, taught)


def _require_ready(act: Act, session: ClassSession, tapped_at: datetime) -> None:
    """Refuse a roll that was called, or comes too early."""
    require_may_teach(act.actor, session.institution_id)
    closings.require_open(session.institution_id)
    if session.called_at is not None or session.cancelled_at is not None:
        raise RollCalled
    if tapped_at < session.starts_at:
        raise LessonNotTaught(starts=f"{session.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}")


def _teach(act: Act, session: ClassSession, said: _Called) -> list[Lesson]:
    _require_ready(act, session, said.at)
    contracts = lessons.contracts_of_session_for_update(session)
    if not said.absent | said.leave <= {each.code for each in contracts}:
        raise BadInput(field="absent")
    if said.centiunits is not None:
        if not 0 < said.centiunits <= session.centiunits:
            raise BadInput(field="centiunits")
        session.centiunits = said.centiunits
    here = [each for each in contracts if each.code not in said.leave]
    present = frozenset(each.pk for each in here if each.code not in said.absent)
    return lessons.teach(session=session, contracts=here, present=present, taught_at=act.at)


def _receipt(
    act: Act, institution_id: int, taught: list[Lesson], claimed: dict[str, str] | None = None
) -> Receipt:
    entry = timeline.record_many(
        act,
        [rolls.taught_step(lesson, **(claimed or {})) for lesson in taught],
        [],
        idle=f"institution:{institution_id}",
    )
    assessment.mark(institution_id)
    there = sum(lesson.present for lesson in taught)
    return Receipt(entry.id, {"taught": len(taught), "present": there})
