"""The guardian signs a supplement with a one-time code: from now on it holds."""

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Conflict, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.tuition.agreements import supplements
from yuxin.tuition.agreements.models import Supplement
from yuxin.tuition.agreements.supplements import Proposal
from yuxin.tuition.permissions import require_is_guardian
from yuxin.tuition.services import money, refunds, timeline
from yuxin.tuition.services.timeline import Step

PURPOSE = "supplement.sign"
KIND, STATE = Supplement.Kind, Supplement.State


class SupplementAnswered(Refusal):
    """A supplement is answered once."""

    code = "supplement_answered"
    status = 409
    zh = "这份补充协议已经签过、不签或撤回了，不用再办。"
    en = "This supplement was signed, declined or taken back already."


class SupplementStale(Conflict):
    """Lessons or refunds since the proposal changed what it comes to."""

    code = "supplement_stale"
    zh = "协议拟好以后合同有了变动（又上了课、退了费），数字不对了。请机构重新拟。没有签。"
    en = "The contract changed since the proposal; the institution must draw it up anew."


class NewClassFull(Refusal):
    """The other class took its last learner."""

    code = "new_class_full"
    status = 409
    zh = "要转去的班名额满了，没有签。可以不签，留在原来的班。"
    en = "The other class is full now; nothing was signed. You may decline and stay."


@operation("supplement.signed", roles={Role.GUARDIAN})
def sign_supplement(act: Act, *, supplement_code: str, one_time_code: str) -> Receipt:
    """Sign a supplement; its change takes effect in the same transaction.

    Raises: NotFound, Forbidden, SupplementAnswered, SupplementStale, NewClassFull; what
        `messages.use_code` refuses.
    """
    row = proposed_for_update(act, supplement_code)
    _require_fresh(act, row)
    messages.use_code(
        act,
        person_id=row.guardian_id,
        purpose=PURPOSE,
        payload_sha256=row.text_sha256,
        code=one_time_code,
    )
    supplements.answer(row, STATE.IN_FORCE, at=act.at, signer=act.actor.name)
    refund = _take_effect(act, row)
    entry = timeline.record(
        act,
        Step(
            row.contract,
            "supplement_signed",
            {
                "supplement": row.code,
                "kind": row.kind,
                "text": row.text_sha256,
                "centiunits": row.new_centiunits,
                "refund": refund,
                "refund_fen": row.refund_fen,
            },
            amount_fen=row.refund_fen,
            reference=row.code,
        ),
    )
    assessment.mark(row.institution_id)
    return Receipt(entry.id, {"supplement": row.code, "refund": refund})


def proposed_for_update(act: Act, code: str) -> Supplement:
    """The guardian's own supplement, unanswered.

    Raises: NotFound, Forbidden, SupplementAnswered.
    """
    row = supplements.for_update(code)
    if row is None:
        raise NotFound
    require_is_guardian(act.actor, row.contract)
    if row.state != STATE.PROPOSED:
        raise SupplementAnswered
    return row


def _require_fresh(act: Act, row: Supplement) -> None:
    """The sums of the text must still be the sums."""
    if row.kind not in (KIND.PARTIAL_REFUND, KIND.CLASS):
        return
    returned = row.contract.centiunits_in_force - (row.new_centiunits or 0)
    told = Proposal(
        row.kind,
        new_class_code=row.new_class.code if row.new_class else "",
        returned_centiunits=returned if row.new_centiunits is not None else 0,
    )
    try:
        change = supplements.change_of(row.contract, told, act.at)
    except Refusal as gone:
        raise SupplementStale from gone
    if (change.new_centiunits, change.refund_fen) != (row.new_centiunits, row.refund_fen):
        raise SupplementStale


def _take_effect(act: Act, row: Supplement) -> str:
    """Change the contract; the code of the refund that it grants."""
    if row.kind == KIND.CLASS and not supplements.move_class(row):
        raise NewClassFull
    if row.kind != KIND.PARTIAL_REFUND:
        return ""
    supplements.set_units(row)
    refund = refunds.grant_agreed(act, contract=row.contract, amount_fen=row.refund_fen)
    money.post(act, [money.refund_due(refund, on=act.day)])
    return refund.code
