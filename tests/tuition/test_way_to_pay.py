"""The way to the bank's cashier: where it leads, and that nothing of an account stays behind."""

import psycopg
import pytest
from django.db import connection

from tests.given import CASHIER, bank_key, call, guardian, world
from yuxin.access.reading import reading
from yuxin.formats import party_keys
from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import BadInput, NotFound
from yuxin.operations.tuition.order_payment import order_payment
from yuxin.operations.tuition.register_bank import register_bank
from yuxin.tuition.queries import banks


def enter(cashier_url: str) -> None:
    register_bank(
        call(Actor.clock(()), "01-05 08:00"),
        code="DEMOBANK",
        name="示例银行",
        public_key_pem=party_keys.public_pem(bank_key().public_key()).decode(),
        exchange_folder="/nonexistent",
        cashier_url=cashier_url,
    )


@pytest.mark.django_db
def test_the_receipt_of_an_order_holds_codes_and_the_way_is_made_when_asked():
    k = world()
    receipt = order_payment(call(k.family, "03-02 10:00"), contract_code=k.contract)
    assert set(receipt.values) == {"order", "bank"}
    order, bank = str(receipt["order"]), str(receipt["bank"])
    with reading(k.family):
        way = banks.way_to_pay(k.family, order, bank, return_url="http://127.0.0.1/")
    assert way.startswith(f"{CASHIER}?order=")
    stranger = guardian(2)
    with pytest.raises(NotFound), reading(stranger):
        banks.way_to_pay(stranger, order, bank, return_url="http://127.0.0.1/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://bank.example/", "cashier"])
def test_a_cashier_is_an_address_of_the_web(address):
    with pytest.raises(BadInput):
        enter(address)


def test_outside_of_a_demo_a_cashier_is_asked_with_encryption(committing):
    login = {**committing.superuser, "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(**login, autocommit=True) as admin:
        admin.execute("ALTER TABLE access_installation DISABLE TRIGGER USER")
        admin.execute("UPDATE access_installation SET mode = 'production'")
    with pytest.raises(BadInput):
        enter("http://bank.example/pay")
    enter("https://bank.example/pay")
