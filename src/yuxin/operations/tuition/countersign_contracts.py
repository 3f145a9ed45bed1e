"""The institution signs what families have signed: one contract or a whole batch."""

from collections.abc import Sequence

from yuxin.access import limits
from yuxin.access import services as access
from yuxin.access.demo import require_demo
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Conflict, NotFound
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.tuition.agreements import services as agreements
from yuxin.tuition.agreements.models import Side, Way
from yuxin.tuition.models import Contract
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.services import timeline
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 1000


class BatchChanged(Conflict):
    """What the page showed is no longer what waits."""

    code = "batch_changed"
    zh = "您看到的合同之后有了变动（有的已签或已取消）。请刷新，核对后再签。没有签合同。"
    en = "Some of the contracts you saw were signed or cancelled since. Reload and check."


@operation("contracts.countersigned", roles={Role.INSTITUTION_HEAD})
def countersign_contracts(
    act: Act, *, contract_codes: tuple[str, ...], seen_sha256: str, device_code: str
) -> Receipt:
    """Sign contracts for the institution with a code of the head's own device.

    `seen_sha256` is what the page showed: nothing that changed since is signed. A wrong code must
    be counted, so it is no refusal: the receipt says `right` and how many `tries_left`.
    Raises: NotFound, NoDevice, DeviceLocked, BatchChanged.
    """
    assert 1 <= len(contract_codes) <= ITEMS_MAX, "a transaction signs at most 1,000 contracts"
    device = access.prove_device(act, device_code)
    if not device.right:
        return _wrong(act, device)
    found = agreements.waiting_for_update(contract_codes, institution_ids=act.actor.institution_ids)
    if not found and not Contract.objects.filter(code__in=contract_codes).exists():
        raise NotFound
    seen = agreements.batch_digest([(each.code, each.terms_sha256) for each in found])
    if seen != seen_sha256 or len(found) != len(set(contract_codes)):
        raise BatchChanged
    return _signed(act, found, Way.DEVICE_CODE, act.actor.name)


@operation("contracts.countersigned", roles={Role.CLOCK})
def countersign_contracts_many(
    act: Act, *, institution_id: int, contract_codes: tuple[str, ...]
) -> Receipt:
    """The same for simulated history, in a demo only; those signed before are left alone.

    Raises: OnlyInDemo.
    """
    assert len(contract_codes) <= ITEMS_MAX, "a transaction signs at most 1,000 contracts"
    require_demo()
    found = agreements.waiting_for_update(contract_codes, institution_ids=(institution_id,))
    return _signed(act, found, Way.SIMULATED, "机构负责人（演示）", institution_id)


def _wrong(act: Act, device: access.DeviceProof) -> Receipt:
    chain = f"login:{device.login}"
    entry = evidence.append(
        act, chain=chain, subject=chain, body={"login": device.login, "outcome": "code"}
    )
    return Receipt(entry.id, {"right": False, "tries_left": device.tries_left, "signed": 0})


def _signed(
    act: Act, found: Sequence[Contract], way: Way, signer: str, institution_id: int = 0
) -> Receipt:
    agreements.sign(act, found, side=Side.INSTITUTION, way=way, signer=signer)
    names = names_of(each.institution_id for each in found)
    messages.send_many(
        act,
        [
            messages.Letter(
                each.guardian_id,
                "contract.countersigned",
                {
                    "institution": names[each.institution_id].name,
                    "contract": each.code,
                    "amount_fen": each.total_fen,
                },
            )
            for each in found
        ],
    )
    entry = timeline.record_many(
        act,
        [Step(each, "countersigned", {"terms": each.terms_sha256}) for each in found],
        [],
        idle=f"institution:{institution_id}",
    )
    return Receipt(
        entry.id, {"right": True, "tries_left": limits.FAILURES_MAX, "signed": len(found)}
    )
