"""The gateway's book: each message once, with its answer."""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from yuxin.formats.gateway_messages import GatewayMessage, GatewayStatus, open_gateway_message
from yuxin.kernel.refusal import Refusal
from yuxin.parties import chance
from yuxin.parties.store import Store

SCHEMA = """
CREATE TABLE message (
    message_id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    signature TEXT NOT NULL,
    text TEXT NOT NULL,
    received_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ACCEPTED', 'FAILED')),
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX message_of_address ON message (address);
CREATE TABLE attempt (sha256 TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
"""


class MessageReused(Refusal):
    """One message id came with two different contents."""

    code = "message_reused"
    zh = "消息号 {message_id} 已用于另一条消息，没有发送。请换用新的消息号。"
    en = "The message id {message_id} was used for another message; nothing was sent."


class GatewayDown(Refusal):
    """The gateway plays an outage: nothing was recorded."""

    code = "gateway_down"
    status = 503
    zh = "消息通道暂时不可用，没有发送。请稍后重试。"
    en = "The message gateway is down; nothing was sent. Try again later."


class GatewayFaultUnknown(Refusal):
    """The command line names a fault that the gateway cannot play."""

    code = "gateway_fault_unknown"
    status = 422
    zh = "不认识的故障设置 {given}。写法：名称=百万分率，名称有 {known}。"
    en = "Unknown fault setting {given}. Write name=rate per million; the names are {known}."


@dataclass(frozen=True)
class GatewayFaults:
    """How often it goes wrong, per million.

    `failed`: the address cannot be reached, for good (answered FAILED). `down`: this attempt is
    refused with 503. `lost_answer`: the message goes out, but the platform hears nothing.
    """

    seed: int = 0
    failed: int = 0
    down: int = 0
    lost_answer: int = 0

    def hits(self, fault: str, subject: str) -> bool:
        """Whether this fault befalls this message or attempt."""
        rate: int = getattr(self, fault)
        return chance.hits(self.seed, rate, fault, subject)


def parse_gateway_faults(text: str, *, seed: int) -> GatewayFaults:
    """Faults as `failed=20000,down=5000` (per million). Raises: GatewayFaultUnknown."""
    known = {f.name for f in fields(GatewayFaults)} - {"seed"}
    rates: dict[str, int] = {}
    for part in filter(None, text.split(",")):
        name, _, rate = part.partition("=")
        if name not in known or not rate.isdecimal() or int(rate) > chance.MILLION:
            raise GatewayFaultUnknown(given=part, known=", ".join(sorted(known)))
        rates[name] = int(rate)
    return GatewayFaults(seed=seed, **rates)


@dataclass(frozen=True)
class GatewayAnswer:
    """What became of a message; `heard` False: the answer gets lost on the way back."""

    message_id: str
    status: GatewayStatus
    reason: str
    heard: bool = True


class Gateway:
    """Takes signed messages; every method is one transaction."""

    def __init__(
        self,
        *,
        platform_key: RSAPublicKey,
        path: Path | None = None,
        faults: GatewayFaults | None = None,
    ) -> None:
        """`path` None keeps it in memory."""
        self._platform_key = platform_key
        self._faults = faults or GatewayFaults()
        self._store = Store(path, SCHEMA)

    def close(self) -> None:
        """End the connection to the file."""
        self._store.close()

    def take(self, token: str, at: datetime) -> GatewayAnswer:
        """Send a message, once; the same again gets the first answer.

        Raises: MessageForged, MessageUnreadable, MessageReused, GatewayDown.
        """
        message = open_gateway_message(token, self._platform_key)
        digest = hashlib.sha256(token.partition(".")[0].encode()).hexdigest()
        with self._store.act():
            attempt = self._attempt(digest)
        if self._faults.hits("down", f"{message.message_id}|{attempt}"):
            raise GatewayDown
        with self._store.act():
            row = self._row(message.message_id)
            if row is not None and row["sha256"] != digest:
                raise MessageReused(message_id=message.message_id)
            if row is None:
                self._record(message, digest, at)
                row = self._row(message.message_id)
        lost = self._faults.hits("lost_answer", f"{message.message_id}|{attempt}")
        status = GatewayStatus(row["status"])
        return GatewayAnswer(message.message_id, status, row["reason"], heard=not lost)

    def phones(self) -> list[Any]:
        """Every address that got something, the latest first."""
        return list(
            self._store.rows(
                "SELECT address, count(*) AS messages, max(received_at) AS latest_at FROM message "
                "WHERE status = 'ACCEPTED' GROUP BY address ORDER BY max(rowid) DESC LIMIT 200"
            )
        )

    def messages_of(self, address: str) -> list[Any]:
        """What an address got, newest first."""
        query = "SELECT * FROM message WHERE address = ? ORDER BY rowid DESC LIMIT 100"
        return list(self._store.rows(query, address))

    def _attempt(self, digest: str) -> int:
        self._store.run(
            "INSERT INTO attempt VALUES (?, 1) "
            "ON CONFLICT (sha256) DO UPDATE SET count = count + 1",
            digest,
        )
        row = self._store.row("SELECT count FROM attempt WHERE sha256 = ?", digest)
        return int(row["count"])

    def _record(self, message: GatewayMessage, digest: str, at: datetime) -> None:
        failed = self._faults.hits("failed", message.message_id)
        self._store.run(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            message.message_id,
            digest,
            message.channel.value,
            message.address,
            message.signature,
            message.text,
            at.isoformat(timespec="seconds"),
            (GatewayStatus.FAILED if failed else GatewayStatus.ACCEPTED).value,
            "UNREACHABLE" if failed else "",
        )

    def _row(self, message_id: str) -> Any:
        return self._store.row("SELECT * FROM message WHERE message_id = ?", message_id)
