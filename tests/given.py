"""Builders for tests: rules in force, a connected institution, a family, a contract at any stage.

All names are fictional. Money in yuan as text, days as `03-02` of 2026.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.db import connection

from yuxin.access.reading import reading
from yuxin.cases.models import Proceeding
from yuxin.formats import party_keys
from yuxin.formats.bank_messages import Notice, Order, open_message
from yuxin.jobs import day as closing
from yuxin.jobs import exchange_files
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.kernel.money import parse_yuan
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.messages import queries as letters
from yuxin.operations.cases.advance_proceeding import advance_proceeding
from yuxin.operations.messages.show_messages import show_messages
from yuxin.operations.messages.try_code import try_code
from yuxin.operations.policy.activate_rule_pack import activate_rule_pack
from yuxin.operations.policy.prepare_rule_pack import prepare_rule_pack
from yuxin.operations.registry.confirm_connection import confirm_connection
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.operations.registry.register_subject import register_subject
from yuxin.operations.tuition.accept_settlement import accept_settlement
from yuxin.operations.tuition.add_learner import add_learner
from yuxin.operations.tuition.countersign_contracts import countersign_contracts_many
from yuxin.operations.tuition.draft_contract import draft_contract
from yuxin.operations.tuition.open_class import open_class
from yuxin.operations.tuition.order_payment import order_payment
from yuxin.operations.tuition.propose_settlement import propose_settlement
from yuxin.operations.tuition.publish_course import publish_course
from yuxin.operations.tuition.record_cancellation import record_cancellation
from yuxin.operations.tuition.record_payment import record_payment
from yuxin.operations.tuition.register_bank import register_bank
from yuxin.operations.tuition.request_signing_code import request_signing_code
from yuxin.operations.tuition.sign_contract import PURPOSE, sign_contract
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.terms import NO_FAULTS, Faults, Terms
from yuxin.policy.in_force import calendar, pack_on
from yuxin.registry.models import CustodyState, Entry, Kind, Site
from yuxin.registry.services import NewCustody, NewLicence, NewSite, NewSubject
from yuxin.rules.folder import NATION, load_pack
from yuxin.tuition import due
from yuxin.tuition.keys import platform_key
from yuxin.tuition.models import ClassSession, Contract, Lesson, RefundCase
from yuxin.tuition.queries import banks
from yuxin.tuition.services.courses import CourseDraft, SessionDraft

LAYERS = (NATION, "demo")
BANK = "DEMOBANK"
CASHIER = "http://127.0.0.1:8021/cashier"
AREA = "990101"


def at(text: str) -> datetime:
    """`03-02 10:02` of 2026 in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def call(actor: Actor, when: datetime | str, request_id: uuid.UUID | None = None) -> Call:
    """A request of somebody, with a number of its own."""
    instant = at(when) if isinstance(when, str) else when
    return Call(actor, instant, request_id or uuid.uuid4())


def rules(layers: tuple[str, ...] = LAYERS, *, valid_from: date = date(2025, 1, 1)) -> None:
    """Put the rule pack of the demo county in force, by two people."""
    first, second = (Actor(n, "规则员", frozenset({Role.HEAD})) for n in (91, 92))
    early = datetime(2025, 1, 2, tzinfo=UTC)
    receipt = prepare_rule_pack(
        call(first, early),
        layers=layers,
        files=tuple(load_pack(layers).files),
        valid_from=valid_from,
        reason="测试",
    )
    activate_rule_pack(call(second, early), pack_id=int(str(receipt["pack"])))


@dataclass(frozen=True)
class Institution:
    """A connected institution with its people."""

    id: int
    code: str
    site_id: int
    custody: str
    settlement: str
    head: Actor
    finance: Actor
    teacher: Actor
    officer: Actor
    clock: Actor


