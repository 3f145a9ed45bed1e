"""What else the demo's people find when they sign in: each part of fund supervision, once.

At the family's institution: a deposit, a course whose cost is paid in advance, contracts of before
supervision, invoices, a supplement and a contract that waits for the second signature. At another
one, which stopped teaching: a family with cover, a closing declared today, places elsewhere.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Final

from yuxin.access.demo import recording_at
from yuxin.access.reading import reading
from yuxin.formats import mirror_files, party_keys
from yuxin.formats.bank_lines import Channel
from yuxin.formats.mirror_files import MirrorHead, MirrorLine
from yuxin.jobs import exchange_covers
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import SHANGHAI, day_of
from yuxin.kernel.clock import at as instant
from yuxin.operations.collapse.decide_closing import decide_closing
from yuxin.operations.collapse.offer_place import offer_place
from yuxin.operations.collapse.propose_closing import propose_closing
from yuxin.operations.deposits.open_deposit import open_deposit
from yuxin.operations.insurance.choose_cover import choose_cover
from yuxin.operations.insurance.offer_product import offer_product, register_insurer
from yuxin.operations.supervision.record_complaint import record_complaint
from yuxin.operations.supervision.report_outside_payment import report_outside_payment
from yuxin.operations.tuition.choose_supervision import choose_supervision
from yuxin.operations.tuition.declare_running_contracts import declare_running_contracts
from yuxin.operations.tuition.notify_large_use import notify_large_use
from yuxin.operations.tuition.propose_hold import propose_hold
from yuxin.operations.tuition.propose_supplement import propose_supplements_many
from yuxin.operations.tuition.receive_mirror_file import receive_mirror_file
from yuxin.operations.tuition.record_invoice import record_invoice
from yuxin.operations.tuition.register_mirror_source import register_mirror_source
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.payments import Receipt
from yuxin.parties.insurer.insurer import Insurer
from yuxin.site.launcher.folder import DataFolder, private_folder
from yuxin.site.simulation import county
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import BANK_CODE, Institution
from yuxin.site.simulation.household import Household
from yuxin.site.simulation.plan import PlannedClass, PlannedCourse
from yuxin.supervision.clues.models import Means
from yuxin.supervision.clues.services import NewPayment
from yuxin.supervision.services import NewComplaint
from yuxin.tuition.agreements.models import Supplement
from yuxin.tuition.agreements.supplements import Proposal
from yuxin.tuition.collapse.models import Closing
from yuxin.tuition.collapse.services import NewClosing
from yuxin.tuition.deposits.models import Deposit
from yuxin.tuition.deposits.services import NewDeposit
from yuxin.tuition.insurance.cover import Product
from yuxin.tuition.insurance.covering import NewProduct
from yuxin.tuition.invoices.services import NewInvoice
from yuxin.tuition.keys import platform_key
from yuxin.tuition.models import ClassGroup
from yuxin.tuition.outflow.services import NewLargeUse
from yuxin.tuition.running.services import Declared
from yuxin.tuition.services.courses import SessionDraft

INSURER: Final = "DEMOINS"
OFFICERS: Final = (990_011, 990_012)  # two persons: who proposes does not decide
LESSONS: Final = 10
PRICE_FEN: Final = 10_000
MINUTES: Final = timedelta(minutes=90)
DEPOSIT_ACCOUNT: Final = "6217000099990001"
PHONE_OF_FAMILY: Final = "13800005678"


@dataclass
class Supervised:
    """`before` the families come, `on` every day of history, `today` at its end."""

    player: Player
    bank: Bank
    folder: DataFolder
    institutions: list[Institution]
    family: Household
    child: int
    first_on: date
    now: datetime
    contracts: dict[str, str] = field(default_factory=dict)  # of the family, at the first one
    _at_closing: str = ""

    @property
    def one(self) -> Institution:
        """The institution of the family and of those who sign in for an institution."""
        return self.institutions[0]

    @property
    def stopped(self) -> list[Institution]:
        """Those that stop teaching; academic ones last, whose week has no weekends."""
        found = [each for each in self.institutions if each.plan.conduct == "collapsing"]
        connected = [each for each in found if each.plan.connected]
        return sorted(connected, key=lambda each: each.plan.category == "SUBJECT")

    def officer(self, which: int = 0) -> Actor:
        """An officer of the county, for all its institutions."""
        ids = tuple(each.id for each in self.institutions)
        return Actor(OFFICERS[which], "监管员", frozenset({Role.OFFICER}), ids)

    @property
    def finance(self) -> Actor:
        """Who keeps the books of the first institution."""
        return Actor(None, "财务", frozenset({Role.INSTITUTION_FINANCE}), (self.one.id,))

    # Before the families come

    def before(self) -> None:
        """One course whose cost is paid in advance, and an insurer."""
        at = instant(self.first_on, 8, 0)
        with reading(self.one.clock):
            course = ClassGroup.objects.get(code=self.one.classes[-1]).course.code
        self.player.act(
            choose_supervision,
            self.one.head,
            at,
            course,
            course_code=course,
            supervision="CUSTODY_ADVANCE",
        )
        self._insurer(at)

    def _insurer(self, at: datetime) -> None:
        path = self.folder.root / "exchange" / INSURER
        private_folder(path)
        key = party_keys.ensure_pair(self.folder.root / "insurer", "insurer")
        clock = Actor.clock(())
        self.player.act(
            register_insurer,
            clock,
            at,
            INSURER,
            code=INSURER,
            name="示例财险",
            public_key_pem=party_keys.public_pem(key.public_key()).decode(),
            exchange_folder=str(path),
        )
        self.products = [
            str(
                self.player.act(
                    offer_product, clock, at, each.name, insurer_code=INSURER, product=each
                )["product"]
            )
            for each in (
                NewProduct(
                    kind=Product.Kind.PERSONAL,
                    name="学费安心险",
                    terms="机构停业或失联，专户和保证金不够退的学费，在保额内赔给家长。",
                    premium_bps=80,
                    cover_max_fen=500_000,
                    payer=Product.Payer.FAMILY,
                    required=False,
                ),
                NewProduct(
                    kind=Product.Kind.PERFORMANCE,
                    name="履约保证保险",
                    terms="机构没有按合同退费的部分，在保额内赔给家长。",
                    premium_bps=50,
                    cover_max_fen=300_000,
                    payer=Product.Payer.INSTITUTION,
                    required=False,
                ),
            )
        ]

    def _deposit(self, at: datetime) -> None:
        """Agreed today and not paid in full: the institution has its working days to top it up."""
        made = self.player.act(
            open_deposit,
            self.officer(),
            at,
            self.one.code,
            code=self.one.code,
            deposit=NewDeposit(
                kind=Deposit.Kind.RISK,
                holder=Deposit.Holder.BUREAU,
                bank_code=BANK_CODE,
                account_title="示例县校外培训风险保证金专户",
                number=DEPOSIT_ACCOUNT,
            ),
        )
        self.bank.open_custody(DEPOSIT_ACCOUNT, owner="BUREAU", title="风险保证金", at=at)
        code = str(made["deposit"])
        serial = f"DEPOSIT{code}"
        if not self.bank.has_received(serial):
            money = Receipt(
                custody_acct=DEPOSIT_ACCOUNT,
                amount_fen=3_000_000,
                channel=Channel.COUNTER,
                channel_serial=serial,
                contract_no=code,
                sub_account=None,
                payer_name_mask="晴*",
            )
            self.bank.receive(money, at)

    # The days of history

    def on(self, day: date) -> None:
        """The family at the institution that stops: it pays, and two lessons are taught."""
        if not self.stopped:
            return
        one, opened = self.stopped[0], self.first_on + timedelta(days=2)
        if day == opened:
            (self._class,) = county.open_course(
                self.player, one, self._course(one), instant(day, 9, 0), "stops"
            )
            self._enrols(one, day)
        for ordinal, session in enumerate(self._sessions()[:2], start=1):
            if day_of(session.starts_at) == day and day < day_of(self.now):
                lesson = self.family.taught(
                    one, self._at_closing, ordinal, session.ends_at + timedelta(minutes=3)
                )
                self.family.confirms(lesson, session.ends_at + timedelta(minutes=30))

    def _sessions(self) -> tuple[SessionDraft, ...]:
        """Every third day from the fifth on, on working days for academic subjects too."""
        made: list[SessionDraft] = []
        day = self.first_on + timedelta(days=4)
        while len(made) < LESSONS:
            if day.weekday() < 5:
                begins = datetime.combine(day, clock_time(16, 30), SHANGHAI)
                made.append(SessionDraft(begins, begins + MINUTES))
                day += timedelta(days=2)
            day += timedelta(days=1)
        return tuple(made)

    def _course(self, one: Institution) -> PlannedCourse:
        sessions = self._sessions()
        group = PlannedClass("周中小班", "顾老师", 12, sessions)
        first, last = day_of(sessions[0].starts_at), day_of(sessions[-1].starts_at)
        price = 3_600 if one.plan.category == "SUBJECT" else PRICE_FEN
        return PlannedCourse(
            one.plan.courses[0].name, one.plan.category, price, LESSONS, first, last, (group,)
        )

    def _enrols(self, one: Institution, day: date) -> None:
        signed = self.family.signs(self._class, self.child, instant(day, 9, 30))
        self._at_closing = signed
        paid_at = instant(day, 9, 40)
        self.player.act(
            choose_cover,
            self.family.guardian,
            paid_at,
            signed,
            contract_code=signed,
            product_codes=(self.products[0],),
        )
        self.family.pays(one, signed, self.bank, paid_at)
        self._cover(instant(day, 9, 50))

    def _cover(self, at: datetime) -> None:
        """The insurer answers what it was asked."""
        with recording_at(at):
            exchange_covers.ask(at)
            Insurer.at(
                self.folder.root / "exchange" / INSURER,
                party_keys.ensure_pair(self.folder.root / "insurer", "insurer"),
                platform_key().public_key(),
                path=self.folder.root / "insurer" / "insurer.sqlite",
            ).work(day_of(at))
            exchange_covers.take(at)

    # Today

    def today(self) -> None:
        """What waits for somebody."""
        at = self.now - timedelta(minutes=40)
        self._deposit(at)
        self._papers(at)
        self._running(at)
        self._mirrored(at)
        self._clues(at)
        if self.stopped:
            self._closes(self.stopped[0], at)
        for other in self.stopped[1:2]:
            self.player.act(
                propose_hold,
                self.officer(),
                at,
                other.code,
                code=other.code,
                document_number="示教监〔2026〕31号",
                words="连续多日没有点名，联系不上负责人",
            )

    def _papers(self, at: datetime) -> None:
        """Invoices, one of them not to the purchaser; a supplement that the family answers."""
        for number, (name, buyer) in enumerate(
            (("crayon", "陈女士"), ("clay", "示例县某商贸有限公司")), start=1
        ):
            contract = self.contracts[name]
            self.player.act(
                record_invoice,
                self.finance,
                at,
                contract,
                institution_id=self.one.id,
                invoice=NewInvoice(
                    contract_code=contract,
                    number=f"2632200000{number:010d}",
                    title=buyer,
                    buyer=buyer,
                    amount_fen=192_000,
                    issued_on=day_of(at),
                ),
            )
        self.player.act(
            propose_supplements_many,
            self.one.clock,
            at,
            "supplement",
            institution_id=self.one.id,
            contract_code=self.contracts["crayon"],
            proposal=Proposal(Supplement.Kind.SCHEDULE, words="自下周起，上课时间改为16:45开始。"),
        )
        self.player.act(
            notify_large_use,
            self.finance,
            at,
            "large",
            code=self.one.code,
            notice=NewLargeUse(
                plan="教室消防改造",
                amount_fen=3_000_000,
                use_from=day_of(at) + timedelta(days=7),
                use_until=day_of(at) + timedelta(days=20),
            ),
        )

    def _running(self, at: datetime) -> None:
        """Three contracts of before supervision, one of them of the family."""
        people = (
            ("旧2025-017", "陈小禾", "陈女士", PHONE_OF_FAMILY),
            ("旧2025-018", "丁小满", "丁女士", "13800003311"),
            ("旧2025-021", "何小舟", "何先生", "13800003322"),
        )
        paid_on = self.first_on - timedelta(days=60)
        self.player.act(
            declare_running_contracts,
            self.finance,
            at,
            "running",
            institution_id=self.one.id,
            declared=tuple(
                Declared(
                    paper_number=number,
                    class_code=self._free_class(),
                    learner_name=learner,
                    guardian_name=guardian,
                    guardian_phone=phone,
                    paid_fen=240_000,
                    paid_on=paid_on,
                    total_centiunits=2000,
                    taught_centiunits=700,
                )
                for number, learner, guardian, phone in people
            ),
        )

    def _free_class(self) -> str:
        """A class of the first institution with places left."""
        with reading(self.one.clock):
            return str(
                ClassGroup.objects.filter(
                    course__institution_id=self.one.id, capacity__gte=12, taken__lte=3
                )
                .order_by("pk")
                .values_list("code", flat=True)
                .first()
            )

    def _mirrored(self, at: datetime) -> None:
        """A contract that was signed and paid on the national platform."""
        key = party_keys.ensure_pair(self.folder.root / "insurer", "national")
        self.player.act(
            register_mirror_source,
            Actor.clock(()),
            at,
            "national",
            code="NATIONAL",
            name="全国平台（演示）",
            origin="national",
            public_key_pem=party_keys.public_pem(key.public_key()).decode(),
        )
        data = mirror_files.write(
            MirrorHead("NATIONAL", "national", self.one.code, at), self._facts()
        )
        self.player.act(
            receive_mirror_file,
            self.officer(),
            at,
            "mirror",
            data=data,
            signature=party_keys.sign(data, key),
        )

    def _facts(self) -> list[MirrorLine]:
        def on(day: int, hour: int) -> datetime:
            return instant(self.first_on + timedelta(days=day), hour, 0)

        def fact(kind: str, when: datetime, ref: str, **more: object) -> MirrorLine:
            return MirrorLine(kind, ref, "QG-2026-0008", when, **more)  # type: ignore[arg-type]

        return [
            fact(
                *("contract", on(0, 9), "QG-2026-0008"),
                amount_fen=160_000,
                centiunits=1600,
                deemed_days=15,
                course="硬笔书法",
                phone=PHONE_OF_FAMILY,
                learner="陈小禾",
            ),
            fact("payment", on(0, 10), "P1", amount_fen=160_000),
            fact("arrival", on(1, 9), "A1", amount_fen=160_000),
            fact("lesson", on(3, 18), "L1", centiunits=100, told_on=day_of(on(3, 18))),
            fact("confirmed", on(3, 20), "C1", lesson="L1"),
            fact("release", on(5, 15), "R1", amount_fen=20_000),
        ]

    def _clues(self, at: datetime) -> None:
        """A payment outside custody that the family tells, a complaint at the window."""
        self.player.act(
            report_outside_payment,
            self.family.guardian,
            at,
            "clue",
            code=self.one.code,
            payment=NewPayment(
                paid_on=day_of(at) - timedelta(days=2),
                amount_fen=58_000,
                means=Means.WECHAT,
                payee_name="前台个人收款码",
                words="说是画材费，没有开票",
            ),
        )
        self.player.act(
            record_complaint,
            self.officer(),
            at,
            "complaint",
            code=self.institutions[-1].code,
            complaint=NewComplaint(
                received_on=day_of(at), summary="退费电话没有人接", complainant="13800003355"
            ),
        )

    def _closes(self, stopped: Institution, at: datetime) -> None:
        """Two officers declare it; the first institution keeps places for its learners."""
        proposed = self.player.act(
            propose_closing,
            self.officer(),
            at,
            stopped.code,
            code=stopped.code,
            closing=NewClosing(
                kind=Closing.Kind.ABSCONDED,
                document_number="示教监〔2026〕30号",
                effective_on=day_of(at),
                reason="现场关门，负责人失联",
                contact="示例县教育局 0990-5550101",
            ),
        )
        closing = str(proposed["closing"])
        at += timedelta(minutes=10)
        self.player.act(
            decide_closing, self.officer(1), at, closing, closing_code=closing, declare=True
        )
        self.player.act(
            offer_place,
            self.one.head,
            at + timedelta(minutes=5),
            closing,
            closing_code=closing,
            class_code=self._free_class(),
            count=3,
            words="可以插班，只收剩下的课",
        )
