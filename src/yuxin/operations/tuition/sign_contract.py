"""The guardian signs a contract with a one-time code; the institution signs after."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.operations.tuition.draft_contract import ClassFull, require_lawful_still
from yuxin.tuition.agreements import services as agreements
from yuxin.tuition.agreements.models import Side, Way
from yuxin.tuition.models import Contract
from yuxin.tuition.permissions import require_is_guardian
from yuxin.tuition.services import contracts, money, timeline
from yuxin.tuition.services.timeline import Step

PURPOSE = "contract.sign"


class NotADraft(Refusal):
    """Only a draft is signed."""

    code = "contract_not_a_draft"
    zh = "这份合同已经签过或已作废。请在“我的合同”里查看。"
    en = "This contract was signed or cancelled already; see “My contracts”."


class DraftExpired(Refusal):
    """A draft is signed within a week."""

    code = "draft_expired"
    zh = "这份合同草稿已过{days}天，内容可能有变，不能再签。请重新报名，核对新的合同。"
    en = "This draft is older than {days} days and may be out of date. Please join again."


@operation("contract.signed", roles={Role.GUARDIAN})
def sign_contract(act: Act, *, contract_code: str, one_time_code: str) -> Receipt:
    """Sign a draft; its place is taken.

    The code is bound to the hash of the terms: it signs nothing else.
    What was lawful when it was drawn up must be so still. Nothing is paid before the institution
    has signed too.
    Raises: NotFound, Forbidden, NotADraft, DraftExpired, CourseClosed, BeyondLicence, OverCap,
        NoCustodyAccount, ClassFull, LessonsHeldMeanwhile; what `messages.use_code` refuses.
    """
    contract = draft_for_update(act, contract_code)
    require_lawful_still(act, contract, signed=False)
    messages.use_code(
        act,
        person_id=contract.guardian_id,
        purpose=PURPOSE,
        payload_sha256=contract.terms_sha256,
        code=one_time_code,
    )
    if not contracts.take_place(contract.class_group):
        raise ClassFull(capacity=contract.class_group.capacity)
    contracts.move(contract, Contract.State.SIGNED, signed_at=act.at)
    agreements.sign(act, [contract], side=Side.FAMILY, way=Way.PHONE_CODE, signer=act.actor.name)
    money.open_book(act, contract)
    order = contracts.add_order(contract, at=act.at)
    entry = timeline.record(
        act,
        Step(
            contract,
            "signed",
            {
                "terms": contract.terms_sha256,
                "order": order.code,
                "amount_fen": order.amount_fen,
            },
            amount_fen=order.amount_fen,
            reference=order.code,
        ),
    )
    return Receipt(entry.id, {"contract": contract.code, "order": order.code})


def draft_for_update(act: Act, code: str) -> Contract:
    """The guardian's own draft, locked. Raises: NotFound, Forbidden, NotADraft, DraftExpired."""
    contract = contracts.contract_for_update(code)
    if contract is None:
        raise NotFound
    require_is_guardian(act.actor, contract)
    if contract.state != Contract.State.DRAFT:
        raise NotADraft
    if act.at > contract.drafted_at + contracts.DRAFT_LASTS:
        raise DraftExpired(days=contracts.DRAFT_LASTS.days)
    return contract