def institution(
    name: str = "晨光美术培训中心",
    *,
    number: int = 1,
    connected: bool = True,
    custody_state: CustodyState = CustodyState.VERIFIED,
    settlement: bool = True,
    **licence: Any,
) -> Institution:
    """An institution with licence, site and custody account, connected unless told otherwise."""
    clock = Actor.clock(())
    when = "01-05 09:00"
    scope: dict[str, Any] = {
        "number": f"教民 3999901202400{number:02d} 号",
        "issuer": "示例县教育局",
        "categories": ("ARTS",),
        "stages": ("COMPULSORY",),
        "modes": ("OFFLINE",),
        "valid_until": date(2027, 8, 31),
        **licence,
    }
    subject = NewSubject(
        kind=Kind.TRAINING_INSTITUTION,
        valid_from=date(2024, 9, 1),
        name=name,
        brand=name[:2],
        category="ARTS",
        area_code=AREA,
        address="示例县河口镇滨河路一号",
        licences=(NewLicence(**scope),),
        sites=(NewSite(address="示例县河口镇滨河路一号"),),
    )
    registered = register_subject(call(clock, when), subject=subject)
    subject_id, code = int(str(registered["subject_id"])), str(registered["code"])
    inside = Actor.clock((subject_id,))
    custody = f"62170000{number:04d}0001"
    own = f"62170000{number:04d}0002"
    record_custody_account(
        call(inside, when),
        code=code,
        valid_from=date(2025, 1, 1),
        account=NewCustody(
            bank_code=BANK,
            bank_name="示例银行河口支行",
            account_title=f"{name}预收费资金托管专户",
            number=custody,
            agreement_number="SF-2025-1",
            settlement_number=own if settlement else "",
        ),
        state=custody_state,
    )
    if connected:
        confirm_connection(
            call(inside, when), code=code, licence_number=scope["number"], feeds=("BANK",)
        )
    with reading(inside):
        site_id = Site.objects.values_list("pk", flat=True).get(subject_id=subject_id)
    people = {
        role: Actor(1000 * number + n, "某人", frozenset({role}), (subject_id,))
        for n, role in enumerate(
            (
                Role.INSTITUTION_HEAD,
                Role.INSTITUTION_FINANCE,
                Role.INSTITUTION_TEACHER,
                Role.OFFICER,
            )
        )
    }
    head, finance, teacher, officer = people.values()
    return Institution(
        subject_id, code, site_id, custody, own, head, finance, teacher, officer, inside
    )


def guardian(number: int = 1) -> Actor:
    """A guardian, who is a person of their own."""
    return Actor(500 + number, "陈女士", frozenset({Role.GUARDIAN}), person_ids=(70_000 + number,))


def learner(family: Actor, name: str = "陈小禾", when: str = "03-01 20:00") -> int:
    """A child of a guardian."""
    receipt = add_learner(
        call(family, when), guardian_id=family.person_ids[0], name=name, grade="三年级"
    )
    return int(str(receipt["learner"]))


def draft(of: Institution, **changes: Any) -> CourseDraft:
    """The course of contract K: twenty lessons of 100.00 yuan."""
    plain: dict[str, Any] = {
        "name": "少儿水彩",
        "category": "ARTS",
        "stage": "COMPULSORY",
        "mode": "OFFLINE",
        "site_id": of.site_id,
        "lesson_minutes": 90,
        "unit_price_fen": parse_yuan("100.00"),
        "paid_centiunits": 2000,
        "gift_centiunits": 0,
        "total_fen": parse_yuan("2000.00"),
        "first_on": date(2026, 3, 3),
        "last_on": date(2026, 5, 31),
    }
    return CourseDraft(**{**plain, **changes})


def timetable(
    count: int, first: str = "03-04 16:00", *, centiunits: int = 100
) -> tuple[SessionDraft, ...]:
    """So many sessions of 90 minutes, one a day and no later than the evening."""
    start = at(first)
    return tuple(
        SessionDraft(start + timedelta(days=n), start + timedelta(days=n, minutes=90), centiunits)
        for n in range(count)
    )


K_SESSIONS = (
    SessionDraft(at("03-04 16:00"), at("03-04 17:30")),
    SessionDraft(at("03-07 09:00"), at("03-07 10:30")),
    SessionDraft(at("03-11 16:00"), at("03-11 17:30")),
    *timetable(17, "04-08 16:00"),
)


def published(of: Institution, course: CourseDraft | None = None) -> str:
    """The code of a course that the institution published."""
    receipt = publish_course(
        call(of.head, "02-20 10:00"), institution_id=of.id, draft=course or draft(of)
    )
    return str(receipt["course"])


def opened_class(
    of: Institution,
    course: CourseDraft | None = None,
    sessions: Sequence[SessionDraft] = K_SESSIONS,
    *,
    capacity: int = 12,
) -> str:
    """The code of a class of a published course."""
    receipt = open_class(
        call(of.head, "02-20 11:00"),
        course_code=published(of, course),
        name="周三班",
        teacher_name="林老师",
        capacity=capacity,
        sessions=tuple(sessions),
    )
    return str(receipt["class"])


def code_sent(family: Actor) -> str:
    """The one-time code that the phone shows."""
    with reading(family):
        sent = [each for each in letters.inbox(family, show_codes=True) if each.title == "验证码"]
    return "".join(c for c in sent[0].text if c.isdigit())[:6]


def signed(
    family: Actor, class_code: str, *, child: int | None = None, when: str = "03-02 09:50"
) -> str:
    """The code of a contract that the guardian drafted and signed."""
    child = child or learner(family)
    code = str(
        draft_contract(call(family, when), class_code=class_code, learner_id=child)["contract"]
    )
    sign(family, code, when=when)
    return code


