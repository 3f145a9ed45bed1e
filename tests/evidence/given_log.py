"""A log in a real database, with real sequencer and witness processes."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from tests.conftest import Cluster
from yuxin.evidence import services as evidence
from yuxin.formats.tlog_policy import parse_policy
from yuxin.kernel.act import Act, Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.operation import DECLARED, operation
from yuxin.site.launcher.evidence_folder import prepare_evidence
from yuxin.site.launcher.folder import Database, DataFolder, Mode

OFFICER = Actor(7, "沈亦舟", frozenset({Role.OFFICER}))
AT = datetime(2026, 3, 2, 2, 2, 17, 123456, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def call(actor: Actor = OFFICER) -> Call:
    return Call(actor, AT, uuid.uuid4())


def acts():
    """Two operations of the tests: one thing, many things. Yields them as a pair."""

    @operation("test.one", roles={Role.OFFICER})
    def act_on_one(act: Act, *, chain: str, body: dict) -> Receipt:
        return Receipt(evidence.append(act, chain=chain, subject=chain, body=body).id)

    @operation("test.many", roles={Role.OFFICER})
    def act_on_many(act: Act, *, items: list) -> Receipt:
        return Receipt(evidence.append_many(act, [evidence.Item(*item) for item in items]).id)

    yield act_on_one, act_on_many
    del DECLARED["act_on_one"], DECLARED["act_on_many"]


@dataclass
class Log:
    """A data folder of its own on the present clone, and the processes started on it."""

    folder: DataFolder
    processes: list[subprocess.Popen] = field(default_factory=list)

    @classmethod
    def on(cls, cluster: Cluster, root: Path, *, witnesses: bool = False) -> "Log":
        name = connection.settings_dict["NAME"]
        base = cluster.folder
        folder = DataFolder.create(
            root / "var",
            mode=Mode.DEMO if witnesses else Mode.PRODUCTION,
            database=Database(host=base.database.host, port=base.database.port, name=name),
            origin="evidence.test/log/demo",
            host="127.0.0.1:8000",
            keys=base.keys,
        )
        for role in ("owner", "app", "sequencer", "audit"):
            shutil.copy(base.root / "secrets" / f"yuxin_{role}", folder.root / "secrets")
        prepare_evidence(folder)
        return cls(folder)

    @property
    def policy(self):
        return parse_policy((self.folder.root / "evidence" / "policy").read_bytes())

    def start(self, *arguments: str) -> subprocess.Popen:
        child = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env={**os.environ, "PYTHONPATH": "src", "YUXIN_DATA": str(self.folder.root)},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(child)
        return child

    def sequencer(self, *options: str) -> subprocess.Popen:
        return self.start("yuxin.site", "sequencer", "--data", str(self.folder.root), *options)

    def once(self) -> tuple[int, str]:
        """Sequence and publish all that waits; exit status and what was said."""
        child = self.sequencer("--once")
        said = child.communicate(timeout=60)[1]
        return child.returncode, said

    def witness(self, name: str, state: str = "") -> subprocess.Popen:
        line = next(w for w in self.policy.witnesses if w.name == name)
        child = self.start(
            "yuxin.parties.witness",
            "--state",
            str(self.folder.root / "witnesses" / (state or name)),
            "--name",
            line.key.name,
            "--policy",
            str(self.folder.root / "evidence" / "policy"),
        )
        wait_for_port(int(re.search(r":(\d+)/", line.url)[1]))
        return child

    def rows(self, statement: str, role: str = "audit") -> list[tuple[Any, ...]]:
        with psycopg.connect(**self.folder.connection(role)) as database:
            return database.execute(statement.encode()).fetchall()

    def published(self) -> int | None:
        return self.rows("SELECT max(size) FROM evidence.checkpoint")[0][0]

    def note(self) -> str:
        return self.rows("SELECT note FROM evidence.checkpoint ORDER BY size DESC LIMIT 1")[0][0]

    def wait_published(self, size: int, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while self.published() != size:
            assert time.monotonic() < deadline, f"{self.published()} published, not {size}"
            time.sleep(0.05)

    def stop(self, child: subprocess.Popen, number: int = signal.SIGTERM) -> str:
        if child.poll() is None:
            child.send_signal(number)
        said = child.communicate(timeout=20)[1]
        self.processes.remove(child)
        return said

    def end(self) -> None:
        for child in list(self.processes):
            self.stop(child, signal.SIGKILL)


def wait_for_port(port: int) -> None:

    deadline = time.monotonic() + 10
    while True:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)
