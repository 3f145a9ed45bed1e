"""Writes of messages, inside an operation."""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from yuxin.access.sealed import blind_index, seal, unseal
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.refusal import Refusal
from yuxin.messages import schedule, texts
from yuxin.messages.models import Delivery, Message, OneTimeCode
from yuxin.messages.texts import Fact

INBOX: Final = "inbox"
CHANNELS: Final = (INBOX, "sms", "email", "wechat")
_PURPOSE: Final = "message"


class CodeTooSoon(Refusal):
    """Codes are sent at most once a minute and ten times a day."""

    code = "code_too_soon"
    status = 429
    zh = "验证码刚刚发过。请等 1 分钟再试；一天最多发 {most} 次。"
    en = "A code was sent a moment ago. Wait a minute; at most {most} are sent in a day."


class CodeInvalid(Refusal):
    """No valid code stands behind the act: wrong, over, used, or for something else."""

    code = "code_invalid"
    status = 403
    zh = "验证码不对、已过期或已用过，没有办理。请重新获取验证码。"
    en = "The code is wrong, over or used, so nothing was done. Please ask for a new one."


def send(
    act: Act,
    *,
    template: str,
    facts: Mapping[str, Fact],
    to_person_id: int | None = None,
    to_account_id: int | None = None,
    channels: Sequence[str] = (INBOX, "sms"),
    legal_effect: bool = False,
) -> str:
    """Tell one person or one account something; the number of the message.

    `channels` in order; the inbox is there in any case, and an account has nothing else.
    """
    return _send(
        act,
        template,
        facts,
        to=(to_person_id, to_account_id),
        channels=channels,
        legal_effect=legal_effect,
        urgent=False,
    )


@dataclass(frozen=True)
class Letter:
    """What one person is told."""

    to_person_id: int
    template: str
    facts: Mapping[str, Fact]
    legal_effect: bool = False


def send_many(
    act: Act, letters: Sequence[Letter], *, channels: Sequence[str] = (INBOX, "sms")
) -> None:
    """Tell many persons something each, in two statements."""
    require_act()
    told = [
        _message(
            act,
            each.template,
            each.facts,
            to=(each.to_person_id, None),
            legal_effect=each.legal_effect,
            urgent=False,
        )
        for each in letters
    ]
    Message.objects.bulk_create(told)
    Delivery.objects.bulk_create([way for message in told for way in _ways(message, channels)])


def _send(
    act: Act,
    template: str,
    facts: Mapping[str, Fact],
    *,
    to: tuple[int | None, int | None],
    channels: Sequence[str],
    legal_effect: bool,
    urgent: bool,
) -> str:
    require_act()
    message = _message(act, template, facts, to=to, legal_effect=legal_effect, urgent=urgent)
    message.save(force_insert=True)
    Delivery.objects.bulk_create(_ways(message, channels))
    return message.id.hex


def _message(
    act: Act,
    template: str,
    facts: Mapping[str, Fact],
    *,
    to: tuple[int | None, int | None],
    legal_effect: bool,
    urgent: bool,
) -> Message:
    missing = texts.TEXTS[template][-1].facts() - facts.keys()
    assert not missing, f"{template} lacks the facts {sorted(missing)}"
    person_id, account_id = to
    assert (person_id is None) != (account_id is None), "a message has one recipient"
    # The sender may not read the row: its key is made here, so that none needs to come back.
    return Message(
        id=uuid4(),
        to_person_id=person_id,
        to_account_id=account_id,
        template=template,
        version=texts.current_version(template),
        facts_sealed=_sealed(facts),
        legal_effect=legal_effect,
        urgent=urgent,
        created_at=act.at,
    )


def _ways(message: Message, channels: Sequence[str]) -> list[Delivery]:
    """The ways out besides the inbox; an account has none."""
    assert set(channels) <= set(CHANNELS) and len(set(channels)) == len(channels)
    if message.to_person_id is None:
        return []
    ways = [channel for channel in channels if channel != INBOX]
    return [_way(message, message.to_person_id, number, way) for number, way in enumerate(ways)]


