"""What a pack may not say about scoring: unsound models, facts and measures without a name."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from yuxin.kernel.refusal import Refusal
from yuxin.rules.pack import Pack
from yuxin.rules.score_model import Model, counts
from yuxin.rules.values import PackRefused

_MEASURES: Final = ("measures.by_grade", "measures.by_colour")


def require_scoring_sound(pack: Pack, day: date) -> None:
    """Refuse a pack whose models or measures do not hold together on a day.

    Raises: PackRefused, with all that is wrong.
    """
    found = [*_models(pack, day), *_measures(pack, day)]
    if found:
        raise PackRefused(
            file=pack.jurisdiction,
            why_zh="；".join(zh for zh, _ in found),
            why_en="; ".join(en for _, en in found),
        )


def models_in(pack: Pack, day: date) -> list[str]:
    """The names of the scoring models that a pack holds on a day."""
    keys = [rule.key.split(".") for _, rule in pack.rules() if pack.has(rule.key, day)]
    return sorted({key[1] for key in keys if key[0] == "scoring" and key[2:] == ["items"]})


def _models(pack: Pack, day: date) -> Iterator[tuple[str, str]]:
    names = models_in(pack, day)
    known = _codes(pack, "scoring.counted", day)
    for name in names:
        try:
            model = Model.of(pack, name, day)
        except Refusal as refused:
            yield refused.say("zh"), refused.say("en")
            continue
        rows = (*model.items.rows, *model.rows("vetoes"), *model.rows("caps"))
        for unknown in sorted({counts(row) for row in rows} - known):
            yield (
                f"“{unknown}”不在 scoring.counted 中",
                f"“{unknown}” is not in scoring.counted",
            )
    if pack.has("scoring.models", day):
        for row in pack.on("scoring.models", day).rows:
            if row.then["model"] not in names:
                yield f"没有模型“{row.then['model']}”", f"there is no model “{row.then['model']}”"


def _measures(pack: Pack, day: date) -> Iterator[tuple[str, str]]:
    known = _codes(pack, "measures.known", day)
    for key in _MEASURES:
        for row in pack.on(key, day).rows if pack.has(key, day) else ():
            if row.then["measure"] not in known:
                yield (
                    f"“{row.code}”的措施不在 measures.known 中",
                    f"the measure of “{row.code}” is not in measures.known",
                )


def _codes(pack: Pack, key: str, day: date) -> set[str]:
    return {row.code for row in pack.on(key, day).rows} if pack.has(key, day) else set()
