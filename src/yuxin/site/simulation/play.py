"""The days of a county, one after the other: enrol, teach, confirm, dispute, refund, settle.

What is to be done is read from the platform, and what people decide follows from the seed alone;
so a run that was stopped goes on where it was, and one that was finished changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Final, TypeVar

from yuxin.access.demo import recording_at
from yuxin.access.reading import reading
from yuxin.formats.bank_lines import Channel
from yuxin.jobs import day as closing
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import at as instant
from yuxin.kernel.clock import day_of
from yuxin.ledger.models import ContractBalance
from yuxin.operations.tuition.answer_refund import answer_refund
from yuxin.operations.tuition.call_roll import call_rolls_many
from yuxin.operations.tuition.confirm_lesson import confirm_lessons_many
from yuxin.operations.tuition.dispute_lesson import REASONS as DISPUTES
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.operations.tuition.enrol_many import enrol_many
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.parties import chance
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.payments import Receipt as Money
from yuxin.site.simulation import bank_days, disputes, words
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import Institution
from yuxin.site.simulation.exchange import exchange, from_bank
from yuxin.site.simulation.plan import Plan
from yuxin.tuition.models import (
    ClassGroup,
    ClassSession,
    Contract,
    Instruction,
    Lesson,
    PaymentOrder,
    RefundCase,
)
from yuxin.tuition.services.enrolling import Enrolment
from yuxin.tuition.services.refunds import sheet_of

T = TypeVar("T")
# How families behave, per million lessons (or contracts, for refunds).
CONFIRM_LATER: Final = 80_000
SILENT: Final = 30_000
DISPUTED: Final = 600
REFUNDED: Final = 15_000
LATE: Final = 200_000
SETTLED_AFTER: Final = timedelta(days=6)
ENROL_DAYS: Final = 3
ITEMS_MAX: Final = 900
COLLAPSES_AFTER: Final = (6, 10)  # of the days played, how many it still teaches
GUARDIANS_FROM: Final = 10**12  # numbers of families whose names nobody needs


@dataclass
class Days:
    """A county in play: who is there, and what the seed decides."""

    player: Player
    plan: Plan
    bank: Bank
    institutions: Sequence[Institution]
    told: Callable[[int], None] = lambda _: None
    contracts: dict[int, int] = field(default_factory=dict)  # contract to number of enrolment
    clerk: Actor | None = None  # answers for breaks, where the bank goes wrong

    @property
    def everybody(self) -> Actor:
        """The clock, narrowed to the institutions of the county."""
        return Actor.clock(tuple(each.id for each in self.institutions))

    def play(self, before_evening: Callable[[date], None] = lambda _: None) -> None:
        """Play every day of the plan. `before_evening`: what else happens on a day."""
        self.contracts.update(self._enrolled())
        for day in self.plan.every_day():
            self.morning(day)
            self._enrol(day)
            before_evening(day)
            self._teach(day)
            self._answer(day)
            self._dispute_and_refund(day)
            self.evening(day)
            self.told(1)

    def quiet(self, day: date, story: Callable[[date], None]) -> None:
        """A day before the county's own history, on which only a story goes on."""
        self.morning(day)
        story(day)
        self.evening(day)

    def morning(self, day: date) -> None:
        """What silence decided, then what the bank says."""
        early = instant(day, 0, 5)
        with recording_at(early):
            closing.run(closing.MORNING, day, early)
        exchange(self.bank, instant(day, 8, 40))
        if self.clerk is not None or bank_days.is_late(day, self.plan.last_on):
            bank_days.compare(self.player, self.clerk, instant(day, 8, 45))

    def evening(self, day: date) -> None:
        """What the day made payable is ordered."""
        late = instant(day, 23, 30)
        with recording_at(late):
            closing.run(closing.EVENING, day, late)

    def find_lost(self) -> None:
        """When all is played, ask the bank for what it never told, and let it tell the rest."""
        at = instant(self.plan.last_on, 23, 50)
        for reference in self._unheard():
            self.bank.find_lost(reference, at)
        self.bank.publish(at)
        with recording_at(at):
            from_bank(self.bank, at + timedelta(minutes=5))
        if self.clerk is not None:
            bank_days.compare(self.player, self.clerk, at + timedelta(minutes=10))

    def _unheard(self) -> list[str]:
        """Serials of payments that did not arrive, numbers of orders that nobody answered."""
        ids = self.everybody.institution_ids
        with reading(self.everybody):
            paid = PaymentOrder.objects.filter(
                institution_id__in=ids, state=PaymentOrder.State.PAID
            ).values_list("channel_serial", flat=True)
            sent = Instruction.objects.filter(
                institution_id__in=ids, state=Instruction.State.SENT
            ).values_list("code", flat=True)
            return [str(each) for each in (*paid, *sent)]

    def differences(self) -> list[str]:
        """Where the bank's custody accounts hold another sum than the books, in fen."""
        ids = self.everybody.institution_ids
        with reading(self.everybody):
            rows = ContractBalance.objects.filter(institution_id__in=ids).values_list(
                "institution_id", "custody_fen"
            )
            held: dict[int, int] = {}
            for institution_id, fen in rows:
                held[institution_id] = held.get(institution_id, 0) + fen
        return [
            f"{one.code}: bank {self.bank.balance(one.custody)}, books {held.get(one.id, 0)}"
            for one in self.institutions
            if self.bank.balance(one.custody) != held.get(one.id, 0)
        ]

    # Enrolment

    def _enrol(self, day: date) -> None:
        nth = (day - self.plan.first_on).days
        if nth >= ENROL_DAYS:
            return
        at = instant(day, 10, 30)
        first = 0
        for one in self.institutions:
            every = list(self._enrolments(one, first))
            first += one.plan.learners
            todays = [each for n, each in every if n % ENROL_DAYS == nth]
            for number, part in enumerate(_parts(todays, ITEMS_MAX)):
                self._enrol_part(one, part, at, f"{one.code}|{day}|{number}")
        self.contracts.update(self._enrolled())

    def _enrol_part(
        self, one: Institution, part: Sequence[Enrolment], at: datetime, key: str
    ) -> None:
        families = tuple(each.guardian_id for each in part)
        clock = Actor(None, "系统", frozenset({Role.CLOCK}), (one.id,), families)
        receipt = self.player.act(
            enrol_many, clock, at, key, institution_id=one.id, enrolments=tuple(part)
        )
        codes, amounts = receipt["contracts"], receipt["amounts_fen"]
        assert isinstance(codes, list) and isinstance(amounts, list)
        with self.bank.together():
            for each, code, amount in zip(part, codes, amounts, strict=True):
                if self.bank.has_received(each.channel_serial):
                    continue  # the run before this one came so far
                money = Money(
                    custody_acct=one.custody,
                    amount_fen=int(str(amount)),
                    channel=Channel.UNIONPAY,
                    channel_serial=each.channel_serial,
                    contract_no=str(code),
                    sub_account=None,
                    payer_name_mask="*",
                )
                self.bank.receive(money, at)

    def _enrolments(self, one: Institution, first: int) -> Iterator[tuple[int, Enrolment]]:
        random = Random(f"{self.plan.seed}|{one.plan.number}")  # noqa: S311 -- a story, no secret
        sizes = [each.size for course in one.plan.courses for each in course.classes]
        number = 0
        for code, size in zip(one.classes, sizes, strict=True):
            for _ in range(size):
                family = first + number
                yield (
                    number,
                    Enrolment(
                        class_code=code,
                        guardian_id=GUARDIANS_FROM + self.plan.seed % 100_000 * 1_000_000 + family,
                        learner_name=words.child(random),
                        grade=random.choice(words.GRADES),
                        channel_serial=self._serial(family),
                    ),
                )
                number += 1

    def _serial(self, family: int) -> str:
        return f"S{sha256(self.player.name.encode()).hexdigest()[:10]}{family:07d}"

    def _enrolled(self) -> dict[int, int]:
        """Contracts of this simulation with the number of their family."""
        head = self._serial(0)[:-7]
        with reading(self.everybody):
            rows = Contract.objects.filter(orders__channel_serial__startswith=head).values_list(
                "pk", "orders__channel_serial"
            )
            return {pk: int((serial or "")[-7:]) for pk, serial in rows}

    # Lessons

    def _teach(self, day: date) -> None:
        at = instant(day, 21, 0)
        with reading(self.everybody):
            sessions = list(
                ClassSession.objects.filter(
                    institution_id__in=self.everybody.institution_ids,
                    called_at=None,
                    cancelled_at=None,
                    ends_at__lte=at,
                    class_group__taken__gt=0,
                    class_group_id__in=self._classes(),
                )
                .select_related("class_group")
                .order_by("starts_at", "pk")
            )
        by_id = {one.id: one for one in self.institutions}
        ready: dict[int, list[ClassSession]] = {}
        for session in sessions:
            if self._calls(by_id[session.institution_id], session, day):
                ready.setdefault(session.institution_id, []).append(session)
        for institution_id, todays in ready.items():
            for part in _up_to(todays, lambda each: each.class_group.taken, ITEMS_MAX):
                codes = tuple(each.code for each in part)
                self.player.act(
                    call_rolls_many,
                    by_id[institution_id].clock,
                    at,
                    _digest(codes),
                    institution_id=institution_id,
                    session_codes=codes,
                )

    def _classes(self) -> list[int]:
        codes = [code for one in self.institutions for code in one.classes]
        return list(ClassGroup.objects.filter(code__in=codes).values_list("pk", flat=True))

    def _calls(self, one: Institution, session: ClassSession, today: date) -> bool:
        """Whether the institution calls a roll today: the sloppy call some two days late."""
        meant = day_of(session.starts_at)
        if one.plan.conduct == "collapsing" and self._collapsed(meant):
            return False
        which = one.classes.index(session.class_group.code), session.ordinal
        if one.plan.conduct == "sloppy" and self._dice("late", one.plan.number, *which) < LATE:
            return today >= meant + timedelta(days=2)
        return True

    def _collapsed(self, day: date) -> bool:
        share, of = COLLAPSES_AFTER
        return (day - self.plan.first_on).days * of >= self.plan.days * share

    def _answer(self, day: date) -> None:
        """Guardians confirm the same evening or after the next class; some say nothing."""
        at = instant(day, 21, 40)
        confirmed: dict[int, list[str]] = {}
        disputed: list[Lesson] = []
        pending = [each for each in self._pending(at) if each.contract_id in self.contracts]
        open_today = {each.institution_id for each in pending if day_of(each.taught_at) == day}
        for lesson in pending:
            if lesson.institution_id not in open_today:
                continue
            dice = self._dice("answer", self.contracts[lesson.contract_id], lesson.ordinal)
            waits = day_of(lesson.taught_at) == day and dice < DISPUTED + SILENT + CONFIRM_LATER
            if dice < DISPUTED:
                disputed.append(lesson)
            elif dice >= DISPUTED + SILENT and not waits:
                confirmed.setdefault(lesson.institution_id, []).append(lesson.code)
        for institution_id, codes in confirmed.items():
            for part in _parts(codes, ITEMS_MAX):
                self.player.act(
                    confirm_lessons_many,
                    Actor.clock((institution_id,)),
                    at,
                    _digest(part),
                    institution_id=institution_id,
                    lesson_codes=tuple(part),
                )
        for lesson in disputed:
            reason = DISPUTES[self._dice("why", self.contracts[lesson.contract_id]) % len(DISPUTES)]
            guardian = _guardian(lesson.guardian_id)
            self.player.act(
                dispute_lesson, guardian, at, lesson.code, lesson_code=lesson.code, reason=reason
            )

    def _pending(self, at: datetime) -> list[Lesson]:
        with reading(self.everybody):
            return list(
                Lesson.objects.filter(
                    institution_id__in=self.everybody.institution_ids,
                    state=Lesson.State.PENDING,
                    taught_at__lte=at,
                )
                .order_by("institution_id", "pk")
                .only(
                    *("code", "institution_id", "guardian_id"),
                    *("contract_id", "ordinal", "taught_at"),
                )
            )

    # Disputes and refunds

    def _dispute_and_refund(self, day: date) -> None:
        self._settle(day)
        self._agree(day)
        self._ask_refunds(day)

    def _settle(self, day: date) -> None:
        """An officer decides disputes some days later."""
        at = instant(day, 15, 0)
        with reading(self.everybody):
            rows = list(
                Lesson.objects.filter(
                    institution_id__in=self.everybody.institution_ids, state=Lesson.State.DISPUTED
                ).values_list("code", "institution_id", "contract_id", "answered_at")
            )
        for code, institution_id, contract_id, answered_at in rows:
            assert answered_at is not None, "a dispute was raised at an instant"
            if contract_id not in self.contracts or day_of(answered_at) + SETTLED_AFTER > day:
                continue
            kept = (0, 5_000, 10_000)[self._dice("kept", self.contracts[contract_id]) % 3]
            disputes.decided(self.player, institution_id, code, at, kept_bps=kept)

    def _agree(self, day: date) -> None:
        """Heads answer requests after a day or two; the careless leave them to silence."""
        at = instant(day, 16, 0)
        by_id = {one.id: one for one in self.institutions}
        with reading(self.everybody):
            rows = list(
                RefundCase.objects.filter(
                    institution_id__in=list(by_id), state=RefundCase.State.REQUESTED
                ).values_list("code", "institution_id", "contract_id", "requested_at")
            )
        for code, institution_id, contract_id, requested_at in rows:
            one = by_id[institution_id]
            family = self.contracts.get(contract_id)
            waits = timedelta(days=1 + self._dice("waits", family) % 2)
            if family is None or one.plan.conduct != "honest" or day_of(requested_at) + waits > day:
                continue
            self.player.act(answer_refund, one.head, at, code, refund_code=code, agree=True)

    def _ask_refunds(self, day: date) -> None:
        """Some families stop in the middle of the course and ask for the rest."""
        at = instant(day, 20, 30)
        nth = (day - self.plan.first_on).days
        wanted = [
            contract_id
            for contract_id, family in self.contracts.items()
            if self._dice("refund", family) < REFUNDED
            and 5 + self._dice("refund day", family) % max(self.plan.days - 5, 1) == nth
        ]
        for contract_id in sorted(wanted, key=lambda each: self.contracts[each]):
            with reading(self.everybody):
                contract = Contract.objects.get(pk=contract_id)
                asked = contract.refunds.exists()
                due = sheet_of(contract).refundable
            if asked or not due or contract.state != Contract.State.ACTIVE:
                continue
            self.player.act(
                request_refund,
                _guardian(contract.guardian_id),
                at,
                contract.code,
                contract_code=contract.code,
                reason="schedule",
                seen_fen=due,
            )

    def _dice(self, *what: object) -> int:
        """A number below a million that follows from the seed and what it is for."""
        return chance.draw(self.plan.seed, "county", "|".join(map(str, what))) % chance.MILLION


def _guardian(person_id: int) -> Actor:
    return Actor(None, "家长", frozenset({Role.GUARDIAN}), person_ids=(person_id,))


def _digest(codes: Iterable[str]) -> str:
    return sha256("|".join(codes).encode()).hexdigest()


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _up_to(items: Iterable[T], weight: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """Items in parts whose weights together stay under `most`."""
    part: list[T] = []
    total = 0
    for item in items:
        if part and total + weight(item) > most:
            yield part
            part, total = [], 0
        part.append(item)
        total += weight(item)
    if part:
        yield part
