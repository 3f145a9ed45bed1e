"""Reads of messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from yuxin.kernel.actor import Actor
from yuxin.messages import services, texts
from yuxin.messages.models import Delivery, Message
from yuxin.messages.texts import Fact


@dataclass(frozen=True)
class Letter:
    """A message as its reader sees it."""

    id: str
    title: str
    text: str
    created_at: datetime
    is_new: bool
    legal_effect: bool
    template: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Due:
    """A delivery that may go out now."""

    id: str
    person_id: int


@dataclass(frozen=True)
class Outgoing:
    """A delivery with what it says; `expired` ones are not sent any more."""

    id: str
    person_id: int
    channel: str
    attempts: int
    text: str
    created_at: datetime
    is_code: bool


def inbox(actor: Actor, *, show_codes: bool = False, limit: int = 50) -> list[Letter]:
    """The reader's own messages, newest first. `show_codes`: digits too, as a demo does."""
    found = _own(actor).order_by("-created_at", "-pk")[:limit]
    return [_letter(message, actor.language, show_codes=show_codes) for message in found]


def unread_count(actor: Actor) -> int:
    """How many of the reader's messages were never displayed."""
    return _own(actor).filter(shown_at=None).count()


def proven_at(actor: Actor, message_id: str) -> datetime | None:
    """When a message was proved to have arrived; None while it was not.

    A clock of silence starts here. Only those who may see the message learn of it.
    """
    return Message.objects.filter(pk=UUID(message_id)).values_list("proven_at", flat=True).first()


def due(actor: Actor, at: datetime, *, limit: int = 200) -> list[Due]:
    """What the worker has to send now, oldest first: ids alone, no contents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, person_id FROM public.messages_due(%s, %s)", [at, limit])
        return [Due(row[0].hex, row[1]) for row in cursor.fetchall()]


def outgoing(actor: Actor, ids: Sequence[str]) -> list[Outgoing]:
    """What to send, read with the recipients' eyes, in the order given."""
    rows = {
        row.pk.hex: row
        for row in Delivery.objects.filter(
            pk__in=[UUID(number) for number in ids], state=Delivery.State.WAITING
        ).select_related("message")
    }
    return [_outgoing(rows[number]) for number in ids if number in rows]


def _own(actor: Actor) -> QuerySet[Message]:
    return Message.objects.filter(
        Q(to_person_id__in=actor.person_ids) | Q(to_account_id=actor.account_id or 0)
    )


def _outgoing(row: Delivery) -> Outgoing:
    message = row.message
    facts = services.facts_of(message)
    return Outgoing(
        id=row.pk.hex,
        person_id=row.to_person_id,
        channel=row.channel,
        attempts=row.attempts,
        text=texts.render(message.template, message.version, facts, "zh")[1],
        created_at=message.created_at,
        is_code=message.template == texts.CODE,
    )


def _letter(message: Message, language: str, *, show_codes: bool) -> Letter:
    facts = services.facts_of(message)
    if message.template == texts.CODE and not show_codes:
        facts["code"] = texts.HIDDEN
    title, text = texts.render(message.template, message.version, facts, language)
    return Letter(
        id=message.pk.hex,
        title=title,
        text=text,
        created_at=message.created_at,
        is_new=message.shown_at is None,
        legal_effect=message.legal_effect,
        template=message.template,
        facts=facts,
    )
