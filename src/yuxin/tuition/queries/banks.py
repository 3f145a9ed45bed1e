"""What the bank said last, as pages print it beside the books."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Max

from yuxin.access.sealed import unseal
from yuxin.formats.bank_fields import SHANGHAI_OFFSET
from yuxin.formats.bank_messages import Order, seal_message
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import NotFound
from yuxin.policy.in_force import calendar, pack_on
from yuxin.tuition.keys import platform_key
from yuxin.tuition.models import Bank, BankFile, ContractStep, PaymentOrder
from yuxin.tuition.queries.contracts import Step, find


@dataclass(frozen=True)
class BankWord:
    """A bank's name and the accounting day of its last file; None before the first."""

    name: str
    day: date | None


@dataclass(frozen=True)
class OrderState:
    """An order to pay as the return page tells it."""

    code: str
    state: str
    amount_fen: int
    created_at: datetime
    expires_at: datetime


def all_banks(_actor: Actor) -> list[Bank]:
    """Every custody bank that was entered, by code."""
    return list(Bank.objects.order_by("code"))


def last_word(_actor: Actor, bank_code: str) -> BankWord:
    """The bank of a code and the day of its last file; two statements."""
    name = Bank.objects.filter(code=bank_code).values_list("name", flat=True).first()
    told = BankFile.objects.filter(bank_code=bank_code, refused="").aggregate(on=Max("account_day"))
    return BankWord(name or bank_code, told["on"])


def bank_figure(steps: list[Step]) -> int:
    """What lies in custody by the bank's files alone: in, less out, less paid back. Fen.

    Counts lines of the bank that were matched, never the books: that is what the sheet compares.
    """
    arrived = sum(each.amount_fen for each in steps if each.kind in ("arrived", "debt_arrived"))
    out = {"release": 0, "refund": 0}
    gone: list[tuple[str, int]] = []
    for each in steps:
        if each.kind in ("release_done", "refund_paid"):
            way = each.kind.partition("_")[0]
            gone.append((way, each.amount_fen))
            out[way] += each.amount_fen
        elif each.kind in ("release_returned", "refund_returned"):
            way = each.kind.partition("_")[0]
            # Sent back before its success was told: the two cancel out.
            if (way, each.amount_fen) in gone:
                gone.remove((way, each.amount_fen))
                out[way] -= each.amount_fen
    return arrived - out["release"] - out["refund"]


def last_order(actor: Actor, contract_code: str) -> OrderState | None:
    """The latest order to pay a contract; two statements.

    Raises: NotFound.
    """
    contract = find(actor, contract_code)
    row = PaymentOrder.objects.filter(contract=contract).order_by("-created_at", "-pk").first()
    if row is None:
        return None
    return OrderState(row.code, row.state, row.amount_fen, row.created_at, row.expires_at)


def sealed_order(actor: Actor, order_code: str, *, return_url: str) -> str:
    """An order to pay as the bank's cashier takes it, sealed with the platform's key.

    `return_url` is where the bank sends the browser afterwards. Made when it is asked for and
    kept nowhere: it holds the number of the custody account. Raises: NotFound.
    """
    order = PaymentOrder.objects.filter(code=order_code).select_related("contract__course").first()
    if order is None or order.guardian_id not in actor.person_ids:
        raise NotFound
    contract = order.contract
    said = Order(
        order_id=order.code,
        bank=contract.bank_code,
        contract_no=contract.code,
        custody_acct=unseal("custody_number", contract.custody_sealed),
        merchant=contract.custody_title[:120],
        purpose=contract.course.name[:120],
        amount_fen=order.amount_fen,
        payer_name_mask="*",
        return_url=return_url,
        made_at=order.created_at.astimezone(SHANGHAI_OFFSET).replace(microsecond=0),
        expires_at=order.expires_at.astimezone(SHANGHAI_OFFSET).replace(microsecond=0),
    )
    return seal_message(said, platform_key())


def way_to_pay(actor: Actor, order_code: str, bank_code: str, *, return_url: str) -> str:
    """The address of the bank's cashier with the sealed order; empty where it has no cashier.

    Raises: NotFound.
    """
    bank = Bank.objects.filter(code=bank_code).first()
    if bank is None or not bank.cashier_url:
        return ""
    token = sealed_order(actor, order_code, return_url=return_url)
    return f"{bank.cashier_url}?{urlencode({'order': token})}"


def code_asked_at(actor: Actor, contract_code: str) -> datetime | None:
    """When the last one-time code for signing a contract was asked; two statements.

    Raises: NotFound.
    """
    contract = find(actor, contract_code)
    return (
        ContractStep.objects.filter(contract=contract, kind="code_requested")
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )


def transfer_day(at: datetime, bank_days: int) -> date | None:
    """The bank working day on which money confirmed at an instant is transferred.

    `bank_days`: the lag that the contract names. None while no rules are in force.
    """
    day = day_of(at)
    pack = pack_on(day)
    return calendar(pack, "bank", day).add_working_days(day, bank_days) if pack else None
