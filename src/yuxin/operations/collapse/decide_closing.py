"""Another person declares an institution closed, or refuses the proposal."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.operations.registry.change_status import write_status
from yuxin.registry import queries as registry
from yuxin.registry.models import Status
from yuxin.tuition.collapse import services
from yuxin.tuition.collapse.models import Closing
from yuxin.tuition.collapse.permissions import require_another, require_may_close
from yuxin.tuition.outflow import services as outflow
from yuxin.tuition.outflow.models import Reason
from yuxin.tuition.outflow.services import Decided


class ClosingDecided(Refusal):
    """A proposal is decided once."""

    code = "closing_decided"
    zh = "这份停业认定已经办过这一步，请刷新查看进度。"
    en = "This step of the closing was taken already; reload to see where it stands."


@operation("closing.decided", roles={Role.OFFICER, Role.HEAD})
def decide_closing(act: Act, *, closing_code: str, declare: bool) -> Receipt:
    """Declare a proposed closing, or refuse it.

    Declared: no release is made or sent from this moment, orders not sent yet are withdrawn, the
    registry says it, silence confirms nothing, and the claim of every family is listed.
    Raises: NotFound, Forbidden, SamePerson, ClosingDecided.
    Law: two persons; hold on outflows other than refunds on a bureau's order.
    """
    closing = services.closing_for_update(closing_code)
    if closing is None:
        raise NotFound
    require_may_close(act.actor, closing.institution_id)
    require_another(act.actor, closing.proposed_by)
    if closing.state != Closing.State.PROPOSED:
        raise ClosingDecided
    body = _declared(act, closing) if declare else _rejected(act, closing)
    entry_of = registry.entry(act.actor, closing.institution_id)
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={"closing": closing.code, "state": str(closing.state), **body},
    )
    assessment.mark(closing.institution_id)
    return Receipt(entry.id, {"closing": closing.code, "state": str(closing.state), **body})


def _rejected(act: Act, closing: Closing) -> dict[str, Json]:
    services.change(
        closing,
        state=Closing.State.REJECTED,
        decided_by=act.actor.account_id,
        decided_at=act.at,
    )
    return {}


def _declared(act: Act, closing: Closing) -> dict[str, Json]:
    before = registry.entry(act.actor, closing.institution_id).status
    services.change(
        closing,
        state=Closing.State.DECLARED,
        status_before=before,
        decided_by=act.actor.account_id,
        decided_at=act.at,
    )
    outflow.impose(
        act,
        institution_id=closing.institution_id,
        reason=Reason.CLOSED,
        decided=Decided(
            document_number=closing.document_number,
            words=closing.reason,
            proposed_by=closing.proposed_by,
            proposed_at=closing.proposed_at,
        ),
    )
    withdrawn = services.withdraw_releases(institution_id=closing.institution_id)
    write_status(
        act,
        subject_id=closing.institution_id,
        status=Status(closing.kind),
        valid_from=closing.effective_on,
        reason=closing.reason,
    )
    services.list_claims(closing)
    return {
        "claims": closing.claim_count,
        "claim_fen": closing.claim_fen,
        "held_fen": closing.held_fen,
        "shortfall_fen": closing.shortfall_fen,
        "claims_sha256": closing.claims_sha256,
        "releases_withdrawn": withdrawn,
    }
