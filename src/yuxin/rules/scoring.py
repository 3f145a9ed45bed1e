"""Points and grade of a subject on a day, as a pure function of findings and of the pack.

One engine for models that take points from a base and for those that add demerits: deduction
per occurrence, caps of item and aspect, steps, all-or-nothing rows, additions, vetoes, grade
caps, bands. Stored are the lines that fired with the keys of their records; the words are made
on reading (`sentence`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from yuxin.kernel.calendar import add_months
from yuxin.kernel.canonical import Json, dumps
from yuxin.kernel.refusal import Refusal
from yuxin.rules.judged import Judged
from yuxin.rules.score_model import Model, Period, Way, counts, period_of
from yuxin.rules.table import Fact, explain, fires, first_row
from yuxin.rules.values import Mark, Row, Value, is_law

_DAY: Final = timedelta(days=1)


class ScoreIncomplete(Refusal):
    """A score that lacks findings on some indicator cannot become final."""

    code = "score_incomplete"
    zh = "还有 {count} 项指标没有查过，不能定级：{items}。没有数据不等于没有问题。"
    en = "{count} indicators have not been looked at, so no grade can be final: {items}."


class Kind(StrEnum):
    """What a line of a score does."""

    TAKEN = "taken"
    GIVEN = "given"
    BAND = "band"
    VETO = "veto"
    CAP = "cap"


@dataclass(frozen=True)
class Finding:
    """One established fact that a row may count, with the key of the record behind it.

    `count` is the number of person-times or items (or hundredths, as the row says). `visit` is
    where several of the same act were found at once. `due_on` is the last day to mend it,
    extension included; `mended_on` the day it was. From `repaired_on` (credit repair) it counts
    no more; `repairable_from` is the first day on which repair may be asked. `until` is the last
    day of its own term, where it has one. A `withdrawn` one never counted.
    """

    record: str
    item: str
    on: date
    count: int = 1
    visit: str = ""
    due_on: date | None = None
    mended_on: date | None = None
    repairable_from: date | None = None
    repaired_on: date | None = None
    until: date | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Counted:
    """A record that a line counts, and the last day on which it does; None while none is in sight.

    `worth` is how many times it counts.
    """

    record: str
    on: date
    worth: int
    until: date | None


@dataclass(frozen=True)
class Line:
    """One fired row with its points and its source; `points` in parts, as the row changes them.

    `until` is the last day on which all of its records have stopped, None while none is in sight.
    """

    table: str
    row: str
    kind: Kind
    aspect: str
    value: int
    points: int
    grade: str
    instrument: str
    clause: str
    mark: Mark
    records: tuple[Counted, ...]

    @property
    def is_law(self) -> bool:
        """Whether people may be told that an instrument says so."""
        return is_law(self.mark)

    @property
    def until(self) -> date | None:
        """The last day on which any of its records counts."""
        days = [each.until for each in self.records]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None


@dataclass(frozen=True)
class Score:
    """Points and grade of a subject on a day, and all they rest on. All points are in parts.

    `raw` is the sum before floor and ceiling; `band` the grade by points alone; `not_seen` are the
    indicators that nobody has looked at.
    """

    subject: Judged
    model: str
    day: date
    raw: int
    points: int
    parts: int
    band: str
    grade: str
    rank: int
    lines: tuple[Line, ...]
    cut: Mapping[str, int]
    not_seen: tuple[str, ...]
    pack_sha256: str

    def stored(self) -> Json:
        """What is kept: the lines that fired and the keys of their records, no words."""
        return {
            "band": self.band,
            "cut": dict(self.cut),
            "day": self.day.isoformat(),
            "grade": self.grade,
            "lines": [_stored(line) for line in self.lines],
            "model": self.model,
            "not_seen": list(self.not_seen),
            "pack": self.pack_sha256,
            "parts": self.parts,
            "points": self.points,
            "raw": self.raw,
            "subject": self.subject.code,
        }

    @property
    def sha256(self) -> str:
        """The hash of what is kept: equal results have equal hashes."""
        return sha256(dumps(self.stored())).hexdigest()

    def require_complete(self) -> None:
        """Refuse a grade that rests on silence. Raises: ScoreIncomplete."""
        if self.not_seen:
            raise ScoreIncomplete(count=len(self.not_seen), items="、".join(self.not_seen))


def score(
    model: Model,
    subject: Judged,
    findings: Iterable[Finding],
    day: date,
    *,
    looked_at: frozenset[str] = frozenset(),
) -> Score:
    """The score of a subject on a day from what is known of it.

    `looked_at` are the indicators that were examined and may have found nothing; a finding counts
    as looked at.
    """
    known = sorted(findings, key=lambda one: (one.on, one.record))
    lines = [line for row in model.items.rows for line in _item(model, row, known, day)]
    lines = _largest_step(model, lines)
    cut = _cut(model, lines)
    taken = sum(line.points for line in lines if line.kind is Kind.TAKEN) - sum(cut.values())
    given = sum(line.points for line in lines if line.kind is Kind.GIVEN)
    raw = model.base + given - taken if model.way is Way.DEDUCT else model.base + taken - given
    points = min(max(raw, model.floor), model.ceiling)
    band = first_row(model.bands.rows, {"points": points})
    assert band is not None, "the last band has no condition"
    limits = _limits(model, known, day)
    grades = [str(band.then["grade"]), *(line.grade for line in limits)]
    grade = max(grades, key=lambda name: model.grades[name])
    seen = looked_at | {one.item for one in known}
    return Score(
        subject=subject,
        model=model.name,
        day=day,
        raw=raw,
        points=points,
        parts=model.parts,
        band=grades[0],
        grade=grade,
        rank=model.grades[grade],
        lines=(*lines, _line(model.bands, band, Kind.BAND, points, 0, ()), *limits),
        cut=cut,
        not_seen=tuple(sorted(model.counted - seen)),
        pack_sha256=model.pack_sha256,
    )


def sentence(model: Model, line: Line, language: str) -> str:
    """A line in words, with its value, points and last day."""
    table = next(each for each in _tables(model) if each.key == line.table)
    row = next(row for row in table.rows if row.code == line.row)
    facts: dict[str, Fact] = {
        counts(row) if row.when else "points": line.value,
        "count": line.value,
        "taken": points_text(line.points, model.parts),
        "until": line.until,
        "grade": line.grade,
    }
    said = explain(row, facts)
    return said.en if language.startswith("en") else said.zh


def points_text(points: int, parts: int) -> str:
    """Points as people write them: 7.5 for 75 parts of which ten make a point."""
    whole, rest = divmod(abs(points), parts)
    decimals = f".{rest * 10 // parts}" if rest else ""
    return f"{'-' if points < 0 else ''}{whole}{decimals}"


def last_day(model: Model, row: Row, finding: Finding) -> date | None:
    """The last day on which a row counts a finding; None while none is in sight.

    Demerits that the row lets mending clear count until the day before they were mended in time;
    a rolling year ends on the same day of the next year, a calendar year on 31 December.
    """
    ends: list[date] = []
    if finding.until is not None:
        ends.append(finding.until)
    if finding.repaired_on is not None:
        ends.append(finding.repaired_on - _DAY)
    if row.then.get("clears") and mended_in_time(finding):
        assert finding.mended_on is not None, "what was mended in time was mended"
        ends.append(finding.mended_on - _DAY)
    if not row.then.get("stays"):
        ends.append(_end_of(period_of(model, row), finding.on))
    return min(ends) if ends else None


def mended_in_time(finding: Finding) -> bool:
    """Whether it was mended by the last day, extension included; the last day itself is in time."""
    return (
        finding.mended_on is not None
        and finding.due_on is not None
        and finding.mended_on <= finding.due_on
    )


def _end_of(period: Period, on: date) -> date:
    return date(on.year, 12, 31) if period is Period.CALENDAR_YEAR else add_months(on, 12)


def _counted(model: Model, row: Row, findings: Sequence[Finding], day: date) -> list[Counted]:
    """The records a row counts on a day; of one act in one visit only the first, if so ruled."""
    found, visits = [], set()
    for one in findings:
        if one.item != counts(row) or one.withdrawn or one.on > day:
            continue
        until = last_day(model, row, one)
        if until is not None and until < day:
            continue
        worth = one.count
        if model.once_per_visit:
            if one.visit and one.visit in visits:
                continue
            visits.add(one.visit)
            worth = 1
        found.append(Counted(one.record, one.on, worth, until))
    return found


def _item(model: Model, row: Row, findings: Sequence[Finding], day: date) -> Iterable[Line]:
    """The line of a row of the items, if it fires."""
    records = _counted(model, row, findings, day)
    value = sum(each.worth for each in records)
    if not fires(row, {counts(row): value}):
        return
    full = row.then.get("max")
    points = int(row.then["each"]) * value if "each" in row.then else int(row.then["max"])
    kind = Kind.GIVEN if row.then.get("gives") else Kind.TAKEN
    points = points if full is None else min(points, int(full))
    yield _line(model.items, row, kind, value, points, tuple(records))


def _largest_step(model: Model, lines: Sequence[Line]) -> list[Line]:
    """Of the steps of one item (`step_of`) only the largest that is reached."""
    steps = {
        row.code: str(row.then["step_of"]) for row in model.items.rows if "step_of" in row.then
    }
    best: dict[str, Line] = {}
    for line in sorted(lines, key=lambda one: one.points):
        best[steps.get(line.row, line.row)] = line
    return [line for line in lines if best[steps.get(line.row, line.row)] is line]


def _cut(model: Model, lines: Sequence[Line]) -> dict[str, int]:
    """By aspect, the points above the aspect's cap that do not count."""
    cut = {}
    for aspect in model.rows("aspects"):
        total = sum(
            line.points for line in lines if line.kind is Kind.TAKEN and line.aspect == aspect.code
        )
        if total > int(aspect.then["max"]):
            cut[aspect.code] = total - int(aspect.then["max"])
    return cut