def _way(message: Message, person_id: int, position: int, channel: str) -> Delivery:
    first = position == 0
    due_at = schedule.earliest(message.created_at, urgent=message.urgent) if first else None
    state = Delivery.State.WAITING if first else Delivery.State.HELD
    return Delivery(
        id=uuid4(),
        message_id=message.id,
        to_person_id=person_id,
        position=position,
        channel=channel,
        state=state,
        due_at=due_at,
    )


def mark_shown(act: Act, message_ids: Sequence[str]) -> list[Message]:
    """Note that the reader's own messages were displayed; those that were not before."""
    require_act()
    found = list(
        Message.objects.filter(pk__in=[UUID(number) for number in message_ids], shown_at=None)
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    for message in found:
        message.shown_at = act.at
        _prove(message, act.at, INBOX)
        message.save(update_fields=["shown_at", "proven_at", "proof"])
    return found


@dataclass(frozen=True)
class Answer:
    """What became of one try: `answer` is ACCEPTED, FAILED, UNSENT, EXPIRED or NO_ADDRESS."""

    delivery_id: str
    attempts: int
    answer: str


def record_answers(act: Act, answers: Sequence[Answer], *, keep_codes: bool) -> list[Delivery]:
    """Write what became of deliveries; one that moved on meanwhile is left alone.

    `keep_codes`: leave the digits in the message, for the inbox of a demo.
    """
    require_act()
    by_id = {UUID(answer.delivery_id): answer for answer in answers}
    rows = list(
        Delivery.objects.filter(pk__in=by_id, state=Delivery.State.WAITING)
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True)
    )
    changed = [row for row in rows if row.attempts == by_id[row.pk].attempts]
    messages = {
        message.pk: message
        for message in Message.objects.filter(pk__in=[row.message_id for row in changed])
        .order_by("pk")
        .select_for_update(no_key=True)
    }
    for row in changed:
        _record(act, row, messages[row.message_id], by_id[row.pk].answer)
        if row.state != Delivery.State.WAITING and not keep_codes:
            _forget_code(messages[row.message_id])
    return changed


def _record(act: Act, row: Delivery, message: Message, answer: str) -> None:
    row.attempts += 1
    row.reason = "" if answer == "ACCEPTED" else answer
    again = None
    if answer == "UNSENT":
        again = schedule.next_try(act.at, row.attempts, urgent=message.urgent)
    if again is not None:
        row.due_at = again
    else:
        row.due_at, row.ended_at = None, act.at
        row.state = Delivery.State.ACCEPTED if answer == "ACCEPTED" else Delivery.State.FAILED
    row.save(update_fields=["attempts", "reason", "due_at", "ended_at", "state"])
    if row.state == Delivery.State.ACCEPTED:
        _prove(message, act.at, row.channel)
        message.save(update_fields=["proven_at", "proof"])
    elif row.state == Delivery.State.FAILED and answer != "EXPIRED":
        Delivery.objects.filter(
            message_id=message.pk, position=row.position + 1, state=Delivery.State.HELD
        ).update(
            state=Delivery.State.WAITING,
            due_at=schedule.earliest(act.at, urgent=message.urgent),
        )


def _prove(message: Message, at: datetime, channel: str) -> None:
    """The first proof stands; an SMS or the screen proves, the rest only informs."""
    if message.proven_at is None and channel in (INBOX, "sms"):
        message.proven_at, message.proof = at, channel


def _forget_code(message: Message) -> None:
    if message.template == texts.CODE:
        message.facts_sealed = _sealed({**facts_of(message), "code": texts.HIDDEN})
        message.save(update_fields=["facts_sealed"])


def facts_of(message: Message) -> dict[str, Fact]:
    """The facts of a message, opened."""
    facts: dict[str, Fact] = json.loads(unseal(_PURPOSE, message.facts_sealed))
    return facts


