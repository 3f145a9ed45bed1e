"""Making an installation ready to run: folder, database, roles, migrations, demo county."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from yuxin.site.launcher import first_account, load_demo, postgres, processes, roles
from yuxin.site.launcher.demo_parties import prepare_parties
from yuxin.site.launcher.folder import Database, DataFolder, Mode, private_folder
from yuxin.site.launcher.postgres import Server
from yuxin.site.launcher.supervisor import end_leftovers, environment_for
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress

LEAST_FREE_BYTES = 500_000_000


@dataclass(frozen=True)
class Wishes:
    """What the person at the command line asked for."""

    data: Path
    port: int
    database_url: str
    production: bool
    host: str  # public web host of a production installation
    keys: str  # its key folder, outside the data folder


def open_or_create(wishes: Wishes) -> DataFolder:
    """The data folder: opened when it exists, else made in the mode that was asked for.

    Raises: Trouble when the folder's mode or database is another than was asked for.
    """
    if not DataFolder.exists(wishes.data):
        return _create(wishes)
    folder = DataFolder.open(wishes.data)
    if wishes.production and folder.is_demo:
        raise Trouble(
            f"{folder.root} 是演示数据目录，模式在首次启动时已固定；正式环境请用 --data 另建目录。",
            f"{folder.root} is a demo data folder and its mode is fixed; make another folder for"
            " production with --data.",
        )
    if wishes.database_url and folder.database.embedded:
        raise Trouble(
            f"{folder.root} 使用内嵌数据库；要换用 --database-url，请用 --data 另建目录。",
            f"{folder.root} uses its embedded database; to use --database-url make another folder"
            " with --data.",
        )
    return folder


def _create(wishes: Wishes) -> DataFolder:
    require_free_space(wishes.data)
    if wishes.production:
        _require_production_ready(wishes)
    if wishes.database_url:
        database, password = _external(wishes)
    else:
        postgres.require_possible(wishes.data)
        where = postgres.socket_folder(wishes.data)
        database, password = Database(str(where), postgres.PORT, "yuxin"), ""
    name = secrets.token_hex(4)
    folder = DataFolder.create(
        wishes.data,
        mode=Mode.PRODUCTION if wishes.production else Mode.DEMO,
        database=database,
        origin=f"{wishes.host}/log" if wishes.production else f"{name}.yuxin.invalid/log/demo",
        host=wishes.host if wishes.production else f"127.0.0.1:{wishes.port}",
        keys=Path(wishes.keys).absolute() if wishes.production else Path("keys"),
    )
    if password:
        folder.secret("yuxin_owner", lambda: password)
    if database.embedded and postgres.run_as().user:
        folder.root.chmod(0o711)  # the service user passes through; secrets stay 0700
    return folder


def _require_production_ready(wishes: Wishes) -> None:
    """What can be checked before anything is made (decisions: Mode)."""
    missing_zh, missing_en = [], []
    if not wishes.database_url:
        missing_zh.append("--database-url（TLS 连接的 PostgreSQL）")
        missing_en.append("--database-url (a PostgreSQL reached over TLS)")
    if not wishes.host:
        missing_zh.append("--host（公众访问的域名）")
        missing_en.append("--host (the public host name)")
    keys = Path(wishes.keys).absolute()
    if not wishes.keys or keys.is_relative_to(wishes.data.absolute()):
        missing_zh.append("--keys（数据目录以外的密钥目录）")
        missing_en.append("--keys (a key folder outside the data folder)")
    if missing_zh:
        raise Trouble(
            "正式环境还需要：" + "、".join(missing_zh) + "；只想试用请去掉 --no-demo。",
            f"production also needs {', '.join(missing_en)}; to try it out, leave out --no-demo.",
        )


def _external(wishes: Wishes) -> tuple[Database, str]:
    """The database of `--database-url`, tried once; its owner's password is kept as a secret."""
    if urlsplit(wishes.database_url).scheme not in ("postgresql", "postgres"):
        raise Trouble(
            "--database-url 的形式是 postgresql://用户:密码@主机:5432/库名。",
            "--database-url has the form postgresql://user:password@host:5432/name.",
        )
    given = {key: str(value) for key, value in conninfo_to_dict(wishes.database_url).items()}
    try:
        with psycopg.connect(wishes.database_url, connect_timeout=10) as connection:
            encrypted = bool(connection.pgconn.ssl_in_use)
            found = connection.info
            database = Database(
                host=found.host, port=found.port, name=found.dbname, owner=found.user,
                embedded=False,
                options={key: value for key, value in given.items() if key.startswith("ssl")},
            )  # fmt: skip
            password = found.password
    except psycopg.OperationalError as error:
        raise Trouble(
            f"连不上 --database-url 的数据库：{error}",
            f"the database of --database-url does not answer: {error}",
        ) from None
    if wishes.production and not encrypted and not database.host.startswith("/"):
        raise Trouble(
            "正式环境的数据库连接必须是 TLS：请在 --database-url 加 ?sslmode=verify-full，"
            "并让服务器开启 ssl。",
            "in production the database must be reached over TLS: add ?sslmode=verify-full to"
            " --database-url and turn on ssl in the server.",
        )
    return database, password


