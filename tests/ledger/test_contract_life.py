"""A contract's life with a ledger: the sixteen lines of the worked example, to the fen.

Contract K: non-academic art course, 20 units at 100.00, P = 2,000.00, released per lesson with a
T+1 transfer; one lesson is disputed and settled by halves; the rest is refunded.
"""

from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.ledger.books import balance, booked, booking, buckets, moved
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import parse_yuan, yuan
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.ledger.services import Posting
from yuxin.rules.earning import release_of_lesson

LIFE = """
 1 | 03-02 10:02 | guardian pays 2,000              | 1002 2001 | 2000.00 |    0 | 2000 |   0 |   0 |   0 |    0
 2 | 03-03 08:40 | bank file IN matched             | 1001 1002 | 2000.00 | 2000 | 2000 |   0 |   0 |   0 |    0
 3 | 03-04 17:30 | lesson 1 taught                  | 2001 2002 |  100.00 | 2000 | 1900 | 100 |   0 |   0 |    0
 4 | 03-04 19:10 | guardian confirms                | 2002 2004 |  100.00 | 2000 | 1900 |   0 |   0 | 100 |    0
 5 | 03-05 10:00 | T+1 transfer, bank success       | 2004 1001 |  100.00 | 1900 | 1900 |   0 |   0 |   0 |    0
 6 | 03-07 17:30 | lesson 2 taught, silent          | 2001 2002 |  100.00 | 1900 | 1800 | 100 |   0 |   0 |    0
 7 | 03-11 17:30 | lesson 3 taught                  | 2001 2002 |  100.00 | 1900 | 1700 | 200 |   0 |   0 |    0
 8 | 03-11 20:00 | guardian disputes lesson 3       | 2002 2003 |  100.00 | 1900 | 1700 | 100 | 100 |   0 |    0
 9 | 03-25 10:00 | mediation: institution's half    | 2003 2004 |   50.00 | 1900 | 1700 | 100 |  50 |  50 |    0
10 | 03-25 10:00 | learner's half back              | 2003 2001 |   50.00 | 1900 | 1750 | 100 |   0 |  50 |    0
11 | 03-26 10:00 | settlement transfer              | 2004 1001 |   50.00 | 1850 | 1750 | 100 |   0 |   0 |    0
12 | 03-28 00:05 | lesson 2 deemed confirmed        | 2002 2004 |  100.00 | 1850 | 1750 |   0 |   0 | 100 |    0
13 | 03-30 09:10 | guardian asks for refund         |           |         | 1850 | 1750 |   0 |   0 | 100 |    0
14 | 03-30 15:00 | lesson-2 transfer success        | 2004 1001 |  100.00 | 1750 | 1750 |   0 |   0 |   0 |    0
15 | 04-01 10:00 | institution agrees               | 2001 2005 | 1750.00 | 1750 |    0 |   0 |   0 |   0 | 1750
16 | 04-02 10:00 | bank pays by original route      | 2005 1001 | 1750.00 |    0 |    0 |   0 |   0 |   0 |    0
"""  # noqa: E501
COLUMNS = ("CUSTODY", "UNEARNED", "PENDING", "FROZEN", "PAYABLE", "REFUND_PAYABLE")


def lines() -> list[tuple[str, Posting | None, dict[Bucket, int]]]:
    """The table as postings with the buckets after each."""
    found = []
    for text in LIFE.strip().splitlines():
        number, time, _, pair, yuan, *after = (cell.strip() for cell in text.split("|"))
        expected = {
            Bucket[name]: parse_yuan(cell)
            for name, cell in zip(COLUMNS, after, strict=True)
            if cell != "0"
        }
        posting = _posting(number, time, pair, yuan) if pair else None
        if number == "1":  # the money is on its way: the table has no column for it
            expected[Bucket.IN_TRANSIT] = parse_yuan("2000.00")
        found.append((number, posting, expected))
    return found


