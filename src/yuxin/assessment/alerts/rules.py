"""The rules of alerts in force on a day: which fire, who handles them, which nobody has set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from yuxin.rules.pack import Pack
from yuxin.rules.values import Row, Value

RULES: Final = (*(f"W{number:02d}" for number in range(1, 23)), "MIRROR", "COLOUR")
LEVELS: Final = ("GREEN", "YELLOW", "RED")  # from quiet to loud


@dataclass(frozen=True)
class Handling:
    """Who handles an alert and how; `hours` None: no bureau has set them."""

    owner: str = "officer"
    hours: int | None = None
    shown: bool = True
    public: bool = False


UNSET: Final = Handling()


@dataclass(frozen=True)
class AlertRules:
    """The tables of a pack, by rule; what a pack leaves open is not among them."""

    pack: Pack
    day: date
    tables: Mapping[str, Value]
    handling: Mapping[str, Handling]

    @classmethod
    def of(cls, pack: Pack, day: date) -> "AlertRules":
        """The rules of a pack on a day."""
        tables = {
            rule: pack.on(f"alerts.{rule}", day)
            for rule in RULES
            if pack.has(f"alerts.{rule}", day)
        }
        rows: tuple[Row, ...] = ()
        if pack.has("alerts.handling", day):
            rows = pack.on("alerts.handling", day).rows
        return cls(pack, day, tables, {str(row.then["rule"]): _handling(row) for row in rows})

    def handled(self, rule: str) -> Handling:
        """How a rule's alerts are handled."""
        return self.handling.get(rule, UNSET)

    @property
    def missing(self) -> list[str]:
        """The rules that do not fire, because no bureau has set them."""
        return [rule for rule in RULES if rule not in self.tables]


def _handling(row: Row) -> Handling:
    then = row.then
    hours = then.get("hours")
    return Handling(
        owner=str(then.get("owner", UNSET.owner)),
        hours=hours if isinstance(hours, int) else None,
        shown=bool(then.get("shown", UNSET.shown)),
        public=bool(then.get("public", UNSET.public)),
    )
