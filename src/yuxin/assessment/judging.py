"""From facts to a colour: evaluate, move, and say whether anything changed. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yuxin.assessment.indicators.run import rows_of
from yuxin.assessment.measures import Terms, measures
from yuxin.assessment.models import ColourOverride, Judgement, Reinspection
from yuxin.kernel.canonical import Json
from yuxin.kernel.clock import day_of
from yuxin.policy.in_force import calendar
from yuxin.rules.colour import Colour, ColourRules, Result, evaluate
from yuxin.rules.movement import Override, Standing, effective, move
from yuxin.rules.pack import Pack
from yuxin.rules.table import Fact


@dataclass(frozen=True)
class Decided:
    """What people decided on an institution's colour, as known at an instant."""

    approved_on: date | None = None
    overrides: tuple[Override, ...] = ()


NOTHING_DECIDED = Decided()


@dataclass(frozen=True)
class Judged:
    """A judgement as computed: the result, where the colour stands, and the colour in effect."""

    institution_id: int
    result: Result
    standing: Standing
    colour: Colour
    previous: Judgement | None = field(default=None, compare=False)

    @property
    def changed(self) -> bool:
        """Whether it says anything that the judgement before did not."""
        if self.previous is None:
            # Of an institution that is not connected nothing is said, and so nothing kept.
            return self.result.colour is not Colour.GREY
        return self.says != said_by(self.previous)

    @property
    def says(self) -> dict[str, Json]:
        """What a judgement says, in the form in which it is stored."""
        return {
            "computed": self.result.colour.value,
            "effective": self.colour.value,
            "standing": plain_standing(self.standing),
            "soft_found": _days(self.result.soft_found),
            "fired": list(self.result.fired_codes),
        }


def said_by(row: Judgement) -> dict[str, Json]:
    """What a stored judgement says, to compare with `Judged.says`."""
    return {
        "computed": row.computed,
        "effective": row.effective,
        "standing": row.standing,
        "soft_found": row.soft_found,
        "fired": list(row.fired),
    }


@dataclass(frozen=True)
class Rules:
    """The rules in force on a day, read once for many institutions."""

    colours: ColourRules
    terms: Terms

    @classmethod
    def of(cls, pack: Pack, day: date) -> "Rules":
        """The rules of a pack.

        Raises: RuleMissing.
        """
        colours = ColourRules.of(pack, day)
        due_days = pack.on("risk.statement_due_days", day).integer
        banks, offices = (calendar(pack, name, day) for name in ("bank", "government"))
        return cls(colours, Terms.of(colours, due_days, banks, offices))


def judge(
    rules: Rules,
    institution_ids: Sequence[int],
    day: date,
    known_at: datetime,
    previous: Mapping[int, Judgement],
) -> list[Judged]:
    """The judgements of institutions on a day as known at an instant, each after its previous."""
    decided = decisions(institution_ids, known_at)
    found = rows_of(institution_ids, day, known_at)
    return [
        _judge(
            rules,
            each,
            measures(found[each], day, rules.terms),
            day,
            previous.get(each),
            decided.get(each, NOTHING_DECIDED),
        )
        for each in institution_ids
    ]


def _judge(
    rules: Rules,
    institution_id: int,
    facts: Mapping[str, Fact],
    day: date,
    previous: Judgement | None,
    decided: Decided,
) -> Judged:
    soft = {} if previous is None else dates_of(previous.soft_found)
    before = None if previous is None else standing_of(previous.standing)
    result = evaluate(rules.colours, facts, day, soft)
    standing = move(before, result, approved_on=decided.approved_on, overrides=decided.overrides)
    colour = effective(standing, result, decided.overrides)
    return Judged(institution_id, result, standing, colour, previous)


def decisions(institution_ids: Sequence[int], known_at: datetime) -> dict[int, Decided]:
    """Approved re-inspections and overrides of institutions, as known at an instant."""
    asked = {"institution_id__in": list(institution_ids), "approval_recorded_at__lte": known_at}
    passed: dict[int, date] = {}
    for one in Reinspection.objects.filter(**asked).order_by("approved_at", "pk"):
        assert one.approved_at is not None
        passed[one.institution_id] = day_of(one.approved_at)
    by_hand: dict[int, list[Override]] = {}
    for each in ColourOverride.objects.filter(**asked).order_by("approved_at", "pk"):
        one_more = Override(Colour(each.colour), each.from_on, each.until_on)
        by_hand.setdefault(each.institution_id, []).append(one_more)
    return {
        each: Decided(passed.get(each), tuple(by_hand.get(each, ())))
        for each in passed.keys() | by_hand.keys()
    }


def plain_standing(standing: Standing) -> dict[str, Json]:
    """A standing as it is stored."""
    clean_from = standing.clean_from
    return {
        "colour": standing.colour.value,
        "since": standing.since.isoformat(),
        "must_be_clean": standing.must_be_clean,
        "clean_from": clean_from.isoformat() if clean_from else None,
        "red_open": standing.red_open,
        "spent_on": standing.spent_on.isoformat() if standing.spent_on else None,
    }


def standing_of(stored: Mapping[str, Any]) -> Standing:
    """The standing that was stored."""
    clean_from, spent_on = stored["clean_from"], stored.get("spent_on")
    return Standing(
        colour=Colour(stored["colour"]),
        since=date.fromisoformat(stored["since"]),
        must_be_clean=stored["must_be_clean"],
        clean_from=date.fromisoformat(clean_from) if clean_from else None,
        red_open=stored["red_open"],
        spent_on=date.fromisoformat(spent_on) if spent_on else None,
    )


def plain_facts(result: Result) -> dict[str, Json]:
    """The facts of a result as they are stored."""
    return {
        name: fact.isoformat() if isinstance(fact, date) else fact
        for name, fact in result.facts.items()
    }


def _days(found: Mapping[str, date]) -> dict[str, Json]:
    return {name: day.isoformat() for name, day in found.items()}


def dates_of(stored: Mapping[str, str]) -> dict[str, date]:
    """Days by name as they were stored."""
    return {name: date.fromisoformat(day) for name, day in stored.items()}
