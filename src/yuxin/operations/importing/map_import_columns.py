"""Say what the columns of a list are; it is read again."""

from collections.abc import Mapping

from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.operations.importing.receive_import import IMPORTERS
from yuxin.operations.operation import operation
from yuxin.operations.payload import plain
from yuxin.registry.importing import services
from yuxin.registry.permissions import require_may_register


@operation("import.columns_mapped", roles=IMPORTERS)
def map_import_columns(
    act: Act, *, batch_code: str, chosen: Mapping[str, Mapping[str, str]], version: int
) -> Receipt:
    """Read the file again with what a person said of its columns, as a new batch.

    The old one is withdrawn; doubts are decided anew.

    `chosen`: sheet number -> column number -> field.

    Raises: NotFound, Forbidden, BatchChanged, BatchClosed, UnknownColumnField, NoHeadings.
    """
    batch = services.batch_for_update(batch_code, version=version)
    require_may_register(act.actor, batch.area_code)
    new = services.remap(act, batch, chosen=chosen)
    body = {"batch": batch.code, "new": new.code, "columns": plain(chosen)}
    entry = evidence.append(act, chain=f"import:{batch.code}", subject=batch.code, body=body)
    return Receipt(entry.id, {"batch": new.code})
