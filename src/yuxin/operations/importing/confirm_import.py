"""Write the next rows of a list into the register; called until none is left."""

from yuxin.evidence import services as evidence
from yuxin.evidence.services import Item
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.canonical import Json
from yuxin.operations.importing.receive_import import IMPORTERS
from yuxin.operations.operation import operation
from yuxin.operations.payload import plain
from yuxin.registry.importing import services
from yuxin.registry.importing.models import BatchState
from yuxin.registry.importing.writing import ROWS_MAX, to_write, write_rows
from yuxin.registry.permissions import require_may_register


@operation("import.confirmed", roles=IMPORTERS)
def confirm_import(act: Act, *, batch_code: str, first: int) -> Receipt:
    """Write at most 1,000 decided rows; every one is an item of the entry.

    `first` is the first row that waits to be written. The request is named by it, so that a run
    that was killed goes on where it stopped and a repeat writes nothing twice.

    Raises: NotFound, Forbidden, BatchClosed, UsccTaken, BadValue.
    """
    batch = services.batch_for_update(batch_code)
    require_may_register(act.actor, batch.area_code)
    if batch.state == BatchState.WITHDRAWN:
        raise services.BatchClosed
    written = write_rows(act, batch, limit=ROWS_MAX)
    services.close_when_written(batch)
    items = [
        Item(
            f"{one.row.pk:012d}",
            f"subject:{one.code}",
            one.code,
            {
                "batch": batch.code,
                "row": one.row.number,
                "sheet": one.row.sheet,
                "created": one.created,
                "values": plain(one.values),
            },
        )
        for one in written
    ]
    if items:
        entry = evidence.append_many(act, items)
    else:
        body: dict[str, Json] = {"batch": batch.code, "first": first, "written": 0}
        entry = evidence.append(act, chain=f"import:{batch.code}", subject=batch.code, body=body)
    values: dict[str, Json] = {"written": len(written), "left": to_write(batch).count()}
    return Receipt(entry.id, values)
