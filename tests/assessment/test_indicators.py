"""Indicators use only the SQL that runs alike elsewhere, and say what they measure."""

from pathlib import Path

import pytest

import yuxin.assessment.indicators
from yuxin.assessment.alerts.detecting import FOLDER as DETECTORS
from yuxin.assessment.alerts.detecting import detectable
from yuxin.assessment.alerts.rules import RULES
from yuxin.assessment.indicators.allowed import problems

FOLDER = Path(yuxin.assessment.indicators.__path__[0])
FILES = sorted((*FOLDER.glob("*.sql"), *DETECTORS.glob("*.sql")))
HEAD = "-- 一句。\n-- A sentence.\n-- unit: count; window: the day\n"


def test_there_are_indicators():
    assert len(FILES) >= 10


def test_every_rule_of_alerts_has_something_to_look_with():
    assert sorted(detectable()) == sorted(RULES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_indicator_uses_only_the_sql_that_is_allowed(path):
    assert problems(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("WITH a AS (SELECT 1 FROM registry_entry) SELECT 1 FROM a", "table registry_entry"),
        ("WITH a AS (SELECT now() FROM asked) SELECT 1 FROM a", "function now"),
        ("WITH a AS (SELECT 1.5 FROM asked) SELECT 1 FROM a", "fraction 1.5"),
        ("WITH a AS (SELECT x / 2 FROM asked) SELECT 1 FROM a", "operator /"),
        ("WITH a AS (SELECT x::int FROM asked) SELECT 1 FROM a", "::"),
        (
            "WITH a AS (SELECT ROW_NUMBER() OVER (ORDER BY f.day) FROM fact_x f) SELECT 1 FROM a",
            "total order",
        ),
        ("WITH a AS (SELECT 1 FROM asked LIMIT 5) SELECT 1 FROM a", "word LIMIT"),
        ("WITH a AS (SELECT 1 FROM asked) DELETE FROM a", "not one SELECT"),
    ],
)
def test_what_is_not_allowed_is_named(sql, said):
    found = problems(HEAD + sql)
    assert any(said in each for each in found), found


def test_an_indicator_says_unit_and_window_in_two_languages():
    nothing = "WITH a AS (SELECT 1 FROM asked) SELECT 1 FROM a"
    assert "no unit or window" in problems(f"-- words\n{nothing}")
    assert "no sentence in Chinese" in problems(nothing)
