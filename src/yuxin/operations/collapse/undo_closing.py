"""A closing that was declared in error is undone, while nothing was paid."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.collapse.decide_closing import ClosingDecided
from yuxin.operations.operation import operation
from yuxin.operations.registry.change_status import write_status
from yuxin.registry import queries as registry
from yuxin.registry.models import Status
from yuxin.tuition.collapse import services, settling
from yuxin.tuition.collapse.models import Claim, Closing
from yuxin.tuition.collapse.permissions import require_another, require_may_close
from yuxin.tuition.insurance import covering
from yuxin.tuition.outflow import services as outflow
from yuxin.tuition.outflow.models import Reason
from yuxin.tuition.outflow.services import Decided

PAGE = 400


class CoverAsked(Refusal):
    """An insurer has a claim of this closing and may be paying it now."""

    code = "closing_cover_asked"
    zh = "已向保险公司报案，还没有答复，不能撤销。等保险公司答复后再办。"
    en = "An insurer has a claim of this closing and has not answered; undo it after the answer."


class ClosingPaid(Refusal):
    """From the first order to the bank on a closing stays."""

    code = "closing_paid"
    zh = "已有退款交给银行，不能再撤销；机构仍在办学的，请另行更正登记并恢复合同。"
    en = (
        "Refunds have gone to the bank, so the closing cannot be undone; if the institution still "
        "works, correct the registry and make new contracts."
    )


@operation("closing.undo_asked", roles={Role.OFFICER, Role.HEAD})
def ask_undo_closing(act: Act, *, closing_code: str, reason: str) -> Receipt:
    """Ask that a declared closing be undone; the refund run stops at once.

    Raises: NotFound, Forbidden, BadInput, ClosingDecided, ClosingPaid, CoverAsked.
    """
    closing = _declared(act, closing_code)
    if not reason.strip():
        raise BadInput(field="reason")
    services.change(
        closing,
        running=False,
        undo_asked_by=act.actor.account_id,
        undo_reason=reason.strip()[:400],
    )
    return _receipt(act, closing, {"reason": closing.undo_reason})


@operation("closing.undone", roles={Role.OFFICER, Role.HEAD})
def undo_closing(act: Act, *, closing_code: str) -> Receipt:
    """Another person undoes a closing: contracts, lessons, books and status are as before.

    What the run had lined up is taken back in the same transaction, a page of it; `left` says
    that there is more and the closing still stands.
    Raises: NotFound, Forbidden, SamePerson, ClosingDecided, ClosingPaid, CoverAsked.
    """
    closing = _declared(act, closing_code)
    if closing.undo_asked_by is None:
        raise ClosingDecided
    require_another(act.actor, closing.undo_asked_by)
    claims = settling.ordered_for_update(closing, limit=PAGE)
    settling.take_back(act, closing, claims, on=act.day)
    taken = len(claims)
    left = taken == PAGE
    if not left:
        claims += settling.drop_listed(closing)
        services.change(
            closing,
            state=Closing.State.UNDONE,
            undone_by=act.actor.account_id,
            undone_at=act.at,
        )
        outflow.release(
            act,
            institution_id=closing.institution_id,
            reason=Reason.CLOSED,
            decided=Decided(
                document_number=closing.document_number,
                words=closing.undo_reason,
                proposed_by=closing.undo_asked_by,
                proposed_at=act.at,
            ),
        )
        write_status(
            act,
            subject_id=closing.institution_id,
            status=Status(closing.status_before),
            valid_from=act.day,
            reason=closing.undo_reason,
        )
        assessment.mark(closing.institution_id)
    _tell(act, closing, claims)
    return _receipt(act, closing, {"taken_back": taken, "left": left})


def _tell(act: Act, closing: Closing, claims: list[Claim]) -> None:
    """Whoever was told of the closing is told that it holds no longer."""
    name = registry.entry(act.actor, closing.institution_id).name
    letters = [
        messages.Letter(
            each.guardian_id,
            "closing.undone",
            {"institution": name, "contract": each.contract_code, "contact": closing.contact},
            legal_effect=True,
        )
        for each in claims
        if each.told_at is not None
    ]
    messages.send_many(act, letters)


def _declared(act: Act, closing_code: str) -> Closing:
    closing = services.closing_for_update(closing_code)
    if closing is None:
        raise NotFound
    require_may_close(act.actor, closing.institution_id)
    if closing.state != Closing.State.DECLARED:
        raise ClosingDecided
    if services.has_paid(closing):
        raise ClosingPaid
    contracts = closing.claims.values_list("contract_id", flat=True)
    if covering.waiting(list(contracts)):
        raise CoverAsked
    return closing


def _receipt(act: Act, closing: Closing, body: dict[str, str | int | bool]) -> Receipt:
    entry_of = registry.entry(act.actor, closing.institution_id)
    told = {"closing": closing.code, "state": str(closing.state), **body}
    entry = evidence.append(act, chain=f"subject:{entry_of.code}", subject=entry_of.code, body=told)
    return Receipt(entry.id, told)
