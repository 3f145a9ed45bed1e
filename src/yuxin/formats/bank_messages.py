"""Short signed messages between platform and bank: an order to pay, and the notice of payment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from yuxin.formats.bank_fields import Amount, Choice, Instant, Maybe, Text
from yuxin.formats.bank_lines import ACCOUNT, BANK_CODE, ID, Channel
from yuxin.formats.signed_tokens import MessageForged as MessageForged
from yuxin.formats.signed_tokens import MessageUnreadable as MessageUnreadable
from yuxin.formats.signed_tokens import open_token, seal_token

WEB_ADDRESS = Text(1000, r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class Order:
    """The platform asks the bank to let somebody pay a contract's sum into custody."""

    order_id: Annotated[str, ID]
    bank: Annotated[str, BANK_CODE]
    contract_no: Annotated[str, ID]
    custody_acct: Annotated[str, ACCOUNT]
    merchant: Annotated[str, Text(120)]
    purpose: Annotated[str, Text(120)]
    amount_fen: Annotated[int, Amount()]
    payer_name_mask: Annotated[str, Text(40)]
    return_url: Annotated[str, WEB_ADDRESS]
    made_at: Annotated[datetime, Instant()]
    expires_at: Annotated[datetime, Instant()]


class OrderStatus(StrEnum):
    """How an order ended."""

    PAID = "PAID"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Notice:
    """The bank says how an order ended. Money counts only when the file IN shows it."""

    order_id: Annotated[str, ID]
    bank: Annotated[str, BANK_CODE]
    contract_no: Annotated[str, ID]
    amount_fen: Annotated[int, Amount()]
    status: Annotated[OrderStatus, Choice(OrderStatus)]
    channel: Annotated[Channel | None, Maybe(Choice(Channel))]
    channel_serial: Annotated[str | None, Maybe(ID)]
    at: Annotated[datetime, Instant()]


MessageT = TypeVar("MessageT", Order, Notice)


def seal_message(message: Order | Notice, key: RSAPrivateKey) -> str:
    """The message as a signed token."""
    return seal_token(_purpose(type(message)), message, key)


def open_message(kind: type[MessageT], token: str, key: RSAPublicKey) -> MessageT:
    """The message of a token. Raises: MessageForged, MessageUnreadable."""
    return open_token(_purpose(kind), kind, token, key)


def _purpose(kind: type[Order] | type[Notice]) -> str:
    return f"bank-{kind.__name__.lower()}"
