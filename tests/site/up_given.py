"""An installation under test: the real `./yuxin up` on a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from yuxin.site.launcher import processes
from yuxin.site.launcher.supervisor import answers

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def command(*words: str) -> list[str]:
    language = () if "--lang" in words else ("--lang", "en")
    return [sys.executable, "-m", "yuxin.site", *words, *language]


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("YUXIN_")}
    return (
        kept
        | {
            "PYTHONPATH": str(ROOT / "src"),
        }
        | more
    )


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


class Installation:
    """One data folder and the `up` that runs on it."""

    def __init__(self, data: Path, *words: str, **more: str) -> None:
        self.data = data
        self.words = words
        self.port = free_port()
        self.more = more
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with (self.data.parent / "said").open("w", encoding="utf-8") as said:
            self.process = subprocess.Popen(
                command("up", "--empty", *self.where(), *self.words),
                env=environment(**self.more),
                stdout=subprocess.DEVNULL,
                stderr=said,
                text=True,
                start_new_session=True,
            )
        assert eventually(lambda: answers(self.url("healthz")) or self.ended()), self.said()
        assert not self.ended(), self.said()

    def where(self) -> list[str]:
        return ["--port", str(self.port), "--data", str(self.data)]

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
def installed(folder: Path, *words: str, **more: str) -> Iterator[Installation]:
    installation = Installation(folder / "var", *words, **more)
    try:
        installation.start()
        yield installation
    finally:
        if installation.process and not installation.ended():
            installation.stop(signal.SIGTERM)


def refused(*words: str, **more: str) -> str:
    done = subprocess.run(
        command(*words), env=environment(**more), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr
