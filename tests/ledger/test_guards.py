"""What the books refuse, in the service and in the database itself."""

import uuid
from dataclasses import replace
from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection

from tests.ledger.books import CALL, balance, booked, booking, buckets, in_yuan, logged_in, moved
from yuxin.ledger.buckets import MOVEMENTS, Bucket
from yuxin.ledger.models import Posting as PostingRow
from yuxin.ledger.services import (
    AlreadyReversed,
    AmountTooLarge,
    ContractNotOpen,
    Group,
    InsufficientFunds,
    KeyReused,
    PostedInPart,
    Posting,
    Purpose,
    ReversesAnother,
    arrays_of,
    open_contracts,
    post,
    pseudo_contract,
)

PAID = moved(1001, 2001, "2000.00")


def _postings() -> int:
    with booking():
        return PostingRow.objects.count()


@pytest.mark.django_db
def test_a_bucket_never_falls_below_zero_and_the_refusal_says_how_much_is_missing():
    booked(PAID)
    with pytest.raises(InsufficientFunds) as refused:
        booked(moved(2002, 2004, "100.00"))
    assert dict(refused.value.facts) == {
        "bucket_zh": "待确认",
        "bucket_en": "pending",
        "short": "100.00",
    }
    assert (buckets(), _postings()) == (in_yuan(custody="2000.00", unearned="2000.00"), 1)


@pytest.mark.django_db
def test_no_contract_pays_for_another():
    booked(PAID)
    with pytest.raises(InsufficientFunds):
        booked(moved(2001, 2005, "0.01", contract=43), contract=43)


@pytest.mark.django_db
def test_the_same_key_with_another_payload_is_refused_and_changes_nothing():
    booked(PAID)
    for other in (
        replace(PAID, amount_fen=PAID.amount_fen - 1),
        replace(PAID, fact_ref="K-2"),
        replace(PAID, fact_kind="test.other"),
        replace(PAID, effective_on=date(2026, 3, 5)),
        replace(PAID, debit=Bucket.IN_TRANSIT),
    ):
        with pytest.raises(KeyReused) as refused:
            booked(other)
        assert refused.value.facts["key"] == str(PAID.key)
    with pytest.raises(KeyReused):
        booked(PAID, contract=43)
    assert buckets() == in_yuan(custody="2000.00", unearned="2000.00")


@pytest.mark.django_db
def test_a_key_belongs_to_its_institution():
    booked(PAID)
    booked(PAID, institution=8)
    assert (balance(7).custody_fen, balance(8).custody_fen) == (200000, 200000)


@pytest.mark.django_db
def test_a_contract_that_nobody_opened_cannot_be_posted_to():
    with pytest.raises(ContractNotOpen), booking() as act:
        post(act, [Group(7, 99, [PAID])])
    booked(PAID, contract=1)
    groups = [Group(7, n, [moved(1001, 2001, "1.00", contract=n)]) for n in (1, 2)]
    with pytest.raises(ContractNotOpen), booking() as act:
        post(act, groups)
    assert _postings() == 1


@pytest.mark.django_db
def test_a_group_is_posted_whole_or_not_at_all():
    booked(PAID)
    taught = moved(2001, 2002, "100.00")
    with pytest.raises(InsufficientFunds):
        booked(taught, moved(2002, 2004, "100.01"))
    assert buckets() == in_yuan(custody="2000.00", unearned="2000.00")
    booked(taught)
    with pytest.raises(PostedInPart):
        booked(taught, moved(2002, 2004, "100.00"))
    assert buckets() == in_yuan(custody="2000.00", unearned="1900.00", pending="100.00")


@pytest.mark.django_db
def test_groups_of_one_call_may_be_old_and_new():
    booked(PAID)
    lessons = [moved(2001, 2002, "100.00", ref=f"lesson-{n}") for n in (1, 2, 3)]
    booked(lessons[0])
    with booking() as act:
        answer = post(act, [Group(7, 42, [lesson]) for lesson in lessons])
    assert (answer.count, answer.repeated) == (3, 1)
    assert buckets() == in_yuan(custody="2000.00", unearned="1700.00", pending="300.00")


