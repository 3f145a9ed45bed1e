"""Keys follow from the fact: a repeat is the same key, anything else another, ordered in time."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.ids import fact_key, request_id_for

TAUGHT = datetime(2026, 3, 4, 9, 30, 0, 123_999, tzinfo=UTC)
INSTANTS = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def key(instant=TAUGHT, contract="K", fact="lesson:1", action="confirmed", occurrence=1):
    return fact_key(instant, contract=contract, fact=fact, action=action, occurrence=occurrence)


def test_a_repeat_is_the_same_key_and_every_part_counts():
    others = {
        key(),
        key(contract="L"),
        key(fact="lesson:2"),
        key(action="voided"),
        key(occurrence=2),
        key(instant=TAUGHT + timedelta(milliseconds=1)),
    }
    assert key() in others
    assert len(others) == 6


def test_the_layout_is_milliseconds_then_74_bits_of_the_hash():
    made = key()
    bits = bin(made.int)[2:].zfill(128)
    digest = bin(int(sha256(b"K|lesson:1|confirmed|1").hexdigest(), 16))[2:].zfill(256)
    assert made.version == 8
    assert int(bits[:48], 2) == int(TAUGHT.timestamp() * 1000)
    assert bits[52:64] + bits[66:] == digest[:74]
    assert bits[64:66] == "10"


@given(INSTANTS, INSTANTS)
def test_keys_are_ordered_by_the_time_of_the_fact(one, other):
    if one <= other - timedelta(milliseconds=1):
        assert key(instant=one) < key(instant=other)


def test_a_bar_inside_a_part_is_our_error():
    with pytest.raises(AssertionError):
        key(contract="K|L")


def test_an_instant_without_a_zone_or_outside_48_bits_is_our_error():
    with pytest.raises(AssertionError):
        key(instant=TAUGHT.replace(tzinfo=None))
    with pytest.raises(AssertionError):
        key(instant=datetime(1969, 12, 31, tzinfo=UTC))


def test_a_done_key_names_its_request_for_good():
    name = "close|2026-03-28|7|1"
    assert request_id_for(name) == request_id_for(name)
    assert request_id_for(name) != request_id_for("close|2026-03-28|7|2")
    assert request_id_for(name).version == 8