def _sealed(facts: Mapping[str, Fact]) -> bytes:
    return seal(_PURPOSE, json.dumps(dict(facts), ensure_ascii=False))


# One-time codes


def issue_code(act: Act, *, person_id: int, purpose: str, payload_sha256: str) -> str:
    """Send a code that signs exactly the payload; the number of its message.

    Six digits, 5 minutes, 5 tries, one use; an earlier code for the same purpose ends.
    Raises: CodeTooSoon.
    """
    require_act()
    assert purpose in texts.PURPOSES, f"unknown purpose {purpose}"
    earlier = OneTimeCode.objects.filter(person_id=person_id, purpose=purpose)
    today = earlier.filter(issued_at__gt=act.at - 1440 * schedule.CODE_PAUSE).count()
    soon = earlier.filter(issued_at__gt=act.at - schedule.CODE_PAUSE).exists()
    if soon or today >= schedule.CODES_A_DAY:
        raise CodeTooSoon(most=schedule.CODES_A_DAY)
    earlier.filter(expires_at__gt=act.at).update(expires_at=act.at)
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = OneTimeCode(
        id=uuid4(),
        person_id=person_id,
        purpose=purpose,
        payload_sha256=payload_sha256,
        issued_at=act.at,
        expires_at=act.at + schedule.CODE_VALID,
        tries_left=schedule.CODE_TRIES,
    )
    row.code_hmac = _code_hmac(row, code)
    row.save(force_insert=True)
    return _send(
        act,
        texts.CODE,
        {"code": code, "purpose": purpose},
        to=(person_id, None),
        channels=(INBOX, "sms"),
        legal_effect=False,
        urgent=True,
    )


def try_code(
    act: Act, *, person_id: int, purpose: str, payload_sha256: str, code: str
) -> tuple[bool, int]:
    """Count one try of the latest code: whether it is right, and how many tries are left.

    For the operation `try_code` alone, which keeps the count whatever comes of it.
    """
    require_act()
    row = _latest(person_id, purpose, payload_sha256)
    if row is None or row.expires_at <= act.at or row.used_at or row.tries_left == 0:
        return False, 0
    right = hmac.compare_digest(bytes(row.code_hmac), _code_hmac(row, code))
    if right:
        row.proven_at = act.at
    else:
        row.tries_left -= 1
    row.save(update_fields=["tries_left", "proven_at"])
    return right, row.tries_left


def use_code(act: Act, *, person_id: int, purpose: str, payload_sha256: str, code: str) -> None:
    """Use up a code that was tried rightly before, in the act that it signs.

    Raises: CodeInvalid, also for one that was not tried: guesses are counted there.
    """
    require_act()
    row = _latest(person_id, purpose, payload_sha256)
    if (
        row is None
        or row.proven_at is None
        or row.used_at is not None
        or row.expires_at <= act.at
        or not hmac.compare_digest(bytes(row.code_hmac), _code_hmac(row, code))
    ):
        raise CodeInvalid(field="code")
    row.used_at = act.at
    row.save(update_fields=["used_at"])


def _latest(person_id: int, purpose: str, payload_sha256: str) -> OneTimeCode | None:
    """The newest code of a purpose, locked; None when it was issued for another payload."""
    row = (
        OneTimeCode.objects.filter(person_id=person_id, purpose=purpose)
        .order_by("-issued_at", "-pk")
        .select_for_update(no_key=True)
        .first()
    )
    return row if row is not None and row.payload_sha256 == payload_sha256 else None


def _code_hmac(row: OneTimeCode, code: str) -> bytes:
    bound = f"{row.id.hex}|{row.person_id}|{row.purpose}|{row.payload_sha256}"
    return blind_index(f"one-time-code|{bound}", code)


def recipient_of(message: Message) -> str:
    """The recipient as the log names it."""
    if message.to_person_id is not None:
        return f"person:{message.to_person_id}"
    return f"account:{message.to_account_id}"
