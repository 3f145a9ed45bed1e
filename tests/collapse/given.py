"""Builders for collapses: several families at one institution, each with custody and debt."""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.given import (
    Institution,
    World,
    at,
    bank,
    buckets,
    call,
    draft,
    guardian,
    institution,
    learner,
    notify,
    opened_class,
    pay,
    rules,
    signed,
    timetable,
)
from yuxin.access.reading import reading
from yuxin.evidence import services as evidence
from yuxin.formats.bank_lines import Channel
from yuxin.jobs import day as closing_day
from yuxin.jobs import exchange_files, keep_deposits, run_closings
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.ids import fact_key
from yuxin.kernel.money import Fen, parse_yuan
from yuxin.ledger import services as ledger
from yuxin.ledger.buckets import Bucket
from yuxin.ledger.models import ContractBalance
from yuxin.operations.collapse.decide_closing import decide_closing
from yuxin.operations.collapse.propose_closing import propose_closing
from yuxin.operations.collapse.set_closing_run import set_closing_run
from yuxin.operations.deposits.open_deposit import open_deposit
from yuxin.operations.operation import operation
from yuxin.parties.bank.payments import Receipt as BankReceipt
from yuxin.tuition import due
from yuxin.tuition.collapse.models import Claim, Closing
from yuxin.tuition.collapse.services import NewClosing
from yuxin.tuition.deposits.models import Deposit
from yuxin.tuition.deposits.services import NewDeposit, book_of
from yuxin.tuition.models import Contract, Instruction

DEPOSIT_ACCOUNT = "6217000099990001"


@operation("test.advanced", roles={Role.CLOCK})
def advance(act: Act, *, institution_id: int, contract_code: str, amount_fen: int) -> Receipt:
    """What an institution holds of a contract untaught: paid ahead, or in its own account."""
    contract = Contract.objects.get(code=contract_code)
    posting = ledger.Posting(
        key=fact_key(act.at, contract=contract_code, fact="advance", action="paid", occurrence=1),
        debit=Bucket.ADVANCE,
        credit=Bucket.CUSTODY,
        amount_fen=Fen(amount_fen),
        fact_kind="advance",
        fact_ref=contract_code,
        effective_on=act.day,
    )
    ledger.post(act, [ledger.Group(institution_id, contract.pk, (posting,))])
    name = f"contract:{contract_code}"
    entry = evidence.append(act, chain=name, subject=name, body={"amount_fen": amount_fen})
    return Receipt(entry.id, {})


