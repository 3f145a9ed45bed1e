"""Writes of outflow, inside an operation. One proposes, another approves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import BadInput, Conflict, NotFound, Refusal
from yuxin.tuition.outflow.models import Hold, LargeUse, Reason

LOCK_CLASS = 0x594648  # "YFH": holds on outflow; the database's trigger takes the same


class OrderNumberMissing(BadInput):
    """A hold needs the order of a bureau, with its number."""

    code = "order_number_missing"
    zh = "暂停划转须有主管部门的书面决定：请填写文号（不超过 60 字）和理由（不超过 400 字）。"
    en = (
        "Outflow is held only on a written order of the bureau: give its number (at most 60 "
        "characters) and the reason (at most 400)."
    )


class SamePerson(Refusal):
    """Whoever proposed does not approve."""

    code = "hold_approved_by_proposer"
    zh = "提请人不能自己批准，请由另一名工作人员批准。"
    en = "Whoever proposed this cannot approve it; ask a second person."


class HeldByClosing(Refusal):
    """What a closing holds stays held as long as the closing is in force."""

    code = "held_by_closing"
    zh = "这项暂停随停业认定而来，停业认定生效期间不能单独恢复划转。认定有误的，请撤销认定。"
    en = "A closing holds this outflow and ends the hold itself; if it was wrong, undo the closing."


class HeldAlready(Refusal):
    """A hold of the same kind stands or waits for approval."""

    code = "held_already"
    zh = "该机构已有一项暂停划转在办或生效（{code}），不能重复提请。"
    en = "A hold on this institution is proposed or in force already ({code})."


class NoticeNotUsable(BadInput):
    """A notice of large use without plan, sum or days."""

    code = "large_use_not_usable"
    zh = "请写明用途（不超过 400 字）、大于零的金额和先后相符的起止日期。"
    en = "Give the plan (at most 400 characters), a sum above zero, and days in order."


def _stated(number: str, words: str) -> tuple[str, str]:
    number, words = number.strip(), words.strip()
    if not 0 < len(number) <= 60:
        raise OrderNumberMissing(field="document_number")
    if not 0 < len(words) <= 400:
        raise OrderNumberMissing(field="words")
    return number, words


def _lock(institution_id: int) -> None:
    """Wait for orders being made: afterwards the hold is seen by every further one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, institution_id & 0x7FFFFFFF]
        )


def propose(
    act: Act,
    *,
    institution_id: int,
    document_number: str,
    words: str,
    reason: Reason = Reason.ORDER,
    alert_code: str = "",
) -> Hold:
    """Propose a hold; nothing is held before a second person approved it.

    Raises: OrderNumberMissing, HeldAlready.
    """
    require_act()
    number, said = _stated(document_number, words)
    _lock(institution_id)
    open_one = Hold.objects.filter(
        institution_id=institution_id, reason=reason, lifted_at=None
    ).first()
    if open_one is not None:
        raise HeldAlready(code=open_one.code)
    assert act.actor.account_id is not None
    return Hold.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        reason=reason,
        document_number=number,
        words=said,
        alert_code=alert_code,
        proposed_by=act.actor.account_id,
        proposed_at=act.at,
    )


def hold_for_update(code: str) -> Hold:
    """A hold, locked until the operation ends.

    Raises: NotFound.
    """
    require_act()
    row = Hold.objects.filter(code=code).order_by("pk").select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    return row


