"""./yuxin verify: what holds is said to hold, and every kind of tampering is found."""

import json
import os
import subprocess
import sys
import uuid
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from tests.evidence.given_log import ROOT, call
from tests.evidence.test_stranger import one_receipt
from yuxin.evidence.audit import audit_log
from yuxin.evidence.services import key_store


def audit(log, *, fast=False, login=None):
    return audit_log(
        login or log.folder.connection("audit"),
        policy=log.policy,
        store=log.folder.root / "evidence" / "checkpoints.sqlite",
        origin=log.folder.origin,
        keys=log.folder.keys,
        fast=fast,
    )


@pytest.fixture
def filled(log, acts):
    """A log of 301 entries over a few chains, published three times."""
    one, many = acts
    for n in range(40):
        one(call(), chain=f"contract:{n % 3}", body={"n": n, "payee": "晴川画室"})
    log.once()
    many(call(), items=[(f"{n:03}", f"contract:{n}", f"contract:{n}", {}) for n in range(300)])
    log.once()
    with psycopg.connect(**log.folder.connection("owner")) as database:
        database.execute(
            'SELECT evidence.append_clear(g.id, convert_to(\'{"act":"count.sealed","body":{},'
            '"r":"\' || replace(g.id::text, \'-\', \'\') || \'","t":"","v":1}\', \'UTF8\'))'
            " FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 260)) g"
        )
    log.once()
    return log


def test_an_honest_log_holds(filled):
    found = audit(filled)
    assert found.violations == []
    assert (found.entries, found.tiles, found.checkpoints) == (301, 1, 3)
    assert (found.items, found.chains, found.requests, found.waiting) == (340, 300, 41, 0)


def test_an_empty_log_holds(log):
    assert audit(log).violations == []
    log.once()
    assert audit(log).violations == []


def test_erased_subjects_are_counted_and_break_nothing(filled):
    key_store(filled.folder.keys).destroy("contract:1")
    found = audit(filled)
    assert found.violations == []
    assert found.erased == 14


TAMPERING = [
    ("UPDATE evidence.entry SET leaf = leaf || ' ' WHERE idx = 7", "leaf and hash differ"),
    (
        "UPDATE evidence.entry SET leaf = 'x', leaf_hash = sha256('\\x0078') WHERE idx = 7",
        "not the one that was signed",
    ),
    ("DELETE FROM evidence.entry WHERE idx = 7", "entry 7 is missing"),
    ("DELETE FROM evidence.entry WHERE idx = 300", "signed"),
    ("UPDATE evidence.tile SET root = sha256('x')", "tile 0/0"),
    ("DELETE FROM evidence.tile", "tile 0/0"),
    ("INSERT INTO evidence.tile SELECT 5, 0, data, root FROM evidence.tile", "without entries"),
    ("UPDATE evidence.checkpoint SET note = replace(note, 'evidence', 'evydence')", "checkpoint"),
    ("UPDATE evidence.checkpoint SET size = size + 7 WHERE size = 40", "another root"),
    ("UPDATE evidence.outbox SET leaf = leaf || ' ' WHERE idx = 7", "outbox"),
    (
        "UPDATE evidence.item SET fields = replace(fields, 'n\":4', 'n\":5') WHERE s = 2",
        "was changed",
    ),
    ("UPDATE evidence.item SET c = sha256('x') WHERE chain = 'contract:1' AND s = 2", "broken"),
    ("DELETE FROM evidence.item WHERE chain = 'contract:1' AND s = 2", "broken"),
    ("DELETE FROM evidence.item WHERE chain = 'contract:1' AND s = 14", "ends elsewhere"),
    ("DELETE FROM evidence.item WHERE chain = 'contract:250'", "commitment differ"),
    ("UPDATE evidence.chain SET s = s + 1 WHERE name = 'contract:2'", "ends elsewhere"),
    ("UPDATE evidence.operation_request SET receipt = NULL", "has no entry"),
]


@contextmanager
def copied(cluster, log):
    """A copy of the log's database, and how to log in to it; dropped at the end."""
    connection.close()  # a database that somebody is using cannot be copied
    name, source = f"yuxin_{uuid.uuid4().hex[:12]}", connection.settings_dict["NAME"]
    cluster.run(f"CREATE DATABASE {name} TEMPLATE {source} OWNER yuxin_owner")
    try:
        yield lambda role: log.folder.connection(role) | {"dbname": name}
    finally:
        cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


def test_every_kind_of_tampering_is_found_and_named(filled, committing):
    for statement, says in TAMPERING:
        with copied(committing, filled) as login:
            with psycopg.connect(**login("owner"), autocommit=True) as database:
                for table in ("outbox", "item", "chain", "entry", "tile", "checkpoint"):
                    database.execute(f"ALTER TABLE evidence.{table} DISABLE TRIGGER USER".encode())
                database.execute(statement.encode())
            said = [violation.en for violation in audit(filled, login=login("audit")).violations]
        assert any(says in sentence for sentence in said), (statement, said)


def yuxin(log, *words):
    return subprocess.run(
        [sys.executable, "-m", "yuxin.site", *words, "--data", str(log.folder.root)],
        env={**os.environ, "PYTHONPATH": "src"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_command_says_what_it_checked(filled):
    answer = yuxin(filled, "verify", "--json")
    assert answer.returncode == 0, answer.stderr
    report = json.loads(answer.stdout)
    assert report["ok"] is True
    assert report["log"]["entries"] == 301
    assert report["violations"] == []
    assert set(report) >= {"ok", "ledger", "log", "violations"}
    assert "全部成立" in yuxin(filled, "verify", "--lang", "zh").stdout


def test_the_command_checks_a_receipt_without_a_database(filled, acts, tmp_path):
    entry = acts[0](call(), chain="contract:a", body={"amount_fen": 200000}).entry_id
    filled.once()
    path, policy = tmp_path / "receipt.json", tmp_path / "policy"
    path.write_bytes(one_receipt(entry).render())
    policy.write_bytes(filled.policy.render())
    answer = yuxin(filled, "verify", "receipt", str(path), "--policy", str(policy), "--json")
    report = json.loads(answer.stdout)
    assert (answer.returncode, report["ok"], len(report["checks"])) == (0, True, 5)
    path.write_text(path.read_text().replace("200000", "280000"))
    answer = yuxin(filled, "verify", "receipt", str(path), "--json")
    report = json.loads(answer.stdout)
    assert (answer.returncode, report["ok"]) == (1, False)
    assert report["wrong_fields"] == ["body.amount_fen"]
    assert "不成立" in yuxin(filled, "verify", "receipt", str(path), "--lang", "zh").stdout
    path.write_text("{}")
    assert yuxin(filled, "verify", "receipt", str(path)).returncode == 2
    assert yuxin(filled, "verify", "receipt", str(tmp_path / "none")).returncode == 2
