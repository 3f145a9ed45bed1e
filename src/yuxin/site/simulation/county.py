"""The county is entered: areas, rules, bank, institutions with licences, accounts, courses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from yuxin.access.models import Area
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import at as instant
from yuxin.operations.access.record_areas import NewArea, record_areas
from yuxin.operations.policy.activate_rule_pack import activate_rule_pack
from yuxin.operations.policy.prepare_rule_pack import prepare_rule_pack
from yuxin.operations.registry.confirm_connection import confirm_connection
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.operations.registry.register_subjects_many import register_subjects_many
from yuxin.operations.tuition.open_class import open_class
from yuxin.operations.tuition.publish_course import publish_course
from yuxin.operations.tuition.register_bank import register_bank
from yuxin.parties.bank.bank import Bank
from yuxin.policy.in_force import pack_on
from yuxin.registry.models import CustodyState, Kind, Site
from yuxin.registry.services import NewCustody, NewLicence, NewSite, NewSubject
from yuxin.rules.folder import NATION, load_pack
from yuxin.site.simulation import words
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.plan import Plan, PlannedCourse, PlannedInstitution
from yuxin.tuition.services.courses import CourseDraft

LAYERS = (NATION, "demo")
BANK_CODE = "DEMOBANK"
BANK_NAME = "示例银行云桥支行"
RULE_OFFICERS = (990_001, 990_002)
PART = 500
EARLIER_DAYS = 20  # how long before the first lesson everything is entered


@dataclass
class Institution:
    """An institution of the county as the platform knows it."""

    plan: PlannedInstitution
    id: int
    code: str
    custody: str
    classes: list[str] = field(default_factory=list)

    @property
    def clock(self) -> Actor:
        """The system acting inside this institution."""
        return Actor.clock((self.id,))

    @property
    def teacher(self) -> Actor:
        """A teacher of it."""
        return Actor(None, "教师", frozenset({Role.INSTITUTION_TEACHER}), (self.id,))

    @property
    def head(self) -> Actor:
        """Its head."""
        return Actor(None, "校长", frozenset({Role.INSTITUTION_HEAD}), (self.id,))


def enter_areas(player: Player, at: datetime) -> None:
    """The city, the county and its towns."""
    with reading(Actor.clock(())):
        if Area.objects.filter(code=words.COUNTY[0]).exists():
            return
    areas = (
        NewArea(*words.CITY),
        NewArea(*words.COUNTY, words.CITY[0]),
        *(NewArea(*town, words.COUNTY[0]) for town in words.TOWNS),
    )
    player.act(
        record_areas, Actor.clock(()), at, "county", areas=areas, valid_from=date(2024, 1, 1)
    )


def put_rules_in_force(player: Player, at: datetime) -> None:
    """The national pack and the county's own, by two persons."""
    with reading(Actor.clock(())):
        if pack_on(at.date()) is not None:
            return
    first, second = (Actor(n, "规则员", frozenset({Role.HEAD})) for n in RULE_OFFICERS)
    prepared = player.act(
        prepare_rule_pack,
        first,
        at,
        "rules",
        layers=LAYERS,
        files=tuple(load_pack(LAYERS).files),
        valid_from=date(2025, 1, 1),
        reason="演示县首次启用",
    )
    player.act(activate_rule_pack, second, at, "rules", pack_id=int(str(prepared["pack"])))


def enter_bank(
    player: Player, at: datetime, *, code: str, name: str, key_pem: str, folder: str, cashier: str
) -> None:
    """A custody bank, with the folder that files are exchanged in."""
    player.act(
        register_bank,
        Actor.clock(()),
        at,
        f"{code}|{cashier}",
        code=code,
        name=name,
        public_key_pem=key_pem,
        exchange_folder=folder,
        cashier_url=cashier,
        cut_off=time(16, 30),
    )


def enter_institutions(
    player: Player, plan: Plan, bank: Bank, told: Callable[[int], None]
) -> list[Institution]:
    """Register every institution, its licence, site and account; connect those that are ready."""
    before = instant(plan.first_on - timedelta(days=EARLIER_DAYS), 9, 0)
    return enter_some(player, plan.institutions, plan.seed, bank, before, told)


