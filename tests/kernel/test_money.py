"""Amounts are read exactly, printed for reading and written out in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.money import MAX_FEN, Fen, NotMoney, parse_yuan, yuan, yuan_in_words

AMOUNTS = st.integers(-MAX_FEN, MAX_FEN).map(Fen)


@given(AMOUNTS)
def test_what_is_printed_reads_back_to_the_same_fen(fen):
    assert parse_yuan(yuan(fen), signed=True) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450),
        ("1234.5", 123450),
        (" 0.01 ", 1),
        ("１２３．４５", 12345),
        ("2000", 200000),
        ("66.6300", 6663),
        ("90071992547409.91", MAX_FEN),
    ],
)
def test_amounts_are_read_in_yuan(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.234",
        "-1",
        "+1",
        "1e3",
        "NaN",
        "inf",
        "1,23",
        "1.",
        ".5",
        "¥5",
        "一百",
        "1 000",
        "90071992547409.92",
        "9" * 5000,
    ],
)
def test_anything_else_is_refused_naming_field_and_remedy(text):
    with pytest.raises(NotMoney) as refused:
        parse_yuan(text, field="price")
    assert refused.value.field == "price"
    assert "1,234.50" in refused.value.say("zh")


def test_a_sign_is_read_only_where_one_may_stand():
    assert parse_yuan("-12.30", signed=True) == -1230


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (123450, "壹仟贰佰叁拾肆元伍角整"),
        (1000, "壹拾元整"),
        (10010000, "壹拾万零壹佰元整"),
        (200000, "贰仟元整"),
        (1000000000 * 100 + 5, "壹拾亿元零伍分"),
        (100050000 * 100, "壹亿零伍万元整"),
        (10002 * 10**8 * 100, "壹万零贰亿元整"),
        (10000 * 10**8 * 100 + 100, "壹万亿零壹元整"),
        (-170000, "负壹仟柒佰元整"),
    ],
)
def test_sums_are_written_out_as_on_a_voucher(fen, words):
    assert yuan_in_words(Fen(fen)) == words


DIGITS = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_words(words: str) -> int:
    """An independent reader of sums in words, for sums below ten thousand 亿."""
    sign = -1 if words.startswith("负") else 1
    total = group = digit = fen = 0
    for char in words.removeprefix("负"):
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in PLACES:
            group, digit = group + digit * PLACES[char], 0
        elif char == "万":
            total, group, digit = total + (group + digit) * 10**4, 0, 0
        elif char == "亿":
            total, group, digit = (total + group + digit) * 10**8, 0, 0
        elif char == "元":
            total, group, digit = total + group + digit, 0, 0
        elif char == "角":
            fen, digit = fen + digit * 10, 0
        elif char == "分":
            fen, digit = fen + digit, 0
    return sign * (total * 100 + fen)


@given(st.integers(-(10**14) + 1, 10**14 - 1).map(Fen))
def test_sums_in_words_mean_the_sum(fen):
    assert read_words(yuan_in_words(fen)) == fen
