"""The colour of an institution (红黄绿) on one day, as a pure function of facts and of the pack.

Order of tests, tiers, lines and cure days are tables of `risk.yaml`; this module counts what
fired and takes the worst. How a colour moves from day to day is in `movement.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from yuxin.kernel.canonical import Json, dumps
from yuxin.rules.pack import Pack
from yuxin.rules.table import Fact, Facts, Fired, explain, fired_rows, fires, first_row, undecided
from yuxin.rules.values import Mark, Row, Value, is_law


class Colour(StrEnum):
    """The internal colour; GREY says nothing about the institution."""

    GREY = "GREY"
    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return list(Colour).index(self)


class Line(StrEnum):
    """What a row of `risk.indicators` marks."""

    NOTICE = "notice"
    WARNING = "warning"
    BOTTOM = "bottom"
    MISSING = "missing"


NO_DATES: Final[Mapping[str, date]] = MappingProxyType({})
# What nobody has said is false: no renewal was filed, no gap is somebody else's fault.
_UNSAID: Final = MappingProxyType(
    {
        "renewal_filed": False,
        "statement_gap_by_others": False,
        "insurance_gap_by_others": False,
        "funds_gap_by_others": False,
    }
)


@dataclass(frozen=True)
class Reason:
    """One sentence of an explanation, with the rule and the article it rests on.

    `clause` is that of `instrument`; `mark` says how far its text was seen, and `is_law` whether
    it may be shown as law at all.
    """

    rule: str
    zh: str
    en: str
    seen: Facts
    instrument: str
    clause: str
    mark: Mark
    is_law: bool


@dataclass(frozen=True)
class ColourRules:
    """The tables of `risk.yaml` in force on a day, read once for many institutions."""

    scale: Value
    required: Value
    indicators: Value
    colours: Value
    pack_sha256: str

    @classmethod
    def of(cls, pack: Pack, day: date) -> "ColourRules":
        """The tables of a pack.

        Raises: RuleMissing.
        """
        return cls(
            scale=pack.on("risk.scale", day),
            required=pack.on("risk.required", day),
            indicators=pack.on("risk.indicators", day),
            colours=pack.on("risk.colours", day),
            pack_sha256=pack.sha256,
        )

    def explain(self, result: "Result") -> list[Reason]:
        """A result of these rules in sentences, each with its facts, rule and article."""
        said = [(self.indicators, hit.fired) for hit in result.hits]
        said += [(self.required, fired) for fired in result.missing]
        said += [(self.colours, fired) for fired in result.colour_rows]
        return [_reason(table, fired) for table, fired in said]


def _reason(table: Value, fired: Fired) -> Reason:
    cite, mark = table.source(fired.row)
    return Reason(
        rule=fired.row.code,
        zh=fired.zh,
        en=fired.en,
        seen=fired.seen,
        instrument=cite.instrument,
        clause=cite.clause,
        mark=mark,
        is_law=is_law(mark),
    )


@dataclass(frozen=True)
class Hit:
    """A line that is reached: the row, its sentences, and for a soft bottom its days to cure."""

    fired: Fired
    indicator: str
    line: Line
    kind: str
    factor: str
    found_on: date | None = None
    cure_until: date | None = None


@dataclass(frozen=True)
class Result:
    """The colour computed for a day and everything it rests on.

    `given_found` are the open soft bottoms the rules were given. `soft_found` are the days on
    which those still open were found: keep them and give them to the next evaluation. `warned`
    says that a warning or bottom line is reached, which holds a colour; notices and missing data
    do not. `not_fed` are the indicators of which nobody can say whether a line is reached, because
    facts are unknown: they are never shown as clear.
    """

    colour: Colour
    day: date
    tier: str
    clean_days: int
    hits: tuple[Hit, ...]
    colour_rows: tuple[Fired, ...]
    missing: tuple[Fired, ...]
    facts: Facts
    given_found: Mapping[str, date]
    soft_found: Mapping[str, date]
    not_fed: tuple[str, ...]
    pack_sha256: str

    @property
    def warned(self) -> bool:
        """Whether any warning or bottom line is reached."""
        return any(hit.line in (Line.WARNING, Line.BOTTOM) for hit in self.hits)

    @property
    def hard(self) -> bool:
        """Whether a hard bottom line is reached, which no override may cover."""
        return any(hit.line is Line.BOTTOM and hit.kind == "hard" for hit in self.hits)

    @property
    def fired_codes(self) -> tuple[str, ...]:
        """The names of all rows behind the colour: lines, what is missing, the colour rows."""
        said = [*(hit.fired for hit in self.hits), *self.missing, *self.colour_rows]
        return tuple(fired.row.code for fired in said)

    @property
    def inputs_sha256(self) -> str:
        """The hash of everything the rules were given: facts, day, open soft bottoms, pack."""
        given: Json = {
            "day": self.day.isoformat(),
            "facts": {name: _plain(fact) for name, fact in self.facts.items()},
            "pack": self.pack_sha256,
            "soft_found": {name: day.isoformat() for name, day in self.given_found.items()},
        }
        return sha256(dumps(given)).hexdigest()

    def reasons(self, language: str) -> list[str]:
        """The colour explained in sentences: lines, what is missing, then the colour itself."""
        said = [*(hit.fired for hit in self.hits), *self.missing, *self.colour_rows]
        sentences = [fired.en if language.startswith("en") else fired.zh for fired in said]
        return [sentence for sentence in dict.fromkeys(sentences) if sentence]


def evaluate(
    rules: ColourRules, facts: Facts, day: date, soft_found: Mapping[str, date] = NO_DATES
) -> Result:
    """The colour of one institution on a day.

    `soft_found` holds for each indicator the day its open soft bottom was found (day 0).
    Law: supervision rules 6.2 to 6.4 as the pack in force states them.
    """
    known = _with_derived(facts)
    scale = first_row(rules.scale.rows, known)
    assert scale is not None, "the last row of risk.scale fires always"
    known |= {"tier": scale.then["tier"]}
    hits = [
        _hit(row, known, day, soft_found, int(scale.then["cure_divisor"]))
        for row in rules.indicators.rows
        if fires(row, known)
    ]
    at_bottom = {hit.indicator for hit in hits if hit.line is Line.BOTTOM}
    hits = [hit for hit in hits if hit.line is Line.BOTTOM or hit.indicator not in at_bottom]
    missing = _missing(rules.required.rows, known)
    rows = _colour_rows(rules.colours.rows, known | _counts(hits, missing, day))
    return Result(
        colour=max((Colour(str(row.row.then["colour"])) for row in rows), key=lambda c: c.rank),
        day=day,
        tier=str(scale.then["tier"]),
        clean_days=int(scale.then["clean_days"]),
        hits=tuple(hits),
        colour_rows=rows,
        missing=missing,
        facts=known,
        given_found=dict(soft_found),
        soft_found={
            hit.indicator: hit.found_on for hit in hits if hit.kind == "soft" and hit.found_on
        },
        not_fed=_not_fed(rules.indicators.rows, known, {hit.indicator for hit in hits}),
        pack_sha256=rules.pack_sha256,
    )


def _plain(fact: Fact) -> Json:
    return fact.isoformat() if isinstance(fact, date) else fact


def _with_derived(facts: Facts) -> dict[str, Fact]:
    """The facts with what follows from them: the rate of complaints per 100 learners."""
    learners, complaints = facts.get("learners"), facts.get("complaints_centi")
    rate: Fact = None
    if isinstance(learners, int) and isinstance(complaints, int) and learners > 0:
        # Floor: the rate reaches a line of whole hundredths exactly when its floor does.
        rate = complaints * 100 // learners
    return {**_UNSAID, **facts, "complaint_rate_centi": rate}


def _hit(row: Row, facts: Facts, day: date, soft_found: Mapping[str, date], divisor: int) -> Hit:
    indicator, kind = str(row.then["indicator"]), str(row.then.get("kind", ""))
    found = until = None
    if kind == "soft":
        found = soft_found.get(indicator, day)
        until = found + timedelta(days=-(-int(row.then["cure_days"]) // divisor))
    said = explain(row, {**facts, "found_on": found, "cure_until": until})
    return Hit(
        said,
        indicator,
        Line(str(row.then["line"])),
        kind,
        str(row.then.get("factor", "")),
        found,
        until,
    )


def _missing(required: tuple[Row, ...], facts: Facts) -> tuple[Fired, ...]:
    """The measures that should be known and are not.

    Not so where bank or platform is the cause, or while the feed is not yet late enough.
    """
    return tuple(
        explain(row, facts)
        for row in required
        if fires(row, facts)
        and facts.get(str(row.then["measure"])) is None
        and facts.get(str(row.then.get("unless", ""))) is not True
        and not _may_still_come(row, facts)
    )


def _may_still_come(row: Row, facts: Facts) -> bool:
    """Whether the feed of a measure is known to be no later than its row allows."""
    late = facts.get(str(row.then.get("late", "")))
    return isinstance(late, int) and late <= int(row.then.get("late_days", 0))


def _not_fed(rows: tuple[Row, ...], facts: Facts, reached: set[str]) -> tuple[str, ...]:
    """The indicators without a line reached of which some line cannot be decided."""
    open_rows = [str(row.then["indicator"]) for row in rows if undecided(row, facts)]
    return tuple(name for name in dict.fromkeys(open_rows) if name not in reached)


def _counts(hits: list[Hit], missing: tuple[Fired, ...], day: date) -> dict[str, Fact]:
    """What the rows of `risk.colours` test."""
    bottoms = [hit for hit in hits if hit.line is Line.BOTTOM]
    soft = [hit for hit in bottoms if hit.kind == "soft"]
    overdue = [hit for hit in soft if hit.cure_until and day > hit.cure_until]
    core = {hit.factor for hit in hits if hit.factor and hit.line in (Line.WARNING, Line.BOTTOM)}
    return {
        "hard_or_direct_bottoms": len(bottoms) - len(soft),
        "soft_bottoms_overdue": len(overdue),
        "soft_bottoms_open": len(soft) - len(overdue),
        "core_factors": len(core),
        "core_bottoms": len({hit.factor for hit in bottoms if hit.factor}),
        "warnings": len({hit.indicator for hit in hits if hit.line is Line.WARNING}),
        "notices": len({hit.indicator for hit in hits if hit.line is Line.NOTICE}),
        "missing_data": len(missing) + sum(hit.line is Line.MISSING for hit in hits),
    }


def _colour_rows(rows: tuple[Row, ...], facts: Facts) -> tuple[Fired, ...]:
    """The rows of the colour table that decide: grey ones alone, else all of the worst colour."""
    fired = fired_rows(rows, facts)
    grey = [row for row in fired if row.row.then["colour"] == Colour.GREY]
    if grey:
        return tuple(grey)
    worst = max(Colour(str(row.row.then["colour"])).rank for row in fired)
    return tuple(row for row in fired if Colour(str(row.row.then["colour"])).rank == worst)
