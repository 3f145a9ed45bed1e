"""The mediator proposes how a disputed lesson is shared; both sides are asked."""

from yuxin.access.queries import accounts_with
from yuxin.cases import services as cases
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.operations.tuition.settle_dispute import NotDisputed, disputed_for_update
from yuxin.tuition.disputes import services as disputes
from yuxin.tuition.disputes.kind import LESSON_DISPUTE
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step


@operation(
    "dispute.proposed",
    roles={Role.OFFICER, Role.HEAD, Role.ASSOCIATION},
    moves=("lesson_dispute.proposed",),
)
def propose_settlement(act: Act, *, lesson_code: str, kept_bps: int, words: str) -> Receipt:
    """Propose that the institution keeps a share, in basis points; `words` say why.

    Nothing is booked before both sides agree.
    Raises: NotFound, BadInput, NotDisputed, WrongState, Forbidden, WordsMissing.
    """
    contract, lesson = disputed_for_update(lesson_code)
    if not 0 <= kept_bps <= 10_000:
        raise BadInput(field="kept_bps")
    dispute = disputes.dispute_for_update(lesson)
    if dispute is None:
        raise NotDisputed
    cases.advance(act, dispute.proceeding, LESSON_DISPUTE, "proposed", words=words)
    proposal = disputes.propose(act, dispute, lesson, kept_bps=kept_bps, words=words)
    entry = timeline.record(
        act,
        Step(
            contract,
            "settlement_proposed",
            {
                "lesson": lesson.code,
                "number": proposal.number,
                "kept_fen": proposal.kept_fen,
                "returned_fen": proposal.back_fen,
                "words": words.strip(),
            },
            reference=lesson.code,
        ),
    )
    facts: dict[str, str | int] = {"lesson": lesson.code, "amount_fen": proposal.back_fen}
    messages.send(act, to_person_id=lesson.guardian_id, template="dispute.proposed", facts=facts)
    for account in accounts_with(Role.INSTITUTION_HEAD, contract.institution_id, act.day):
        messages.send(act, to_account_id=account, template="dispute.proposed", facts=facts)
    return Receipt(entry.id, {"kept_fen": proposal.kept_fen, "returned_fen": proposal.back_fen})