def approve(act: Act, hold: Hold) -> None:
    """Put a hold in force, as the second person.

    Raises: Conflict, SamePerson.
    """
    require_act()
    if hold.approved_at is not None:
        raise Conflict
    if hold.proposed_by == act.actor.account_id:
        raise SamePerson
    _lock(hold.institution_id)
    hold.approved_by, hold.approved_at = act.actor.account_id, act.at
    hold.save(update_fields=["approved_by", "approved_at"])


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What two persons decided elsewhere, such as a closing: its number, words, first person."""

    document_number: str
    words: str
    proposed_by: int
    proposed_at: datetime


def impose(act: Act, *, institution_id: int, reason: Reason, decided: Decided) -> Hold:
    """Put a hold in force that another decision of two persons brings, as its second person.

    Raises: OrderNumberMissing, HeldAlready.
    """
    require_act()
    number, said = _stated(decided.document_number, decided.words)
    _lock(institution_id)
    open_one = Hold.objects.filter(
        institution_id=institution_id, reason=reason, lifted_at=None
    ).first()
    if open_one is not None:
        raise HeldAlready(code=open_one.code)
    return Hold.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        reason=reason,
        document_number=number,
        words=said,
        proposed_by=decided.proposed_by,
        proposed_at=decided.proposed_at,
        approved_by=act.actor.account_id,
        approved_at=act.at,
    )


def release(act: Act, *, institution_id: int, reason: Reason, decided: Decided) -> None:
    """End the hold of a reason by another decision of two persons, as its second person."""
    require_act()
    number, said = _stated(decided.document_number, decided.words)
    Hold.objects.filter(
        institution_id=institution_id, reason=reason, approved_at__isnull=False, lifted_at=None
    ).update(
        lift_number=number,
        lift_words=said,
        lift_proposed_by=decided.proposed_by,
        lift_proposed_at=decided.proposed_at,
        lifted_by=act.actor.account_id,
        lifted_at=act.at,
    )


def propose_lift(act: Act, hold: Hold, *, document_number: str, words: str) -> None:
    """Propose that a hold ends.

    Raises: Conflict, HeldByClosing, OrderNumberMissing.
    """
    require_act()
    if hold.approved_at is None or hold.lifted_at is not None:
        raise Conflict
    if hold.reason == Reason.CLOSED:
        raise HeldByClosing
    hold.lift_number, hold.lift_words = _stated(document_number, words)
    hold.lift_proposed_by, hold.lift_proposed_at = act.actor.account_id, act.at
    hold.save(update_fields=["lift_number", "lift_words", "lift_proposed_by", "lift_proposed_at"])


def lift(act: Act, hold: Hold) -> None:
    """End a hold, as the second person.

    Raises: Conflict, HeldByClosing, SamePerson.
    """
    require_act()
    if hold.reason == Reason.CLOSED:
        raise HeldByClosing
    if hold.lift_proposed_at is None or hold.lifted_at is not None:
        raise Conflict
    if hold.lift_proposed_by == act.actor.account_id:
        raise SamePerson
    hold.lifted_by, hold.lifted_at = act.actor.account_id, act.at
    hold.save(update_fields=["lifted_by", "lifted_at"])


def is_held(institution_id: int) -> bool:
    """Whether outflow is held; a hold that comes after this waits until the operation ends."""
    require_act()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, %s)",
            [LOCK_CLASS, institution_id & 0x7FFFFFFF],
        )
    return bool(held([institution_id]))


def held(institution_ids: Sequence[int]) -> dict[int, Hold]:
    """The holds in force of institutions; of several the first."""
    rows = Hold.objects.filter(
        institution_id__in=list(institution_ids), approved_at__isnull=False, lifted_at=None
    )
    return {row.institution_id: row for row in rows.order_by("-pk")}


@dataclass(frozen=True, kw_only=True)
class NewLargeUse:
    """A notice as the institution gives it. Money in fen."""

    plan: str
    amount_fen: int
    use_from: date
    use_until: date


def notify_large_use(act: Act, *, institution_id: int, notice: NewLargeUse) -> LargeUse:
    """Write a notice of large use; it counts from the day of the act.

    Raises: NoticeNotUsable.
    """
    require_act()
    plan = notice.plan.strip()
    if not 0 < len(plan) <= 400:
        raise NoticeNotUsable(field="plan")
    if notice.amount_fen <= 0:
        raise NoticeNotUsable(field="amount_fen")
    if notice.use_until < notice.use_from:
        raise NoticeNotUsable(field="use_until")
    return LargeUse.objects.create(
        institution_id=institution_id,
        plan=plan,
        amount_fen=notice.amount_fen,
        use_from=notice.use_from,
        use_until=notice.use_until,
        notified_on=act.day,
        recorded_by=act.actor.account_id,
    )
