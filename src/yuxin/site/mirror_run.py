"""What `./yuxin import mirror` does once the database is there."""

from pathlib import Path
from uuid import uuid4

from yuxin.access.reading import reading
from yuxin.formats.mirror_files import read_head
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import now
from yuxin.kernel.refusal import NotFound
from yuxin.operations.tuition.receive_mirror_file import MirrorSourceUnknown, receive_mirror_file
from yuxin.registry import queries


def import_mirror(data: bytes, signature: bytes, *, origin: str, file: Path) -> dict[str, object]:
    """Take a signed file of mirrored facts as the clock of its institution."""
    head = read_head(data)
    if head.origin != origin:
        raise MirrorSourceUnknown(source=head.source, origin=origin)
    nobody = Actor.clock(())
    with reading(nobody):
        number = queries.id_of_code(nobody, head.institution)
    if number is None:
        raise NotFound
    call = Call(Actor.clock((number,)), now(), uuid4())
    receipt = receive_mirror_file(call, data=data, signature=signature)
    return {"file": file.name, "new": receipt["new"], "before": receipt["before"]}
