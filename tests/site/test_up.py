"""`./yuxin up` as a person meets it: real processes, killed and stopped in every way."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from yuxin.site.launcher import postgres, processes
from yuxin.site.launcher.supervisor import answers

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.processes


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "yuxin.site", *words]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("YUXIN_")}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "LANG": "en_US.UTF-8"} | more


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


class Installation:
    """One data folder and the `up` that runs on it."""

    def __init__(self, data: Path, **more: str) -> None:
        self.data = data
        self.port = free_port()
        self.more = more
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with (self.data.parent / "said").open("w", encoding="utf-8") as said:
            self.process = subprocess.Popen(
                command("up", "--empty", "--port", str(self.port), "--data", str(self.data)),
                env=environment(**self.more),
                stdout=subprocess.DEVNULL,
                stderr=said,
                text=True,
                start_new_session=True,
            )
        assert eventually(lambda: answers(self.url("healthz")) or self.ended()), self.said()
        assert not self.ended(), self.said()

    def url(self, page: str) -> str:
        return f"http://127.0.0.1:{self.port}/{page}"

    def ended(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None

    def said(self) -> str:
        return (self.data.parent / "said").read_text("utf-8")

    def stop(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(60)

    def database_pid(self) -> int:
        return int((self.data / "postgres/postmaster.pid").read_text("utf-8").split()[0])

    def children(self) -> list[int]:
        """Every process, wherever it hangs, that has the data folder on its command line."""
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and self._is_ours(entry)
        ]

    def _is_ours(self, entry: Path) -> bool:
        try:
            words = entry.joinpath("cmdline").read_bytes()
            around = entry.joinpath("environ").read_bytes()
        except OSError:
            return False
        here = str(self.data).encode()
        return (here in words or b"YUXIN_DATA=" + here in around) and processes.is_alive(
            int(entry.name)
        )


@contextmanager
def installed(folder: Path, **more: str) -> Iterator[Installation]:
    installation = Installation(folder / "var", **more)
    try:
        installation.start()
        yield installation
    finally:
        if installation.process and not installation.ended():
            installation.stop(signal.SIGTERM)


def test_it_survives_what_a_machine_does_to_it(tmp_path: Path) -> None:
    with installed(tmp_path) as up:
        assert eventually(lambda: answers(up.url("readyz")))

        second = subprocess.run(
            command("up", "--port", str(free_port()), "--data", str(up.data)),
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 2
        assert "already run by process" in second.stderr

        os.kill(up.database_pid(), signal.SIGKILL)
        assert eventually(lambda: "recovering" in up.said())
        assert eventually(lambda: answers(up.url("readyz"))), up.said()

        assert up.process is not None
        up.process.kill()
        up.process.wait()
        assert eventually(lambda: not up.children(), 20), "children outlived their supervisor"

        up.start()
        assert eventually(lambda: answers(up.url("readyz")))
        assert up.stop(signal.SIGINT) == 0
        assert up.children() == []
        assert "Traceback" not in up.said()


def test_a_dead_web_server_is_started_again(tmp_path: Path) -> None:
    with installed(tmp_path) as up:
        births = json.loads((up.data / "children.json").read_text("utf-8"))
        database = up.database_pid()
        (web,) = (pid for pid in map(int, births) if pid != database and "gunicorn" in words(pid))
        os.kill(web, signal.SIGKILL)
        assert eventually(lambda: "web ended (-9)" in up.said())
        assert eventually(lambda: answers(up.url("readyz"))), up.said()
        assert up.stop(signal.SIGTERM) == 0
        assert up.children() == []


def words(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


@pytest.mark.parametrize("binaries", postgres.find_binaries()[1:], ids=lambda b: f"{b.major}")
def test_it_runs_on_every_other_postgresql_of_this_machine(
    tmp_path: Path, binaries: postgres.Binaries
) -> None:
    with installed(tmp_path, PGBIN=str(binaries.folder)) as up:
        version = (up.data / "postgres/PG_VERSION").read_text("utf-8").strip()
        assert version == str(binaries.major)
        assert eventually(lambda: answers(up.url("readyz"))), up.said()


def refused(*words: str, **more: str) -> str:
    done = subprocess.run(
        command(*words), env=environment(**more), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_in_use_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = refused("up", "--port", port, "--data", str(tmp_path / "var"))
    assert f"port {port} is in use" in said
    assert "--port" in said
    assert not (tmp_path / "var").exists()


def test_production_is_refused_without_what_it_needs(tmp_path: Path) -> None:
    said = refused("up", "--no-demo", "--data", str(tmp_path / "var"))
    assert "--database-url" in said
    assert "--host" in said
    assert "--keys" in said
    assert not (tmp_path / "var").exists()


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    url = f"postgresql://nobody:x@127.0.0.1:{free_port()}/none"
    said = refused("up", "--database-url", url, "--data", str(tmp_path / "var"))
    assert "does not answer" in said
    assert not (tmp_path / "var").exists()


def test_the_same_in_chinese(tmp_path: Path) -> None:
    said = refused("up", "--no-demo", "--data", str(tmp_path / "var"), "--lang", "zh")
    assert "正式环境还需要" in said
