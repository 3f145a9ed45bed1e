"""A fresh installation is set up from pages: areas, banks, rules by two persons."""

import uuid
from datetime import time as clock_time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.desk.given import client
from tests.given import bank_key
from yuxin.access.context import opened
from yuxin.access.models import Area
from yuxin.formats.party_keys import fingerprint, public_pem
from yuxin.kernel.actor import Role
from yuxin.policy.models import RulePack
from yuxin.rules.folder import load_pack
from yuxin.tuition.models import Bank

pytestmark = pytest.mark.django_db


def _form(**fields: object) -> dict[str, object]:
    return {"request_id": str(uuid.uuid4()), **fields}


def _text(response) -> str:
    return response.content.decode()


def test_a_pack_is_prepared_by_one_and_put_in_force_by_another():
    first, second = client(Role.ADMINISTRATOR), client(Role.HEAD)
    assert "还没有启用任何规则包" in _text(first.get("/desk/rules"))
    form = _form(layers="national demo", valid_from="2026-01-01", reason="首次启用")
    assert first.post("/desk/rules", form).status_code == 302
    assert first.post("/desk/rules", form).status_code == 302
    with opened("operation"):
        pack = RulePack.objects.get()
    assert pack.sha256 == load_pack(("national", "demo")).sha256
    address = f"/desk/rules/{pack.pk}"
    assert "须由另一人启用" in _text(first.get(address))
    refused = first.post(address, _form())
    assert refused.status_code == 422
    assert "不能自己启用" in _text(refused)
    assert pack.sha256 in _text(second.get(address))
    assert second.post(address, _form()).status_code == 302
    assert "正在施行" in _text(second.get("/desk/rules"))
    assert second.post(address, _form()).status_code == 422


@pytest.mark.parametrize(
    ("layers", "told"),
    [("demo", "第一层须是"), ("national national", "不重复"), ("national ../etc", "没有“../etc”")],
)
def test_layers_that_are_none_are_refused(layers, told):
    form = _form(layers=layers, valid_from="2026-01-01", reason="首次启用")
    assert told in _text(client(Role.HEAD).post("/desk/rules", form))


@pytest.mark.parametrize("number", ["0", "²", "9" * 5000, "x"])
def test_a_pack_that_is_none_is_not_found(number):
    assert client(Role.HEAD).get(f"/desk/rules/{number}").status_code == 404


def test_areas_are_recorded_one_below_the_other():
    browser = client(Role.ADMINISTRATOR)
    top = _form(code="990100", name="示例县", valid_from="2026-01-01")
    assert browser.post("/desk/areas", top).status_code == 302
    town = _form(code="990101", name="河口镇", parent_code="990100", valid_from="2026-01-01")
    assert browser.post("/desk/areas", town).status_code == 302
    assert "河口镇" in _text(browser.get("/desk/areas"))
    with opened("operation"):
        assert Area.objects.get(code="990101").parent_code == "990100"
    wrong = browser.post("/desk/areas", _form(code="区", name="x", valid_from="2026-01-01"))
    assert wrong.status_code == 422


def _bank(data: bytes, **fields: object) -> dict[str, object]:
    return _form(
        code="DEMOBANK",
        name="示例银行",
        public_key_pem=SimpleUploadedFile("bank.pub", data),
        exchange_folder="/srv/exchange/DEMOBANK",
        **{"cut_off": "16:30", "files_by": "08:30", "reconciled_by": "11:00", **fields},
    )


def test_a_bank_is_entered_with_its_key():
    browser, key = client(Role.ADMINISTRATOR), bank_key().public_key()
    assert browser.post("/desk/banks", _bank(public_pem(key))).status_code == 302
    with opened("operation"):
        bank = Bank.objects.get()
    assert bank.public_key_pem == public_pem(key).decode()
    assert (bank.cut_off, bank.files_by, bank.reconciled_by) == (
        clock_time(16, 30),
        clock_time(8, 30),
        clock_time(11),
    )
    assert fingerprint(key) in _text(browser.get("/desk/banks"))


@pytest.mark.parametrize(
    ("data", "fields", "told"),
    [
        (b"no key", {}, "不是可用的 RSA 公钥"),
        (None, {"cashier_url": "javascript:alert(1)"}, "https://"),
        (None, {"exchange_folder": "exchange"}, "绝对路径"),
        (None, {"reconciled_by": "08:30"}, "几点前对完账"),
    ],
)
def test_a_bank_that_cannot_be_is_refused_beside_the_field(data, fields, told):
    data = data or public_pem(bank_key().public_key())
    answer = client(Role.ADMINISTRATOR).post("/desk/banks", _bank(data) | fields)
    assert answer.status_code == 422
    assert told in _text(answer)
    with opened("operation"):
        assert not Bank.objects.exists()


@pytest.mark.parametrize("page", ["rules", "areas", "banks"])
def test_nobody_else_sets_up(page):
    assert client(Role.OFFICER).get(f"/desk/{page}").status_code == 403
