"""The county of `./yuxin up`: fifty institutions with their past weeks, one family in the middle.

What happened in bulk is history; what waits for somebody today was done one by one.
"""

import secrets as random_source
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from yuxin.formats.party_keys import ensure_pair, public_pem
from yuxin.kernel import clock
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import at as instant
from yuxin.kernel.clock import day_of
from yuxin.operations.registry.record_post import NewColleague, record_post
from yuxin.registry.models import PostRole
from yuxin.registry.services import NewPost
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.progress import Progress
from yuxin.site.simulation import accounts, county, model_contract, others, plan, run
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import BANK_CODE, Institution
from yuxin.site.simulation.exchange import demo_bank
from yuxin.site.simulation.household import Household
from yuxin.site.simulation.others import Known
from yuxin.site.simulation.play import Days
from yuxin.site.simulation.story import Story
from yuxin.site.simulation.supervised import Supervised

SEED: Final = 2026
STORY_DAYS: Final = 16  # the family was there before the weeks of the county
FAMILY: Final = ("陈女士", "13800005678")
KEPT: Final = ("demo_sign_ins", "demo_last_day")  # while it loads, in the folder of secrets


@dataclass(frozen=True)
class Size:
    """How large the county is."""

    institutions: int = 50
    learners: int = 5_000
    days: int = 8


def load(progress: Progress) -> list[str]:
    """Play the demo county into the data folder; the sign-ins, a line each.

    Stopped half-way, it goes on where it was.
    """
    return load_into(DataFolder.from_environment(), progress, clock.now(), Size())


def load_into(folder: DataFolder, progress: Progress, now: datetime, size: Size) -> list[str]:
    """Play a county of a size into a data folder, up to an instant."""
    player = Player("demo")
    secrets = accounts.Secrets(folder.secret(KEPT[0], lambda: random_source.token_hex(32)))
    planned = plan.make(
        institutions=size.institutions,
        learners=size.learners,
        days=size.days,
        seed=SEED,
        last_on=_day_before(folder, now),
    )
    early = instant(date(2026, 1, 4), 8, 0)
    county.enter_areas(player, early)
    county.put_rules_in_force(player, early)
    with progress.step("演示县：示范合同", "demo county: the model contract"):
        known = others.enter(player, early)
        family = Household.registered(player, "family", *FAMILY, early)
        child = family.child("陈小禾", "三年级", early)
        model_contract.play(player, family, child)
    one = _weeks(folder, progress, player, planned, family, child, now)
    with progress.step("演示账号", "sign-ins"):
        lines = _sign_ins(player, progress.language, secrets, one, known, family)
    for name in KEPT:
        (folder.root / "secrets" / name).unlink()
    return lines


def _day_before(folder: DataFolder, now: datetime) -> date:
    """The last day of history: the same when a load goes on after midnight."""
    kept = folder.secret(KEPT[1], lambda: (day_of(now) - timedelta(days=1)).isoformat())
    return date.fromisoformat(kept)


def _weeks(
    folder: DataFolder,
    progress: Progress,
    player: Player,
    planned: plan.Plan,
    family: Household,
    child: int,
    now: datetime,
) -> Institution:
    """The weeks until yesterday, then today up to now; the institution of the family."""
    entered = instant(planned.first_on - timedelta(days=county.EARLIER_DAYS + 1), 8, 0)
    key = ensure_pair(folder.root / "bank", "bank")
    run.enter_demo_bank(player, folder, public_pem(key.public_key()).decode(), entered)
    books = folder.root / "bank" / "bank.sqlite3"
    with demo_bank(BANK_CODE, key, books, planned.first_on) as bank:
        with progress.bar(len(planned.institutions), "演示县：机构", "demo county") as bar:
            made = run.enter(player, planned, bank, bar.advance)
        earlier = [planned.first_on - timedelta(days=n) for n in range(STORY_DAYS, 0, -1)]
        story = Story(player, bank, made[0], family, child, earlier[0], now)
        more = Supervised(player, bank, folder, made, family, child, planned.first_on, now)
        more.before()

        def tales(day: date) -> None:
            story.on(day)
            more.on(day)

        with progress.bar(planned.days, "演示县：日子", "demo county: days") as bar:
            days = Days(player, planned, bank, made, told=bar.advance)
            for day in earlier:
                days.quiet(day, story.on)
            days.play(tales)
        story.today()
        more.contracts = story.contracts
        more.today()
    return made[0]


def _sign_ins(
    player: Player,
    language: str,
    secrets: accounts.Secrets,
    one: Institution,
    known: list[Known],
    family: Household,
) -> list[str]:
    at = clock.now()
    school = known[others.SCHOOL]
    teacher = player.act(
        record_post,
        Actor.clock((school.id,)),
        instant(accounts.SINCE, 9, 0),
        "teacher",
        code=school.code,
        colleague=NewColleague(name="吴老师", phone="13800001122"),
        post=NewPost(role=PostRole.TEACHING, title="语文教师"),
        valid_from=accounts.SINCE,
    )
    everybody = accounts.of_everybody(
        bank=BANK_CODE,
        institution=one.id,
        school=school.id,
        family=family.person_id,
        teacher=int(str(teacher["person_id"])),
    )
    for who in everybody:
        accounts.make(player, who, secrets, at)
    return [accounts.line_of(who, secrets, language) for who in everybody]