def sign(family: Actor, contract_code: str, *, when: str) -> Receipt:
    """Ask the one-time code and sign with it."""
    request_signing_code(call(family, when), contract_code=contract_code)
    with reading(family):
        terms = Contract.objects.values_list("terms_sha256", flat=True).get(code=contract_code)
    digits = code_sent(family)
    try_code(
        call(family, when),
        person_id=family.person_ids[0],
        purpose=PURPOSE,
        payload_sha256=terms,
        code=digits,
    )
    receipt = sign_contract(call(family, when), contract_code=contract_code, one_time_code=digits)
    countersign(contract_code, when=when)
    return receipt


def countersign(*contract_codes: str, when: str) -> Receipt:
    """The institution signs what its families signed."""
    with reading(Actor.clock(tuple(every_institution()))):
        (of,) = set(
            Contract.objects.filter(code__in=contract_codes).values_list(
                "institution_id", flat=True
            )
        )
    return countersign_contracts_many(
        call(Actor.clock((of,)), when), institution_id=of, contract_codes=contract_codes
    )


def every_institution() -> list[int]:
    """The keys of all institutions of the test."""
    with reading(Actor.clock(())):
        return list(Entry.objects.values_list("pk", flat=True))


# The bank: the simulator's own code, in this process


@cache
def bank_key() -> RSAPrivateKey:
    """The bank's key pair, one per test process."""
    return party_keys.new_key()


def bank(*institutions: Institution, faults: Faults = NO_FAULTS) -> Bank:
    """The custody bank with the accounts of these institutions, known to the platform."""
    with _rules_read() as days:
        terms = Terms(is_bank_day=days.is_working)
    made = Bank(
        code=BANK,
        key=bank_key(),
        platform_key=platform_key().public_key(),
        terms=terms,
        faults=faults,
    )
    for each in institutions:
        early = at("03-01 09:00")
        made.open_custody(each.custody, owner=each.code, title="托管专户", at=early)
        made.open_settlement(each.settlement, owner=each.code, title="结算户", at=early)
    register_bank(
        call(Actor.clock(()), "01-05 08:00"),
        code=BANK,
        name="示例银行",
        public_key_pem=party_keys.public_pem(bank_key().public_key()).decode(),
        exchange_folder="/nonexistent",
        cashier_url=CASHIER,
        cut_off=clock_time(16, 30),
    )
    return made


@contextmanager
def _rules_read() -> Iterator[Any]:
    with reading(Actor.clock(())):
        pack = pack_on(date(2026, 3, 1))
        assert pack is not None
        yield calendar(pack, "bank", date(2026, 3, 1))


def order_of(family: Actor, contract_code: str, when: str) -> Order:
    """The order that the cashier opens."""
    receipt = order_payment(call(family, when), contract_code=contract_code)
    with reading(family):
        token = banks.sealed_order(
            family, str(receipt["order"]), return_url="http://127.0.0.1:8000/family/"
        )
    return open_message(Order, token, platform_key().public_key())


def pay(bank: Bank, family: Actor, contract_code: str, when: str) -> Notice:
    """Pay at the cashier; the platform is not told yet."""
    return bank.pay(order_of(family, contract_code, when), at(when))


def notify(notice: Notice, when: str) -> Receipt:
    """Hand the bank's notice to the platform, as the endpoint does."""
    with reading(Actor.clock(())):
        owner = due.institution_of_order(Actor.clock(()), notice.order_id)
    assert owner is not None
    if notice.channel_serial is None:
        return record_cancellation(
            call(Actor.clock((owner,)), when), bank_code=notice.bank, order_code=notice.order_id
        )
    return record_payment(
        call(Actor.clock((owner,)), when),
        bank_code=notice.bank,
        order_code=notice.order_id,
        amount_fen=notice.amount_fen,
        channel=str(notice.channel),
        channel_serial=notice.channel_serial,
    )


