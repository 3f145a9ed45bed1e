"""A roll is put right before the families answered: by act, with a reason, and they are told."""

from collections.abc import Mapping, Sequence

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.models import ClassSession, Lesson
from yuxin.tuition.permissions import require_may_teach
from yuxin.tuition.services import lessons, money, rolls, timeline
from yuxin.tuition.services.timeline import Step

OUTCOMES = ("present", "absent", "leave")
TEACHERS = {Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD}


class RollNotCalled(Refusal):
    """Only a roll that was called is put right."""

    code = "roll_not_called"
    zh = "这节课还没有点名，没有可更正的。请直接点名。"
    en = "The roll of this session was not called, so there is nothing to correct. Call it."


@operation("roll.corrected", roles=TEACHERS, moves=("refund.follows_correction",))
def correct_roll(
    act: Act,
    *,
    session_code: str,
    outcomes: tuple[tuple[str, str], ...] = (),
    centiunits: int | None = None,
    reason: str = "",
) -> Receipt:
    """Say again who was there: pairs of a contract's code and present, absent or leave.

    On leave the lesson is given back: its posting is reversed and its units are free again. A
    learner that the roll left out gets the lesson. `centiunits`: the session was broken off, so
    every lesson of it is given back and taught anew with so much.

    Raises: NotFound, Forbidden, RollNotCalled, RollAnswered, CorrectionNeedsReason, BadInput.
    """
    session = _session(act, session_code)
    why = rolls.require_reason(act, session, reason)
    wanted = _wanted(outcomes)
    contracts, held = rolls.lock(session)
    by_code = {each.code: each.pk for each in contracts.values()}
    if not set(wanted) <= set(by_code) or not (wanted or centiunits):
        raise BadInput(field="outcomes")
    chosen = {by_code[code]: outcome for code, outcome in wanted.items()}
    if centiunits is not None:
        steps = _shorter(act, session, held, chosen, centiunits, why)
    else:
        steps = _again(act, session, held, chosen, why)
    if not steps:
        raise BadInput(field="outcomes")
    rolls.settle_count(session, called_at=session.called_at)
    return _receipt(act, session, steps)


@operation("roll.withdrawn", roles=TEACHERS, moves=("refund.follows_withdrawal",))
def withdraw_roll(act: Act, *, session_code: str, reason: str = "") -> Receipt:
    """Take back the roll of a session called by mistake: nobody was taught, all money goes back.

    The session may be called again, moved or cancelled.
    Raises: NotFound, Forbidden, RollNotCalled, RollAnswered, CorrectionNeedsReason.
    """
    session = _session(act, session_code)
    why = rolls.require_reason(act, session, reason)
    _contracts, held = rolls.lock(session)
    every = list(held.values())
    rolls.require_open(every)
    steps = rolls.give_back(act, every, why=why, opens="follows_withdrawal")
    rolls.tell(act, session, every, "lesson.taken_back", why)
    rolls.settle_count(session, called_at=None)
    return _receipt(act, session, steps)


def _session(act: Act, code: str) -> ClassSession:
    session = lessons.session_for_update(code)
    if session is None:
        raise NotFound
    require_may_teach(act.actor, session.institution_id)
    if session.called_at is None:
        raise RollNotCalled
    return session


def _wanted(outcomes: Sequence[tuple[str, str]]) -> dict[str, str]:
    wanted = dict(outcomes)
    if len(wanted) != len(outcomes) or not set(wanted.values()) <= set(OUTCOMES):
        raise BadInput(field="outcomes")
    return wanted


def _again(
    act: Act,
    session: ClassSession,
    held: Mapping[int, Lesson],
    chosen: Mapping[int, str],
    why: str,
) -> list[Step]:
    """What differs from the roll as it stands, and nothing else."""
    back = [held[pk] for pk, said in chosen.items() if said == "leave" and pk in held]
    here = _differing(held, chosen, "present")
    away = _differing(held, chosen, "absent")
    rolls.require_open([*back, *here, *away])
    steps = rolls.give_back(act, back, why=why, opens="follows_correction")
    rolls.tell(act, session, back, "lesson.taken_back", why)
    for group, present in ((here, True), (away, False)):
        steps += rolls.mark(group, present=present, why=why)
        template = "lesson.marked_present" if present else "lesson.marked_absent"
        rolls.tell(act, session, group, template, why)
    left_out = {pk: said for pk, said in chosen.items() if said != "leave" and pk not in held}
    return steps + _add(act, session, left_out)


def _differing(held: Mapping[int, Lesson], chosen: Mapping[int, str], said: str) -> list[Lesson]:
    return [
        held[pk]
        for pk, outcome in chosen.items()
        if outcome == said and pk in held and held[pk].present != (said == "present")
    ]


def _add(act: Act, session: ClassSession, left_out: Mapping[int, str]) -> list[Step]:
    """Lessons of learners that the roll had left out; only of contracts that may be called."""
    if not left_out:
        return []
    allowed = [
        each for each in lessons.contracts_of_session_for_update(session) if each.pk in left_out
    ]
    if len(allowed) != len(left_out):
        raise BadInput(field="outcomes")
    present = frozenset(pk for pk, said in left_out.items() if said == "present")
    added = rolls.add(session, allowed, present=present, at=act.at)
    money.post(act, [money.taught(lesson, on=act.day) for lesson in added])
    rolls.ask(act, session, added)
    return [rolls.taught_step(lesson) for lesson in added]


def _shorter(
    act: Act,
    session: ClassSession,
    held: Mapping[int, Lesson],
    chosen: Mapping[int, str],
    centiunits: int,
    why: str,
) -> list[Step]:
    if not 0 < centiunits < session.centiunits:
        raise BadInput(field="centiunits")
    every = list(held.values())
    rolls.require_open(every)
    outcomes = {pk: "present" if each.present else "absent" for pk, each in held.items()}
    outcomes.update(chosen)
    steps = rolls.give_back(act, every, why=why, opens="follows_correction")
    rolls.tell(act, session, every, "lesson.taken_back", why)
    session.centiunits = centiunits
    return steps + _add(act, session, {pk: o for pk, o in outcomes.items() if o != "leave"})


def _receipt(act: Act, session: ClassSession, steps: Sequence[Step]) -> Receipt:
    entry = timeline.record_many(act, steps, [], idle=f"institution:{session.institution_id}")
    assessment.mark(session.institution_id)
    back = sum(step.amount_fen for step in steps if step.kind == "taken_back")
    return Receipt(entry.id, {"corrected": len(steps), "given_back_fen": back})
