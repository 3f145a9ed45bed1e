"""Clause, rule and test are told together, and what is missing is told by kind."""

import pytest

from yuxin.rules.clauses import GapKind, law_coverage, law_tests

REGISTER = "".join(
    f'{name}: {{title: {name}, issuer: 某, issued: "", in_force: "", mark: {mark}, read: 全文, '
    f'text_sha256: "", part_of_law: {law}}}\n'
    for name, mark, law in (
        ("某法", "read", "true"),
        ("旧法", "read", "true"),
        ("建议", "proposal", "false"),
    )
)
PACK = """
some.limit:
  title: {zh: 上限, en: limit}
  unit: day
  direction: ceiling
  values:
    2025-01-01:
      value: 3
      cite: {instrument: 某法, clause: 第一条, checked_on: 2026-11-30}
      mark: read
  cases:
    - {on: 2026-01-01, given: {days: 3}, expect: allowed}
some.table:
  title: {zh: 表, en: table}
  unit: table
  direction: open
  values:
    2025-01-01:
      value:
        - row: some.row
          when: []
          then: {a: 1}
          cite: {instrument: 某法, clause: 条款号待核, checked_on: 2026-11-30}
          mark: draft
        - {row: other.row, when: [], then: {a: 1}}
      cite: {instrument: 建议, clause: 表, checked_on: 2026-11-30}
      mark: proposal
  cases:
    - {on: 2026-01-01, given: {}, expect: [some.row, other.row]}
some.open:
  title: {zh: 空, en: open}
  unit: day
  direction: open
  values: {}
  ask: {zh: 请填, en: please}
"""
TESTS = """
import pytest

LAW = "某法"
COUNT = 3


@pytest.mark.law(LAW, clause="第一条", says="三日以内")
@pytest.mark.slow
def test_three_days():
    pass


@pytest.mark.law(instrument="某法", clause="第九条")
def test_what_no_rule_carries():
    pass


@pytest.mark.law("口传", clause="一", says="x")
def test_hearsay():
    pass
"""


@pytest.fixture
def told(tmp_path):
    (tmp_path / "packs/national").mkdir(parents=True)
    (tmp_path / "packs/instruments.yaml").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "packs/national/some.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "tests/deep").mkdir(parents=True)
    (tmp_path / "tests/deep/test_some.py").write_text(TESTS, encoding="utf-8")
    return law_coverage(tmp_path / "tests", tmp_path / "packs")


def test_a_clause_names_its_rule_and_its_test(told):
    clause = next(each for each in told.clauses if each.clause == "第一条")
    (ref,) = clause.rules
    assert (ref.jurisdiction, ref.key, ref.row, ref.mark, ref.cases) == (
        "national",
        "some.limit",
        "",
        "read",
        1,
    )
    (test,) = clause.tests
    assert test.name == "tests/deep/test_some.py::test_three_days"
    assert test.says == "三日以内"
    assert clause.is_law


def test_every_gap_is_told_by_its_kind(told):
    assert {(gap.kind, gap.instrument, gap.clause, gap.key) for gap in told.gaps} == {
        (GapKind.NO_RULE, "某法", "第九条", ""),
        (GapKind.NO_TEST, "某法", "条款号待核", "some.table"),
        (GapKind.CLAUSE_UNKNOWN, "某法", "条款号待核", ""),
        (GapKind.NOT_READ, "某法", "条款号待核", "some.table"),
        (GapKind.NO_VALUE, "", "", "some.open"),
        (GapKind.NOT_CITED, "旧法", "", ""),
        (GapKind.NOT_REGISTERED, "口传", "一", ""),
    }


def test_a_proposal_of_ours_is_no_law_and_no_gap(told):
    clause = next(each for each in told.clauses if each.instrument == "建议")
    assert not clause.is_law
    assert [ref.row for ref in clause.rules] == [""]
    assert not [gap for gap in told.gaps if gap.instrument == "建议"]


def test_a_folder_without_tests_pins_nothing(tmp_path):
    assert law_tests(tmp_path) == []
