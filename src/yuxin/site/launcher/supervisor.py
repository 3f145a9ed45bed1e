"""Keeps the children running: restarts with back-off, stops all, leaves no orphan behind.

The kernel ends the children when the supervisor is killed (`processes.start`); where it cannot,
the next start finds them in the list of the last run and stops them.
"""

import http.client
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from yuxin.site.launcher import processes
from yuxin.site.launcher.children import Child
from yuxin.site.launcher.folder import DataFolder, write_private
from yuxin.site.launcher.postgres import Server, log_tail
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress

FIRST_WAIT = 0.5  # seconds before the first restart; doubled each time
LONGEST_WAIT = 30.0
STEADY_SECONDS = 60.0  # after this long alive, the back-off starts anew
READY_SECONDS = 60.0
STOP_SECONDS = 10.0
_LOOK_EVERY = 0.2


@dataclass
class Kept:
    """A child as it runs now."""

    child: Child
    process: Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0  # when it may be started (again)


@dataclass
class Supervisor:
    """Runs the database server (if it is ours) and the children until told to stop."""

    folder: DataFolder
    server: Server | None
    rows: Sequence[Child]
    fill: Mapping[str, str]
    progress: Progress
    kept: list[Kept] = field(init=False)
    stopping: threading.Event = field(init=False, default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.kept = [Kept(row) for row in self.rows]

    def start(self) -> None:
        """Start every child and wait until each that can say so is ready.

        Raises: Trouble with the child's last words when one does not become ready.
        """
        for kept in self.kept:
            self._start(kept)
        for kept in self.kept:
            if kept.child.ready_url:
                self._await(kept)

    def watch(self) -> None:
        """Restart what ends until `stopping` is set."""
        while not self.stopping.wait(_LOOK_EVERY):
            if self.server and self.server.process and self.server.process.poll() is not None:
                self._restart_database(self.server)
            for kept in self.kept:
                self._look_after(kept)

    def stop(self) -> None:
        """Stop the children in reverse order, the database server last."""
        for kept in reversed(self.kept):
            if kept.process and kept.process.poll() is None:
                kept.process.terminate()
        for kept in reversed(self.kept):
            if kept.process:
                with suppress(ProcessLookupError):
                    processes.stop(kept.process, (signal.SIGTERM, STOP_SECONDS))
                    if kept.process.poll() is None:
                        os.killpg(kept.process.pid, signal.SIGKILL)
                        kept.process.wait()
        if self.server:
            self.server.stop()
        _children_file(self.folder.root).unlink(missing_ok=True)

    def _start(self, kept: Kept) -> None:
        words = [word.format(**self.fill) for word in kept.child.arguments]
        kept.process = processes.start(
            [sys.executable, *words],
            dying=signal.SIGTERM,
            log=self.folder.root / "log" / f"{kept.child.name}.log",
            environment=environment_for(self.folder, kept.child.role),
        )
        kept.started = time.monotonic()
        self._record()

    def _look_after(self, kept: Kept) -> None:
        if kept.process is not None:
            status = kept.process.poll()
            if status is None:
                return
            with suppress(ProcessLookupError):  # its own children would keep the port
                os.killpg(kept.process.pid, signal.SIGKILL)
            if time.monotonic() - kept.started > STEADY_SECONDS:
                kept.wait = FIRST_WAIT
            self.progress.say(
                f"{kept.child.zh}（{kept.child.name}）退出（{status}），{kept.wait:g} 秒后重启；"
                f"日志：{self.folder.root}/log/{kept.child.name}.log",
                f"{kept.child.name} ended ({status}), starting again in {kept.wait:g} s;"
                f" log: {self.folder.root}/log/{kept.child.name}.log",
            )
            kept.process = None
            kept.due = time.monotonic() + kept.wait
            kept.wait = min(kept.wait * 2, LONGEST_WAIT)
        elif time.monotonic() >= kept.due:
            self._start(kept)

    def _restart_database(self, server: Server) -> None:
        self.progress.say("数据库退出，正在恢复……", "the database ended; recovering it …")
        try:
            server.start()
        except Trouble as trouble:
            self.progress.say(trouble.zh, trouble.en)
            self.stopping.wait(LONGEST_WAIT)
        self._record()

    def _await(self, kept: Kept) -> None:
        url = kept.child.ready_url.format(**self.fill)
        deadline = time.monotonic() + READY_SECONDS
        log = self.folder.root / "log" / f"{kept.child.name}.log"
        while not answers(url):
            ended = kept.process is None or kept.process.poll() is not None
            if self.stopping.is_set():
                return
            if ended or time.monotonic() > deadline:
                raise Trouble(
                    f"{kept.child.zh}（{kept.child.name}）没有就绪；日志 {log} 的末尾：\n"
                    + log_tail(log),
                    f"{kept.child.name} did not become ready; the end of {log}:\n" + log_tail(log),
                )
            time.sleep(0.05)

    def _record(self) -> None:
        """Write down who runs, so that a later start can tell ours from strangers."""
        running = [kept.process.pid for kept in self.kept if kept.process]
        if self.server and self.server.process:
            running.append(self.server.process.pid)
        births = {str(pid): processes.birth(pid) for pid in running}
        write_private(_children_file(self.folder.root), json.dumps(births))


@contextmanager
def signals(stopping: threading.Event) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal ask for an orderly stop."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    kept = [signal.signal(number, lambda *_: stopping.set()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, kept, strict=True):
            signal.signal(number, handler)


def end_leftovers(data: Path) -> None:
    """Stop children of a supervisor that was killed, where the kernel has not done so."""
    path = _children_file(data)
    if not path.exists():
        return
    births: dict[str, str] = json.loads(path.read_text("utf-8") or "{}")
    ours = [int(pid) for pid, birth in births.items() if processes.birth(int(pid)) == birth]
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5.0)):
        for pid in ours:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if all(processes.wait_until_gone(pid, seconds) for pid in ours):
            break
    path.unlink()


def answers(url: str) -> bool:
    """Whether `url` (on this machine) answers 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False


def environment_for(folder: DataFolder, role: str) -> dict[str, str]:
    """The environment of a process of this installation that logs in as `role`."""
    return dict(os.environ) | {
        "YUXIN_DATA": str(folder.root),
        "YUXIN_ROLE": role,
        "DJANGO_SETTINGS_MODULE": "yuxin.site.settings",
    }


def _children_file(data: Path) -> Path:
    return data / "children.json"
