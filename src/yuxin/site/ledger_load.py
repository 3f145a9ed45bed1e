# ruff: noqa: S608  -- statements are put together from constants of this file alone
"""A durable database of its own, filled with postings, for measuring the ledger."""

import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from yuxin.site.launcher.folder import Database, DataFolder, Mode
from yuxin.site.launcher.postgres import choose_binaries, temporary_server
from yuxin.site.launcher.roles import make_embedded

CLIENTS = 32
INSTITUTIONS = 1000
CONTRACTS = 10  # of each institution
HOT = 1  # this one has as many contracts as all others together
BATCH = 1000

# Every script makes its keys alike: ordered by time, random behind it.
_KEY = (
    "(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')"
    " || substr(gen_random_uuid()::text, 14))::uuid"
)
_KEYS = f"ARRAY(SELECT {_KEY} FROM generate_series(1, {BATCH}))"
_SOME = f"ARRAY(SELECT floor(random() * :last)::bigint + 1 FROM generate_series(1, {BATCH}))"


def _fill(value: str, kind: str) -> str:
    return f"array_fill({value}::{kind}, ARRAY[{BATCH}])"


_ONE_FLOOR = f"""
INSERT INTO public.bench_floor VALUES (:i, :c, 100, clock_timestamp(), 1, {_KEY}, '2026-03-04',
    2001, 2002, decode(repeat('00', 32), 'hex'), 'bench.taught', 'ABCD-EFGH-JKMN', NULL);
"""
_ONE_POST = f"""
SELECT ledger.post(:i, '{{1}}', ARRAY[{_KEY}], ARRAY[:c]::bigint[], '{{2001}}', '{{2002}}',
    '{{100}}', '{{2026-03-04}}', '{{bench.taught}}', '{{ABCD-EFGH-JKMN}}', '{{NULL}}'::uuid[]);
"""
_SPREAD = rf"\set i random(2, {INSTITUTIONS})" + "\n" + rf"\set c random(1, {CONTRACTS})"
_ONE_HOT = rf"\set i {HOT}" + "\n" + rf"\set c random(1, {INSTITUTIONS * CONTRACTS})"
_MANY = rf"\set last {INSTITUTIONS * CONTRACTS}"
_MANY_FLOOR = f"""
INSERT INTO public.bench_floor SELECT {HOT}, u.c, u.f, clock_timestamp(), 1, u.k, u.e, u.d, u.r,
    decode(repeat('00', 32), 'hex'), u.x, u.y, NULL
  FROM unnest({_KEYS}, {_SOME}, {_fill("2001", "smallint")}, {_fill("2002", "smallint")},
    {_fill("100", "bigint")}, {_fill("'2026-03-04'", "date")}, {_fill("'bench.taught'", "text")},
    {_fill("'ABCD-EFGH-JKMN'", "text")}) AS u (k, c, d, r, f, e, x, y);
"""
_MANY_POST = f"""
SELECT ledger.post({HOT}, {_fill("1", "integer")}, {_KEYS}, {_SOME}, {_fill("2001", "smallint")},
    {_fill("2002", "smallint")}, {_fill("100", "bigint")}, {_fill("'2026-03-04'", "date")},
    {_fill("'bench.taught'", "text")}, {_fill("'ABCD-EFGH-JKMN'", "text")},
    {_fill("NULL", "uuid")});
"""
SCRIPTS = {
    "one floor": _SPREAD + _ONE_FLOOR,
    "one": _SPREAD + _ONE_POST,
    "one hot": _ONE_HOT + _ONE_POST,
    "many floor": _MANY + _MANY_FLOOR,
    "many": _MANY + _MANY_POST,
}


