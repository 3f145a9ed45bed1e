"""Decide doubts of a list: accept what is proposed, write something else, refuse, take back."""

from collections.abc import Sequence

from yuxin.evidence import services as evidence
from yuxin.evidence.services import Item
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.importing.receive_import import IMPORTERS
from yuxin.operations.operation import operation
from yuxin.operations.payload import plain
from yuxin.registry.importing import services
from yuxin.registry.importing.services import DoubtDecision
from yuxin.registry.permissions import require_may_register


@operation("import.doubts_decided", roles=IMPORTERS)
def decide_import_doubts(
    act: Act, *, batch_code: str, decisions: Sequence[DoubtDecision]
) -> Receipt:
    """Decide up to 500 doubts at once, all or none. Each is named in the log.

    Raises: NotFound, Forbidden, BatchClosed, DoubtChanged, RowWritten, NothingProposed,
        ReasonMissing, EditNotReadable.
    """
    assert 1 <= len(decisions) <= 500, "at most 500 doubts are decided at once"
    batch = services.batch_for_update(batch_code)
    require_may_register(act.actor, batch.area_code)
    doubts = services.decide(act, batch, decisions)
    chain = f"import:{batch.code}"
    items = [
        Item(
            f"{doubt.place:06d}",
            chain,
            batch.code,
            {
                "row": doubt.row.number,
                "kind": doubt.kind,
                "choice": doubt.decision or "TAKEN_BACK",
                "values": plain(doubt.decided),
                "reason": doubt.decided_reason,
            },
        )
        for doubt in doubts
    ]
    entry = evidence.append_many(act, items)
    return Receipt(entry.id, {"batch": batch.code, "decided": len(doubts)})
