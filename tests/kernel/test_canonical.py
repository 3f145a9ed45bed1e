"""One value has one encoding, and a second encoder, written plainly, agrees to the byte."""

import json
import unicodedata
from enum import IntEnum, StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.canonical import MAX_INTEGER, NotCanonical, dumps, loads

TEXT = st.text().map(lambda text: unicodedata.normalize("NFC", text))
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii")), inner, max_size=4)
    ),
    max_leaves=20,
)
SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def plain(value) -> str:
    """RFC 8785 for the values allowed here, spelled out character by character."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:d}"
        case str():
            return '"' + "".join(escaped(ord(char)) for char in value) + '"'
        case list():
            return "[" + ",".join(plain(item) for item in value) + "]"
    return "{" + ",".join(f"{plain(key)}:{plain(value[key])}" for key in sorted(value)) + "}"


def escaped(point: int) -> str:
    if point in SHORT:
        return SHORT[point]
    return f"\\u{point:04x}" if point < 32 else chr(point)


@given(VALUES)
def test_a_second_encoder_writes_the_same_bytes(value):
    assert dumps(value) == plain(value).encode()


@given(VALUES)
def test_canonical_bytes_read_back(value):
    assert loads(dumps(value)) == value


def test_keys_are_sorted_and_nothing_is_spaced():
    assert dumps({"b": [1, True, None], "a": "元"}) == '{"a":"元","b":[1,true,null]}'.encode()


def test_named_constants_are_written_as_their_value():
    assert dumps([StrEnum("Kind", {"A": "a"}).A, IntEnum("Bucket", {"B": 7}).B]) == b'["a",7]'


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        "e\u0301",
        "\ud800",
        {"键": 1},
        {1: 1},
        b"x",
        {"deep": [{"x": 0.5}]},
    ],
)
def test_what_could_be_written_in_two_ways_is_refused(value):
    with pytest.raises(NotCanonical):
        dumps(value)


@pytest.mark.parametrize(
    "data",
    [b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"1.0", b"", b"\xff", b'"\\u0041"', b"[1]\n"],
)
def test_bytes_in_another_form_are_refused(data):
    with pytest.raises(NotCanonical):
        loads(data)


def test_too_deep_nesting_is_refused():
    with pytest.raises(NotCanonical):
        loads(b"[" * 200_000)


@given(VALUES)
def test_the_meaning_is_ordinary_json(value):
    assert json.loads(dumps(value)) == value