def _posting(number: str, time: str, pair: str, yuan: str) -> Posting:
    local = datetime.strptime(f"2026-{time} +0800", "%Y-%m-%d %H:%M %z")
    key = fact_key(
        local.astimezone(UTC), contract="K", fact=f"line-{number}", action="post", occurrence=1
    )
    debit, credit = (Bucket(int(b)) for b in pair.split())
    return Posting(
        key, debit, credit, parse_yuan(yuan), "example.line", f"K-{number}", local.date()
    )


@pytest.mark.django_db
@pytest.mark.law("育信 funds-rules", clause="9", says="a contract's life with a ledger")
def test_every_bucket_after_every_line_is_exact():
    for number, posting, expected in lines():
        if posting is not None:
            booked(posting)
        assert buckets() == expected, f"after line {number}"
        row = balance()
        held = row.custody_fen + row.in_transit_fen + row.advance_fen
        owed = sum(row.in_bucket(b) for b in Bucket if not b.is_asset)
        assert held == owed, "K1"
        assert row.paid_fen == (owed + row.released_fen + row.refunded_fen - row.advance_fen), "K2"
        assert min(row.in_bucket(b) for b in Bucket) >= 0, "K3"


@pytest.mark.django_db
def test_at_the_end_institution_and_learner_share_what_was_paid():
    for _, posting, _ in lines():
        if posting is not None:
            booked(posting)
    row = balance()
    assert (row.paid_fen, row.released_fen, row.refunded_fen) == (200000, 25000, 175000)


@pytest.mark.django_db
def test_playing_it_twice_changes_nothing_and_answers_the_same():
    played = [posting for _, posting, _ in lines() if posting is not None]
    first = [booked(posting) for posting in played]
    again = [booked(posting) for posting in played]
    assert again == first
    assert [answer.repeated for answer in again] == [1] * 15
    assert buckets() == {}


@pytest.mark.django_db
@pytest.mark.law("育信 funds-rules", clause="9 K8", says="sum of lesson releases = P exactly")
def test_a_fully_consumed_contract_releases_exactly_what_was_paid():
    """P = 1,999.00 in 30 lessons does not divide; the releases still add up (R3)."""

    booked(moved(1001, 2001, "1999.00"))
    for lesson in range(1, 31):
        share = yuan(release_of_lesson(199900, lesson, 30))
        for pair in ((2001, 2002), (2002, 2004), (2004, 1001)):
            booked(moved(*pair, share, ref=f"lesson-{lesson}"))
    row = balance()
    assert (row.released_fen, row.refunded_fen, row.custody_fen) == (199900, 0, 0)


@pytest.mark.django_db
def test_advances_are_a_debt_of_the_institution_until_earned():
    """Mode C: 30 % of 2,000.00 in advance; K1 and K2 hold with the advance outstanding."""
    booked(moved(1001, 2001, "2000.00"))
    booked(moved(1003, 1001, "600.00"))
    booked(moved(2001, 2002, "100.00"), moved(2002, 2004, "100.00"))
    booked(moved(2004, 1003, "100.00"))
    assert buckets() == {
        Bucket.CUSTODY: 140000,
        Bucket.ADVANCE: 50000,
        Bucket.UNEARNED: 190000,
    }
    row = balance()
    assert (row.paid_fen, row.released_fen) == (200000, 60000)


@pytest.mark.django_db
def test_totals_of_an_institution_are_the_sums_of_its_contracts():
    booked(moved(1001, 2001, "2000.00", contract=1), contract=1)
    booked(moved(1001, 2001, "500.00", contract=2), contract=2)
    booked(moved(2001, 2002, "50.00", contract=2), contract=2)
    with booking(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(custody_fen), sum(unearned_fen + pending_fen) FROM ledger.contract_balance"
        )
        assert cursor.fetchone() == (250000, 250000)
        assert ContractBalance.objects.count() == 2
