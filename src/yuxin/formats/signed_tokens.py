"""Records as signed tokens that fit into a link or a POST: `base64url(JSON).base64url(signature)`.

The signature covers the purpose as well, so that an order can never be passed off as a notice.
"""

import base64
import binascii
import json
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from yuxin.formats.bank_fields import from_json, to_json
from yuxin.formats.bank_refusals import BankFileRefused
from yuxin.formats.party_keys import is_signed, sign
from yuxin.kernel.refusal import Refusal

TOKEN_CHARACTERS_MAX = 8192
RecordT = TypeVar("RecordT")


class MessageForged(Refusal):
    """The token is cut, changed or signed by somebody else."""

    code = "message_forged"
    status = 403
    zh = "链接或消息不完整，或被改动过，没有办理。请回到原来的页面重新打开。"
    en = "This link or message is incomplete or was altered; nothing was done. Open it again."


class MessageUnreadable(Refusal):
    """The token is genuine, but a field in it does not fit: the sender's fault."""

    code = "message_unreadable"
    status = 422
    zh = "签名有效，但栏目 {field} 不合格式，没有办理。请发出方核对。"
    en = "The signature is valid but the field {field} does not fit; nothing was done."


def seal_token(purpose: str, record: object, key: RSAPrivateKey) -> str:
    """The record as a signed token."""
    body = _body(record)
    return f"{_base64(body)}.{_base64(sign(_signed(purpose, body), key))}"


def open_token(purpose: str, kind: type[RecordT], token: str, key: RSAPublicKey) -> RecordT:
    """The record of a token. Raises: MessageForged, MessageUnreadable."""
    body, signature = _parts(token)
    if not is_signed(_signed(purpose, body), signature, key):
        raise MessageForged
    try:
        record = from_json(kind, json.loads(body), 0)
    except BankFileRefused as problem:
        raise MessageUnreadable(field=problem.field) from problem
    if _body(record) != body:
        raise MessageUnreadable(field="JSON")
    return record


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


def _signed(purpose: str, body: bytes) -> bytes:
    return f"yuxin-{purpose}-1\n".encode() + body


def _body(record: object) -> bytes:
    return json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":")).encode()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
