"""Receive a list of institutions for an area, read it and keep every row with its verdict."""

from yuxin.evidence import services as evidence
from yuxin.files import services as files
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.operations.operation import operation
from yuxin.registry.importing import services
from yuxin.registry.importing.reading import read_file
from yuxin.registry.permissions import require_may_register

IMPORTERS = frozenset({Role.OFFICER, Role.HEAD, Role.WINDOW_CLERK, Role.CLOCK})


@operation("import.received", roles=IMPORTERS)
def receive_import(
    act: Act, *, file_sha256: str, file_name: str, size: int, area_code: str
) -> Receipt:
    """Read a file that was stored before, for one area. Nothing is written to the register yet.

    The same file for the same area leads to the batch that is there.

    Raises: Forbidden, SheetRefused, NoHeadings.
    """
    require_may_register(act.actor, area_code)
    files.record(act, sha256=file_sha256, size=size)
    batch = services.standing_batch(area_code, file_sha256)
    again = batch is not None
    if batch is None:
        outcome = read_file(file_sha256, area=area_code, day=act.day)
        batch = services.create_batch(
            act, outcome, area_code=area_code, file_sha256=file_sha256, file_name=file_name
        )
    entry = evidence.append(
        act,
        chain=f"import:{batch.code}",
        subject=batch.code,
        body={"batch": batch.code, "file": file_sha256, "area": area_code, "again": again},
    )
    return Receipt(entry.id, {"batch": batch.code, "again": again})
