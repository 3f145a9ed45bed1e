"""The embedded database server: comes up, keeps what was committed, recovers, leaves nothing."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from yuxin.site.launcher import postgres, processes
from yuxin.site.launcher.postgres import Server, temporary_server
from yuxin.site.launcher.trouble import Trouble


def ask(server: Server, question: str) -> object:
    with psycopg.connect(**server.connection()) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def kill(server: Server) -> None:
    assert server.process is not None
    server.process.kill()


@pytest.fixture(scope="module")
def server() -> object:
    with temporary_server(durable=True) as running:
        yield running


def test_it_is_durable_and_closed_to_the_network(server: Server) -> None:
    assert ask(server, "SHOW fsync") == "on"
    assert ask(server, "SHOW data_checksums") == "on"
    assert ask(server, "SHOW listen_addresses") == ""
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SELECT datcollate FROM pg_database WHERE datname='postgres'") == "C.UTF-8"
    assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700


def test_nobody_comes_in_without_the_password(server: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(**{**server.connection(), "password": "wrong"})


def test_after_kill_9_it_comes_up_again_with_all_that_was_committed(server: Server) -> None:
    with psycopg.connect(**server.connection()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    kill(server)  # not waited for: it is a zombie now, which the kernel counts as alive
    server.start()
    assert ask(server, "SELECT number FROM kept") == 7


def test_a_pid_file_that_names_a_foreign_process_is_no_hindrance(server: Server) -> None:
    kill(server)
    assert server.process is not None
    server.process.wait()
    lock = server.cluster / "postmaster.pid"
    lines = lock.read_text("utf-8").splitlines(keepends=True)
    lock.write_text("".join([f"{os.getppid()}\n", *lines[1:]]), "utf-8")
    server.start()
    assert ask(server, "SELECT 1") == 1
    assert processes.is_alive(os.getppid())


def test_a_server_left_running_is_stopped_first(server: Server) -> None:
    assert server.process is not None
    before = server.process.pid
    server.start()
    assert server.process.pid != before
    assert not processes.is_alive(before)


KILLED = """
import os, signal
from yuxin.site.launcher.postgres import temporary_server
with temporary_server() as server:
    print(server.process.pid, server.cluster.parent, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_ends_when_the_process_that_started_it_is_killed() -> None:
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        env=os.environ | {"PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )
    pid, folder = done.stdout.split()
    assert processes.wait_until_gone(int(pid), 10)
    shutil.rmtree(folder)


def test_a_cluster_keeps_its_major_and_says_when_it_is_missing(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("9999\n", "utf-8")
    with pytest.raises(Trouble, match="PostgreSQL 9999"):
        postgres.choose_binaries(tmp_path)
    for binaries in postgres.find_binaries():
        (tmp_path / "PG_VERSION").write_text(f"{binaries.major}\n", "utf-8")
        assert postgres.choose_binaries(tmp_path).major == binaries.major


def test_a_long_path_gets_a_short_folder_for_its_socket(tmp_path: Path) -> None:
    assert postgres.socket_folder(Path("/srv/yuxin")) == Path("/srv/yuxin/run")
    long = postgres.socket_folder(tmp_path / ("x" * 90))
    assert len(str(long)) < 80
