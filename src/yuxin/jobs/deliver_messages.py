"""Send the messages that are due and write what became of them.

At least once: the answers are written after the gateway was called, so a crash in between sends
the same ids again, and the gateway sends one id once. No transaction is open while it is called;
a lock of the session keeps a second worker from doing the same work.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, Protocol

from django.db import connection

from yuxin.access.reading import reading
from yuxin.access.sealed import unseal
from yuxin.formats.gateway_messages import GatewayChannel, GatewayMessage, GatewayStatus
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.ids import request_id_for
from yuxin.messages import queries, schedule
from yuxin.messages.queries import Outgoing
from yuxin.messages.services import Answer
from yuxin.operations.messages.record_deliveries import DeliveriesMovedOn, record_deliveries
from yuxin.registry import queries as registry

BATCH: Final = 200
_LOCK: Final = 0x79755F6D7367  # "yu_msg"
_CLOCK: Final = Actor.clock(())


class Gateway(Protocol):
    """Where messages are handed over."""

    def hand_over(self, message: GatewayMessage) -> GatewayStatus | None:
        """What the gateway says; None when no answer was heard."""


AddressOf = Callable[[Actor, int, str, datetime], str | None]


def deliver_due(
    at: datetime,
    gateway: Gateway,
    *,
    signature: str,
    keep_codes: bool,
    address_of: AddressOf | None = None,
) -> int:
    """Send what is due; how many answers were written. Another worker at it: 0.

    `signature`: the sender's name in brackets before an SMS. `keep_codes`: a demo, whose inbox
    shows the digits.
    """
    with _alone() as alone:
        if not alone:
            return 0
        with reading(_CLOCK):
            due = queries.due(_CLOCK, at, limit=BATCH)
        if not due:
            return 0
        persons = tuple(sorted({row.person_id for row in due}))
        worker = Actor(None, "系统", frozenset({Role.CLOCK}), person_ids=persons)
        find = address_of or registered_address
        with reading(worker):
            letters = queries.outgoing(worker, [row.id for row in due])
            addresses = [find(worker, each.person_id, each.channel, at) for each in letters]
        answers = tuple(
            Answer(each.id, each.attempts, _hand_over(each, address, gateway, signature, at))
            for each, address in zip(letters, addresses, strict=True)
        )
        return _write(worker, at, answers, keep_codes=keep_codes)


def _hand_over(
    letter: Outgoing, address: str | None, gateway: Gateway, signature: str, at: datetime
) -> str:
    if letter.is_code and letter.created_at + schedule.CODE_VALID <= at:
        return "EXPIRED"
    if address is None:
        return "NO_ADDRESS"
    message = GatewayMessage(
        message_id=letter.id,
        channel=GatewayChannel(letter.channel),
        address=address,
        signature=signature,
        text=letter.text,
        made_at=letter.created_at,
    )
    said = gateway.hand_over(message)
    return "UNSENT" if said is None else said.value


def _write(worker: Actor, at: datetime, answers: Sequence[Answer], *, keep_codes: bool) -> int:
    if not answers:
        return 0
    done_key = f"deliver|{at.isoformat()}|{answers[0].delivery_id}|{len(answers)}"
    call = Call(worker, at, request_id_for(done_key))
    try:
        receipt = record_deliveries(call, answers=tuple(answers), keep_codes=keep_codes)
    except DeliveriesMovedOn:
        return 0
    return int(str(receipt["recorded"]))


def registered_address(reader: Actor, person_id: int, channel: str, at: datetime) -> str | None:
    """The telephone number that the registry holds; other addresses are not kept yet."""
    if channel != GatewayChannel.SMS:
        return None
    said = registry.person(reader, person_id, day_of(at))
    if said is None or said.phone_sealed is None:
        return None
    return unseal("phone", said.phone_sealed)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this worker has the step to itself; the lock outlives the transaction."""
    with reading(_CLOCK), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with reading(_CLOCK), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
