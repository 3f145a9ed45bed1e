"""From any number to the whole of a fee and back: serial, order, instruction, lesson, invoice.

The steps of contracts are the index: every act on a contract left its number there.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yuxin.formats.bank_lines import Outcome
from yuxin.kernel.actor import Actor
from yuxin.tuition.models import BankLine, Contract, ContractStep, InstructionLine, Lesson

MOST = 200


@dataclass(frozen=True)
class BankMention:
    """A line of a bank's file that is about a contract."""

    serial: str
    kind: str
    account_day: date
    amount_fen: int
    reference: str
    state: str


def contracts_by(_actor: Actor, number: str) -> list[Contract]:
    """The contracts that a number belongs to, at most 200; one statement.

    A number of a contract, order, channel, bank, instruction, lesson, refund or invoice: one of a
    transfer names every contract that it paid for.
    """
    text = number.strip()
    if not text:
        return []
    numbers = {text, text.upper(), _code(text)}
    numbers |= {f"{each}:{outcome}" for each in numbers for outcome in Outcome}
    told = ContractStep.objects.filter(reference__in=numbers).values("contract_id")
    return list(
        Contract.objects.filter(Q(code=_code(text)) | Q(pk__in=told))
        .select_related("course", "class_group")
        .order_by("-paid_at", "pk")[:MOST]
    )


def _code(text: str) -> str:
    """A code as it is stored: without the dashes and spaces of print."""
    return "".join(text.split()).replace("-", "").upper()


def bank_lines_of(_actor: Actor, contract: Contract) -> list[BankMention]:
    """What the bank's files say of a contract; three statements. For those who see orders."""
    codes = InstructionLine.objects.filter(contract=contract).values_list(
        "instruction__code", flat=True
    )
    refunds = contract.refunds.values_list("instructions__code", flat=True)
    wanted = {contract.code, *codes, *(each for each in refunds if each)}
    rows = BankLine.objects.filter(reference__in=wanted).order_by("account_day", "pk")
    return [
        BankMention(
            row.bank_serial, row.kind, row.account_day, row.amount_fen, row.reference, row.state
        )
        for row in rows
    ]


def orders_of_lessons(_actor: Actor, contract: Contract) -> dict[str, str]:
    """By which instruction each lesson's money went, lesson code to instruction; one statement."""
    rows = Lesson.objects.filter(contract=contract, release__isnull=False)
    return dict(rows.values_list("code", "release__instruction__code"))
