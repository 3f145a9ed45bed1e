"""The message gateway: a message goes out once, its answer stays, each phone can be looked at."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.parties.bank_given import at, bank_key, platform_key
from tests.parties.test_bank_process import fetch, free_port, wait_until
from yuxin.formats import party_keys
from yuxin.formats.bank_refusals import BadField
from yuxin.formats.gateway_messages import (
    GatewayChannel,
    GatewayMessage,
    GatewayStatus,
    seal_gateway_message,
)
from yuxin.formats.signed_tokens import MessageForged
from yuxin.parties.messages.gateway import (
    Gateway,
    GatewayDown,
    GatewayFaults,
    GatewayFaultUnknown,
    MessageReused,
    parse_gateway_faults,
)

NOW = at("03-02 10:00")
MESSAGE = GatewayMessage(
    message_id="M-1-sms",
    channel=GatewayChannel.SMS,
    address="13800000001",
    signature="育信演示",
    text="您的签约验证码是 482913，5 分钟内有效。",
    made_at=NOW,
)
ALWAYS = 1_000_000


def gateway(**faults: int) -> Gateway:
    return Gateway(platform_key=platform_key().public_key(), faults=GatewayFaults(**faults))


def signed(message: GatewayMessage = MESSAGE) -> str:
    return seal_gateway_message(message, platform_key())


def test_a_message_sent_twice_arrives_once_with_one_answer() -> None:
    desk = gateway()

    first = desk.take(signed(), NOW)
    again = desk.take(signed(), at("03-02 10:01"))

    assert (first.status, first) == (GatewayStatus.ACCEPTED, again)
    assert [row["text"] for row in desk.messages_of("13800000001")] == [MESSAGE.text]
    assert [(row["address"], row["messages"]) for row in desk.phones()] == [("13800000001", 1)]


def test_the_same_number_with_another_text_or_another_signer_is_refused() -> None:
    desk = gateway()
    desk.take(signed(), NOW)

    with pytest.raises(MessageReused):
        desk.take(signed(replace(MESSAGE, text="别的内容")), NOW)
    with pytest.raises(MessageForged):
        desk.take(seal_gateway_message(replace(MESSAGE, message_id="M-2"), bank_key()), NOW)
    assert len(desk.messages_of("13800000001")) == 1


def test_an_address_with_control_characters_is_never_sent() -> None:
    with pytest.raises(BadField):
        signed(replace(MESSAGE, address="138\r\nBcc: x"))


def test_an_unreachable_phone_is_answered_for_good() -> None:
    desk = gateway(failed=ALWAYS)

    assert desk.take(signed(), NOW).status is GatewayStatus.FAILED
    assert desk.take(signed(), NOW).status is GatewayStatus.FAILED
    assert desk.phones() == []


def test_an_outage_records_nothing_and_passes() -> None:
    desk = gateway(seed=3, down=500_000)
    outcomes = []
    for _ in range(20):
        try:
            outcomes.append(desk.take(signed(), NOW).status)
        except GatewayDown:
            outcomes.append(GatewayStatus.FAILED)

    assert set(outcomes) == {GatewayStatus.ACCEPTED, GatewayStatus.FAILED}
    assert len(desk.messages_of("13800000001")) == 1


def test_a_lost_answer_is_a_message_sent() -> None:
    desk = gateway(lost_answer=ALWAYS)

    assert not desk.take(signed(), NOW).heard
    assert len(desk.messages_of("13800000001")) == 1


def test_an_unknown_fault_is_refused() -> None:
    assert parse_gateway_faults("down=5", seed=1) == GatewayFaults(seed=1, down=5)
    with pytest.raises(GatewayFaultUnknown):
        parse_gateway_faults("quiet=1", seed=1)


def test_the_process_takes_messages_and_shows_the_phone_also_after_a_kill(tmp_path: Path) -> None:
    pem = party_keys.public_pem(platform_key().public_key())
    (tmp_path / "platform.pub").write_bytes(pem)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "yuxin.parties.messages", "--keys", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
        )
        wait_until(lambda: fetch(f"{address}/healthz", None)[0] == 200)
        return process

    process = start()
    try:
        assert "还没有任何消息" in fetch(f"{address}/", None)[1]
        status, text = fetch(f"{address}/messages", signed().encode())
        assert (status, json.loads(text)["status"]) == (200, "ACCEPTED")
        process.kill()
        process.wait()
        process = start()

        assert json.loads(fetch(f"{address}/messages", signed().encode())[1]) == json.loads(text)
        assert "13800000001" in fetch(f"{address}/", None)[1]
        page = fetch(f"{address}/?to=13800000001", None)[1]
        assert "【育信演示】您的签约验证码是 482913" in page
        assert "nothing really goes out" in fetch(f"{address}/?to=1&lang=en", None)[1]
        assert fetch(f"{address}/messages", b"x")[0] == 403
        assert fetch(f"{address}/messages", b"x" * 9000)[0] == 413
        assert fetch(f"{address}/other", b"x")[0] == 404
        process.terminate()
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
