"""Which clause is carried by which rule and pinned by which test, and what is missing (法规对照).

Read from the rule packs of a folder and from the `law` markers of the tests, without running
anything. A gap is told by kind, never hidden: no rule, no test, a clause whose number nobody
knows, a text that nobody read, a value that nobody has set, an instrument cited nowhere.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from yuxin.rules.folder import SEED_PACKS, files_of, jurisdictions, load_instruments
from yuxin.rules.instruments import Instrument
from yuxin.rules.topic import read_topic
from yuxin.rules.values import Cite, Dated, Mark, Rule, Topic

UNKNOWN_CLAUSE: Final = "待核"


class GapKind(StrEnum):
    """What may be missing between a clause, its rule and its test."""

    NO_RULE = "no_rule"
    NO_TEST = "no_test"
    CLAUSE_UNKNOWN = "clause_unknown"
    NOT_READ = "not_read"
    NO_VALUE = "no_value"
    NOT_CITED = "not_cited"
    NOT_REGISTERED = "not_registered"


GAP_WORDS: Final = {
    GapKind.NO_RULE: ("有测试，规则包里没有", "pinned by a test, in no rule pack"),
    GapKind.NO_TEST: ("有规则，没有标明条款的测试", "in a rule pack, pinned by no test"),
    GapKind.CLAUSE_UNKNOWN: ("条款号待核", "the number of the clause is not known"),
    GapKind.NOT_READ: ("没有读过定稿", "the final text was not read"),
    GapKind.NO_VALUE: ("没有值，须由主管部门填写", "without a value, for a bureau to set"),
    GapKind.NOT_CITED: ("已登记，没有规则引用", "registered, cited by no rule"),
    GapKind.NOT_REGISTERED: ("测试引用，没有登记", "cited by a test, not registered"),
}


@dataclass(frozen=True)
class RuleRef:
    """A rule, or a row of one, that carries a clause; `cases` run as tests of the rule."""

    jurisdiction: str
    key: str
    row: str
    mark: Mark
    cases: int


@dataclass(frozen=True)
class TestRef:
    """A test that pins a clause, with the words of the clause."""

    instrument: str
    clause: str
    says: str
    name: str


@dataclass(frozen=True)
class Clause:
    """A clause of an instrument with what carries and what pins it.

    `is_law` says that the instrument is law at all; a proposal of ours is not.
    """

    instrument: str
    clause: str
    is_law: bool
    rules: tuple[RuleRef, ...]
    tests: tuple[TestRef, ...]


@dataclass(frozen=True)
class Gap:
    """One thing that is missing."""

    kind: GapKind
    instrument: str
    clause: str
    key: str


@dataclass(frozen=True)
class LawCoverage:
    """All clauses and all gaps."""

    clauses: tuple[Clause, ...]
    gaps: tuple[Gap, ...]


def law_coverage(tests: Path, folder: Path = SEED_PACKS) -> LawCoverage:
    """Clauses and gaps of a folder of packs and a folder of tests.

    Raises: PackRefused.
    """
    instruments = load_instruments(folder)
    topics = [
        read_topic(*file) for place in jurisdictions(folder) for file in files_of(place, folder)
    ]
    carried: dict[tuple[str, str], list[RuleRef]] = {}
    for cite, ref in (each for topic in topics for each in _cited(topic)):
        carried.setdefault((cite.instrument, cite.clause), []).append(ref)
    pinned: dict[tuple[str, str], list[TestRef]] = {}
    for test in law_tests(tests):
        pinned.setdefault((test.instrument, test.clause), []).append(test)
    clauses = tuple(
        Clause(
            instrument,
            clause,
            instrument in instruments and instruments[instrument].part_of_law,
            tuple(carried.get((instrument, clause), ())),
            tuple(pinned.get((instrument, clause), ())),
        )
        for instrument, clause in sorted(carried.keys() | pinned.keys())
    )
    gaps = (*_gaps_of(clauses, instruments), *_unset(topics), *_not_cited(clauses, instruments))
    return LawCoverage(clauses, gaps)


def _cited(topic: Topic) -> Iterator[tuple[Cite, RuleRef]]:
    """Every citation of a file: of the value, and of each row that has its own."""
    for rule in topic.rules.values():
        for value in rule.values:
            for cite, row, mark in _sources(value):
                yield cite, RuleRef(topic.jurisdiction, rule.key, row, mark, len(rule.cases))


def _sources(value: Dated) -> Iterator[tuple[Cite, str, Mark]]:
    yield value.cite, "", value.mark
    for row in value.content if isinstance(value.content, tuple) else ():
        if row.cite is not None:
            yield row.cite, row.code, row.mark or value.mark


def _gaps_of(clauses: Sequence[Clause], instruments: Mapping[str, Instrument]) -> Iterator[Gap]:
    for each in clauses:
        if each.instrument not in instruments:
            yield Gap(GapKind.NOT_REGISTERED, each.instrument, each.clause, "")
        if not each.is_law:
            continue
        if not each.rules:
            yield Gap(GapKind.NO_RULE, each.instrument, each.clause, "")
        if not each.tests:
            yield Gap(GapKind.NO_TEST, each.instrument, each.clause, each.rules[0].key)
        if UNKNOWN_CLAUSE in each.clause:
            yield Gap(GapKind.CLAUSE_UNKNOWN, each.instrument, each.clause, "")
        for ref in each.rules:
            if ref.mark in ("draft", "recalled"):
                yield Gap(GapKind.NOT_READ, each.instrument, each.clause, ref.key)


def _unset(topics: Sequence[Topic]) -> Iterator[Gap]:
    """The rules that no jurisdiction has given a value."""
    rules = [rule for topic in topics for rule in topic.rules.values()]
    has_value = {rule.key for rule in rules if rule.values}
    for rule in _by_key(rules):
        if rule.key not in has_value:
            yield Gap(GapKind.NO_VALUE, "", "", rule.key)


def _by_key(rules: Sequence[Rule]) -> list[Rule]:
    return [each for _, each in sorted({rule.key: rule for rule in rules}.items())]


def _not_cited(clauses: Sequence[Clause], instruments: Mapping[str, Instrument]) -> Iterator[Gap]:
    cited = {each.instrument for each in clauses if each.rules}
    for number, instrument in sorted(instruments.items()):
        if instrument.part_of_law and number not in cited:
            yield Gap(GapKind.NOT_CITED, number, "", "")


def law_tests(folder: Path) -> list[TestRef]:
    """Every `@pytest.mark.law(…)` of the tests, by reading them."""
    found = []
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = _constants(tree)
        place = path.relative_to(folder.parent).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                name = f"{place}::{node.name}"
                found += [_test(mark, name, constants) for mark in _law_marks(node)]
    return found


def _constants(tree: ast.Module) -> dict[str, str]:
    """The texts that a module names at its top."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _law_marks(function: ast.FunctionDef) -> Iterator[ast.Call]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.law":
            yield mark


def _test(mark: ast.Call, name: str, constants: Mapping[str, str]) -> TestRef:
    given = {keyword.arg: keyword.value for keyword in mark.keywords}
    instrument = mark.args[0] if mark.args else given["instrument"]
    return TestRef(
        instrument=_text(instrument, constants),
        clause=_text(given["clause"], constants),
        says=_text(given["says"], constants) if "says" in given else "",
        name=name,
    )


def _text(node: ast.expr, constants: Mapping[str, str]) -> str:
    """A text, or the constant of the module that holds it."""
    return constants[node.id] if isinstance(node, ast.Name) else str(ast.literal_eval(node))
