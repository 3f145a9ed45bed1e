"""A bank, its accounts and orders, for tests of the bank and of what talks to it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from yuxin.formats import party_keys
from yuxin.formats.bank_files import BankFile, SealedFile, new_file, seal, unseal
from yuxin.formats.bank_lines import FileKind, InstructionType, RefundRoute, ReqLine
from yuxin.formats.bank_messages import Order
from yuxin.kernel.clock import SHANGHAI
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.terms import NO_FAULTS, Faults, Terms

CODE = "DEMOBANK"
CUSTODY, SETTLEMENT = "6217000099990001", "6217000099990002"
OTHER_SETTLEMENT = "6217000099990099"


@cache
def bank_key() -> RSAPrivateKey:
    return party_keys.new_key()


@cache
def platform_key() -> RSAPrivateKey:
    return party_keys.new_key()


def at(text: str) -> datetime:
    """`03-02 10:02` of 2026 in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def new_bank(
    path: Path | None = None, *, faults: Faults = NO_FAULTS, terms: Terms | None = None
) -> Bank:
    """A bank with the accounts of one institution and the own account of another."""
    bank = Bank(
        code=CODE,
        key=bank_key(),
        platform_key=platform_key().public_key(),
        path=path,
        terms=terms,
        faults=faults,
    )
    opened = at("03-02 09:00")
    bank.open_custody(CUSTODY, owner="A", title="晨光预收费资金托管专户", at=opened)
    bank.open_settlement(SETTLEMENT, owner="A", title="晨光", at=opened)
    bank.open_settlement(OTHER_SETTLEMENT, owner="B", title="启明", at=opened)
    return bank


def order(order_id: str = "O-K-1", fen: int = 200000, **changes: object) -> Order:
    """The order of contract K, at 10:00 on 2 March."""
    plain = Order(
        order_id=order_id,
        bank=CODE,
        contract_no="K",
        custody_acct=CUSTODY,
        merchant="晨光美术培训中心",
        purpose="少儿水彩 20 课时",
        amount_fen=fen,
        payer_name_mask="陈*",
        return_url="http://127.0.0.1:8000/family/pay/K?step=2",
        made_at=at("03-02 10:00"),
        expires_at=at("03-02 10:30"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def release(number: str, fen: int, **changes: object) -> ReqLine:
    """An order to transfer to the institution."""
    plain = ReqLine(
        instruction_id=number,
        batch_id="S-1",
        type=InstructionType.RELEASE,
        amount_fen=fen,
        from_acct=CUSTODY,
        to_acct=SETTLEMENT,
        value_date=date(2026, 3, 2),
        refund_id=None,
        original_channel_serial=None,
        route=None,
        lines_sha256="0" * 64,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def refund(number: str, fen: int, channel_serial: str | None, **changes: object) -> ReqLine:
    """An order to refund by the original route."""
    return release(
        number,
        fen,
        **{
            "type": InstructionType.REFUND,
            "to_acct": None,
            "refund_id": f"T-{number}",
            "original_channel_serial": channel_serial,
            "route": RefundRoute.ORIGINAL,
            **changes,
        },
    )


def instructions(*lines: ReqLine, day: str = "03-02", part: int = 1) -> SealedFile:
    """A signed file of instructions."""
    file = new_file(
        FileKind.REQ,
        bank=CODE,
        acct_date=at(f"{day} 00:00").date(),
        part=part,
        made_at=at(f"{day} 12:00"),
        lines=lines,
        last=True,
    )
    return seal(file, platform_key())


def fetch(bank: Bank, now: datetime) -> list[BankFile]:
    """What the platform finds in its folder by now, read strictly."""
    files = []
    for delivery in bank.outbox(now):
        files.append(unseal(delivery.file, key=bank_key().public_key(), bank=CODE))
        bank.delivered(delivery)
    return files


def of_kind(files: list[BankFile], kind: FileKind) -> list[BankFile]:
    return [file for file in files if file.header.file is kind]


MINUTE = timedelta(minutes=1)
