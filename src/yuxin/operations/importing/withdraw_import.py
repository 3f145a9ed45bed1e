"""Take a list back of which nothing was written."""

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.importing.receive_import import IMPORTERS
from yuxin.operations.operation import operation
from yuxin.registry.importing import services
from yuxin.registry.permissions import require_may_register


@operation("import.withdrawn", roles=IMPORTERS)
def withdraw_import(act: Act, *, batch_code: str, version: int) -> Receipt:
    """Withdraw a batch; its file and decisions stay in the log.

    Raises: NotFound, Forbidden, BatchChanged, BatchClosed.
    """
    batch = services.batch_for_update(batch_code, version=version)
    require_may_register(act.actor, batch.area_code)
    services.withdraw(batch)
    body = {"batch": batch.code}
    entry = evidence.append(act, chain=f"import:{batch.code}", subject=batch.code, body=body)
    return Receipt(entry.id, {"batch": batch.code})
