"""Run `confirm_import` until no row waits. For the command line and the page; not an act."""

from collections.abc import Callable
from datetime import datetime

from yuxin.access.reading import reading
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for
from yuxin.operations.importing.confirm_import import confirm_import
from yuxin.registry.importing import queries

Progress = Callable[[int, int], None]


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
