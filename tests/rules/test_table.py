"""A row fires when all its conditions hold; what is not known fires nothing."""

from datetime import date

import pytest

from yuxin.rules.folder import load_pack
from yuxin.rules.table import explain, fires, first_row, threshold
from yuxin.rules.values import Condition, Row


def row(*when, zh="", code="a"):
    return Row(code, tuple(Condition(*one) for one in when), {}, zh=zh)


@pytest.mark.parametrize(
    ("comparator", "limit", "holding", "failing"),
    [
        ("=", 5, 5, 4),
        ("=", True, True, False),
        ("!=", "a", "b", "a"),
        ("<", 5, 4, 5),
        ("<=", 5, 5, 6),
        (">", 5, 6, 5),
        (">=", 5, 5, 4),
        ("in", ("a", "b"), "b", "c"),
    ],
)
def test_each_comparator(comparator, limit, holding, failing):
    one = row(("n", comparator, limit))
    assert fires(one, {"n": holding})
    assert not fires(one, {"n": failing})
    assert not fires(one, {"n": None})
    assert not fires(one, {})


def test_all_conditions_must_hold_and_none_always_do():
    both = row(("n", ">", 1), ("k", "=", "x"))
    assert fires(both, {"n": 2, "k": "x"})
    assert not fires(both, {"n": 2, "k": "y"})
    assert fires(row(), {})


def test_a_word_is_not_compared_by_size():
    with pytest.raises(AssertionError, match="whole number"):
        fires(row(("n", ">", 1)), {"n": "many"})


def test_the_first_row_that_fires_counts():
    rows = [row(("n", ">", 5), code="big"), row(("n", ">", 1), code="some")]
    assert first_row(rows, {"n": 9}) == rows[0]
    assert first_row(rows, {"n": 2}) == rows[1]
    assert first_row(rows, {"n": 0}) is None


def test_a_sentence_shows_numbers_as_people_write_them():
    said = explain(
        row(zh="{a:percent} {b:percent} {c:hundredths} {d:hundredths} {e} {f} {g:percent}"),
        {"a": 9300, "b": -5, "c": 150, "d": 300, "e": date(2026, 12, 1), "f": 7},
    )
    assert said.zh == "93.00% -0.05% 1.5 3 2026-12-01 7 —"


def test_a_threshold_is_read_from_the_row_that_uses_it():
    rows = load_pack().on("risk.indicators", date(2026, 11, 16)).rows
    assert threshold(rows, "risk.F1.B", "custody_ratio_bps") == 9500
    with pytest.raises(AssertionError, match="by name"):
        threshold(rows, "risk.F1.B", "fund_mode")
    with pytest.raises(AssertionError, match="no condition"):
        threshold(rows, "risk.F1.B", "learners")
