"""Short signed messages between platform and insurer: cover asked and given, claims and answers."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from yuxin.formats.bank_fields import Amount, Day, Flag, Text
from yuxin.formats.bank_lines import ID
from yuxin.formats.signed_tokens import open_token, seal_token

WORDS = Text(200)


@dataclass(frozen=True, slots=True)
class CoverAsk:
    """The platform asks to cover a contract that was paid."""

    certificate: Annotated[str, ID]
    product: Annotated[str, ID]
    contract_no: Annotated[str, ID]
    cover_fen: Annotated[int, Amount()]
    premium_fen: Annotated[int, Amount()]
    from_on: Annotated[date, Day()]
    until_on: Annotated[date, Day()]


@dataclass(frozen=True, slots=True)
class CoverAnswer:
    """The insurer covers it under a number, or does not."""

    certificate: Annotated[str, ID]
    accepted: Annotated[bool, Flag()]
    number: Annotated[str, WORDS]


@dataclass(frozen=True, slots=True)
class ClaimAsk:
    """A claim on a certificate."""

    claim: Annotated[str, ID]
    number: Annotated[str, WORDS]
    amount_fen: Annotated[int, Amount()]


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """The insurer paid the family so much on a day, or refuses and says why."""

    claim: Annotated[str, ID]
    paid: Annotated[bool, Flag()]
    paid_fen: Annotated[int, Amount()]
    serial: Annotated[str, WORDS]
    paid_on: Annotated[date, Day()]
    words: Annotated[str, WORDS]


Message = CoverAsk | CoverAnswer | ClaimAsk | ClaimAnswer
MessageT = TypeVar("MessageT", CoverAsk, CoverAnswer, ClaimAsk, ClaimAnswer)


def seal_message(message: Message, key: RSAPrivateKey) -> str:
    """The message as a signed token."""
    return seal_token(f"insurer-{type(message).__name__.lower()}", message, key)


def open_message(kind: type[MessageT], token: str, key: RSAPublicKey) -> MessageT:
    """The message of a token. Raises: MessageForged, MessageUnreadable."""
    return open_token(f"insurer-{kind.__name__.lower()}", kind, token, key)
