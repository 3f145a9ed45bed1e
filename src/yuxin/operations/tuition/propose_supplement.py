"""An institution draws up a supplement to a contract and signs it; the family answers."""

from yuxin.access import limits
from yuxin.access import services as access
from yuxin.access.demo import require_demo
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.tuition.agreements import supplements
from yuxin.tuition.agreements.models import Way
from yuxin.tuition.agreements.supplements import Proposal
from yuxin.tuition.models import Contract
from yuxin.tuition.permissions import require_may_publish
from yuxin.tuition.services import contracts, timeline
from yuxin.tuition.services.timeline import Step


class SupplementOpen(Refusal):
    """One supplement of a contract waits for an answer at a time."""

    code = "supplement_open"
    status = 409
    zh = "这份合同已有一份补充协议在等家长签字。等家长答复，或者先撤回。"
    en = "A supplement of this contract waits for the family. Wait, or take it back first."


@operation("supplement.proposed", roles={Role.INSTITUTION_HEAD})
def propose_supplement(
    act: Act, *, contract_code: str, proposal: Proposal, device_code: str
) -> Receipt:
    """Draw up a supplement and sign it with the code of the head's own device.

    A wrong code must be counted, so it is no refusal: the receipt says `right`.
    Raises: NotFound, Forbidden, NoDevice, DeviceLocked, SupplementOpen, BadInput,
        NotSupplementable.
    """
    contract = _contract(act, contract_code)
    device = access.prove_device(act, device_code)
    if not device.right:
        chain = f"login:{device.login}"
        entry = evidence.append(
            act, chain=chain, subject=chain, body={"login": device.login, "outcome": "code"}
        )
        return Receipt(entry.id, {"right": False, "tries_left": device.tries_left})
    return _propose(act, contract, proposal, Way.DEVICE_CODE, act.actor.name)


@operation("supplement.proposed", roles={Role.CLOCK})
def propose_supplements_many(
    act: Act, *, institution_id: int, contract_code: str, proposal: Proposal
) -> Receipt:
    """The same for simulated history, in a demo only. Raises: OnlyInDemo."""
    require_demo()
    contract = _contract(act, contract_code)
    assert contract.institution_id == institution_id, "the clock acts for one institution"
    return _propose(act, contract, proposal, Way.SIMULATED, "机构负责人（演示）")


def _contract(act: Act, code: str) -> Contract:
    contract = contracts.contract_for_update(code)
    if contract is None:
        raise NotFound
    require_may_publish(act.actor, contract.institution_id)
    return contract


def _propose(act: Act, contract: Contract, told: Proposal, way: Way, signer: str) -> Receipt:
    if supplements.open_of(contract) is not None:
        raise SupplementOpen
    row = supplements.propose(act, contract, told, way=way, signer=signer)
    messages.send(
        act,
        to_person_id=contract.guardian_id,
        template="supplement.to_sign",
        facts={"contract": contract.code, "supplement": row.code},
    )
    entry = timeline.record(
        act,
        Step(
            contract,
            "supplement_proposed",
            {"supplement": row.code, "kind": row.kind, "text": row.text_sha256},
            reference=row.code,
        ),
    )
    return Receipt(
        entry.id, {"right": True, "tries_left": limits.FAILURES_MAX, "supplement": row.code}
    )
