"""The data folder: everything that one installation owns on this machine.

    config.json   mode, database, origin, host: written at the first start, then fixed
    secrets/      one file per secret, 0600: role passwords, Django key, promise key
    keys/         field and blind-index keys, subject keys (production: a folder elsewhere)
    postgres/     the embedded database cluster, if there is one
    static/       collected static files
    ports.json    where the demo's other parties listen
    lock          held by the one supervisor that may run

No Django here: settings, launcher and the small programs all read it.
"""

import fcntl
import json
import os
import secrets as random_source
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from yuxin.site.launcher.trouble import Trouble

FORMAT = 1


class Mode(StrEnum):
    """Demo or production: fixed when the data folder is made."""

    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Database:
    """Where the database is; `host` is a folder (socket) for the embedded one."""

    host: str
    port: int
    name: str
    owner: str = "yuxin_owner"
    embedded: bool = True
    options: Mapping[str, str] = field(default_factory=dict)  # sslmode, sslrootcert, ...


@dataclass(frozen=True)
class DataFolder:
    """An opened data folder. `origin` names the evidence log, `host` the public web host."""

    root: Path
    mode: Mode
    database: Database
    origin: str
    host: str
    keys: Path

    @classmethod
    def from_environment(cls) -> Self:
        """The data folder that `YUXIN_DATA` names (default `var`)."""
        return cls.open(Path(os.environ.get("YUXIN_DATA", "var")))

    @classmethod
    def exists(cls, root: Path) -> bool:
        """Whether `root` was set up before."""
        return (root / "config.json").is_file()

    @classmethod
    def open(cls, root: Path) -> Self:
        """Read the data folder at `root`.

        Raises: Trouble when there is none or a newer version made it.
        """
        root = root.absolute()
        try:
            config = json.loads((root / "config.json").read_text("utf-8"))
        except FileNotFoundError:
            raise Trouble(
                f"{root} 还不是数据目录；请先运行 ./yuxin up --data {root}。",
                f"{root} is no data folder yet; run ./yuxin up --data {root} first.",
            ) from None
        if config["format"] != FORMAT:
            raise Trouble(
                f"{root} 由另一版本建立（格式 {config['format']}）；"
                "请用该版本备份，再用本版本恢复。",
                f"{root} was made by another version (format {config['format']});"
                " back it up with that one and restore it with this one.",
            )
        return cls(
            root=root,
            mode=Mode(config["mode"]),
            database=_placed(Database(**config["database"]), root),
            origin=config["origin"],
            host=config["host"],
            keys=root / config["keys"],
        )

    @classmethod
    def create(
        cls, root: Path, *, mode: Mode, database: Database, origin: str, host: str, keys: Path
    ) -> Self:
        """Make the data folder, its secrets and keys; `config.json` last, so that it is whole."""
        root = root.absolute()
        folder = cls(root, mode, database, origin, host, root / keys)
        for path in (root, root / "secrets", folder.keys):
            private_folder(path)
        folder.secret("django", lambda: random_source.token_urlsafe(48))
        folder.secret("promise", lambda: random_source.token_hex(32))
        for name in ("field", "blind_index"):
            _once(folder.keys / name, lambda: random_source.token_hex(32))
        config: dict[str, Any] = {
            "format": FORMAT,
            "mode": mode.value,
            "database": asdict(database) | {"host": _inside(database, root)},
            "origin": origin,
            "host": host,
            "keys": str(keys),
        }
        text = json.dumps(config, ensure_ascii=False, indent=2) + "\n"
        write_private(root / "config.json", text)
        return folder

    @property
    def is_demo(self) -> bool:
        """Whether this is a demo installation."""
        return self.mode is Mode.DEMO

    def secret(self, name: str, make: Callable[[], str] | None = None) -> str:
        """The secret `name`; made and stored (0600) when missing and `make` is given."""
        path = self.root / "secrets" / name
        return (_once(path, make) if make else path.read_text("utf-8")).strip()

    def secret_lines(self, name: str) -> list[str]:
        """A secret with its fallbacks, the current one first (one per line)."""
        return self.secret(name).split()

    def key(self, name: str) -> bytes:
        """The 32-byte key `name` ("field", "blind_index") of the key folder."""
        return bytes.fromhex((self.keys / name).read_text("utf-8").strip())

    def ports(self) -> dict[str, int]:
        """Where the demo's other parties listen on this machine, by name ("bank", "messages")."""
        path = self.root / "ports.json"
        found: dict[str, int] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return found

    def user(self, role: str) -> str:
        """The database login of `role`: owner, app, sequencer, public or audit."""
        return self.database.owner if role == "owner" else f"yuxin_{role}"

    def connection(self, role: str) -> dict[str, Any]:
        """Parameters for `psycopg.connect(**...)` as `role`."""
        return {
            "host": self.database.host,
            "port": self.database.port,
            "dbname": self.database.name,
            "user": self.user(role),
            "password": self.secret(f"yuxin_{role}"),
            **self.database.options,
        }

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder against a second start.

        Raises: Trouble when another supervisor holds it.
        """
        with (self.root / "lock").open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                pid = file.read().strip() or "?"
                raise Trouble(
                    f"{self.root} 已由进程 {pid} 运行；请先停止它，或用 --data 另选目录。",
                    f"{self.root} is already run by process {pid};"
                    " stop it first or choose another folder with --data.",
                ) from None
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield


def _inside(database: Database, root: Path) -> str:
    """The socket's folder as it is written down: relative, so that the data may be moved."""
    if database.embedded and Path(database.host).is_relative_to(root):
        return str(Path(database.host).relative_to(root))
    return database.host


def _placed(database: Database, root: Path) -> Database:
    return replace(database, host=str(root / database.host)) if database.embedded else database


def private_folder(path: Path) -> None:
    """Make `path` if missing; a new one is readable by its owner alone."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a 0600 file so that it is there whole or not at all, even after a power cut."""
    part = path.with_name(f".{path.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _once(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        write_private(path, make() + "\n")
    return path.read_text("utf-8")
