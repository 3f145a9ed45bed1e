"""A scoring model as the rule pack states it: its numbers and tables, read once for a day.

A model of a pack is named in its keys: `scoring.<model>.items` and so on. Rows count findings:
the indicator of a row's first condition is what it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NoReturn, TypeVar

from yuxin.kernel.refusal import Refusal
from yuxin.rules.judged import Judged
from yuxin.rules.pack import Pack
from yuxin.rules.table import Fact, fired_rows
from yuxin.rules.values import Row, Value

NONE: Final[tuple[Row, ...]] = ()


class ModelUnsound(Refusal):
    """A scoring model whose tables contradict each other."""

    code = "model_unsound"
    status = 422
    zh = "评价模型“{model}”不能使用：{why_zh}。"
    en = "The scoring model “{model}” cannot be used: {why_en}."


class NoModel(Refusal):
    """The pack names no model, or several, for this kind of subject."""

    code = "no_scoring_model"
    zh = "规则包没有为这类主体指定唯一的评价模型，因此不能评分。请主管部门在规则包中指定。"
    en = "The rule pack names no single scoring model for this subject; its bureau must name one."


class Way(StrEnum):
    """How points are counted: taken from a base, or added up as demerits."""

    DEDUCT = "DEDUCT"
    DEMERIT = "DEMERIT"


class Period(StrEnum):
    """Which findings a rating looks at."""

    CALENDAR_YEAR = "CALENDAR_YEAR"
    ROLLING_YEAR = "ROLLING_YEAR"


@dataclass(frozen=True)
class Model:
    """The numbers and tables of one model. All points are in parts: `parts` make one point.

    `caps_on` is the pack's switch for grade caps; `once_per_visit` counts one act found in one
    visit once.
    """

    name: str
    way: Way
    period: Period
    base: int
    floor: int
    ceiling: int
    parts: int
    once_per_visit: bool
    caps_on: bool
    items: Value
    bands: Value
    aspects: Value | None
    vetoes: Value | None
    caps: Value | None
    pack_sha256: str

    @classmethod
    def of(cls, pack: Pack, name: str, day: date) -> "Model":
        """The model of that name as the pack has it on a day.

        Raises: RuleMissing, ModelUnsound.
        """

        def needed(part: str) -> Value:
            return pack.on(f"scoring.{name}.{part}", day)

        def optional(part: str) -> Value | None:
            key = f"scoring.{name}.{part}"
            return pack.on(key, day) if pack.has(key, day) else None

        def flag(part: str) -> bool:
            value = optional(part)
            return value is not None and value.flag

        parts = optional("parts")
        model = cls(
            name=name,
            way=_word(Way, name, needed("way")),
            period=_word(Period, name, needed("period")),
            base=needed("base").integer,
            floor=needed("floor").integer,
            ceiling=needed("ceiling").integer,
            parts=parts.integer if parts else 1,
            once_per_visit=flag("once_per_visit"),
            caps_on=flag("caps_on"),
            items=needed("items"),
            bands=needed("bands"),
            aspects=optional("aspects"),
            vetoes=optional("vetoes"),
            caps=optional("caps"),
            pack_sha256=pack.sha256,
        )
        _require_sound(model)
        return model

    def rows(self, part: str) -> tuple[Row, ...]:
        """The rows of a table of the model, none where the pack has no such table."""
        table: Value | None = getattr(self, part)
        return table.rows if table is not None else NONE

    @property
    def grades(self) -> Mapping[str, int]:
        """Each grade with its rank; 1 is the best."""
        return {str(row.then["grade"]): int(row.then["rank"]) for row in self.bands.rows}

    @property
    def counted(self) -> frozenset[str]:
        """What must have been looked at before a score is complete."""
        return frozenset(counts(row) for row in self.items.rows)


def counts(row: Row) -> str:
    """What a row counts: the indicator of its first condition."""
    return row.when[0].indicator


def period_of(model: Model, row: Row) -> Period:
    """The period of a row: its own, or else the model's."""
    return Period(str(row.then.get("period", model.period)))


def model_for(pack: Pack, subject: Judged, day: date, **known: Fact) -> Model:
    """The model that the pack names for a subject, by its kind and what else is known of it.

    Raises: NoModel, RuleMissing, ModelUnsound.
    """
    facts = {"kind": subject.kind.value, **known}
    named = {
        str(row.row.then["model"]) for row in fired_rows(pack.on("scoring.models", day).rows, facts)
    }
    if len(named) != 1:
        raise NoModel()
    return Model.of(pack, named.pop(), day)


_Word = TypeVar("_Word", bound=StrEnum)


def _word(kind: type[_Word], name: str, value: Value) -> _Word:
    if value.text not in set(kind):
        _unsound(name, f"不认识“{value.text}”", f"“{value.text}” is not known")
    return kind(value.text)


# What each row of a table must say.
_SAYS: Final = {
    "items": ("aspect",),
    "bands": ("grade", "rank"),
    "aspects": ("max",),
    "vetoes": ("grade",),
    "caps": ("grade",),
}


def _require_sound(model: Model) -> None:
    """Sums and names that must agree, whoever wrote the pack."""
    for part, words in _SAYS.items():
        for row in model.rows(part):
            missing = [word for word in words if word not in row.then]
            if part == "items" and not {"max", "each"} & row.then.keys():
                missing.append("max")
            if missing:
                names = "、".join(missing)
                _unsound(
                    model.name, f"“{row.code}”缺少 {names}", f"“{row.code}” does not say {names}"
                )
    for part in ("items", "vetoes", "caps"):
        for row in model.rows(part):
            if not row.when:
                _unsound(model.name, f"“{row.code}”没有条件", f"“{row.code}” has no condition")
    for part in ("vetoes", "caps"):
        for row in model.rows(part):
            if row.then["grade"] not in model.grades:
                _unsound(
                    model.name, f"“{row.code}”的等级不存在", f"“{row.code}” names an unknown grade"
                )
    if model.bands.rows[-1].when:
        _unsound(model.name, "最末一档须没有条件", "the last band must have no condition")
    if not model.floor <= model.base <= model.ceiling:
        _unsound(model.name, "基准分应在上下限之间", "the base lies outside floor and ceiling")
    for aspect in model.rows("aspects"):
        of_aspect = [row for row in model.items.rows if row.then["aspect"] == aspect.code]
        total = sum(int(row.then.get("max", 0)) for row in of_aspect if not row.then.get("gives"))
        if aspect.then.get("sums") and total != aspect.then["max"]:
            _unsound(
                model.name,
                f"“{aspect.code}”各项满分之和为 {total}，应为 {aspect.then['max']}",
                f"the items of “{aspect.code}” sum to {total}, not {aspect.then['max']}",
            )


def _unsound(model: str, why_zh: str, why_en: str) -> NoReturn:
    raise ModelUnsound(model=model, why_zh=why_zh, why_en=why_en)
