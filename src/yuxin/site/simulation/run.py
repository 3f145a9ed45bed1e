"""One simulation from its numbers: the county is entered and its days are played."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import at as instant
from yuxin.parties.bank.bank import Bank
from yuxin.site.simulation import county
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import Institution
from yuxin.site.simulation.plan import Plan
from yuxin.site.simulation.play import Days


def nothing(_: int) -> None:
    """No progress is told."""


@dataclass(frozen=True)
class Totals:
    """What a simulation came to."""

    institutions: int
    contracts: int
    postings: int

    def as_json(self) -> dict[str, int]:
        """For machines."""
        return {**self.__dict__}


def player_of(plan: Plan, learners: int) -> Player:
    """The same numbers are the same simulation."""
    size = f"{len(plan.institutions)}x{learners}x{plan.days}"
    return Player(f"{plan.seed}|{size}|{plan.first_on}")


def prepare(player: Player, first_on: date) -> datetime:
    """Areas and rules; when they were entered."""
    early = instant(first_on - timedelta(days=county.EARLIER_DAYS + 5), 8, 0)
    county.enter_areas(player, early)
    county.put_rules_in_force(player, early)
    return early


def enter(
    player: Player, plan: Plan, bank: Bank, told: Callable[[int], None] = nothing
) -> list[Institution]:
    """The institutions, with their accounts at a bank, their courses and classes."""
    made = county.enter_institutions(player, plan, bank, told)
    opened = instant(plan.first_on - timedelta(days=5), 10, 0)
    for one in made:
        county.publish(player, one, opened)
    return made


def totals(days: Days) -> Totals:
    """Count what stands in the books for the institutions of a simulation."""
    ids = [each.id for each in days.institutions]
    with reading(Actor.clock(tuple(ids))), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger.posting WHERE institution_id = ANY(%s)", [ids])
        postings = int(cursor.fetchone()[0])
    return Totals(len(ids), len(days.contracts), postings)
