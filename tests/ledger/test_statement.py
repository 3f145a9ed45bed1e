"""Reading a contract: its statement, its buckets now and as of an instant, what is payable."""

import pytest
from django.db import connection

from tests.ledger.books import CLOCK, booked, booking, in_yuan, moved
from tests.ledger.test_contract_life import lines
from yuxin.ledger import queries
from yuxin.ledger.buckets import Bucket
from yuxin.site.ledger_report import statement_of


def _played() -> None:
    """Contract 42 lives the sixteen lines; the clock of each posting is its own."""
    for number, posting, _ in lines():
        if posting is None:
            continue
        with booking(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('yuxin.recorded_at', %s, true)",
                [f"2026-03-{int(number):02d} 12:00+08"],
            )
        booked(posting)


def _used(after):
    return {bucket: fen for bucket, fen in after.items() if fen}


@pytest.mark.django_db
def test_a_statement_shows_every_bucket_after_every_line():
    _played()
    with booking():
        statement = queries.statement(CLOCK, 7, 42)
    expected = [after for _, posting, after in lines() if posting is not None]
    assert [_used(line.after) for line in statement] == expected
    assert [line.words("zh") for line in statement[:3]] == ["付款", "银行到账", "已授课"]
    assert statement[-1].words("en") == "refunded"


@pytest.mark.django_db
def test_buckets_as_of_an_instant_are_what_was_known_then():
    _played()
    with booking():
        statement = queries.statement(CLOCK, 7, 42)
        for line in statement:
            assert queries.buckets_at(CLOCK, 7, 42, line.recorded_at) == line.after
        empty = queries.buckets_at(CLOCK, 7, 999, statement[0].recorded_at)
    assert _used(empty) == {}


@pytest.mark.django_db
def test_payable_is_what_was_confirmed_and_nothing_frozen():
    """K7: a disputed lesson can never be inside a release."""
    booked(moved(1001, 2001, "1000.00"))
    booked(moved(2001, 2002, "300.00"))
    booked(moved(2002, 2003, "100.00"))
    booked(moved(2002, 2004, "200.00"))
    booked(moved(1001, 2001, "5.00", contract=43), contract=43)
    with booking():
        assert queries.payable_by_contract(CLOCK, 7) == {42: 20000}
        assert queries.payable_by_contract(CLOCK, 8) == {}
        assert queries.balance_of(CLOCK, 44) is None
        row = queries.balance_of(CLOCK, 42)
    assert {b: row.in_bucket(b) for b in Bucket if row.in_bucket(b)} == in_yuan(
        custody="1000.00", unearned="700.00", frozen="100.00", payable="200.00"
    )


@pytest.mark.django_db
def test_a_reversal_says_what_it_takes_back():
    booked(moved(1001, 2001, "1000.00"))
    taught = moved(2001, 2002, "300.00")
    booked(taught)
    booked(moved(2002, 2001, "300.00", reverses=taught.key))
    with booking():
        last = queries.statement(CLOCK, 7, 42)[-1]
    assert (last.words("zh"), last.words("en")) == ("冲销：已授课", "taught, taken back")
    assert last.reverses == taught.key


def test_the_command_shows_postings_and_buckets(committing):
    booked(moved(1001, 2001, "1000.00"))
    booked(moved(2001, 2002, "300.00"))
    found = statement_of(CLOCK, "42")
    assert found is not None
    report = found.as_json()
    assert [p["amount_fen"] for p in report["postings"]] == [100000, 30000]
    assert report["buckets"]["pending"] == 30000
    assert found.table("zh") == [
        [
            "#",
            found_time(found, 0, head="时间"),
            "事项",
            "借",
            "贷",
            "金额（元）",
            "托管存款",
            "未消课",
            "待确认",
        ],
        [
            "1",
            found_time(found, 1),
            "付款到账",
            "1001",
            "2001",
            "1,000.00",
            "1,000.00",
            "1,000.00",
            "0.00",
        ],
        [
            "2",
            found_time(found, 2),
            "已授课",
            "2001",
            "2002",
            "300.00",
            "1,000.00",
            "700.00",
            "300.00",
        ],
    ]
    assert statement_of(CLOCK, "43") is None
    assert statement_of(CLOCK, "K-nowhere") is None


def found_time(found, row: int, head: str = "") -> str:
    """The time of a row, which is the database's clock."""
    return head or found.table("zh")[row][1]