def enter_some(
    player: Player,
    planned: Sequence[PlannedInstitution],
    seed: int,
    bank: Bank,
    at: datetime,
    told: Callable[[int], None],
) -> list[Institution]:
    """Register institutions on a day; `seed` keeps the numbers of several counties apart."""
    made: list[Institution] = []
    for start in range(0, len(planned), PART):
        part = planned[start : start + PART]
        receipt = player.act(
            register_subjects_many,
            Actor.clock(()),
            at,
            f"institutions {seed} {start}",
            subjects=tuple(_subject(seed, each) for each in part),
        )
        ids, codes = receipt["subject_ids"], receipt["codes"]
        assert isinstance(ids, list) and isinstance(codes, list)
        for each, subject_id, code in zip(part, ids, codes, strict=True):
            number = f"{621_000_000 + seed % 100_000}{each.number:06d}1"
            one = Institution(each, int(str(subject_id)), str(code), number)
            made.append(one)
            open_account(player, one, bank, at)
            if each.connected:
                _connect(player, one, at, _licence_number(seed, each))
            told(1)
    return made


def _licence_number(seed: int, planned: PlannedInstitution) -> str:
    return f"教民 39999{seed % 100_000:05d}{planned.number:06d} 号"


def _subject(seed: int, planned: PlannedInstitution) -> NewSubject:
    licence = NewLicence(
        number=_licence_number(seed, planned),
        issuer="示例县教育局",
        categories=(planned.category,),
        stages=("COMPULSORY",),
        modes=("OFFLINE",),
        valid_until=date(2028, 8, 31) - timedelta(days=planned.number % 300),
    )
    return NewSubject(
        kind=Kind.TRAINING_INSTITUTION,
        valid_from=date(2024, 9, 1),
        name=planned.name,
        brand=planned.brand,
        category=planned.category,
        area_code=planned.town[0],
        address=planned.address,
        approving="示例县教育局",
        supervising="示例县教育局",
        licences=(licence,),
        sites=(NewSite(address=planned.address, area_code=planned.town[0], area_dm2=60_000),),
        source="演示数据",
    )


def open_account(
    player: Player,
    one: Institution,
    bank: Bank,
    at: datetime,
    *,
    bank_name: str = BANK_NAME,
    valid_from: date = date(2025, 1, 1),
) -> None:
    """A custody account and the institution's own account at a bank, known to the platform."""
    own = f"{one.custody[:-1]}2"
    bank.open_custody(one.custody, owner=one.code, title=f"{one.plan.name}专户", at=at)
    bank.open_settlement(own, owner=one.code, title=f"{one.plan.name}结算户", at=at)
    player.act(
        record_custody_account,
        one.clock,
        at,
        f"{one.code}|{one.custody}",
        code=one.code,
        valid_from=valid_from,
        account=NewCustody(
            bank_code=bank.code,
            bank_name=bank_name,
            account_title=f"{one.plan.name}预收费资金托管专户",
            number=one.custody,
            agreement_number=f"示监协{one.plan.number:04d}",
            settlement_number=own,
        ),
        state=_state_of(one.plan),
    )


def _state_of(planned: PlannedInstitution) -> CustodyState:
    """How far the account is: the sloppy have not had payment enabled yet (who is behind)."""
    if not planned.connected:
        return CustodyState.OPENED
    return CustodyState.VERIFIED if planned.conduct == "sloppy" else CustodyState.PAYMENT_ENABLED


def _connect(player: Player, one: Institution, at: datetime, licence: str) -> None:
    player.act(
        confirm_connection,
        one.clock,
        at,
        one.code,
        code=one.code,
        licence_number=licence,
        feeds=("BANK",),
    )


def publish(player: Player, one: Institution, at: datetime) -> None:
    """The institution publishes its courses and opens its classes."""
    for number, course in enumerate(one.plan.courses):
        one.classes += open_course(player, one, course, at, f"{one.code}|{number}")


def open_course(
    player: Player, one: Institution, course: PlannedCourse, at: datetime, key: str
) -> list[str]:
    """Publish one course and open its classes; their codes."""
    with reading(one.clock):
        site_id = Site.objects.values_list("pk", flat=True).get(subject_id=one.id)
    published = player.act(
        publish_course, one.head, at, key, institution_id=one.id, draft=_draft(course, site_id)
    )
    return [
        str(
            player.act(
                open_class,
                one.head,
                at,
                f"{key}|{number}",
                course_code=str(published["course"]),
                name=each.name,
                teacher_name=each.teacher,
                capacity=max(each.size, 12),
                sessions=each.sessions,
            )["class"]
        )
        for number, each in enumerate(course.classes)
    ]


def _draft(course: PlannedCourse, site_id: int) -> CourseDraft:
    return CourseDraft(
        name=course.name,
        category=course.category,
        stage="COMPULSORY",
        mode="OFFLINE",
        site_id=site_id,
        lesson_minutes=90,
        unit_price_fen=course.unit_price_fen,
        paid_centiunits=course.lessons * 100,
        gift_centiunits=0,
        total_fen=course.total_fen,
        first_on=course.first_on,
        last_on=course.last_on,
    )
