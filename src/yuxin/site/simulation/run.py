"""One simulation from its numbers: the county is entered and its days are played."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

from yuxin.access.reading import reading
from yuxin.formats.party_keys import ensure_pair, public_pem
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import at as instant
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.terms import NO_FAULTS, Faults
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.progress import Progress
from yuxin.site.simulation import bank_days, county, filings
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import Institution
from yuxin.site.simulation.exchange import demo_bank
from yuxin.site.simulation.plan import Plan, make
from yuxin.site.simulation.play import Days
from yuxin.tuition import due

# How often the bank goes wrong, per million lines or files.
FAULTS: Final = Faults(
    late=20_000,
    lost=10_000,
    duplicate=10_000,
    wrong_amount=5_000,
    returned=10_000,
    late_file=20_000,
    out_of_order=20_000,
    partial_file=20_000,
    wrong_signature=20_000,
)


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
    filings.file_all(player, made, plan.last_on)
    return made


@dataclass(frozen=True)
class Wanted:
    """The numbers of a simulation. `bank_faults`: the bank goes wrong in every way it knows."""

    institutions: int
    learners: int
    days: int
    seed: int
    last_on: date
    bank_faults: bool = False


@dataclass(frozen=True)
class Played:
    """What a simulation came to, and what does not hold afterwards."""

    totals: Totals
    violations: list[str]
    bank: dict[str, int] = field(default_factory=dict)  # breaks by cause, account days closed


def simulate(folder: DataFolder, progress: Progress, wanted: Wanted) -> Played:
    """Play a county into a demo's data folder, with the bank whose books lie there."""
    plan = make(
        institutions=wanted.institutions,
        learners=wanted.learners,
        days=wanted.days,
        seed=wanted.seed,
        last_on=wanted.last_on,
    )
    player = player_of(plan, wanted.learners)
    early = prepare(player, plan.first_on)
    key = ensure_pair(folder.root / "bank", "bank")
    enter_demo_bank(player, folder, public_pem(key.public_key()).decode(), early)
    faults = replace(FAULTS, seed=wanted.seed) if wanted.bank_faults else NO_FAULTS
    books = folder.root / "bank" / "bank.sqlite3"
    with demo_bank(county.BANK_CODE, key, books, plan.first_on, faults) as bank:
        with progress.bar(wanted.institutions, "机构", "institutions") as bar:
            made = enter(player, plan, bank, bar.advance)
        with progress.bar(wanted.days, "日子", "days") as bar:
            days = Days(player, plan, bank, made, told=bar.advance)
            if wanted.bank_faults:
                days.clerk = bank_days.clerk(player, made, early)
            days.play()
        days.find_lost()
        violations = bank.audit()
        if days.clerk is None:
            return Played(totals(days), violations + days.differences())
        violations += bank_days.unexplained(days.clerk)
        return Played(totals(days), violations, bank_days.counted(days.clerk))


def enter_demo_bank(player: Player, folder: DataFolder, key_pem: str, at: datetime) -> None:
    """The bank that the demo's own bank simulator plays, where it is not entered yet."""
    with reading(Actor.clock(())):
        known = due.bank(Actor.clock(()), county.BANK_CODE)
    if known is not None:
        return
    county.enter_bank(
        player,
        at,
        code=county.BANK_CODE,
        name="示例银行",
        key_pem=key_pem,
        folder=str(folder.root / "exchange" / county.BANK_CODE),
        cashier=f"http://127.0.0.1:{folder.ports().get('bank', 8021)}/cashier",
    )


def totals(days: Days) -> Totals:
    """Count what stands in the books for the institutions of a simulation."""
    ids = [each.id for each in days.institutions]
    with reading(Actor.clock(tuple(ids))), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger.posting WHERE institution_id = ANY(%s)", [ids])
        postings = int(cursor.fetchone()[0])
    return Totals(len(ids), len(days.contracts), postings)
