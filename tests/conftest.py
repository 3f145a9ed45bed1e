"""The database of the tests: a cluster of their own, migrated once as owner, cloned per process.

Tests run inside a transaction that is rolled back, logged in as the application role. Tests that
must commit (races, browser, kill) take `committing`, which gives them a clone of the template.
"""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from tests.browser import chromium, served, visit  # noqa: F401 - fixtures for every test
from tests.kept_cluster import migrated_server
from yuxin.site.launcher.folder import Database, DataFolder, Mode
from yuxin.site.launcher.postgres import Server

TEMPLATE = "yuxin_template"
ROLES = ("owner", "app", "sequencer", "public", "audit")
# How long one example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("yuxin", deadline=None)
hypothesis.settings.load_profile("yuxin")


@dataclass(frozen=True)
class Cluster:
    """The tests' own database cluster and the data folder that belongs to it."""

    superuser: dict[str, Any]
    folder: DataFolder

    def run(self, statement: sql.Composable | str) -> None:
        """Run one statement as superuser, outside a transaction."""
        with psycopg.connect(**self.superuser, autocommit=True) as admin:
            admin.execute(
                statement if isinstance(statement, sql.Composable) else sql.SQL(statement)
            )

    @contextmanager
    def clone(self) -> Iterator[str]:
        """A fresh database made from the template; its name. Dropped at the end."""
        name = f"yuxin_{uuid.uuid4().hex[:12]}"
        self.run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER yuxin_owner").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE)
            )
        )
        try:
            yield name
        finally:
            self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def login(self, role: str, database: str) -> dict[str, Any]:
        """Connection parameters of a role on one database of the cluster."""
        return {**self.folder.connection(role), "dbname": database}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long searches too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="a long search: run with --long"))


@contextmanager
def connected(login: dict[str, Any], *, guarded: bool = True) -> Iterator[None]:
    """Let Django's default connection be `login` for a while."""
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(
        NAME=login["dbname"],
        HOST=login["host"],
        PORT=str(login["port"]),
        USER=login["user"],
        PASSWORD=login["password"],
    )
    kept_wrappers = list(connection.execute_wrappers)
    if not guarded:
        connection.execute_wrappers.clear()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(kept)
        connection.execute_wrappers[:] = kept_wrappers


def _give_passwords(folder: DataFolder, superuser: dict[str, Any]) -> None:
    """Let every role of the cluster log in with the data folder's own secrets."""
    with psycopg.connect(**superuser, autocommit=True) as admin:
        for role in ROLES:
            password = folder.secret(f"yuxin_{role}", lambda: uuid.uuid4().hex)
            admin.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(f"yuxin_{role}"), sql.Literal(password)
                )
            )


def _create_roles(superuser: dict[str, Any]) -> None:
    with psycopg.connect(**superuser, autocommit=True) as admin:
        for role in ROLES:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(f"yuxin_{role}")))
        admin.execute("GRANT yuxin_public TO yuxin_app")
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER yuxin_owner").format(sql.Identifier(TEMPLATE))
        )


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Cluster]:
    """The cluster of this test process, with roles and a migrated template."""
    root = tmp_path_factory.mktemp("data") / "var"

    def opened(server: Server) -> DataFolder:
        login = server.connection()
        shutil.rmtree(root, ignore_errors=True)
        folder = DataFolder.create(
            root,
            mode=Mode.DEMO,
            database=Database(host=login["host"], port=login["port"], name=TEMPLATE),
            origin="yuxin.test/demo",
            host="127.0.0.1:8000",
            keys=Path("keys"),
        )
        _give_passwords(folder, login)
        settings.KEYS_ROOT, settings.FILES_ROOT = folder.keys, root / "files"
        return folder

    def lay(server: Server) -> None:
        _create_roles(server.connection())
        owner = opened(server).connection("owner")
        with django_db_blocker.unblock(), connected(owner, guarded=False):
            call_command("migrate", verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO access_installation (id, mode) VALUES (1, 'demo')")

    with migrated_server(lay) as server:
        yield Cluster(server.connection(), opened(server))
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster, django_db_blocker: Any) -> Iterator[None]:
    """One clone per test process; the default connection logs in as the application role."""
    with (
        django_db_blocker.unblock(),
        cluster.clone() as name,
        connected(cluster.login("app", name)),
    ):
        yield


@pytest.fixture
def committing(cluster: Cluster, django_db_blocker: Any) -> Iterator[Cluster]:
    """A database that really commits, for races, kills and browsers; dropped afterwards.

    `connection.settings_dict["NAME"]` names it; other processes may log in to it.
    """
    with (
        django_db_blocker.unblock(),
        cluster.clone() as name,
        connected(cluster.login("app", name)),
    ):
        yield cluster
