"""For commands that need the database for a moment: the one that runs, or one started for them."""

import contextlib
from collections.abc import Iterator

import psycopg

from yuxin.site.launcher import installation
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress


@contextlib.contextmanager
def database(folder: DataFolder, progress: Progress) -> Iterator[None]:
    """Let the folder's database answer; one that was started here is stopped again.

    Raises: Trouble when it does not answer and cannot be started.
    """
    if answers(folder):
        yield
        return
    server = installation.server_for(folder)
    if server is None or not server.exists:
        raise Trouble(
            "数据库没有应答；请先运行 ./yuxin up。",
            "the database does not answer; run ./yuxin up first.",
        )
    with folder.lock():
        installation.start_database(folder, server, progress)
        try:
            yield
        finally:
            server.stop()


def answers(folder: DataFolder) -> bool:
    """Whether the database lets the application in."""
    try:
        psycopg.connect(**folder.connection("app"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
