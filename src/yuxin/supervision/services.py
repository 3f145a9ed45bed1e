"""Writes of supervision, inside an operation."""

from dataclasses import dataclass
from datetime import date

from yuxin.access.sealed import blind_index
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.supervision.models import Complaint, ComplaintDecision, Feed, FeedGap, Ground, Outcome


class ComplaintNotUsable(BadInput):
    """A complaint without matter or complainant, or received after today."""

    code = "complaint_not_usable"
    zh = "请写明投诉内容（不超过 400 字）和投诉人联系方式，收到日期不能晚于今天。"
    en = (
        "Give the matter (at most 400 characters) and how to reach the complainant; the day may "
        "not lie ahead."
    )


class DecisionNotUsable(BadInput):
    """A decision that contradicts itself or gives no reason."""

    code = "decision_not_usable"
    zh = (
        "认定为有效须选理由（查实或逾期未答复），其他结论不选；"
        "人身安全只用于查实的投诉；请写明认定说明。"
    )
    en = (
        "A valid complaint needs its ground (substantiated or unanswered) and others have none; "
        "safety goes with a substantiated one; and give the reason."
    )


class GapNotUsable(BadInput):
    """A gap of a bank in something that banks do not send."""

    code = "gap_not_usable"
    zh = "银行只报送资金数据；报表和保险数据的中断请按平台登记，并写明原因。"
    en = (
        "Banks send data on funds alone; record gaps of statements and insurance as the platform's."
    )


@dataclass(frozen=True, kw_only=True)
class NewComplaint:
    """A complaint as it came in. `complainant` is how to reach the person; only a hash is kept."""

    received_on: date
    summary: str
    complainant: str
    matter_code: str = ""


def record_complaint(act: Act, *, institution_id: int, complaint: NewComplaint) -> Complaint:
    """Write a complaint down; `matter_code` names an earlier one on the same matter.

    Raises: ComplaintNotUsable, NotFound.
    """
    require_act()
    summary, complainant = complaint.summary.strip(), complaint.complainant.strip()
    if not 0 < len(summary) <= 400:
        raise ComplaintNotUsable(field="summary")
    if not complainant:
        raise ComplaintNotUsable(field="complainant")
    if complaint.received_on > act.day:
        raise ComplaintNotUsable(field="received_on")
    return Complaint.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        received_on=complaint.received_on,
        matter_of_id=_matter(institution_id, complaint.matter_code),
        summary=summary,
        complainant_index=blind_index("complainant", complainant),
        recorded_by=act.actor.account_id,
    )


def _matter(institution_id: int, code: str) -> int | None:
    if not code:
        return None
    first = Complaint.objects.filter(institution_id=institution_id, code=code).first()
    if first is None:
        raise NotFound(field="matter_code")
    return first.matter_of_id or first.pk


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a complaint counts as, and why."""

    outcome: Outcome
    reason: str
    ground: Ground | None = None
    safety: bool = False


def decide_complaint(act: Act, *, complaint: Complaint, decision: Decision) -> int:
    """Decide what a complaint counts as, or correct an earlier decision; its weight in hundredths.

    Raises: DecisionNotUsable.
    """
    require_act()
    valid = decision.outcome is Outcome.VALID
    if valid != (decision.ground is not None):
        raise DecisionNotUsable(field="ground")
    if decision.safety and decision.ground is not Ground.SUBSTANTIATED:
        raise DecisionNotUsable(field="safety")
    if not 0 < len(decision.reason.strip()) <= 400:
        raise DecisionNotUsable(field="reason")
    weight = _weight(act, decision.outcome)
    ComplaintDecision.objects.create(
        complaint=complaint,
        institution_id=complaint.institution_id,
        decided_on=act.day,
        outcome=decision.outcome,
        ground=decision.ground or "",
        safety=decision.safety,
        weight_centi=weight,
        reason=decision.reason.strip(),
        recorded_by=act.actor.account_id,
    )
    return weight


def _weight(act: Act, outcome: Outcome) -> int:
    if outcome is Outcome.VALID:
        return 100
    if outcome is Outcome.WITHDRAWN:
        return act.pack.on("risk.complaint_withdrawn_centi", act.day).integer
    return 0


def record_feed_gap(
    act: Act, *, feed: Feed, bank_code: str, valid_from: date, ended: bool, reason: str
) -> None:
    """Record that a bank, or the platform, caused a gap in a feed, or that it is over.

    Raises: GapNotUsable.
    """
    require_act()
    if bank_code and feed is not Feed.FUNDS:
        raise GapNotUsable(field="bank_code")
    if not 0 < len(reason.strip()) <= 200:
        raise GapNotUsable(field="reason")
    FeedGap.objects.create(
        feed=feed,
        bank_code=bank_code,
        valid_from=valid_from,
        ended=ended,
        reason=reason.strip(),
        recorded_by=act.actor.account_id,
    )