def server_for(folder: DataFolder) -> Server | None:
    """The embedded server of this folder, or None when the database is somebody else's."""
    if not folder.database.embedded:
        return None
    return Server(
        cluster=folder.root / "postgres",
        sockets=Path(folder.database.host),
        log=folder.root / "log" / "postgres.log",
        password=folder.secret("postgres", lambda: secrets.token_urlsafe(32)),
    )


def start_database(folder: DataFolder, server: Server | None, progress: Progress) -> None:
    """Start (and at first make) the database, its roles and their passwords."""
    if server is None:
        with progress.step("连接数据库", "database"):
            roles.make_beside_owner(folder)
        return
    if not server.exists:
        with progress.step(
            f"新建数据库（PostgreSQL {server.binaries.major}）",
            f"new database (PostgreSQL {server.binaries.major})",
        ):
            server.init()
    with progress.step("启动数据库", "database"):
        server.start()
        roles.make_embedded(folder, server.connection())


def prepare(
    folder: DataFolder, language: str, stopping: threading.Event, *, empty: bool
) -> list[str]:
    """Translations, migrations, static files, demo county; returns the sign-ins to print once.

    `empty` leaves the demo county out. In production the one sign-in is the first administrator's;
    `first_account.shown` is to be told when it was printed.

    Raises: Trouble when a part fails; its own words were printed before.
    """
    _run(folder, "owner", "prepare", language, stopping)
    if not empty and load_demo.is_due(folder) and not stopping.is_set():
        return _run(folder, "app", "load_demo", language, stopping).splitlines()
    if first_account.is_due(folder) and not stopping.is_set():
        return _run(folder, "app", "first_account", language, stopping).splitlines()
    return []


def _run(
    folder: DataFolder, role: str, module: str, language: str, stopping: threading.Event
) -> str:
    """Run one step as a process of its own, which ends when we are told to stop."""
    child = processes.start(
        [sys.executable, "-m", f"yuxin.site.launcher.{module}", language],
        dying=signal.SIGTERM,
        log=None,
        environment=environment_for(folder, role),
        capture=True,
    )
    while True:
        try:
            said, _ = child.communicate(timeout=0.1)
            break
        except subprocess.TimeoutExpired:
            if stopping.is_set():
                child.terminate()
    if child.returncode != 0 and not stopping.is_set():
        raise Trouble(
            f"准备步骤 {module} 没有完成（原因见上），因此没有启动；改正后再运行一次。",
            f"the step {module} did not end well (see above), so nothing was started;"
            " mend the cause and run again.",
        )
    return said.decode("utf-8")


@contextlib.contextmanager
def held(wishes: Wishes) -> Iterator[DataFolder]:
    """The data folder, locked against a second start, its leftovers ended, its port free."""
    if not DataFolder.exists(wishes.data):
        require_free_port(wishes.port)  # before anything is made
    folder = open_or_create(wishes)
    with folder.lock():
        require_free_space(folder.root)
        private_folder(folder.root / "log")
        end_leftovers(folder.root)
        require_free_port(wishes.port)
        if folder.is_demo:
            prepare_parties(folder, wishes.port)
        yield folder


def require_free_port(port: int) -> None:
    """Raises: Trouble when something else listens on `port`."""
    deadline = time.monotonic() + 3  # a server that was just killed lets go within a moment
    while True:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except PermissionError:
                raise Trouble(
                    f"端口 {port} 只有 root 可用；请用 --port 选 1024 以上的端口。",
                    f"port {port} is for root only; choose one above 1024 with --port.",
                ) from None
            except OSError:
                if time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                raise Trouble(
                    f"端口 {port} 已被别的程序占用；请用 --port 另选，例如 --port {port + 1}。",
                    f"port {port} is in use by another program; choose another with --port,"
                    f" for example --port {port + 1}.",
                ) from None
            return


def require_free_space(data: Path) -> None:
    """Raises: Trouble when the disk is nearly full."""
    there = next(path for path in (data.absolute(), *data.absolute().parents) if path.exists())
    if not os.access(there, os.W_OK):
        raise Trouble(
            f"不能写入 {there}；请用 --data 另选目录，或改正其权限。",
            f"{there} cannot be written; choose another folder with --data or mend its rights.",
        )
    if shutil.disk_usage(there).free < LEAST_FREE_BYTES:
        raise postgres.disk_full(there)
