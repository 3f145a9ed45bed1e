"""The desk scans the code of a guardian's phone: the visit is taught and confirmed in one act."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import at as instant
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.rules.visit_code import matching_step
from yuxin.tuition.models import Contract, Lesson
from yuxin.tuition.permissions import require_may_teach
from yuxin.tuition.redeeming import services as redeeming
from yuxin.tuition.redeeming.models import VisitKey
from yuxin.tuition.services import contracts, lessons, money, timeline
from yuxin.tuition.services.timeline import Step


class NoVisitNow(Refusal):
    """No session of the contract's class is going on today, or it was redeemed."""

    code = "no_visit_now"
    zh = "这份合同今天没有已开始、还没核销的课。请核对课表，课开始以后再扫。"
    en = "No session of this contract has begun today and is still open. Check the timetable."


class NoVisitKey(Refusal):
    """The guardian never asked for codes."""

    code = "no_visit_key"
    zh = "家长还没有开通到店码。请家长在手机上打开“到店码”开通，或用点名、确认的办法。"
    en = "The guardian has no codes yet: open “Visit code” on the phone, or call the roll instead."


class CodeLocked(Refusal):
    """Too many wrong codes today."""

    code = "visit_code_locked"
    zh = "今天输错太多次，这份合同的到店码已停用一天。请用点名、家长确认的办法。"
    en = "Too many wrong codes today; this contract's codes are off for the day. Call the roll."


class CodeUsed(Refusal):
    """The code, or a later one, was taken before."""

    code = "visit_code_used"
    zh = "这个码已经用过，没有重复核销。请让家长等下一个码（半分钟换一次）。"
    en = "This code was used before; nothing was redeemed twice. Wait for the next code."


@operation("visit.redeemed", roles={Role.INSTITUTION_TEACHER, Role.INSTITUTION_HEAD})
def redeem_visit(act: Act, *, contract_code: str, code: str) -> Receipt:
    """Redeem the visit of today by the code shown on the phone; it counts as the confirmation.

    A wrong or expired code is counted and answered with `redeemed` false: nothing else is written.
    Raises: NotFound (also for another institution's contract), Forbidden, NoVisitKey, CodeLocked,
        CodeUsed, NoVisitNow.
    Law: confirmation of each lesson by the guardian, funds-rules 2.2; on-site redemption (S01).
    """
    seen = contracts.contract_at(contract_code, act.actor.institution_ids)
    if seen is None:
        raise NotFound
    require_may_teach(act.actor, seen.institution_id)
    start = instant(act.day, 0, 0)
    session_code = redeeming.session_of_visit(seen, at=act.at, day_start=start)
    # The session first, then the contract: in the order in which a roll takes them.
    session = lessons.session_for_update(session_code) if session_code else None
    contract = contracts.contract_for_update(contract_code)
    assert contract is not None, "the contract was seen"
    key = redeeming.key_for_update(contract)
    if key is None:
        raise NoVisitKey
    if redeeming.is_locked(key, act.day):
        raise CodeLocked
    step = matching_step(redeeming.bytes_of(key), contract.code, code, act.at)
    if step is None:
        return _missed(act, contract, key)
    if step <= redeeming.last_step(contract):
        raise CodeUsed
    if session is None:
        raise NoVisitNow
    lesson = lessons.lesson_of_visit(session=session, contract=contract)
    if lesson is None:
        raise NoVisitNow
    if lesson.pk is None:  # the roll was not called: the visit itself shows that the child is there
        lesson.save()
        money.post(act, [money.taught(lesson, on=act.day)])
    return _redeem(act, lesson, step)


def _missed(act: Act, contract: Contract, key: VisitKey) -> Receipt:
    redeeming.missed(key, act.day)
    entry = evidence.append(
        act,
        chain=timeline.chain_of(contract),
        subject=contract.code,
        body={"contract": contract.code, "redeemed": False},
    )
    return Receipt(entry.id, {"redeemed": False, "contract": contract.code})


def _redeem(act: Act, lesson: Lesson, step: int) -> Receipt:
    assert act.actor.account_id is not None, "a visit is redeemed by a person"
    lessons.answer([lesson], state=Lesson.State.CONFIRMED, at=act.at, payable_on=act.day)
    money.post(act, [money.confirmed(lesson, on=act.day)])
    redeeming.redeem(lesson, step=step, by=act.actor.account_id, at=act.at)
    entry = timeline.record(
        act,
        Step(
            lesson.contract,
            "redeemed",
            {
                "lesson": lesson.code,
                "ordinal": lesson.ordinal,
                "amount_fen": lesson.amount_fen,
                "step": step,
            },
            amount_fen=lesson.amount_fen,
            reference=lesson.code,
        ),
    )
    assessment.mark(lesson.institution_id)
    return Receipt(
        entry.id,
        {"redeemed": True, "contract": lesson.contract.code, "ordinal": lesson.ordinal},
    )