@dataclass
class Collapsed(World):
    """A world with several families; the first is `family` and `contract`."""

    families: tuple[Actor, ...] = ()
    contracts: tuple[str, ...] = ()

    @property
    def head(self) -> Actor:
        """The head of the bureau, the second person."""
        return Actor(9001, "局长", frozenset({Role.HEAD}), (self.institution.id,))

    def from_bank(self, when: str) -> None:
        """As for every contract, with the lines of deposits booked first."""
        now = at(when)
        with reading(exchange_files.NOBODY):
            known = due.bank(exchange_files.NOBODY, self.bank.code)
        assert known is not None
        for delivery in self.bank.outbox(now):
            exchange_files.take_file(known, delivery.file, now, folder=None)
            self.bank.delivered(delivery)
        keep_deposits.book_lines(now)
        exchange_files.match_lines(now)

    def propose(self, when: str = "03-10 09:00", kind: str = "ABSCONDED") -> str:
        """An officer proposes that the institution absconded."""
        receipt = propose_closing(
            call(self.institution.officer, when),
            code=self.institution.code,
            closing=NewClosing(
                kind=Closing.Kind(kind),
                effective_on=day_of(at(when)),
                document_number="示教监〔2026〕12号",
                reason="现场关门，负责人失联",
                contact="示例县教育局 0990-5550101",
            ),
        )
        return str(receipt["closing"])

    def declare(self, when: str = "03-10 10:00") -> str:
        """The head declares it."""
        code = self.propose()
        decide_closing(call(self.head, when), closing_code=code, declare=True)
        return code

    def declare_again(self) -> str:
        """The same a day later, of a closing that was undone."""
        code = self.propose("03-11 09:00")
        decide_closing(call(self.head, "03-11 10:00"), closing_code=code, declare=True)
        return code

    def run(self, code: str, when: str = "03-10 11:00") -> None:
        """The refund run from its start to its end."""
        set_closing_run(call(self.institution.officer, when), closing_code=code, running=True)
        run_closings.run_to_end(at(when))

    def paid_by_bank(self, evening: str, morning: str) -> None:
        """Refunds are ordered in the evening and paid by the bank."""
        closing_day.instruct_refunds(day_of(at(evening)), at(evening))
        self.exchange(morning)

    def claim(self, number: int) -> Claim:
        """The claim of the family with this number, from 0."""
        with reading(self.institution.clock):
            return (
                Claim.objects.select_related("refund")
                .exclude(state=Claim.State.UNDONE)
                .get(contract_code=self.contracts[number])
            )

    def books(self, number: int) -> dict[str, str]:
        """The buckets of a contract by its number."""
        return buckets(self.institution, self.contracts[number])

    def deposit(self, yuan: str, when: str = "03-04 09:00", holder: str = "INSTITUTION") -> str:
        """A risk deposit of this sum, paid in and seen in the bank's file the next day."""
        made = open_deposit(
            call(self.institution.officer, when),
            code=self.institution.code,
            deposit=NewDeposit(
                kind=Deposit.Kind.RISK,
                holder=Deposit.Holder(holder),
                bank_code=self.bank.code,
                account_title="风险保证金专户",
                number=DEPOSIT_ACCOUNT,
            ),
        )
        code = str(made["deposit"])
        owner = self.institution.code if holder == "INSTITUTION" else "BUREAU"
        self.bank.open_custody(DEPOSIT_ACCOUNT, owner=owner, title="保证金", at=at(when))
        self.pay_in(code, yuan, when)
        next_day = at(when) + timedelta(days=1)
        self.exchange(f"{next_day:%m-%d} 08:40")
        return code

    def pay_in(self, deposit_code: str, yuan: str, when: str) -> None:
        """The institution transfers a sum to the account of its deposit."""
        self.bank.receive(
            BankReceipt(
                custody_acct=DEPOSIT_ACCOUNT,
                amount_fen=parse_yuan(yuan),
                channel=Channel.COUNTER,
                channel_serial=f"T{deposit_code}{when.replace(' ', '').replace(':', '')}",
                contract_no=deposit_code,
                sub_account=None,
                payer_name_mask="晨*",
            ),
            at(when),
        )

    def deposit_balance(self, code: str) -> str:
        """What the book of a deposit holds, in yuan."""
        with reading(self.institution.clock):
            book = book_of(Deposit.objects.get(code=code))
            row = ContractBalance.objects.get(institution_id=self.institution.id, contract_id=book)
        return f"{row.custody_fen / 100:.2f}"


def families(prices: tuple[str, ...], *, of: Institution | None = None) -> Collapsed:
    """One institution and a family per price, each with its own course of ten lessons, paid."""
    if of is None:
        rules()
        of = institution()
    made = bank(of)
    world = Collapsed(made, of, guardian(1), "")
    people, codes = [], []
    for number, price in enumerate(prices, start=1):
        family = guardian(number)
        total = parse_yuan(price)
        course = draft(
            of,
            name=f"少儿水彩{number}班",
            unit_price_fen=total // 10,
            paid_centiunits=1000,
            total_fen=total,
            first_on=date(2026, 3, 3),
        )
        class_code = opened_class(of, course, timetable(10))
        code = signed(family, class_code, child=learner(family))
        notify(pay(made, family, code, "03-02 10:02"), "03-02 10:02")
        people.append(family)
        codes.append(code)
    world.families, world.contracts = tuple(people), tuple(codes)
    world.family, world.contract = people[0], codes[0]
    world.exchange("03-03 08:40")
    return world


@operation("test.released", roles={Role.CLOCK})
def write_release(act: Act, *, institution_id: int) -> Receipt:
    """An order to the institution, written past every guard in code."""
    Instruction.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        bank_code="DEMOBANK",
        kind=Instruction.Kind.RELEASE,
        amount_fen=100,
        from_sealed=b"",
        value_on=act.day,
        created_at=act.at,
    )
    return Receipt("", {})


def owes(world: Collapsed, number: int, yuan: str) -> None:
    """The institution holds this much of a contract."""
    advance(
        call(world.institution.clock, "03-04 09:00"),
        institution_id=world.institution.id,
        contract_code=world.contracts[number],
        amount_fen=parse_yuan(yuan),
    )
