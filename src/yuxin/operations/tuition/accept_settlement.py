"""A side accepts the settlement that stands; with the second yes it is booked at once."""

from yuxin.cases import services as cases
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Conflict, Refusal
from yuxin.operations.operation import operation
from yuxin.operations.tuition.settle_dispute import NotDisputed, disputed_for_update, settled
from yuxin.tuition.disputes import services as disputes
from yuxin.tuition.disputes.kind import LESSON_DISPUTE
from yuxin.tuition.models import Contract, Lesson
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step


class AcceptedAlready(Refusal):
    """A side says yes once."""

    code = "settlement_accepted_already"
    zh = "您这一方已经同意过这个方案了，正在等另一方答复。"
    en = "Your side accepted this proposal already; the other side has still to answer."


class AnotherProposal(Conflict):
    """The proposal that was read is not the one that stands."""

    code = "another_proposal"
    zh = "您看到的方案已经换了。请核对新的方案再答复。"
    en = "The proposal you read was replaced. Please read the new one and answer."


@operation(
    "dispute.accepted",
    roles={Role.GUARDIAN, Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE},
    moves=("lesson_dispute.accepted", "lesson_dispute.agreed", "refund.follows_agreement"),
)
def accept_settlement(act: Act, *, lesson_code: str, seen_fen: int) -> Receipt:
    """Say yes to the proposal; `seen_fen` is what it gives back, as the page showed it.

    Raises: NotFound, NotDisputed, WrongState, Forbidden, AcceptedAlready, AnotherProposal.
    """
    contract, lesson = disputed_for_update(lesson_code)
    dispute = disputes.dispute_for_update(lesson)
    if dispute is None or lesson.state != Lesson.State.DISPUTED:
        raise NotDisputed
    family = act.actor.has(Role.GUARDIAN) and lesson.guardian_id in act.actor.person_ids
    standing = disputes.standing_settlement(dispute)
    both = standing is not None and disputes.other_side_accepted(standing, family=family)
    cases.advance(act, dispute.proceeding, LESSON_DISPUTE, "agreed" if both else "accepted")
    assert standing is not None, "what is answered was proposed"
    if standing.back_fen != seen_fen:
        raise AnotherProposal(field="seen_fen")
    if disputes.side_accepted(standing, family=family):
        raise AcceptedAlready
    disputes.accept(act, standing, family=family, agreed=both)
    if not both:
        return _waiting(act, contract, lesson, side="family" if family else "institution")
    told = disputes.settle(
        act, contract, lesson, kept_bps=standing.kept_bps, opens="follows_agreement"
    )
    return settled(act, contract, lesson, told, words=standing.words)


def _waiting(act: Act, contract: Contract, lesson: Lesson, *, side: str) -> Receipt:
    body = {"lesson": lesson.code, "side": side}
    entry = timeline.record(
        act, Step(contract, "settlement_accepted", {**body}, reference=lesson.code)
    )
    return Receipt(entry.id, {"agreed": False})