def _limits(model: Model, findings: Sequence[Finding], day: date) -> list[Line]:
    """The vetoes that are reached, and the grade caps if the pack has switched them on."""
    tables = [(model.vetoes, Kind.VETO), (model.caps if model.caps_on else None, Kind.CAP)]
    lines = []
    for table, kind in tables:
        for row in table.rows if table is not None else ():
            records = _counted(model, row, findings, day)
            value = sum(each.worth for each in records)
            if fires(row, {counts(row): value}):
                assert table is not None, "a row stands in a table"
                lines.append(_line(table, row, kind, value, 0, tuple(records)))
    return lines


def _line(
    table: Value, row: Row, kind: Kind, value: int, points: int, records: tuple[Counted, ...]
) -> Line:
    cite, mark = table.source(row)
    return Line(
        table=table.key,
        row=row.code,
        kind=kind,
        aspect=str(row.then.get("aspect", "")),
        value=value,
        points=points,
        grade=str(row.then.get("grade", "")),
        instrument=cite.instrument,
        clause=cite.clause,
        mark=mark,
        records=records,
    )


def _tables(model: Model) -> list[Value]:
    tables = (model.items, model.bands, model.vetoes, model.caps)
    return [table for table in tables if table is not None]


def _stored(line: Line) -> Json:
    return {
        "grade": line.grade,
        "kind": line.kind.value,
        "points": line.points,
        "records": [[each.record, each.worth, _iso(each.until)] for each in line.records],
        "row": line.row,
        "table": line.table,
        "until": _iso(line.until),
        "value": line.value,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
