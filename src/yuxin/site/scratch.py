"""An installation of its own for a measurement or a torture: made, migrated, thrown away.

The database is durable (fsync on), as in real life; nothing of an existing installation is used.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from yuxin.site.launcher import roles
from yuxin.site.launcher.folder import Database, DataFolder, Mode
from yuxin.site.launcher.postgres import Server, temporary_server
from yuxin.site.launcher.supervisor import environment_for


@dataclass(frozen=True)
class Scratch:
    """A data folder and the server under it."""

    folder: DataFolder
    server: Server


@contextmanager
def scratch_installation() -> Iterator[Scratch]:
    """A fresh demo installation without a county; gone afterwards."""
    root = Path(tempfile.mkdtemp(prefix="yuxin-scratch-"))
    try:
        with temporary_server(durable=True) as server:
            login = server.connection()
            folder = DataFolder.create(
                root / "var",
                mode=Mode.DEMO,
                database=Database(host=login["host"], port=login["port"], name="yuxin"),
                origin="scratch.yuxin.invalid/log/demo",
                host="127.0.0.1:8000",
                keys=Path("keys"),
            )
            roles.make_embedded(folder, login)
            subprocess.run(
                [sys.executable, "-m", "yuxin.site.launcher.prepare", "en"],
                env=environment_for(folder, "owner"),
                stdout=subprocess.DEVNULL,
                check=True,
            )
            yield Scratch(folder, server)
    finally:
        shutil.rmtree(root, ignore_errors=True)
