"""What the platform hands to a message gateway: one SMS, e-mail or WeChat message, signed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from yuxin.formats.bank_fields import Choice, Instant, Text
from yuxin.formats.bank_lines import ID
from yuxin.formats.signed_tokens import open_token, seal_token

_PURPOSE = "gateway-message"


class GatewayChannel(StrEnum):
    """Ways out of the platform; the inbox needs no gateway."""

    SMS = "sms"
    EMAIL = "email"
    WECHAT = "wechat"


class GatewayStatus(StrEnum):
    """The gateway's word. ACCEPTED is the proof of delivery of an SMS."""

    ACCEPTED = "ACCEPTED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class GatewayMessage:
    """One message to one address. The same id is sent at most once, however often it comes."""

    message_id: Annotated[str, ID]
    channel: Annotated[GatewayChannel, Choice(GatewayChannel)]
    address: Annotated[str, Text(120, r"[!-~]+")]
    signature: Annotated[str, Text(20)]
    text: Annotated[str, Text(1000)]
    made_at: Annotated[datetime, Instant()]


def seal_gateway_message(message: GatewayMessage, key: RSAPrivateKey) -> str:
    """The message as a signed token."""
    return seal_token(_PURPOSE, message, key)


def open_gateway_message(token: str, key: RSAPublicKey) -> GatewayMessage:
    """The message of a token. Raises: MessageForged, MessageUnreadable."""
    return open_token(_PURPOSE, GatewayMessage, token, key)
