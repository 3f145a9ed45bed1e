"""What the demo's family lives through at one institution, in the past weeks and today.

One course in the middle: lessons confirmed, one disputed, one waiting for today's confirmation.
Another: the rest of the money asked back yesterday, the institution has to answer.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Final

from yuxin.formats.bank_lines import Channel
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.kernel.clock import at as instant
from yuxin.operations.tuition.dispute_lesson import dispute_lesson
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.payments import Receipt
from yuxin.site.simulation import county
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import Institution
from yuxin.site.simulation.household import Household
from yuxin.site.simulation.plan import PlannedClass, PlannedCourse
from yuxin.tuition.services.courses import SessionDraft

LESSONS: Final = 16
PRICE_FEN: Final = 12_000
MINUTES: Final = timedelta(minutes=90)


@dataclass
class Story:
    """The family's weeks; `on` is asked for every day of history, `today` at its end."""

    player: Player
    bank: Bank
    one: Institution
    family: Household
    child: int
    first_on: date
    now: datetime
    classes: dict[str, str] = field(default_factory=dict)
    contracts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        today = day_of(self.now)
        # The lesson that waits for its confirmation: over for a while, and within the hours.
        latest = min(self.now - timedelta(minutes=30), instant(today, 20, 0))
        if latest < instant(today, 10, 30):
            latest = instant(today - timedelta(days=1), 18, 30)
        self.waiting = self._session(latest - MINUTES)
        past = self._days_back(3)
        self.crayon = [*past, self.waiting]
        self.clay = self._days_back(4)

    def _session(self, starts_at: datetime) -> SessionDraft:
        return SessionDraft(starts_at, starts_at + MINUTES)

    def _days_back(self, step: int) -> list[SessionDraft]:
        """A session every so many days, from the fourth day of history to yesterday."""
        last = day_of(self.waiting.starts_at) - timedelta(days=1)
        days = [last - timedelta(days=step * n) for n in range(LESSONS)]
        kept = sorted(day for day in days if day >= self.first_on + timedelta(days=3))
        return [self._session(datetime.combine(day, clock_time(16, 30), SHANGHAI)) for day in kept]

    def on(self, day: date) -> None:
        """What the family does on a day of history."""
        if day == self.first_on:
            self._opens(day)
        if day == self.first_on + timedelta(days=1):
            self._enrols(day)
        if day == day_of(self.now):
            return
        self._lessons("crayon", self.crayon[:-1], day)
        self._lessons("clay", self.clay, day)

    def _opens(self, day: date) -> None:
        """The two classes, with the sessions that were and those to come."""
        for name, past, teacher in (
            ("crayon", self.crayon, "林老师"),
            ("clay", self.clay, "许老师"),
        ):
            course = self._course(name, past, teacher)
            at = instant(day, 9, 30)
            (self.classes[name],) = county.open_course(
                self.player, self.one, course, at, f"family|{name}"
            )

    def _course(self, name: str, past: list[SessionDraft], teacher: str) -> PlannedCourse:
        sessions = list(past)
        day = day_of(past[-1].starts_at)
        while len(sessions) < LESSONS:
            day += timedelta(days=3)
            sessions.append(self._session(datetime.combine(day, clock_time(16, 30), SHANGHAI)))
        title = {"crayon": "少儿水彩", "clay": "创意陶泥"}[name]
        class_ = PlannedClass("周中班", teacher, 12, tuple(sessions))
        starts = day_of(sessions[0].starts_at)
        return PlannedCourse(title, "ARTS", PRICE_FEN, LESSONS, starts, day, (class_,))

    def _enrols(self, day: date) -> None:
        younger = self.family.child("陈小满", "一年级", instant(day, 8, 0))
        for name, child, hour in (("crayon", self.child, 9), ("clay", younger, 10)):
            signed = self.family.signs(self.classes[name], child, instant(day, hour, 20))
            self.contracts[name] = signed
            self.family.pays(self.one, signed, self.bank, instant(day, hour, 26))

    def _lessons(self, name: str, sessions: list[SessionDraft], day: date) -> None:
        for ordinal, session in enumerate(sessions, start=1):
            if day_of(session.starts_at) != day:
                continue
            over = session.ends_at
            last = session is sessions[-1]
            if name == "clay" and last:
                # The teacher has not called this roll yet: a task of today.
                self.family.asks_refund(self.contracts[name], over + timedelta(hours=1))
                return
            code = self.contracts[name]
            lesson = self.family.taught(self.one, code, ordinal, over + timedelta(minutes=3))
            self.family.looks(over + timedelta(minutes=40))
            if name == "crayon" and ordinal == len(sessions) - 1:
                self.player.act(
                    dispute_lesson,
                    self.family.guardian,
                    over + timedelta(minutes=50),
                    lesson.code,
                    lesson_code=lesson.code,
                    reason="shorter",
                    words="提前二十分钟下课",
                )
            elif not (name == "crayon" and last):
                self.family.confirms(lesson, over + timedelta(minutes=45))

    def today(self) -> None:
        """Today up to now: a lesson confirmed, one that waits, money that nobody announced."""
        code = self.contracts["crayon"]
        before, waiting = len(self.crayon) - 1, len(self.crayon)
        lesson = self.family.taught(
            self.one, code, before, self.crayon[before - 1].ends_at + timedelta(minutes=3)
        )
        self.family.confirms(lesson, self.now - timedelta(minutes=10))
        self.family.taught(self.one, code, waiting, self.waiting.ends_at + timedelta(minutes=3))
        self._unannounced()

    def _unannounced(self) -> None:
        """A transfer at the counter that names no contract: a break for the officer."""
        serial = "COUNTER0000001"
        if self.bank.has_received(serial):
            return
        money = Receipt(
            custody_acct=self.one.custody,
            amount_fen=36_000,
            channel=Channel.COUNTER,
            channel_serial=serial,
            contract_no=None,
            sub_account=None,
            payer_name_mask="*先生",
        )
        self.bank.receive(money, self.now - timedelta(minutes=5))
