"""The steps of contracts, each with the number of the entry that proves it."""

from collections.abc import Iterable
from dataclasses import dataclass

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act
from yuxin.kernel.canonical import Json
from yuxin.tuition.models import Contract, ContractStep


@dataclass(frozen=True)
class Step:
    """One thing that happened to a contract; `body` is what the log says of it."""

    contract: Contract
    kind: str
    body: dict[str, Json]
    amount_fen: int = 0
    reference: str = ""


def chain_of(contract: Contract) -> str:
    """The chain of the log that tells a contract's life."""
    return f"contract:{contract.code}"


def record(act: Act, step: Step) -> evidence.Entry:
    """Write the entry of an act on one contract, and the step that points at it."""
    entry = evidence.append(
        act,
        chain=chain_of(step.contract),
        subject=step.contract.code,
        body={"contract": step.contract.code, **step.body},
    )
    _keep(act, entry, [(step, "")])
    return entry


def record_many(
    act: Act, steps: Iterable[Step], others: Iterable[evidence.Item], *, idle: str
) -> evidence.Entry:
    """Write one entry for an act on many contracts; `idle` names the chain when there are none."""
    keyed = [(step, f"{step.contract.code}.{n:04d}") for n, step in enumerate(steps)]
    items = [
        evidence.Item(
            key,
            chain_of(step.contract),
            step.contract.code,
            {"contract": step.contract.code, **step.body},
        )
        for step, key in keyed
    ]
    items.extend(others)
    nothing = evidence.Item("none", idle, idle, {"items": 0})
    entry = evidence.append_many(act, items or [nothing])
    _keep(act, entry, keyed)
    return entry


def _keep(act: Act, entry: evidence.Entry, steps: list[tuple[Step, str]]) -> None:
    ContractStep.objects.bulk_create(
        ContractStep(
            institution_id=step.contract.institution_id,
            guardian_id=step.contract.guardian_id,
            contract=step.contract,
            kind=step.kind,
            at=act.at,
            amount_fen=step.amount_fen,
            reference=step.reference,
            entry_id=entry.id,
            item_key=key,
        )
        for step, key in steps
    )
