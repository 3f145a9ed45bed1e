"""Mirrored contracts through the pages; the family finds no button."""

import io
import re
import uuid

import pytest

from tests.given import call
from tests.mirror.given import PHONE, K, fact, key, receive, sealed
from tests.mirror.test_mirror import place
from tests.visitors import area, client_of, cookies, look_at, parent
from yuxin.formats import party_keys
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.registry.register_guardian import register_guardian

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def files(data: bytes, signature: bytes) -> dict[str, object]:
    file, sig = io.BytesIO(data), io.BytesIO(signature)
    file.name, sig.name = "facts.csv", "facts.sig"
    return {"file": file, "signature": sig, "request_id": str(uuid.uuid4())}


def test_an_officer_takes_a_file_and_reads_the_differences():
    area()
    of = place()
    look_at("04-03 09:00")
    page = client_of(cookies(Role.OFFICER))
    assert "没有镜像合同" in text_of(page.get("/desk/mirror"))
    lines = (*K[:3], fact("release", "03-03 15:00", "R1", amount_fen=60_000))
    data = sealed(of, lines)
    bad = page.post("/desk/mirror/receive", files(data, b"x" * 256))
    assert bad.status_code == 422 and "签名对不上" in text_of(bad)
    good = page.post("/desk/mirror/receive", files(data, party_keys.sign(data, key())))
    assert good.status_code == 302
    shown = text_of(page.get("/desk/mirror?only=differs"))
    assert "N-K" in shown and "600.00" in shown and "全国平台" in shown
    one = text_of(page.get("/desk/mirror/NATIONAL/N-K"))
    assert "没有消课就划给机构" in one and "R1" in one
    assert page.get("/desk/mirror/NATIONAL/nothing").status_code == 404


def test_the_family_reads_where_to_confirm_and_finds_no_button():
    area()
    of = place()
    made = register_guardian(call(Actor.clock(()), "01-10 09:00"), name="陈女士", phone=PHONE)
    person = int(str(made["person_id"]))
    family = Actor(501, "陈女士", frozenset({Role.GUARDIAN}), person_ids=(person,))
    receive(of, K[:4])
    look_at("03-04 18:00")
    page = client_of(parent(family))
    answer = page.get("/family/mirrored")
    shown = text_of(answer)
    assert "请在全国平台家长端确认" in shown and "2,000.00" in shown
    assert "<button" not in answer.content.decode().split("<main")[1].split("</main")[0]


def test_an_administrator_enters_a_source():
    area()
    look_at("04-03 09:00")
    page = client_of(cookies(Role.ADMINISTRATOR))
    form = {
        "request_id": str(uuid.uuid4()),
        "code": "NATIONAL",
        "name": "全国平台（演示）",
        "origin": "national",
        "public_key_pem": party_keys.public_pem(key().public_key()).decode(),
    }
    wrong = page.post("/desk/mirror/sources", {**form, "public_key_pem": "x"})
    assert wrong.status_code == 422
    assert page.post("/desk/mirror/sources", form).status_code == 302
    assert "全国平台（演示）" in text_of(page.get("/desk/mirror/sources"))
