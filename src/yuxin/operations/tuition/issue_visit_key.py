"""The guardian gives the phone keys by which it makes codes for visits."""

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Refusal
from yuxin.operations.operation import operation
from yuxin.tuition.redeeming import services as redeeming
from yuxin.tuition.services import contracts, timeline
from yuxin.tuition.services.timeline import Step


class NoRunningContract(Refusal):
    """There is nothing that visits could be redeemed for."""

    code = "no_running_contract"
    zh = "没有在上课的合同，还用不上到店码。付款以后再来。"
    en = "No contract is running, so there is nothing to redeem. Come back after paying."


@operation("visit_key.issued", roles={Role.GUARDIAN})
def issue_visit_keys(act: Act) -> Receipt:
    """Give every running contract of the guardian a new key; codes of the old ones end.

    Raises: NoRunningContract.
    """
    running = contracts.running_of_guardian_for_update(act.actor.person_ids)
    if not running:
        raise NoRunningContract
    redeeming.issue(running, at=act.at)
    steps = [Step(each, "visit_key_issued", {"at": act.at.isoformat()}) for each in running]
    entry = timeline.record_many(act, steps, [], idle="visit_keys")
    return Receipt(entry.id, {"contracts": len(running)})