@dataclass
class World:
    """Bank, institution, family and one contract, driven by instants."""

    bank: Bank
    institution: Institution
    family: Actor
    contract: str
    class_code: str = ""
    sent: list[str] = field(default_factory=list)

    def exchange(self, when: str) -> None:
        """Carry files both ways and let both sides work: the bank at this instant, then we."""
        now = at(when)
        self._to_bank(now)
        self.bank.tick(now)
        self.bank.publish(now)
        self.from_bank(when)

    def from_bank(self, when: str) -> None:
        """Take what lies in the bank's outbox by now, and match it."""
        now = at(when)
        with reading(exchange_files.NOBODY):
            known = due.bank(exchange_files.NOBODY, BANK)
        assert known is not None
        for delivery in self.bank.outbox(now):
            exchange_files.take_file(known, delivery.file, now, folder=None)
            self.bank.delivered(delivery)
        exchange_files.match_lines(now)

    def _to_bank(self, now: datetime) -> None:
        exchange_files.seal_instructions(now)
        with reading(exchange_files.NOBODY):
            files = due.files_to_write(exchange_files.NOBODY, BANK)
        for file in files:
            if file.name not in self.sent:
                self.sent.append(file.name)
                sealed = exchange_files.SealedFile(
                    file.name, bytes(file.data), bytes(file.signature)
                )
                answer = self.bank.take(sealed, now)
                assert answer.taken, answer.en

    def morning(self, when: str) -> None:
        """What silence decided by 00:05 of the day."""
        closing.run(closing.MORNING, day_of(at(when)), at(when))

    def evening(self, when: str) -> None:
        """What the day made payable is ordered for the next bank day."""
        closing.run(closing.EVENING, day_of(at(when)), at(when))

    def buckets(self) -> dict[str, str]:
        """The contract's buckets in yuan, empty ones left out."""
        return buckets(self.institution, self.contract)

    def lesson(self, ordinal: int) -> Lesson:
        """A lesson of the contract as it is now."""
        with reading(self.institution.clock):
            return Lesson.objects.get(contract__code=self.contract, ordinal=ordinal)

    def session(self, ordinal: int) -> str:
        """The code of a session of the class."""
        with reading(self.institution.clock):
            return ClassSession.objects.values_list("code", flat=True).get(
                class_group__contracts__code=self.contract, ordinal=ordinal
            )

    def state(self) -> str:
        """The contract's state."""
        with reading(self.institution.clock):
            return Contract.objects.values_list("state", flat=True).get(code=self.contract)

    def refund(self) -> RefundCase:
        """The latest refund of the contract."""
        with reading(self.institution.clock):
            return RefundCase.objects.filter(contract__code=self.contract).order_by("-pk")[0]


def buckets(of: Institution, contract_code: str) -> dict[str, str]:
    """The buckets of a contract in yuan, empty ones left out."""
    with reading(of.clock):
        number = Contract.objects.values_list("pk", flat=True).get(code=contract_code)
        row = ContractBalance.objects.get(institution_id=of.id, contract_id=number)
    return {
        each.name.lower(): f"{row.in_bucket(each) / 100:.2f}"
        for each in Bucket
        if row.in_bucket(each)
    }


def looked(family: Actor, when: str) -> None:
    """The guardian looks into the inbox, which proves delivery: silence counts from now."""
    with reading(family):
        new = [each.id for each in letters.inbox(family) if each.is_new]
    show_messages(call(family, when), message_ids=tuple(new))


def world(
    course: CourseDraft | None = None,
    sessions: Sequence[SessionDraft] = K_SESSIONS,
    *,
    faults: Faults = NO_FAULTS,
    of: Institution | None = None,
) -> World:
    """Rules, institution, bank and a signed contract K that nobody has paid yet."""
    if of is None:
        rules()
        of = institution()
    made = bank(of, faults=faults)
    family = guardian()
    class_code = opened_class(of, course, sessions)
    return World(made, of, family, signed(family, class_code), class_code)


def paid_world(**how: Any) -> World:
    """The same, paid at 10:02 on 2 March and seen in the bank's file on the 3rd."""
    made = world(**how)
    notify(pay(made.bank, made.family, made.contract, "03-02 10:02"), "03-02 10:02")
    made.exchange("03-03 08:40")
    return made


def rows(statement: str, *parameters: object, reader: Actor | None = None) -> list[Any]:
    """Rows of a statement, read by somebody; by default by the clock of nobody."""
    with reading(reader or Actor.clock(())), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def mediated(k: World, ordinal: int, when: str, *, kept_bps: int = 5000) -> None:
    """A dispute on the way of its table: account, mediation, a proposal that both accept."""
    code = k.lesson(ordinal).code
    with reading(k.institution.clock):
        number = Proceeding.objects.get(dispute__lesson__code=code).code
    advance_proceeding(
        call(k.institution.head, when),
        proceeding_code=number,
        move="answered",
        words="老师临时生病",
    )
    told = propose_settlement(
        call(k.institution.officer, when), lesson_code=code, kept_bps=kept_bps, words="双方同意各半"
    )
    back = int(str(told["returned_fen"]))
    accept_settlement(call(k.institution.head, when), lesson_code=code, seen_fen=back)
    accept_settlement(call(k.family, when), lesson_code=code, seen_fen=back)


def to_decide(k: World, ordinal: int, when: str) -> None:
    """A dispute whose mediation failed: it waits for the officer's decision."""
    code = k.lesson(ordinal).code
    with reading(k.institution.clock):
        number = Proceeding.objects.get(dispute__lesson__code=code).code
    for move in ("heard", "failed"):
        advance_proceeding(
            call(k.institution.officer, when),
            proceeding_code=number,
            move=move,
            words="双方意见相差太大",
        )
