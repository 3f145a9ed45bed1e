"""The institution answers a request for a refund, or lets its days pass."""

from datetime import date

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.tuition.collapse import services as closings
from yuxin.tuition.models import Contract, RefundCase
from yuxin.tuition.permissions import require_may_answer_refund
from yuxin.tuition.services import contracts, money, refunds, timeline
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 1000


class RefundAnswered(Refusal):
    """A request is answered once."""

    code = "refund_answered"
    zh = "这笔退费已经答复过了，请刷新查看当前进度。"
    en = "This refund was answered already; reload to see where it stands."


class AnswerTooLate(Refusal):
    """Silence has decided: from the day after the last one nobody contests any more."""

    code = "refund_answer_too_late"
    zh = "答复期限到{last}为止，已视为同意退费，不能再答复。"
    en = "The time to answer ended on {last}; the refund counts as agreed."


class AnswerNeedsReason(BadInput):
    """Contesting a refund takes a reason that the family can read."""

    code = "answer_needs_reason"
    zh = "不同意退费须写明理由，家长和教育局会看到这段话。"
    en = "State why you contest the refund; the family and the bureau will read it."


@operation(
    "refund.answered",
    roles={Role.INSTITUTION_HEAD, Role.INSTITUTION_FINANCE},
    moves=("refund.agreed", "refund.agreed_to_nothing", "refund.contested"),
)
def answer_refund(act: Act, *, refund_code: str, agree: bool, answer: str = "") -> Receipt:
    """Agree to a refund, which makes it due, or contest it, which brings it to the bureau.

    It may do so until its last day is over, whenever the clock gets round to its silence. While
    an officer looks at it, its agreement ends the matter; its silence says nothing.
    Raises: NotFound, Forbidden, RefundAnswered, AnswerTooLate, AnswerNeedsReason.
    """
    refund = refunds.refund_for_update(refund_code)
    if refund is None:
        raise NotFound
    require_may_answer_refund(act.actor, refund.institution_id)
    if not refunds.may_be_answered(refund):
        raise RefundAnswered
    days = calendar(pack_of(act), "government", act.day)
    waits = refund.state == RefundCase.State.REQUESTED
    if waits and refunds.silence_is_over(refund, calendar=days, on=act.day):
        raise AnswerTooLate(last=refund.answer_by_on.isoformat())
    if not agree and not answer.strip():
        raise AnswerNeedsReason(field="answer")
    if agree:
        approve(act, refund, ground=RefundCase.Ground.AGREED, on=act.day)
    else:
        said = answer.strip()[:200]
        refunds.move(act, refund, "contested", words=said, answered_at=act.at, answer=said)
    entry = timeline.record(act, step(refund, "refund_agreed" if agree else "refund_contested"))
    assessment.mark(refund.institution_id)
    return Receipt(entry.id, {"refund": refund.code, "state": str(refund.state)})


@operation(
    "refund.deemed_agreed",
    roles={Role.CLOCK},
    moves=("refund.deemed", "refund.deemed_to_nothing"),
)
def deem_refunds_agreed_many(act: Act, *, institution_id: int, on: date, after: int = 0) -> Receipt:
    """Silence past the deadline counts as agreement: requests of one institution.

    A transaction looks at 1,000 at most; `left` says whether there are more past `last`.

    Law: N11, days in the contract (`silence_days`).
    """
    # At a closing the run pays what silence would have decided.
    due = (
        []
        if closings.in_force(institution_id)
        else refunds.overdue_for_update(
            institution_id=institution_id, on=on, after=after, limit=ITEMS_MAX
        )
    )
    days = calendar(pack_of(act), "government", act.day)
    overdue = [each for each in due if refunds.silence_is_over(each, calendar=days, on=on)]
    for refund in overdue:
        approve(act, refund, ground=RefundCase.Ground.DEEMED, on=on)
    entry = timeline.record_many(
        act,
        [step(refund, "refund_deemed") for refund in overdue],
        [],
        idle=f"institution:{institution_id}",
    )
    assessment.mark(institution_id)
    return Receipt(
        entry.id,
        {
            "deemed": len(overdue),
            "left": len(due) == ITEMS_MAX,
            "last": due[-1].pk if due else after,
        },
    )


# The rows by ground: something is owed, or every lesson was confirmed meanwhile.
ROWS = {
    RefundCase.Ground.AGREED: ("agreed", "agreed_to_nothing"),
    RefundCase.Ground.DEEMED: ("deemed", "deemed_to_nothing"),
    RefundCase.Ground.ADJUDICATED: ("granted", "granted_of_nothing"),
}


def approve(
    act: Act, refund: RefundCase, *, ground: RefundCase.Ground, on: date, words: str = ""
) -> None:
    """Make a refund due: the sheet is taken anew, so that lessons answered since count."""
    closings.require_open(refund.institution_id)
    contract = contracts.contract_for_update(refund.contract.code)
    assert contract is not None, "the contract of a visible refund is visible"
    sheet = refunds.sheet_of(contract, refund.basis)
    refund.amount_fen, refund.listed_fen = sheet.refundable, sheet.listed
    owed = refund.amount_fen > 0
    refunds.move(
        act,
        refund,
        ROWS[ground][0 if owed else 1],
        words=words,
        ground=ground,
        answered_at=act.at,
        amount_fen=refund.amount_fen,
        listed_fen=refund.listed_fen,
        basis=refund.basis,
        paid_on=None if owed else on,
    )
    if not (owed or refund.listed_fen):
        return  # every lesson was confirmed meanwhile: granted, and nothing is left to pay
    if owed:
        messages.send(
            act,
            to_person_id=refund.guardian_id,
            template="refund.agreed",
            facts={"contract": contract.code, "amount_fen": refund.amount_fen},
        )
    if contract.state == Contract.State.ACTIVE:
        contracts.move(contract, Contract.State.REFUNDING)
        contracts.give_place_back(contract.class_group_id)
    money.post(act, [money.refund_due(refund, on=on)])


def step(refund: RefundCase, kind: str, **more: str) -> Step:
    """What the log and the timeline say of a refund that was answered."""
    return Step(
        refund.contract,
        kind,
        {
            "refund": refund.code,
            "state": str(refund.state),
            "amount_fen": refund.amount_fen,
            **more,
        },
        amount_fen=refund.amount_fen,
        reference=refund.code,
    )
