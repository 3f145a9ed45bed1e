"""The run of a closing: started and stopped by an officer, done page by page by the clock."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.messages import services as messages
from yuxin.operations.collapse.decide_closing import ClosingDecided
from yuxin.operations.operation import operation
from yuxin.registry import queries as registry
from yuxin.tuition.collapse import services, settling
from yuxin.tuition.collapse.models import Claim, Closing
from yuxin.tuition.collapse.permissions import require_may_close
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step

LETTERS_MAX = 500
CONTRACTS_MAX = 300


@operation("closing.run_set", roles={Role.OFFICER, Role.HEAD})
def set_closing_run(act: Act, *, closing_code: str, running: bool) -> Receipt:
    """Start, stop or resume the refund run; what was ordered stays ordered.

    Started again it lists those whose money came in since. Raises: NotFound, Forbidden,
    ClosingDecided.
    """
    closing = services.closing_for_update(closing_code)
    if closing is None:
        raise NotFound
    require_may_close(act.actor, closing.institution_id)
    if closing.state != Closing.State.DECLARED or closing.undo_asked_by is not None:
        raise ClosingDecided
    if running:
        services.list_claims(closing)
    services.change(closing, running=running)
    entry_of = registry.entry(act.actor, closing.institution_id)
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={
            "closing": closing.code,
            "running": running,
            "claims": closing.claim_count,
            "claims_sha256": closing.claims_sha256,
        },
    )
    return Receipt(entry.id, {"closing": closing.code, "running": running})


@operation("closing.families_told", roles={Role.CLOCK})
def tell_families_many(act: Act, *, institution_id: int, closing_code: str) -> Receipt:
    """Write to the next families of a closing what becomes of their money; 500 at most."""
    closing = _in_force(closing_code)
    claims = services.untold_for_update(closing, limit=LETTERS_MAX) if closing else []
    if closing:
        name = registry.entry(act.actor, institution_id).name
        letters = [_letter(each, closing, name) for each in claims]
        messages.send_many(act, letters)
        services.told(claims, at=act.at)
    entry = evidence.append(
        act,
        chain=f"closing:{closing_code}",
        subject=f"closing:{closing_code}",
        body={"told": [each.contract_code for each in claims]},
    )
    return Receipt(entry.id, {"told": len(claims), "left": len(claims) == LETTERS_MAX})


def _letter(claim: Claim, closing: Closing, name: str) -> messages.Letter:
    return messages.Letter(
        claim.guardian_id,
        "closing.claim",
        {
            "institution": name,
            "contract": claim.contract_code,
            "claim_fen": claim.claim_fen,
            "held_fen": claim.held_fen,
            "shortfall_fen": claim.shortfall_fen,
            "contact": closing.contact,
        },
        legal_effect=True,
    )


@operation("closing.refunds_ordered", roles={Role.CLOCK})
def order_closing_refunds_many(act: Act, *, institution_id: int, closing_code: str) -> Receipt:
    """Make what lies in custody due to the next families of a running closing; 300 at most.

    Each contract's own money only. A claim is done once: stop, kill, resume and repeat come to
    the same books. Existing acts then order the refunds from the bank and match its answers.
    Law: N20, N21; funds-rules R10.
    """
    closing = _in_force(closing_code)
    running = closing is not None and closing.running
    claims: list[Claim] = []
    if closing is not None and running:
        claims = settling.listed_for_update(closing, limit=CONTRACTS_MAX)
        settling.order_refunds(act, closing, claims, on=act.day)
    steps = [
        Step(
            each.contract,
            "closing_refund",
            {
                "closing": closing_code,
                "claim_fen": each.claim_fen,
                "held_fen": each.held_fen,
                "shortfall_fen": each.shortfall_fen,
            },
            amount_fen=each.held_fen,
            reference=closing_code,
        )
        for each in claims
    ]
    entry = timeline.record_many(act, steps, [], idle=f"institution:{institution_id}")
    return Receipt(entry.id, {"ordered": len(claims), "left": len(claims) == CONTRACTS_MAX})


def _in_force(code: str) -> Closing | None:
    closing = services.closing_for_update(code)
    return closing if closing and closing.state == Closing.State.DECLARED else None