@dataclass(frozen=True)
class Load:
    """The database under measurement and the program that drives it."""

    folder: DataFolder
    pgbench: str

    def connect(self, role: str = "app") -> psycopg.Connection[Any]:
        """A connection as a role, committing each statement."""
        return psycopg.connect(**self.folder.connection(role), autocommit=True)

    def rate(self, script: str, *, clients: int = CLIENTS, seconds: int = 3) -> float:
        """Transactions a second of one script."""
        login = self.folder.connection("app")
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(SCRIPTS[script])
            file.flush()
            done = subprocess.run(
                [
                    *(self.pgbench, "-n", "-M", "prepared", "-c", str(clients), "-j", "2"),
                    *("-T", str(seconds), "-f", file.name, "-h", str(login["host"])),
                    *("-p", str(login["port"]), "-U", login["user"], login["dbname"]),
                ],
                env=os.environ | {"PGPASSWORD": login["password"]},
                capture_output=True,
                text=True,
                check=True,
            )
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        assert found is not None, done.stdout
        return float(found[1])


@contextmanager
def loaded(postings: int) -> Iterator[Load]:
    """A durable cluster with the books laid and so many postings in them; gone afterwards."""
    with temporary_server(durable=True) as server, tempfile.TemporaryDirectory() as root:
        login = server.connection()
        with psycopg.connect(**login, autocommit=True) as admin:
            for setting in ("shared_buffers = '1GB'", "max_wal_size = '8GB'"):
                admin.execute(f"ALTER SYSTEM SET {setting}")
        server.stop()
        server.start()
        login = server.connection()
        folder = DataFolder.create(
            Path(root) / "var",
            mode=Mode.DEMO,
            database=Database(host=login["host"], port=login["port"], name="yuxin"),
            origin=f"bench-{secrets.token_hex(4)}.invalid/demo",
            host="127.0.0.1:8000",
            keys=Path("keys"),
        )
        make_embedded(folder, login)
        _migrate(folder)
        load = Load(folder, choose_binaries(server.cluster)["pgbench"])
        _open_contracts(load)
        while postings > 0:
            _fill_books(load, min(postings, 200 * BATCH))
            postings -= 200 * BATCH
        yield load


def _migrate(folder: DataFolder) -> None:
    environment = os.environ | {"YUXIN_DATA": str(folder.root), "YUXIN_ROLE": "owner"}
    environment |= {"DJANGO_SETTINGS_MODULE": "yuxin.site.settings"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment, check=True
    )
    with psycopg.connect(**folder.connection("owner"), autocommit=True) as owner:
        # The floor: the same row, without index, check or trigger.
        owner.execute("CREATE TABLE public.bench_floor (LIKE ledger.posting)")
        owner.execute("GRANT INSERT ON public.bench_floor TO yuxin_app")


def _open_contracts(load: Load) -> None:
    """Every contract gets enough to move for as long as anybody measures."""
    paid = """
        SELECT ledger.post(%(i)s, array_agg(n), array_agg(gen_random_uuid()), array_agg(n::bigint),
            array_agg(1001::smallint), array_agg(2001::smallint), array_agg(1000000000000::bigint),
            array_agg('2026-03-01'::date), array_agg('bench.paid'::text), array_agg('P-' || n),
            array_agg(NULL::uuid))
          FROM generate_series(1, %(n)s) AS n
    """
    with load.connect() as app:
        for institution in range(1, INSTITUTIONS + 1):
            count = INSTITUTIONS * CONTRACTS if institution == HOT else CONTRACTS
            app.execute(
                "SELECT ledger.open_contracts(%s, ARRAY(SELECT generate_series(1, %s)::bigint))",
                [institution, count],
            )
            app.execute(paid, {"i": institution, "n": count})


def _fill_books(load: Load, postings: int) -> None:
    script = SCRIPTS["many"].partition("\n")[2].replace(":last", str(INSTITUTIONS * CONTRACTS))
    with load.connect() as app:
        for _ in range(postings // BATCH):
            app.execute(script)
        app.execute("SELECT ledger.close_batch()")
        app.execute("SELECT ledger.seal_batches(10000)")
    with load.connect("owner") as owner:
        owner.execute("VACUUM ANALYZE ledger.posting, ledger.contract_balance")
