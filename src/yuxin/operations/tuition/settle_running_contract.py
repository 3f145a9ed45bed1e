"""An officer decides what is left of a contract of before."""

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.tuition.models import Contract
from yuxin.tuition.running import services
from yuxin.tuition.running.models import RunningContract
from yuxin.tuition.running.permissions import DECIDES, require_may_decide
from yuxin.tuition.services import contracts, money, timeline
from yuxin.tuition.services.timeline import Step


class RunningSettled(Refusal):
    """What is left was agreed before."""

    code = "running_settled"
    zh = "这份合同的剩余已经定下，没有改动。"
    en = "What is left of this contract was settled already; nothing was changed."


@operation("running.settled", roles=DECIDES)
def settle_running_contract(
    act: Act, *, running_code: str, taught_centiunits: int, reason: str
) -> Receipt:
    """Decide how much was taught, where the guardian says otherwise or does not answer.

    Raises: NotFound, RunningSettled, BadInput, NoCustodyAccount.
    """
    running = services.for_update(running_code)
    if running is None:
        raise NotFound
    require_may_decide(act.actor, running)
    open_states = (RunningContract.State.TOLD, RunningContract.State.CONTESTED)
    if running.state not in open_states:
        raise RunningSettled
    if not 0 <= taught_centiunits <= running.total_centiunits:
        raise BadInput(field="taught")
    if not reason.strip() or len(reason.strip()) > 200:
        raise BadInput(field="reason")
    contract = services.agree(
        act, running, centiunits=taught_centiunits, learner_id=None, decision=reason.strip()
    )
    steps, left = opened(act, running, contract)
    body: dict[str, Json] = {
        "agreed_centiunits": taught_centiunits,
        "said_centiunits": running.said_centiunits,
        "declared_centiunits": running.taught_centiunits,
        **left,
    }
    entry = written(act, running, steps, body)
    messages.send(
        act,
        to_person_id=running.guardian_id,
        template="running.settled",
        facts={
            "course": running.class_group.course.name,
            "amount_fen": running.at_stake_fen,
        },
    )
    assessment.mark(running.institution_id)
    return Receipt(entry.id, {"running": running.code, "left_fen": running.at_stake_fen})


def opened(
    act: Act, running: RunningContract, contract: Contract | None
) -> tuple[list[Step], dict[str, Json]]:
    """Open the books of the contract over what is left and the order that waits for its money.

    The institution owes the money: its transfer to the custody account names the contract.
    """
    if contract is None:
        return [], {"left_fen": 0}
    money.open_book(act, contract)
    order = contracts.add_order(contract, at=act.at)
    body: dict[str, Json] = {
        "terms": contract.terms_sha256,
        "order": order.code,
        "amount_fen": order.amount_fen,
        "running": running.code,
    }
    step = Step(
        contract, "running", body, amount_fen=order.amount_fen, reference=running.paper_number
    )
    return [step], {"left_fen": order.amount_fen, "contract": contract.code}


def written(
    act: Act, running: RunningContract, steps: list[Step], body: dict[str, Json]
) -> evidence.Entry:
    """The entry of an act on a running contract, with the first step of what it opened."""
    key = f"running:{running.code}"
    item = evidence.Item(running.code, key, running.code, {"running": running.code, **body})
    return timeline.record_many(act, steps, [item], idle=key)
