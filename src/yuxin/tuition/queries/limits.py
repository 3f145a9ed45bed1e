"""The caps on one charge as forms and contracts show them, with rule and article."""

from dataclasses import dataclass
from datetime import date

from yuxin.kernel.actor import Actor
from yuxin.policy.in_force import pack_on
from yuxin.rules.table import fired_rows


@dataclass(frozen=True)
class Cap:
    """One cap in force. Units: months, lessons or fen."""

    rule: str
    value: int
    instrument: str
    clause: str


@dataclass(frozen=True)
class Caps:
    """The three caps on a day; `amount` is None for categories that it does not bind."""

    months: Cap
    lessons: Cap
    amount: Cap | None


def caps_on(_actor: Actor, category: str, day: date) -> Caps | None:
    """The caps for a category; one statement. None while no rules are in force."""
    pack = pack_on(day)
    if pack is None:
        return None

    def cap(key: str) -> Cap:
        value = pack.on(key, day)
        return Cap(value.key, value.integer, value.cite.instrument, value.cite.clause)

    bound = fired_rows(pack.on("prepay.amount_max_binds", day).rows, {"category": category})
    return Caps(
        cap("prepay.months_max"),
        cap("prepay.lessons_max"),
        cap("prepay.amount_max_fen") if bound else None,
    )
