"""The audit notices what the guards would have refused: each guard is taken away once."""

import uuid
from datetime import date

import psycopg
import pytest

from tests.ledger.books import call, logged_in
from yuxin.ledger.audit import audit
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.services import Group, Posting


def _posting(debit: int, credit: int, fen: int, reverses: uuid.UUID | None = None) -> Posting:
    return Posting(
        uuid.uuid4(),
        Bucket(debit),
        Bucket(credit),
        fen,
        "test.step",
        "A-1",
        date(2026, 3, 2),
        reverses,
    )


@pytest.fixture
def owner(committing):
    """Two contracts with a short life in a sealed batch and a tail; the owner's connection."""
    with logged_in(committing) as app:
        app.execute("SELECT ledger.open_contracts(7, '{42,43}')")
        for contract in (42, 43):
            call(app, Group(7, contract, [_posting(1001, 2001, 200000)]))
            taught = _posting(2001, 2002, 10000)
            call(app, Group(7, contract, [taught]))
            call(app, Group(7, contract, [_posting(2002, 2001, 10000, taught.key)]))
        app.execute("SELECT ledger.close_batch()")
        app.execute("SELECT ledger.seal_batches(5000)")
        call(app, Group(7, 42, [_posting(2001, 2002, 10000)]))
    with logged_in(committing, "owner") as db:
        yield db


def _audited(committing) -> dict[str, tuple[int, tuple[str, ...]]]:
    with logged_in(committing, "audit") as db:
        report = audit(db)
    return {v.check: (v.count, v.places) for v in report.violations}


def _freely(owner: psycopg.Connection, table: str) -> None:
    owner.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL")


def test_sound_books_are_found_sound_and_the_report_says_what_was_read(owner, committing):
    with logged_in(committing, "audit") as db:
        report = audit(db)
    assert report.ok
    assert (report.postings, report.contracts, report.batches) == (7, 2, 1)
    assert report.sealed_postings == 6
    assert report.guards == 14
    assert "7 postings of 2 contracts" in report.lines("en")[0]
    assert "2 份合同的 7 条分录" in report.lines("zh")[0]
    assert report.as_json()["violations"] == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("amount_fen = amount_fen + 1", {"payload", "balance", "K1", "batch sums"}),
        ("effective_on = effective_on + 1", {"payload"}),
        ("recorded_at = recorded_at + interval '1 microsecond'", {"payload"}),
        ("fact_ref = 'A-2'", {"payload"}),
        ("payload_hash = sha256('x')", {"payload", "batch root"}),
        ("batch_id = 99", {"batch", "batch root", "batch sums"}),
    ],
)
def test_a_changed_posting_is_named(owner, committing, change, found):
    _freely(owner, "posting")
    row = owner.execute(
        f"UPDATE ledger.posting SET {change} WHERE key = (SELECT key FROM ledger.posting"
        " WHERE contract_id = 43 AND debit = 1001 AND reverses IS NULL) RETURNING key"
    ).fetchone()
    violations = _audited(committing)
    assert violations["guard"] == (1, ("trigger posting.posting_stays",))
    if "payload" in found:
        assert violations["payload"] == (1, (f"7/43/{row[0]}",))
    assert found - {"K1"} <= violations.keys()


def test_a_posting_changed_together_with_its_hash_is_named_by_its_batch(owner, committing):
    _freely(owner, "posting")
    owner.execute(
        "UPDATE ledger.posting SET fact_ref = 'A-9', payload_hash = ledger.posting_hash("
        "institution_id, key, contract_id, debit, credit, amount_fen, effective_on, recorded_at,"
        "reverses, fact_kind, 'A-9') WHERE contract_id = 43 AND debit = 1001"
    )
    assert _audited(committing)["batch root"] == (1, ("7/1",))


def test_a_removed_posting_is_named(owner, committing):
    _freely(owner, "posting")
    owner.execute("DELETE FROM ledger.posting WHERE batch_id = 2")
    assert _audited(committing)["balance"] == (1, ("7/42",))


