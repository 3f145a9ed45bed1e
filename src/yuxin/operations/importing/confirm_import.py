"""Write the next rows of a list into the register; called until none is left."""

from collections.abc import Callable
from datetime import datetime

from yuxin.access.reading import reading
from yuxin.evidence import services as evidence
from yuxin.evidence.services import Item
from yuxin.kernel.act import Act, Call, Receipt
from yuxin.kernel.actor import Actor
from yuxin.kernel.canonical import Json
from yuxin.kernel.ids import request_id_for
from yuxin.operations.importing.receive_import import IMPORTERS
from yuxin.operations.operation import operation
from yuxin.operations.payload import plain
from yuxin.registry.importing import queries, services
from yuxin.registry.importing.models import BatchState
from yuxin.registry.importing.writing import ROWS_MAX, to_write, write_rows
from yuxin.registry.permissions import require_may_register

Progress = Callable[[int, int], None]


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


def write_all(
    actor: Actor,
    batch_code: str,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> int:
    """Write decided rows, a thousand at a time, until none is left or it is `enough`; how many.

    Killed half-way, the next run goes on: each transaction is named by the first row it takes.
    """
    written = 0
    while not enough():
        with reading(actor):
            batch = queries.batch(actor, batch_code)
            first = queries.first_to_write(actor, batch)
            version = batch.version
        if first is None:
            return written
        name = request_id_for(f"import|{batch_code}|{version}|{first}")
        receipt = confirm_import(Call(actor, now(), name), batch_code=batch_code, first=first)
        done, left = receipt["written"], receipt["left"]
        assert isinstance(done, int) and isinstance(left, int)
        if receipt.repeated or not done:
            return written  # what is left waits for other rows
        written += done
        if progress is not None:
            progress(written, written + left)
    return written
