"""Many at once: on one contract, on one institution, on one key."""

import random
import threading
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg

from tests.ledger.books import CALL, call, logged_in
from yuxin.ledger.audit import audit
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.services import Group, Posting, arrays_of

WORKERS = 8


def _posting(way: tuple[int, int], fen: int, key: uuid.UUID | None = None) -> Posting:
    debit, credit = (Bucket(b) for b in way)
    return Posting(key or uuid.uuid4(), debit, credit, fen, "race.step", "R-1", date(2026, 3, 4))


def _expect(error: psycopg.Error, guard: str) -> None:
    """The refusal must be this guard's; any other is an error of the test."""
    if guard not in (error.sqlstate, error.diag.constraint_name):
        raise error


def _race(committing: Any, work: Callable[[int, psycopg.Connection[Any]], None]) -> None:
    """Run `work(number, connection)` in eight threads that start together; errors are raised."""
    start = threading.Barrier(WORKERS)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        with logged_in(committing) as db:
            start.wait(timeout=30)
            try:
                work(number, db)
            except (psycopg.Error, AssertionError) as error:
                errors.append(error)

    threads = [threading.Thread(target=run, args=[n]) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not errors, errors


def _audited(committing: Any) -> None:
    with logged_in(committing, "audit") as db:
        report = audit(db)
    assert report.ok, report.lines("en")


def test_eight_racers_on_one_contract_never_overdraw_it(committing):
    """1,000 fen lie there; each tries to take 1 fen two hundred times."""
    with logged_in(committing) as db:
        db.execute("SELECT ledger.open_contracts(7, '{42}')")
        call(db, Group(7, 42, [_posting((1001, 2001), 1000)]))
    taken = [0] * WORKERS

    def take(number: int, db: psycopg.Connection[Any]) -> None:
        for _ in range(200):
            try:
                call(db, Group(7, 42, [_posting((2001, 2002), 1)]))
                taken[number] += 1
            except psycopg.errors.CheckViolation as error:
                _expect(error, "no_bucket_below_zero")

    _race(committing, take)
    assert sum(taken) == 1000
    with logged_in(committing) as db:
        row = db.execute("SELECT unearned_fen, pending_fen FROM ledger.contract_balance").fetchone()
    assert row == (0, 1000)
    _audited(committing)


def test_eight_racers_on_one_institution_with_overlapping_calls_do_not_deadlock(committing):
    """Calls over many contracts in random order, with single postings between, all go through."""
    contracts = list(range(1, 41))
    with logged_in(committing) as db:
        db.execute("SELECT ledger.open_contracts(7, %s::bigint[])", [contracts])
        for contract in contracts:
            call(db, Group(7, contract, [_posting((1001, 2001), 10**9)]))

    def post(number: int, db: psycopg.Connection[Any]) -> None:
        chance = random.Random(number)
        for _ in range(20):
            chosen = chance.sample(contracts, 15)
            _post_many(db, [Group(7, c, [_posting((2001, 2002), 1)]) for c in chosen])
            call(db, Group(7, chance.choice(contracts), [_posting((2001, 2002), 1)]))

    _race(committing, post)
    with logged_in(committing) as db:
        row = db.execute("SELECT sum(pending_fen)::bigint FROM ledger.contract_balance").fetchone()
    assert row == (WORKERS * 20 * 16,)
    _audited(committing)


def _post_many(db: psycopg.Connection[Any], groups: list[Group]) -> Any:
    return db.execute(CALL, [groups[0].institution_id, *arrays_of(groups)]).fetchone()


def test_the_same_keys_at_once_are_posted_once_and_all_get_the_same_answer(committing):
    """Single and bulk calls race with the same keys, in differing order."""
    contracts = list(range(1, 21))
    with logged_in(committing) as db:
        db.execute("SELECT ledger.open_contracts(7, %s::bigint[])", [contracts])
        for contract in contracts:
            call(db, Group(7, contract, [_posting((1001, 2001), 1000)]))
    keys = {contract: uuid.uuid4() for contract in contracts}
    groups = [Group(7, c, [_posting((2001, 2002), 10, keys[c])]) for c in contracts]
    answers: list[dict[int, Any]] = [{} for _ in range(WORKERS)]

    def post(number: int, db: psycopg.Connection[Any]) -> None:
        mine = random.Random(number).sample(groups, len(groups))
        if number % 2:
            _post_many(db, mine)
        for group in mine:
            posted, repeated, at = call(db, group)
            assert posted + repeated == 1
            answers[number][group.contract_id] = at

    _race(committing, post)
    assert all(answer == answers[0] for answer in answers)
    with logged_in(committing) as db:
        row = db.execute("SELECT sum(pending_fen)::bigint FROM ledger.contract_balance").fetchone()
    assert row == (200,)
    _audited(committing)


def test_one_key_with_two_payloads_at_once_is_one_of_them(committing):
    with logged_in(committing) as db:
        db.execute("SELECT ledger.open_contracts(7, '{42}')")
        call(db, Group(7, 42, [_posting((1001, 2001), 10**6)]))
    key = uuid.uuid4()
    outcomes: list[int | str] = []

    def post(number: int, db: psycopg.Connection[Any]) -> None:
        fen = 100 + number % 2
        try:
            call(db, Group(7, 42, [_posting((2001, 2002), fen, key)]))
            outcomes.append(fen)
        except psycopg.DatabaseError as error:
            _expect(error, "YL004")
            outcomes.append("refused")

    _race(committing, post)
    assert len(set(outcomes) - {"refused"}) == 1
    assert outcomes.count("refused") == WORKERS // 2
    _audited(committing)


def test_a_reversal_wins_once(committing):
    with logged_in(committing) as db:
        db.execute("SELECT ledger.open_contracts(7, '{42}')")
        first = _posting((1001, 2001), 500)
        call(db, Group(7, 42, [first]))
        call(db, Group(7, 42, [_posting((1001, 2001), 5000)]))
    won: list[int] = []

    def reverse(number: int, db: psycopg.Connection[Any]) -> None:
        back = Posting(
            uuid.uuid4(),
            first.credit,
            first.debit,
            500,
            "race.back",
            "R-1",
            first.effective_on,
            first.key,
        )
        try:
            call(db, Group(7, 42, [back]))
            won.append(number)
        except psycopg.errors.UniqueViolation as error:
            _expect(error, "posting_reversed_once")

    _race(committing, reverse)
    assert len(won) == 1
    _audited(committing)
