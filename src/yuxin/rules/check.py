"""Checking a folder of packs: its structure, its citations, and every case as a test."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yuxin.kernel.calendar import CalendarMissing
from yuxin.rules.calendars import CalendarName, calendar_of
from yuxin.rules.folder import NATION, SEED_PACKS, files_of, jurisdictions, load_instruments
from yuxin.rules.instruments import Instrument
from yuxin.rules.pack import Pack
from yuxin.rules.score_check import require_scoring_sound
from yuxin.rules.table import Facts, fired_rows
from yuxin.rules.topic import read_topic
from yuxin.rules.values import Case, Dated, PackRefused, Rule, Topic


@dataclass(frozen=True)
class Violation:
    """One thing wrong with a folder of packs: where, and what to mend."""

    file: str
    key: str
    zh: str
    en: str


def check_folder(folder: Path = SEED_PACKS) -> list[Violation]:
    """Everything wrong with the packs of a folder; empty when they may be used."""
    try:
        instruments = load_instruments(folder)
    except PackRefused as refused:
        return [_of_refusal(refused)]
    nation, found = _read(NATION, folder)
    found += _check_layer([NATION], nation, nation, instruments)
    for jurisdiction in jurisdictions(folder):
        if jurisdiction != NATION:
            own, refused_files = _read(jurisdiction, folder)
            found += refused_files
            found += _check_layer([NATION, jurisdiction], [*nation, *own], own, instruments)
    return found


def _check_layer(
    layers: list[str], topics: list[Topic], own: list[Topic], instruments: dict[str, Instrument]
) -> list[Violation]:
    """The citations of a jurisdiction's own files, then its pack and its cases."""
    found = [bad for topic in own for bad in _citations(topic, instruments)]
    return found + _layers_and_cases(layers, topics)


def _read(jurisdiction: str, folder: Path) -> tuple[list[Topic], list[Violation]]:
    """The files of a jurisdiction that can be read, and what is wrong with the others."""
    topics, found = [], []
    for file in files_of(jurisdiction, folder):
        try:
            topics.append(read_topic(*file))
        except PackRefused as refused:
            found.append(_of_refusal(refused))
    return topics, found


def _of_refusal(refused: PackRefused) -> Violation:
    facts = refused.facts
    return Violation(str(facts["file"]), "", str(facts["why_zh"]), str(facts["why_en"]))


def _citations(topic: Topic, instruments: dict[str, Instrument]) -> Iterator[Violation]:
    file = f"{topic.jurisdiction}/{topic.path}"
    for key, rule in topic.rules.items():
        if rule.values and not rule.cases:
            yield Violation(file, key, "没有示例", "there is no case")
        for value in rule.values:
            for number in sorted(_cited(value) - instruments.keys()):
                yield Violation(
                    file,
                    key,
                    f"依据“{number}”未在 instruments.yaml 登记",
                    f"the instrument “{number}” is not in instruments.yaml",
                )


def _cited(value: Dated) -> set[str]:
    rows = value.content if isinstance(value.content, tuple) else ()
    return {value.cite.instrument} | {row.cite.instrument for row in rows if row.cite}


def _layers_and_cases(layers: list[str], topics: list[Topic]) -> list[Violation]:
    """The pack of a jurisdiction under the nation's: its layering, then its own cases."""
    try:
        pack = Pack(layers, topics)
        for day in sorted(_days(pack)):
            require_scoring_sound(pack, day)
    except PackRefused as refused:
        return [_of_refusal(refused)]
    return [
        bad
        for topic, rule in pack.rules()
        if topic.jurisdiction == layers[-1]
        for case in rule.cases
        for bad in _run_case(pack, topic, rule, case)
    ]


def _days(pack: Pack) -> set[date]:
    """The days on which something about scoring starts to hold."""
    topics = ("scoring.", "measures.")
    scoring = [rule for _, rule in pack.rules() if rule.key.startswith(topics)]
    return {value.since for rule in scoring for value in rule.values}


def _run_case(pack: Pack, topic: Topic, rule: Rule, case: Case) -> Iterator[Violation]:
    outcome = case_outcome(pack, rule, case)
    if outcome != case.expect:
        yield Violation(
            f"{topic.jurisdiction}/{topic.path}",
            rule.key,
            f"示例 {case.on} {dict(case.given)} 应得 {case.expect}，实得 {outcome}",
            f"the case {case.on} {dict(case.given)} expects {case.expect} and gets {outcome}",
        )


def case_outcome(pack: Pack, rule: Rule, case: Case) -> object:
    """What a rule answers to a case.

    A ceiling or floor answers `allowed` or `refused`; a table the names of the rows that fire;
    a calendar the day a limit ends, or `working` / `off`; anything else its value.
    """
    if not pack.has(rule.key, case.on):
        return "missing"
    value = pack.on(rule.key, case.on).value
    if rule.unit == "table":
        facts: Facts = case.given
        return tuple(fired.row.code for fired in fired_rows(pack.on(rule.key, case.on).rows, facts))
    if rule.unit == "calendar":
        return _calendar_case(pack, rule, case)
    if not case.given or rule.direction not in ("ceiling", "floor"):
        return value
    within: Callable[[int, int], bool] = int.__le__ if rule.direction == "ceiling" else int.__ge__
    (given,) = case.given.values()
    assert isinstance(given, int) and isinstance(value, int), "limits are whole numbers"
    return "allowed" if within(given, value) else "refused"


def _calendar_case(pack: Pack, rule: Rule, case: Case) -> object:
    name: CalendarName = "bank" if rule.key.startswith("calendar.bank.") else "government"
    calendar = calendar_of(pack, name, case.on)
    day = case.given.get("day")
    assert isinstance(day, date), "a calendar's case gives a day"
    count = case.given.get("working_days")
    try:
        if isinstance(count, int):
            return calendar.add_working_days(day, count)
        return "working" if calendar.is_working(day) else "off"
    except CalendarMissing:
        return "missing"


def main(folder: Path = SEED_PACKS) -> int:
    """Print what is wrong with a folder of packs; 0 when nothing is, else 1."""
    found = check_folder(folder)
    for bad in found:
        sys.stdout.write(f"{bad.file} {bad.key}：{bad.zh}\n    {bad.en}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
