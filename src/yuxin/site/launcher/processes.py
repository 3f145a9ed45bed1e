"""Child processes that never outlive their parent, and looking at processes we did not start."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class RunAs:
    """How a command is run that must not be root: a prefix, another user, or as we are."""

    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None

    def own(self, path: Path) -> None:
        """Give `path` to the user that the command runs as."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def start(
    command: Sequence[str],
    *,
    dying: signal.Signals,
    log: Path | None,
    environment: Mapping[str, str] | None = None,
    run_as: RunAs | None = None,
    capture: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (a terminal's Ctrl-C reaches only the supervisor).

    Its output goes to `log`, or with `capture` to a pipe and its errors to our own terminal.

    On Linux the kernel sends `dying` to the child when this process ends, however it ends. Must
    be called from the main thread: the kernel watches the thread that forked.
    """
    run_as = run_as or RunAs()
    user = run_as.user
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [*run_as.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(environment) if environment is not None else None,
            cwd="/",
            start_new_session=True,
            preexec_fn=_dies_with_parent(dying),
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            umask=0o077,
        )
    finally:
        if output:
            output.close()


def stop(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait its seconds, until the process has ended."""
    for number, seconds in signals:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def is_alive(pid: int) -> bool:
    """Whether `pid` runs; a zombie does not, although the kernel still answers for it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    stat = Path(f"/proc/{pid}/stat")
    if not stat.parent.parent.joinpath("self").exists():
        return True
    try:
        return stat.read_text("utf-8", "replace").rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def birth(pid: int) -> str:
    """When `pid` was started, as the system tells it; "" when it is gone.

    Number and birth together name a process; a number alone is used again.
    """
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
        )
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return ""
    return subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()


def is_postgres_of(pid: int, cluster: Path) -> bool:
    """Whether `pid` is the database server of `cluster`, not a stranger with a reused number."""
    process = Path(f"/proc/{pid}")
    if not process.exists():
        line = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
        return "postgres" in line and str(cluster) in line
    try:
        named = process.joinpath("comm").read_text("utf-8").strip() == "postgres"
        return named and process.joinpath("cwd").readlink() == cluster.resolve()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def wait_until_gone(pid: int, seconds: float) -> bool:
    """Whether `pid` ended within `seconds`."""
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _dies_with_parent(dying: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(dying), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before we asked
            os._exit(1)

    return ask
