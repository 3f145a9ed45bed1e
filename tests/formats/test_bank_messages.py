"""An order to pay and the notice of payment are believed only unaltered and from their sender."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from yuxin.formats import party_keys
from yuxin.formats.bank_lines import Channel
from yuxin.formats.bank_messages import (
    MessageForged,
    MessageUnreadable,
    Notice,
    Order,
    OrderStatus,
    open_message,
    seal_message,
)
from yuxin.formats.bank_refusals import BadField

CHINA = timezone(timedelta(hours=8))
PAID_AT = datetime(2026, 3, 2, 10, 2, tzinfo=CHINA)
ORDER = Order(
    order_id="O-K-1",
    bank="DEMOBANK",
    contract_no="K",
    custody_acct="6217000099990001",
    merchant="晨光美术培训中心",
    purpose="少儿水彩 20 课时",
    amount_fen=200000,
    payer_name_mask="陈*",
    return_url="http://127.0.0.1:8000/family/pay/K",
    made_at=PAID_AT,
    expires_at=PAID_AT + timedelta(minutes=30),
)
NOTICE = Notice(
    order_id="O-K-1",
    bank="DEMOBANK",
    contract_no="K",
    amount_fen=200000,
    status=OrderStatus.PAID,
    channel=Channel.UNIONPAY,
    channel_serial="U1",
    at=PAID_AT,
)


@cache
def key() -> RSAPrivateKey:
    return party_keys.new_key()


def test_messages_make_the_round_trip() -> None:
    public = key().public_key()

    assert open_message(Order, seal_message(ORDER, key()), public) == ORDER
    assert open_message(Notice, seal_message(NOTICE, key()), public) == NOTICE


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_altered_character_is_refused(data: st.DataObject) -> None:
    token = seal_message(ORDER, key())
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))

    with pytest.raises(MessageForged):
        open_message(Order, token[:place] + other + token[place + 1 :], key().public_key())


def test_an_order_is_no_notice_and_another_sender_is_nobody() -> None:
    token = seal_message(ORDER, key())

    with pytest.raises(MessageForged):
        open_message(Notice, token, key().public_key())
    with pytest.raises(MessageForged):
        open_message(Order, token, party_keys.new_key().public_key())


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "é.é", "A" * 9000 + ".A"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(MessageForged):
        open_message(Order, token, key().public_key())


def test_what_the_other_side_would_refuse_is_never_sent() -> None:
    with pytest.raises(BadField, match="return_url"):
        seal_message(replace(ORDER, return_url="javascript:alert(1)"), key())


def test_a_field_that_the_sender_signed_but_may_not_send_is_named() -> None:
    body = seal_message(ORDER, key()).split(".")[0]
    text = base64.urlsafe_b64decode(body + "==").replace(b'"amount_fen":200000', b'"amount_fen":-1')
    signature = party_keys.sign(b"yuxin-bank-order-1\n" + text, key())
    parts = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (text, signature))

    with pytest.raises(MessageUnreadable) as caught:
        open_message(Order, ".".join(parts), key().public_key())
    assert caught.value.field == "amount_fen"