@pytest.mark.django_db
def test_a_call_may_span_institutions():
    with booking() as act:
        for institution in (8, 7):
            open_contracts(act, institution_id=institution, contract_ids=[42])
        answer = post(act, [Group(8, 42, [PAID]), Group(7, 42, [PAID])])
    assert answer.count == 2


@pytest.mark.django_db
@pytest.mark.law("育信 funds-rules", clause="9 K5", says="corrections name the original")
def test_a_correction_is_a_reversal_that_names_the_original_once():
    booked(PAID)
    taught = moved(2001, 2002, "100.00")
    booked(taught)
    back = moved(2002, 2001, "100.00", ref="void", reverses=taught.key)
    with pytest.raises(ReversesAnother):
        booked(replace(back, amount_fen=back.amount_fen - 1))
    with pytest.raises(ReversesAnother):
        booked(replace(back, reverses=uuid.uuid4()))
    booked(back)
    assert buckets() == in_yuan(custody="2000.00", unearned="2000.00")
    with pytest.raises(AlreadyReversed):
        booked(replace(back, key=uuid.uuid4()))
    with pytest.raises(ReversesAnother):
        booked(moved(2001, 2002, "100.00", ref="again", reverses=back.key))


@pytest.mark.django_db
def test_a_returned_transfer_is_payable_again_and_no_longer_released():
    booked(PAID)
    booked(moved(2001, 2004, "300.00"))
    sent = moved(2004, 1001, "300.00")
    booked(sent)
    assert balance().released_fen == 30000
    booked(moved(1001, 2004, "300.00", reverses=sent.key))
    assert (balance().released_fen, balance().payable_fen) == (0, 30000)


@pytest.mark.django_db
def test_every_movement_and_its_reversal_is_understood_alike_by_both_guards():
    """Each of the allowed movements passes; every other pair is refused by the database."""
    booked(moved(1001, 2001, "1.00"))
    for debit in Bucket:
        for credit in Bucket:
            row = [7, "{1}", f"{{{uuid.uuid4()}}}", "{42}", f"{{{debit}}}", f"{{{credit}}}"]
            row += ["{1}", "{2026-03-04}", "{test.moved}", "{K-1}", "{NULL}"]
            allowed = (debit, credit) in MOVEMENTS
            try:
                with booking(), connection.cursor() as cursor:
                    cursor.execute(CALL, row)
                    passed = True
            except DatabaseError as error:
                passed = error.__cause__.diag.constraint_name == "no_bucket_below_zero"
            assert passed == allowed, (debit, credit)


@pytest.mark.django_db
def test_money_of_no_contract_stands_apart():
    suspense = pseudo_contract(5, Purpose.SUSPENSE)
    assert suspense < 0
    assert len({pseudo_contract(n, p) for n in (5, 6) for p in Purpose}) == 8
    found = moved(1001, 2001, "12.00", contract=suspense)
    booked(found, contract=suspense)
    booked(moved(2001, 1001, "12.00", contract=suspense, reverses=found.key), contract=suspense)
    assert buckets(contract=suspense) == {}


@pytest.mark.django_db
def test_sums_that_leave_the_range_are_refused():
    most = moved(1001, 2001, "90071992547409.91")
    for number in range(1025):
        try:
            booked(replace(most, key=uuid.uuid4()))
        except AmountTooLarge:
            assert number >= 1023
            return
    raise AssertionError("the books held more than they can")


@pytest.mark.parametrize(
    "amount", [0, -1, 1.0, True, float("nan"), float("inf"), -0.0, 2**53, 2**63]
)
def test_a_posting_of_no_whole_fen_cannot_be_made(amount):
    with pytest.raises(AssertionError):
        replace(PAID, amount_fen=amount)


def test_a_posting_of_an_unknown_movement_or_odd_words_cannot_be_made():
    with pytest.raises(AssertionError):
        moved(1001, 2004, "1.00")
    with pytest.raises(AssertionError):
        moved(2004, 1001, "1.00", reverses=PAID.key)
    for words in ({"fact_kind": "a|b"}, {"fact_kind": ""}, {"fact_ref": 'x","y'}, {"fact_ref": ""}):
        with pytest.raises(AssertionError):
            replace(PAID, **words)


