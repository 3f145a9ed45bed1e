"""From facts to conditions that hold: run each detector, ask its table. Nothing is written.

A detector is one statement over fact views. What another platform did otherwise than our rules
(MIRROR) comes from replaying its facts, which no statement does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection

from yuxin.assessment.alerts.measures import facts
from yuxin.assessment.alerts.rules import LEVELS, AlertRules
from yuxin.assessment.indicators.run import month_end_before, with_asked
from yuxin.kernel.actor import Actor
from yuxin.kernel.canonical import Json
from yuxin.policy.in_force import calendar
from yuxin.rules.table import Fact, Fired, fired_rows
from yuxin.rules.values import Condition
from yuxin.tuition.mirror import queries as mirror

MIRROR: Final = "MIRROR"
FOLDER: Final = Path(__file__).parent / "detectors"


@dataclass(frozen=True)
class Found:
    """A condition that holds: whose, by which rule, about what, and on what it rests."""

    institution_id: int
    rule: str
    what: str
    level: str
    row: str
    inputs: Mapping[str, Json]
    conditions: Sequence[Sequence[Json]]
    zh: str
    en: str

    @property
    def key(self) -> tuple[int, str, str]:
        """The condition, whatever its numbers are today."""
        return self.institution_id, self.rule, self.what


@cache
def statements() -> dict[str, str]:
    """The detectors by rule, ready to run."""
    return {
        path.stem: with_asked(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.sql"))
    }


def detect(
    rules: AlertRules, institutions: Sequence[int], day: date, known_at: datetime
) -> list[Found]:
    """Every condition of these institutions that holds on a day as known at an instant.

    One statement a rule, whatever the number of institutions; a rule that is not set is not run.
    """
    given = {
        "institutions": list(institutions),
        "day": day,
        "month_end": month_end_before(day),
        "known_at": known_at,
    }
    found = [
        each
        for rule, statement in statements().items()
        if rule in rules.tables
        for each in _found(rules, rule, _rows(statement, given))
    ]
    if MIRROR in rules.tables:
        found += _found(rules, MIRROR, _mirrored(institutions, known_at))
    return found


def detectable() -> frozenset[str]:
    """The rules that have something to look with."""
    return frozenset({*statements(), MIRROR})


def _mirrored(institutions: Sequence[int], known_at: datetime) -> list[dict[str, Any]]:
    """Contracts of other platforms where these did otherwise than our rules."""
    return [
        {
            "institution_id": one.institution_id,
            "sign": 1,
            "what_id": one.facts[0].pk,
            "differences": len(one.result.differences),
            "difference_fen": one.difference_fen,
        }
        for one in mirror.contracts(Actor.clock(tuple(institutions)), known_at)
        if one.result.differences
    ]


def _rows(statement: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _found(rules: AlertRules, rule: str, rows: Sequence[dict[str, Any]]) -> Iterator[Found]:
    day, table = rules.day, rules.tables[rule].rows
    offices, banks = (calendar(rules.pack, name, day) for name in ("government", "bank"))
    for said in rows:
        institution_id, what = said.pop("institution_id"), f"{said.pop('sign')}:{said['what_id']}"
        told = facts(rule, said, rules.pack, day, offices, banks)
        fired = sorted(fired_rows(table, told), key=_loudness)
        if fired:
            worst = fired[-1]
            yield Found(
                institution_id=institution_id,
                rule=rule,
                what=what,
                level=_level(worst),
                row=worst.row.code,
                inputs={name: _plain(fact) for name, fact in told.items() if fact is not None},
                conditions=[_condition(each) for each in worst.row.when],
                zh=worst.zh,
                en=worst.en,
            )


def _level(fired: Fired) -> str:
    level = str(fired.row.then.get("level", "YELLOW"))
    assert level in LEVELS, f"{fired.row.code} has the level {level}"
    return level


def _loudness(fired: Fired) -> int:
    return LEVELS.index(_level(fired))


def _plain(fact: Fact) -> Json:
    return fact.isoformat() if isinstance(fact, date) else fact


def _condition(condition: Condition) -> list[Json]:
    value = condition.value
    limit: Json = list(value) if isinstance(value, tuple) else value
    return [condition.indicator, condition.comparator, limit]
