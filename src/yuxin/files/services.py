"""Writes of files, inside an operation."""

from yuxin.files import store
from yuxin.files.models import File
from yuxin.kernel.act import Act, require_act


def record(act: Act, *, sha256: str, size: int, media_type: str = "") -> None:
    """Note a file whose bytes `store.put` has laid on disk."""
    require_act()
    assert store.has(sha256), "bytes are stored before the operation that names them"
    File.objects.bulk_create(
        [File(sha256=sha256, size=size, media_type=media_type[:100], stored_at=act.at)],
        ignore_conflicts=True,
    )