def test_a_changed_batch_breaks_the_chain(owner, committing):
    _freely(owner, "batch")
    owner.execute("UPDATE ledger.batch SET sum_fen = sum_fen + 1")
    violations = _audited(committing)
    assert violations["batch chain"] == violations["batch sums"] == (1, ("7/1",))


def test_a_removed_batch_is_named(owner, committing):
    _freely(owner, "batch")
    owner.execute("DELETE FROM ledger.batch")
    assert _audited(committing)["batch"] == (1, ("7/1",))


@pytest.mark.parametrize(
    ("guard", "change", "check"),
    [
        (
            "no_bucket_below_zero",
            "unearned_fen = -1, pending_fen = pending_fen + 1 + unearned_fen",
            "K3",
        ),
        ("held_equals_owed", "unearned_fen = unearned_fen + 1", "K1"),
        ("paid_is_accounted_for", "paid_fen = paid_fen + 1", "K2"),
    ],
)
def test_a_balance_without_its_check_is_caught(owner, committing, guard, change, check):
    owner.execute(f"ALTER TABLE ledger.contract_balance DROP CONSTRAINT {guard}")
    owner.execute(f"UPDATE ledger.contract_balance SET {change} WHERE contract_id = 42")
    violations = _audited(committing)
    assert violations["guard"] == (1, (f"constraint contract_balance.{guard}",))
    assert violations[check] == violations["balance"] == (1, ("7/42",))


@pytest.mark.parametrize(
    ("guard", "columns", "check"),
    [
        (
            "movement_is_known",
            "contract_id, 5, 1001::smallint, 2004::smallint, NULL::uuid",
            "movement",
        ),
        ("amount_is_money", "contract_id, -5, debit, credit, NULL::uuid", "movement"),
        (None, "44, 5, debit, credit, NULL::uuid", "contract"),
        (None, "contract_id, 5, credit, debit, key", "reversal"),
    ],
)
def test_a_row_that_went_round_the_function_is_caught(owner, committing, guard, columns, check):
    if guard:
        owner.execute(f"ALTER TABLE ledger.posting DROP CONSTRAINT {guard}")
    owner.execute(
        "INSERT INTO ledger.posting (institution_id, key, effective_on, recorded_at, batch_id,"
        " payload_hash, fact_kind, fact_ref, contract_id, amount_fen, debit, credit, reverses)"
        " SELECT 7, gen_random_uuid(), effective_on, recorded_at, 2, sha256(''), 'x', 'x', "
        f"{columns} FROM ledger.posting WHERE contract_id = 42 AND debit = 1001"
    )
    violations = _audited(committing)
    assert check in violations
    assert "payload" in violations
    assert ("guard" in violations) == (guard is not None)


def test_a_key_that_stands_twice_is_caught(owner, committing):
    owner.execute("ALTER TABLE ledger.posting DROP CONSTRAINT posting_once")
    owner.execute("INSERT INTO ledger.posting SELECT * FROM ledger.posting WHERE batch_id = 2")
    violations = _audited(committing)
    assert violations["guard"] == (1, ("constraint posting.posting_once",))
    assert violations["twice the same key"][0] == 1
    assert violations["balance"] == (1, ("7/42",))


def test_a_posting_taken_back_twice_is_caught(owner, committing):
    owner.execute("DROP INDEX ledger.posting_reversed_once")
    owner.execute(
        "INSERT INTO ledger.posting SELECT institution_id, contract_id, amount_fen, recorded_at, 2,"
        " tx, gen_random_uuid(), effective_on, debit, credit, payload_hash, fact_kind, fact_ref,"
        " reverses FROM ledger.posting WHERE contract_id = 42 AND reverses IS NOT NULL"
    )
    violations = _audited(committing)
    assert violations["guard"] == (1, ("index posting.posting_reversed_once",))
    assert violations["twice the same reverses"][0] == 1


def test_a_grant_too_many_is_named(owner, committing):
    owner.execute("GRANT INSERT ON ledger.posting TO yuxin_app")
    assert _audited(committing)["privilege"] == (1, ("posting INSERT yuxin_app",))
