"""Short signed messages between platform and bank: an order to pay, and the notice of payment.

A message travels as one token, `base64url(JSON).base64url(signature)`, in a link or a POST. The
signature covers the purpose as well, so that an order can never be passed off as a notice.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from yuxin.formats.bank_fields import Amount, Choice, Instant, Maybe, Text, from_json, to_json
from yuxin.formats.bank_lines import ACCOUNT, BANK_CODE, ID, Channel
from yuxin.formats.bank_refusals import BankFileRefused
from yuxin.formats.party_keys import is_signed, sign
from yuxin.kernel.refusal import Refusal

TOKEN_CHARACTERS_MAX = 8192
WEB_ADDRESS = Text(1000, r"https?://[!-~]+")


class MessageForged(Refusal):
    """The token is cut, changed or signed by somebody else."""

    code = "bank_message_forged"
    status = 403
    zh = "链接不完整或被改动过，没有扣款。请回到原来的页面重新打开。"
    en = "This link is incomplete or was altered; nothing was charged. Go back and open it again."


class MessageUnreadable(Refusal):
    """The token is genuine, but a field in it does not fit: the sender's fault."""

    code = "bank_message_unreadable"
    status = 422
    zh = "签名有效，但栏目 {field} 不合格式，没有办理。请发出方核对。"
    en = "The signature is valid but the field {field} does not fit; nothing was done."


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
    body = _body(message)
    return f"{_base64(body)}.{_base64(sign(_purpose(type(message)) + body, key))}"


def open_message(kind: type[MessageT], token: str, key: RSAPublicKey) -> MessageT:
    """The message of a token. Raises: MessageForged, MessageUnreadable."""
    body, signature = _parts(token)
    if not is_signed(_purpose(kind) + body, signature, key):
        raise MessageForged
    try:
        message = from_json(kind, json.loads(body), 0)
    except BankFileRefused as problem:
        raise MessageUnreadable(field=problem.field) from problem
    if _body(message) != body:
        raise MessageUnreadable(field="JSON")
    return message


def _parts(token: str) -> tuple[bytes, bytes]:
    parts = token.split(".")
    if len(token) > TOKEN_CHARACTERS_MAX or len(parts) != 2:
        raise MessageForged
    try:
        body, signature = (base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in parts)
    except (binascii.Error, ValueError) as problem:
        raise MessageForged from problem
    if [_base64(body), _base64(signature)] != parts:
        raise MessageForged
    return body, signature


def _purpose(kind: type[Order] | type[Notice]) -> bytes:
    return f"yuxin-bank-{kind.__name__.lower()}-1\n".encode()


def _body(message: Order | Notice) -> bytes:
    return json.dumps(to_json(message), ensure_ascii=False, separators=(",", ":")).encode()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
