"""Closed batches are sealed: counted, summed, hashed and chained per institution."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Refusal
from yuxin.ledger import services as ledger
from yuxin.operations.operation import operation

WAIT_MS = 5000


class BatchStillJoined(Refusal):
    """Somebody is still posting into a closed batch, or seals it just now."""

    code = "batch_still_joined"
    zh = "仍有业务在写入待封存的账册批次，稍后会自动再试。"
    en = "Somebody is still posting into the batch to be sealed; it is tried again by itself."


@operation("ledger.sealed", roles={Role.CLOCK})
def seal_ledger_batches(act: Act) -> Receipt:
    """Seal every closed batch. Raises: BatchStillJoined; then nothing was sealed."""
    sealed = ledger.seal_batches(act, wait_ms=WAIT_MS)
    if sealed is None:
        raise BatchStillJoined
    entry = evidence.append(act, chain="ledger", subject="ledger", body={"sealed": sealed})
    return Receipt(entry.id, {"sealed": sealed})
