"""Batches: closed, waited for, sealed, chained."""

import threading
import uuid
from datetime import date

import psycopg
import pytest

from tests.ledger.books import call, logged_in
from yuxin.ledger.audit import audit
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.services import Group, Posting


def _pay(fen: int = 100) -> Posting:
    return Posting(
        uuid.uuid4(), Bucket.CUSTODY, Bucket.UNEARNED, fen, "test.paid", "B-1", date(2026, 3, 2)
    )


@pytest.fixture
def app(committing):
    with logged_in(committing) as db:
        for institution in (7, 8):
            db.execute("SELECT ledger.open_contracts(%s, '{42}')", [institution])
        yield db


def _one(db, statement):
    return db.execute(statement).fetchone()[0]


def test_a_sealed_batch_counts_and_sums_what_was_posted(app, committing):
    for institution in (7, 7, 8):
        call(app, Group(institution, 42, [_pay()]))
    app.execute("SELECT ledger.close_batch()")
    assert _one(app, "SELECT ledger.seal_batches(5000)") == 2
    rows = app.execute(
        "SELECT institution_id, posting_count, sum_fen, custody_fen, payable_fen FROM ledger.batch"
        " ORDER BY institution_id"
    ).fetchall()
    assert rows == [(7, 2, 200, 200, 0), (8, 1, 100, 100, 0)]
    assert _one(app, "SELECT ledger.seal_batches(5000)") == 0
    with logged_in(committing, "audit") as db:
        report = audit(db)
    assert (report.ok, report.batches, report.sealed_postings) == (True, 2, 3)


def test_batches_of_an_institution_are_chained(app):
    for _ in range(3):
        call(app, Group(7, 42, [_pay()]))
        app.execute("SELECT ledger.close_batch()")
        app.execute("SELECT ledger.seal_batches(5000)")
    rows = app.execute("SELECT previous_hash, hash FROM ledger.batch ORDER BY id").fetchall()
    assert rows[0][0] == bytes(32)
    assert [row[0] for row in rows[1:]] == [row[1] for row in rows[:-1]]


def test_totals_are_sealed_batches_plus_a_tail(app):
    call(app, Group(7, 42, [_pay(300)]))
    app.execute("SELECT ledger.close_batch()")
    app.execute("SELECT ledger.seal_batches(5000)")
    call(app, Group(7, 42, [_pay(44)]))
    sealed = _one(app, "SELECT sum(custody_fen)::bigint FROM ledger.batch WHERE institution_id = 7")
    tail = _one(
        app,
        "SELECT sum(amount_fen)::bigint FROM ledger.posting WHERE institution_id = 7"
        " AND batch_id > (SELECT sealed_id FROM ledger.open_batch)",
    )
    assert sealed + tail == 344


def test_a_batch_waits_for_those_who_are_still_posting_into_it(app, committing):
    with logged_in(committing) as slow:
        slow.execute("BEGIN")
        call(slow, Group(7, 42, [_pay()]))
        app.execute("SELECT ledger.close_batch()")
        assert _one(app, "SELECT ledger.seal_batches(100)") is None
        assert _one(app, "SELECT count(*) FROM ledger.batch") == 0
        sealed: list[int] = []
        with logged_in(committing) as other:
            thread = threading.Thread(
                target=lambda: sealed.append(_one(other, "SELECT ledger.seal_batches(20000)"))
            )
            thread.start()
            slow.execute("COMMIT")
            thread.join(timeout=30)
    assert sealed == [1]
    assert _one(app, "SELECT posting_count FROM ledger.batch") == 1


def test_a_batch_cannot_be_sealed_by_who_closes_it_before_that_is_committed(app):
    app.execute("BEGIN")
    app.execute("SELECT ledger.close_batch()")
    with pytest.raises(psycopg.Error, match="close_is_not_committed"):
        app.execute("SELECT ledger.seal_batches(100)")


def test_a_batch_is_not_sealed_through_an_old_snapshot(app):
    app.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with pytest.raises(psycopg.Error, match="seal_reads_committed"), app.transaction():
        app.execute("SELECT ledger.seal_batches(100)")


def test_one_sealer_at_a_time(app, committing):
    app.execute("SELECT ledger.close_batch()")
    with logged_in(committing) as first, first.transaction():
        first.execute("SELECT ledger.seal_batches(100)")
        assert _one(app, "SELECT ledger.seal_batches(100)") is None
