"""The guardian asks for the rest of the money."""

from yuxin.access.queries import accounts_with
from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput, Conflict, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.rules.earning import PriceBasis
from yuxin.tuition.collapse import services as closings
from yuxin.tuition.models import Contract, RefundCase
from yuxin.tuition.permissions import require_is_guardian
from yuxin.tuition.queries.refund_sheets import terms_on
from yuxin.tuition.services import contracts, refunds, timeline
from yuxin.tuition.services.refunds import Sheet
from yuxin.tuition.services.timeline import Step

REASONS = ("schedule", "moved", "teaching", "service", "other")


class NothingToRefund(Refusal):
    """Nothing of the contract is unearned."""

    code = "nothing_to_refund"
    zh = "这份合同没有可退的钱：{why_zh}。"
    en = "Nothing of this contract can be refunded: {why_en}."


class RefundOpen(Refusal):
    """One refund of a contract is open at a time."""

    code = "refund_open"
    zh = "这份合同已有一笔退费在办，进度在合同页可以看到，不用再申请。"
    en = "A refund of this contract is under way; its progress is on the contract page."


class SheetChanged(Conflict):
    """The sum the guardian saw is no longer the sum."""

    code = "sheet_changed"
    zh = "您看到的金额之后有了变动（又有一节课有了结果）。请核对新的金额再提交。"
    en = "The sum changed after you saw it (a lesson was answered). Please check the new sum."


@operation(
    "refund.requested", roles={Role.GUARDIAN}, moves=("refund.opened", "refund.opened_for_review")
)
def request_refund(act: Act, *, contract_code: str, reason: str, seen_fen: int) -> Receipt:
    """Ask for the unearned rest; `seen_fen` is the sum that the page showed.

    The institution is told and answers within the contract's days from the request on; silence
    counts as agreement. An officer looks first where everything was promised back and something
    was taken (R13), and where the list price asks for more than there is.
    Raises: NotFound, Forbidden, BadInput, RefundOpen, NothingToRefund, SheetChanged.
    Law: funds-rules 4.2; rule `prepay.refund_silence_days` (N11).
    """
    contract = contracts.contract_for_update(contract_code)
    if contract is None:
        raise NotFound
    require_is_guardian(act.actor, contract)
    if reason not in REASONS:
        raise BadInput(field="reason")
    closings.require_open(contract.institution_id)
    over = [RefundCase.State.PAID, RefundCase.State.WITHDRAWN]
    if contract.refunds.exclude(state__in=over).exists():
        raise RefundOpen
    pack = pack_of(act)
    terms = terms_on(contract, act.day, pack, calendar(pack, "government", act.day))
    basis = refunds.basis_for(contract, reason, is_cooling=terms.is_cooling)
    sheet = refunds.sheet_of(contract, basis)
    looked_at = terms.needs_review or sheet.is_short
    if contract.state != Contract.State.ACTIVE or not (sheet.refundable or sheet.is_short):
        raise _nothing(contract)
    if sheet.refundable != seen_fen:
        raise SheetChanged(field="seen_fen")
    opens = "opened_for_review" if looked_at else "opened"
    refund, step = ask(act, contract, sheet, reason, opens=opens, basis=basis)
    entry = timeline.record(act, step)
    assessment.mark(contract.institution_id)
    return Receipt(
        entry.id,
        {
            "refund": refund.code,
            "amount_fen": sheet.refundable,
            "answer_by": refund.answer_by_on.isoformat(),
        },
    )


def ask(
    act: Act,
    contract: Contract,
    sheet: Sheet,
    reason: str,
    *,
    opens: str = "opened",
    basis: str = PriceBasis.PROPORTIONAL,
) -> tuple[RefundCase, Step]:
    """Write a request and tell the institution, which answers within the contract's days.

    `opens`: the opening row of the table of refunds that names the operation in progress.
    """
    days = calendar(pack_of(act), "government", act.day)
    answer_by = days.add_working_days(act.day, contract.silence_days)
    refund = refunds.request(
        act,
        contract=contract,
        sheet=sheet,
        reason=reason,
        answer_by_on=answer_by,
        opens=opens,
        basis=basis,
    )
    asked = refunds.may_be_answered(refund)
    heads = accounts_with(Role.INSTITUTION_HEAD, contract.institution_id, act.day) if asked else []
    for account in heads:
        messages.send(
            act,
            to_account_id=account,
            template="refund.requested",
            facts={
                "contract": contract.code,
                "amount_fen": sheet.refundable,
                "deadline": answer_by.isoformat(),
            },
            legal_effect=True,
        )
    step = Step(
        contract,
        "refund_requested",
        {
            "refund": refund.code,
            "reason": reason,
            **({"basis": basis} if basis != PriceBasis.PROPORTIONAL else {}),
            "answer_by": answer_by.isoformat(),
            **sheet.as_json(),
        },
        amount_fen=sheet.refundable,
        reference=refund.code,
    )
    return refund, step


def _nothing(contract: Contract) -> NothingToRefund:
    if contract.paid_at is None:
        return NothingToRefund(why_zh="还没有付款", why_en="it was not paid")
    if contract.state != Contract.State.ACTIVE:
        return NothingToRefund(why_zh="余款已经退过", why_en="the rest was refunded before")
    return NothingToRefund(why_zh="课都已上过", why_en="every lesson was taught")
