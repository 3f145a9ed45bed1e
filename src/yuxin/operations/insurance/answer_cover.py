"""What the insurer says: covered or not, a claim paid or refused; and cover that is over."""

from datetime import date

from yuxin.access.models import Account
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput, Forbidden, NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.insurance import covering
from yuxin.tuition.insurance.cover import CoverClaim, Insurer
from yuxin.tuition.services import contracts, money, refunds, timeline
from yuxin.tuition.services.timeline import Step


class ClaimDecided(Refusal):
    """A claim is decided once."""

    code = "cover_claim_decided"
    zh = "这笔报案已经答复过了，没有重复办理。"
    en = "This claim was answered already; nothing was done twice."


def _speaks_for(act: Act, insurer: Insurer) -> bool:
    """The clock by the insurer's signed message; a person by the organisation of the account."""
    if act.actor.has(Role.CLOCK):
        return True
    number = act.actor.account_id or 0
    return Account.objects.filter(pk=number, organisation=insurer.name).exists()


@operation("cover.answered", roles={Role.CLOCK, Role.INSURER})
def answer_cover(
    act: Act, *, insurer_code: str, certificate_code: str, accepted: bool, number: str
) -> Receipt:
    """The insurer covers a contract under a number, or does not; told again it is the same.

    Raises: NotFound, Forbidden, BadInput.
    """
    certificate = covering.certificate_for_update(certificate_code)
    if certificate is None:
        raise NotFound
    insurer = certificate.product.insurer
    if insurer.code != insurer_code or not _speaks_for(act, insurer):
        raise Forbidden
    if accepted and not number.strip():
        raise BadInput(field="number")
    covering.answer(certificate, accepted=accepted, number=number.strip(), at=act.at)
    entry = timeline.record(
        act,
        Step(
            certificate.contract,
            "cover_answered",
            {"certificate": certificate.code, "state": str(certificate.state)},
            reference=certificate.code,
        ),
    )
    return Receipt(entry.id, {"state": str(certificate.state)})


@operation(
    "cover_claim.decided", roles={Role.CLOCK, Role.INSURER}, moves=("refund.paid_by_insurer",)
)
def decide_cover_claim(
    act: Act,
    *,
    insurer_code: str,
    claim_code: str,
    paid_fen: int,
    serial: str,
    paid_on: date,
    words: str,
) -> Receipt:
    """The insurer paid a claim to the family, or refuses it (`paid_fen` 0) and says why.

    A payout is booked in the contract's books against what the institution owes to it.
    Raises: NotFound, Forbidden, BadInput, ClaimDecided, InsufficientFunds.
    """
    claim = covering.claim_for_update(claim_code)
    if claim is None:
        raise NotFound
    insurer = claim.certificate.product.insurer
    if insurer.code != insurer_code or not _speaks_for(act, insurer):
        raise Forbidden
    if claim.state != CoverClaim.State.FILED:
        raise ClaimDecided
    if not 0 <= paid_fen <= claim.amount_fen:
        raise BadInput(field="paid")
    if (paid_fen and not serial.strip()) or (not paid_fen and not words.strip()):
        raise BadInput(field="serial" if paid_fen else "words")
    if paid_fen:
        contract = contracts.contract_for_update(claim.certificate.contract.code)
        assert contract is not None, "the contract of a certificate exists"
        groups = covering.pay(
            claim, paid_fen=paid_fen, serial=serial.strip(), words=words, on=paid_on, at=act.at
        )
        for group in groups:
            money.post(act, [group])
        assert claim.refund is not None, "a payout is a refund"
        refunds.paid_instead(act, claim.refund, "paid_by_insurer", on=paid_on)
        moved = contracts.settle_states([contract], at=act.at)
    else:
        moved = []
        covering.refuse(claim, words=words.strip(), at=act.at)
    body: dict[str, Json] = {
        "claim": claim.code,
        "state": str(claim.state),
        "paid_fen": paid_fen,
        "serial": serial,
    }
    kind = "insurance_refund" if paid_fen else "cover_refused"
    first = Step(claim.certificate.contract, kind, body, amount_fen=paid_fen, reference=claim.code)
    rest = [Step(each, word, {"closed": word == "closed"}) for each, word in moved]
    chain = timeline.chain_of(claim.certificate.contract)
    entry = timeline.record_many(act, [first, *rest], [], idle=chain)
    return Receipt(entry.id, {"state": str(claim.state), "paid_fen": paid_fen})


@operation("cover.ended", roles={Role.CLOCK})
def end_covers_many(act: Act, *, institution_id: int, on: date) -> Receipt:
    """End the cover of courses and contracts of one institution that are over."""
    ended = covering.end_over(institution_id, on=on)
    name = f"institution:{institution_id}"
    entry = evidence.append(act, chain=name, subject=name, body={"ended": ended})
    return Receipt(entry.id, {"ended": ended, "left": False})


@operation("cover.sent", roles={Role.CLOCK})
def note_cover_sent(act: Act, *, institution_id: int, kind: str, codes: tuple[str, ...]) -> Receipt:
    """Note that messages lie in the insurer's folder."""
    covering.sent(kind, codes, at=act.at)
    name = f"institution:{institution_id}"
    entry = evidence.append(act, chain=name, subject=name, body={"sent": list(codes)})
    return Receipt(entry.id, {"sent": len(codes)})
