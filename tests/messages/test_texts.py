"""Every message says the same in Chinese and in English."""

import string
from datetime import timedelta

import pytest

from tests.parties.bank_given import at
from yuxin.messages import schedule
from yuxin.messages.texts import HIDDEN, PURPOSES, TEXTS, current_version, render


def _names(text: str) -> set[str]:
    """The facts of a sentence; `x_en` is the English word of the fact `x`."""
    found = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {name.removesuffix("_en") for name in found}


@pytest.mark.parametrize("template", sorted(set(TEXTS) - {"notice"}))
def test_both_languages_tell_the_same_facts(template):
    for text in TEXTS[template]:
        assert _names(text.zh) == _names(text.en)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh_title)
        assert text.en.isascii() or "“" in text.en


def test_sums_are_printed_in_yuan_and_purposes_in_words():
    facts = {"contract": "K", "amount_fen": 175000}
    assert "1,750.00 元" in render("refund.paid", 1, facts, "zh")[1]
    assert "1,750.00 yuan" in render("refund.paid", 1, facts, "en")[1]
    code = {"code": HIDDEN, "purpose": "contract.sign"}
    assert "签署合同" in render("code", current_version("code"), code, "zh")[1]
    assert all(len(words) == 2 for words in PURPOSES.values())


@pytest.mark.parametrize(
    ("asked", "urgent", "goes"),
    [
        ("03-02 10:00", False, "03-02 10:00"),
        ("03-02 21:29", False, "03-02 21:29"),
        ("03-02 21:30", False, "03-03 08:00"),
        ("03-03 07:59", False, "03-03 08:00"),
        ("03-03 08:00", False, "03-03 08:00"),
        ("03-02 23:00", True, "03-02 23:00"),
    ],
)
def test_phones_are_quiet_at_night_except_for_codes(asked, urgent, goes):
    assert schedule.earliest(at(asked), urgent=urgent) == at(goes)


def test_waits_grow_and_end():
    start = at("03-02 10:00")
    tries = [schedule.next_try(start, attempts, urgent=False) for attempts in range(1, 6)]
    assert tries[:4] == [start + timedelta(minutes=n) for n in (1, 5, 30, 120)]
    assert tries[4] is None
