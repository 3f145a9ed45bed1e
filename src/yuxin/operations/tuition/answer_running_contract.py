"""The guardian confirms what is left of a contract of before, or says what is right."""

from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.refusal import BadInput, NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.operations.tuition.settle_running_contract import opened, written
from yuxin.tuition.running import services
from yuxin.tuition.running.models import RunningContract
from yuxin.tuition.running.permissions import require_may_answer
from yuxin.tuition.services.timeline import Step

NOTE_MAX = 200


class RunningAnswered(Refusal):
    """A running contract is answered once."""

    code = "running_answered"
    zh = "这份合同的剩余您已经答复过，没有重复记录。"
    en = "You have answered for this contract already; nothing was repeated."


@operation("running.answered", roles={Role.GUARDIAN})
def answer_running_contract(
    act: Act, *, running_code: str, taught_centiunits: int | None = None, note: str = ""
) -> Receipt:
    """Confirm the institution's word (`taught_centiunits` None), or say how much was taught.

    Confirmed, the supervised contract over what is left is opened and waits for the money; said
    otherwise, an officer decides.
    Raises: NotFound, Forbidden, RunningAnswered, BadInput, NoCustodyAccount.
    """
    running = services.for_update(running_code)
    if running is None:
        raise NotFound
    require_may_answer(act.actor, running)
    if running.state != RunningContract.State.TOLD:
        raise RunningAnswered
    steps: list[Step] = []
    body: dict[str, Json] = {"confirmed": taught_centiunits is None}
    if taught_centiunits is None:
        contract = services.agree(
            act,
            running,
            centiunits=running.taught_centiunits,
            learner_id=services.learner_of(running, act.at),
        )
        steps, left = opened(act, running, contract)
        body |= left
    else:
        if not 0 <= taught_centiunits <= running.total_centiunits:
            raise BadInput(field="taught")
        if taught_centiunits == running.taught_centiunits:
            raise BadInput(field="taught")
        services.contest(
            running, said_centiunits=taught_centiunits, note=note[:NOTE_MAX], at=act.at
        )
        body["said_centiunits"] = taught_centiunits
    entry = written(act, running, steps, body)
    assessment.mark(running.institution_id)
    return Receipt(entry.id, {"running": running.code, "state": running.state})