ARRAYS = (
    "groups",
    "keys",
    "contracts",
    "debits",
    "credits",
    "amounts",
    "days",
    "kinds",
    "refs",
    "reverses",
)


def _raw(posting: Posting, **changed: str) -> list[object]:
    arrays = dict(zip(ARRAYS, arrays_of([Group(7, 42, [posting])]), strict=True)) | changed
    return [7, *arrays.values()]


@pytest.mark.parametrize(
    "amount",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "-0",
        "0",
        "-5",
        "0.5",
        "1e400",
        "9223372036854775808",
        "NULL",
    ],
)
def test_nothing_but_whole_fen_gets_through_the_function(committing, amount):
    with logged_in(committing) as app:
        app.execute("SELECT ledger.open_contracts(7, '{42}')")
        with pytest.raises(psycopg.Error):
            app.execute(CALL, _raw(PAID, amounts=f"{{{amount}}}"))
        assert app.execute("SELECT count(*) FROM ledger.posting").fetchone() == (0,)


@pytest.mark.parametrize(
    "changed",
    [
        {"keys": "{NULL}"},
        {"keys": "{}"},
        {"contracts": "{NULL}"},
        {"contracts": "{42,42}"},
        {"kinds": "{NULL}"},
        {"kinds": '{"a|b"}'},
        {"refs": '{"a\\\\b"}'},
        {"refs": '{""}'},
        {"days": "{NULL}"},
        {"debits": "{1001}", "credits": "{1001}"},
        {"debits": "{NULL}"},
        {"debits": "{32767}"},
    ],
)
def test_malformed_calls_are_refused_whole(committing, changed):
    with logged_in(committing) as app:
        app.execute("SELECT ledger.open_contracts(7, '{42}')")
        with pytest.raises(psycopg.Error):
            app.execute(CALL, _raw(PAID, **changed))
        assert app.execute("SELECT count(*) FROM ledger.posting").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger.posting SELECT * FROM ledger.posting",
        "UPDATE ledger.posting SET amount_fen = amount_fen + 1",
        "DELETE FROM ledger.posting",
        "TRUNCATE ledger.posting",
        "UPDATE ledger.contract_balance SET custody_fen = 0",
        "INSERT INTO ledger.contract_balance (institution_id, contract_id) VALUES (1, 1)",
        "DELETE FROM ledger.contract_balance",
        "UPDATE ledger.open_batch SET id = id + 1",
        "INSERT INTO ledger.batch SELECT * FROM ledger.batch",
        "ALTER TABLE ledger.posting DISABLE TRIGGER ALL",
        "CREATE TABLE ledger.shadow (id bigint)",
        "SELECT ledger.batch_contents(1, 1)",
        "SELECT ledger.refuse_change()",
    ],
)
def test_the_application_role_has_no_other_way_in(committing, statement):
    with logged_in(committing) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


@pytest.mark.parametrize("table", ["posting", "batch"])
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET institution_id = 1", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_what_was_posted_stays_even_for_the_owner(committing, table, verb):
    with (
        logged_in(committing, "owner") as owner,
        pytest.raises(psycopg.Error, match="ledger_is_append_only"),
    ):
        owner.execute(verb.format(f"ledger.{table}"))


def test_a_search_path_of_ones_own_changes_nothing(committing):
    """The functions look nowhere but where they were told to."""
    with logged_in(committing) as app:
        app.execute("SELECT ledger.open_contracts(7, '{42}')")
        app.execute("CREATE TEMP TABLE posting (LIKE ledger.posting)")
        app.execute("SET search_path = pg_temp, ledger, public")
        assert app.execute(CALL, _raw(PAID)).fetchone()[:2] == (1, 0)
        assert app.execute("SELECT count(*) FROM ledger.posting").fetchone() == (1,)


def test_recorded_at_is_the_clock_of_the_database(committing):
    with logged_in(committing) as app:
        app.execute("SELECT ledger.open_contracts(7, '{42}')")
        before = app.execute("SELECT clock_timestamp()").fetchone()[0]
        at = app.execute(CALL, _raw(PAID)).fetchone()[2]
        assert before <= at <= app.execute("SELECT clock_timestamp()").fetchone()[0]
        assert app.execute("SELECT recorded_at FROM ledger.posting").fetchone() == (at,)
