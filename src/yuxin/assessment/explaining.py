"""Why a stored colour is what it is: every indicator beside its lines, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yuxin.assessment.judging import Rules, dates_of, decisions, standing_of
from yuxin.assessment.models import Judgement
from yuxin.policy.in_force import pack_known
from yuxin.rules.colour import Hit, Reason, Result, evaluate
from yuxin.rules.movement import Standing, green_at_best, green_not_before
from yuxin.rules.pack import Pack
from yuxin.rules.table import Fact
from yuxin.rules.values import Condition, Row

# Conditions that choose which lines apply, rather than being a line.
CHOOSING = frozenset({"tier", "fund_mode", "renewal_filed", "statement_gap_by_others"}) | {
    "insurance_gap_by_others",
    "funds_gap_by_others",
}


@dataclass(frozen=True)
class Line:
    """One indicator: what was measured, where its lines are, what came of it.

    `result` is bottom, warning, notice, missing, normal or unknown: without the facts that would
    decide it an indicator is unknown, never normal.
    """

    indicator: str
    result: str
    actual: tuple[tuple[str, Fact], ...]
    warning: tuple[tuple[Condition, ...], ...]
    bottom: tuple[tuple[Condition, ...], ...]
    zh: str
    en: str
    cure_until: date | None


@dataclass(frozen=True)
class Explained:
    """A judgement in lines, sentences with their sources, and the way back.

    `green_from` is the day that is certain by now; `green_at_best` the earliest if all is mended
    on the day of the judgement. `names` are the pack's words for indicators and measures, Chinese
    and English.
    """

    row: Judgement
    lines: tuple[Line, ...]
    reasons: tuple[Reason, ...]
    standing: Standing
    clean_days: int
    green_from: date | None
    green_at_best: date | None
    names: Mapping[str, tuple[str, str]]


def explain(row: Judgement) -> Explained | None:
    """The explanation of a stored judgement by the pack of its day; None if that is gone."""
    pack = pack_known(row.valid_on, row.known_at)
    if pack is None:
        return None
    rules = Rules.of(pack, row.valid_on)
    soft = {} if row.previous is None else dates_of(row.previous.soft_found)
    result = evaluate(rules.colours, row.facts, row.valid_on, soft)
    decided = decisions([row.institution_id], row.known_at).get(row.institution_id)
    overrides = decided.overrides if decided else ()
    standing = standing_of(row.standing)
    return Explained(
        row=row,
        lines=tuple(_lines(rules.colours.indicators.rows, result)),
        reasons=tuple(rules.colours.explain(result)),
        standing=standing,
        clean_days=result.clean_days,
        green_from=green_not_before(standing, result.clean_days, overrides),
        green_at_best=green_at_best(standing, result, overrides),
        names=_names(pack, row.valid_on),
    )


def _names(pack: Pack, day: date) -> dict[str, tuple[str, str]]:
    keys = [key for key in ("risk.named", "risk.measures") if pack.has(key, day)]
    return {row.code: (row.zh, row.en) for key in keys for row in pack.on(key, day).rows}


def _lines(rows: Sequence[Row], result: Result) -> list[Line]:
    by_indicator: dict[str, list[Row]] = {}
    for row in rows:
        if _applies(row, result):
            by_indicator.setdefault(str(row.then["indicator"]), []).append(row)
    lines = [_line(name, its, result) for name, its in by_indicator.items()]
    order = ["bottom", "warning", "missing", "notice", "normal", "unknown"]
    return sorted(lines, key=lambda line: order.index(line.result))


def _applies(row: Row, result: Result) -> bool:
    """Whether a row speaks of this institution at all: of its tier, of its mode."""
    for condition in row.when:
        known = result.facts.get(condition.indicator)
        if condition.indicator in ("tier", "fund_mode"):
            wanted = condition.value
            if known not in (wanted if isinstance(wanted, tuple) else (wanted,)):
                return False
    return True


def _line(name: str, rows: Sequence[Row], result: Result) -> Line:
    hits = [hit for hit in result.hits if hit.indicator == name]
    measured = tuple(
        dict.fromkeys(
            condition.indicator
            for row in rows
            for condition in row.when
            if condition.indicator not in CHOOSING
        )
    )
    actual = tuple((each, result.facts.get(each)) for each in measured)
    return Line(
        indicator=name,
        result=_result(hits, unfed=name in result.not_fed),
        actual=actual,
        warning=_tests(rows, ("warning", "notice", "missing")),
        bottom=_tests(rows, ("bottom",)),
        zh=" ".join(dict.fromkeys(hit.fired.zh for hit in hits)),
        en=" ".join(dict.fromkeys(hit.fired.en for hit in hits)),
        cure_until=min((hit.cure_until for hit in hits if hit.cure_until), default=None),
    )


def _result(hits: Sequence[Hit], *, unfed: bool) -> str:
    for word in ("bottom", "warning", "missing", "notice"):
        if any(hit.line.value == word for hit in hits):
            return word
    return "unknown" if unfed else "normal"


def _tests(rows: Sequence[Row], lines: Sequence[str]) -> tuple[tuple[Condition, ...], ...]:
    return tuple(
        tuple(each for each in row.when if each.indicator not in CHOOSING)
        for row in rows
        if row.then["line"] in lines
    )
