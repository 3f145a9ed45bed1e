"""`./yuxin up` as a person meets it: real processes, killed and stopped in every way."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.site.up_given import command, environment, eventually, free_port, installed, refused
from yuxin.site.launcher import findings, postgres
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.postgres import Server, temporary_server
from yuxin.site.launcher.supervisor import answers

pytestmark = pytest.mark.processes


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that a service user may pass through, as pytest's own may not be."""
    with tempfile.TemporaryDirectory(prefix="yuxin-up-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_it_survives_what_a_machine_does_to_it(place: Path) -> None:
    with installed(place) as up:
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


def test_a_dead_web_server_is_started_again(place: Path) -> None:
    with installed(place) as up:
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
    place: Path, binaries: postgres.Binaries
) -> None:
    with installed(place, PGBIN=str(binaries.folder)) as up:
        version = (up.data / "postgres/PG_VERSION").read_text("utf-8").strip()
        assert version == str(binaries.major)
        assert eventually(lambda: answers(up.url("readyz"))), up.said()


def test_a_port_in_use_is_said_before_anything_is_made(place: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = refused("up", "--port", port, "--data", str(place / "var"))
    assert f"port {port} is in use" in said
    assert "--port" in said
    assert not (place / "var").exists()


def test_production_is_refused_without_what_it_needs(place: Path) -> None:
    said = refused("up", "--no-demo", "--data", str(place / "var"))
    assert "--database-url" in said
    assert "--host" in said
    assert "--keys" in said
    assert not (place / "var").exists()


def test_a_database_that_does_not_answer_is_said(place: Path) -> None:
    url = f"postgresql://nobody:x@127.0.0.1:{free_port()}/none"
    said = refused("up", "--database-url", url, "--data", str(place / "var"))
    assert "does not answer" in said
    assert not (place / "var").exists()


def test_the_same_in_chinese(place: Path) -> None:
    said = refused("up", "--no-demo", "--data", str(place / "var"), "--lang", "zh")
    assert "正式环境还需要" in said


@pytest.fixture
def elsewhere() -> object:
    """A PostgreSQL that somebody else runs, with an owner who may not create roles."""
    with temporary_server() as server:
        as_administrator(server, "CREATE ROLE county LOGIN PASSWORD 'c0unty'")
        as_administrator(server, "CREATE DATABASE county OWNER county")
        yield server


def as_administrator(server: Server, *statements: str) -> None:
    login = {**server.connection(), "dbname": "county"} if len(statements) > 1 else None
    with psycopg.connect(**(login or server.connection()), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def url_of(server: Server) -> str:
    return f"postgresql://county:c0unty@/county?host={server.sockets}&port={postgres.PORT}"


def test_an_owner_who_may_not_create_roles_gets_the_statements_for_the_administrator(
    place: Path, elsewhere: Server
) -> None:
    words = ("--database-url", url_of(elsewhere))
    where = ("--data", str(place / "var"), "--port", str(free_port()))
    said = refused("up", "--empty", *words, *where)
    statements = [line for line in said.splitlines() if line.endswith(";")]
    assert any(line.startswith('CREATE ROLE "yuxin_app" LOGIN NOSUPERUSER') for line in statements)
    assert (place / "var/secrets/yuxin_app").read_text("utf-8").strip() not in said
    as_administrator(elsewhere, *statements)
    with installed(place, *words) as up:
        assert eventually(lambda: answers(up.url("readyz"))), up.said()
    assert not (place / "var/postgres").exists()


def test_production_starts_once_every_unsafe_finding_is_acknowledged(
    place: Path, elsewhere: Server
) -> None:
    as_administrator(elsewhere, "ALTER ROLE county CREATEROLE")
    keys, data = str(place / "keys"), ("--data", str(place / "var"))
    words = ("--no-demo", "--host", "credit.example.invalid", "--keys", keys)
    url = ("--database-url", url_of(elsewhere))
    said = refused("up", *words, *url, *data, "--port", str(free_port()))
    assert "log_without_witnesses" in said
    for code in re.findall(r"^  ([a-z_]+): ", said, re.MULTILINE):
        findings.acknowledge(DataFolder.open(place / "var"), code, "tried out", by="somebody")
    with installed(place) as up:
        assert eventually(lambda: answers(up.url("healthz"))), up.said()
        config = json.loads((up.data / "config.json").read_text("utf-8"))
    assert (config["mode"], config["keys"]) == ("production", keys)
    assert config["origin"] == "credit.example.invalid/log"
