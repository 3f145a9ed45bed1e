"""A migrated cluster is kept for the next run: migrating takes half a minute, a copy a moment.

It is kept in `build/` under the hash of every migration and of what lays the template, so a
change of one makes a new one. Delete the folder and nothing is lost.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from yuxin.site.launcher.postgres import Server, run_as, temporary_server

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "test-clusters"


def _digest(server: Server) -> str:
    """What the template depends on: PostgreSQL, the migrations and how they are applied."""
    said = sha256(f"{server.binaries.folder}|{os.geteuid()}".encode())
    laid = [*ROOT.glob("src/yuxin/**/migrations/*.py"), *ROOT.glob("tests/*.py")]
    laid += [ROOT / "src/yuxin/site/settings.py", ROOT / "requirements.lock"]
    for path in sorted(laid):
        said.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return said.hexdigest()[:24]


@contextmanager
def migrated_server(lay: Callable[[Server], None]) -> Iterator[Server]:
    """A running server whose template is laid: copied where one was kept, else laid and kept."""
    with temporary_server() as server:
        place = KEPT / _digest(server)
        if not _copied(place, server):
            lay(server)
            _keep(place, server)
        yield server


def _copied(place: Path, server: Server) -> bool:
    """Put the kept cluster under the server, if there is one."""
    if not (place / "password").exists():
        return False
    server.stop()
    shutil.rmtree(server.cluster)
    shutil.copytree(place / "data", server.cluster)
    _own(server.cluster)
    server.password = (place / "password").read_text("utf-8")
    server.start()
    os.utime(place)
    return True


def _keep(place: Path, server: Server) -> None:
    """Keep a copy of the stopped cluster; whoever comes second throws theirs away."""
    KEPT.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=KEPT, prefix="part-"))
    server.stop()
    shutil.copytree(server.cluster, part / "data")
    (part / "password").write_text(server.password, "utf-8")
    with suppress(OSError):
        part.rename(place)
    shutil.rmtree(part, ignore_errors=True)
    for old in sorted(KEPT.iterdir(), key=lambda each: each.stat().st_mtime)[:-4]:
        shutil.rmtree(old, ignore_errors=True)
    server.start()


def _own(folder: Path) -> None:
    as_whom = run_as()
    for path in (folder, *folder.rglob("*")):
        as_whom.own(path)
