"""A signed contract that nobody paid ends: by its family, or by the clock in the bureau's days."""

import pytest

from tests.agreements.given import contract, drafted, taken
from tests.given import (
    at,
    bank,
    call,
    guardian,
    institution,
    notify,
    opened_class,
    order_of,
    paid_world,
    pay,
    rules,
    signed,
    world,
)
from yuxin.access.reading import reading
from yuxin.jobs import day as closing
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import Forbidden, NotFound
from yuxin.messages import queries as letters
from yuxin.operations.tuition.cancel_contract import (
    NotCancellable,
    PaymentUnderWay,
    cancel_contract,
    lapse_contracts_many,
)
from yuxin.operations.tuition.record_payment import NotPayable
from yuxin.rules.folder import NATION
from yuxin.tuition.models import PaymentOrder

pytestmark = pytest.mark.django_db


def lapse(when: str) -> int:
    return closing.lapse_contracts(day_of(at(when)), at(when))


def test_a_family_cancels_and_its_place_is_free():
    k = world()
    assert taken(k.institution, k.class_code) == 1
    receipt = cancel_contract(call(k.family, "03-02 11:00"), contract_code=k.contract)
    assert receipt.entry_id
    assert k.state() == "cancelled"
    assert taken(k.institution, k.class_code) == 0
    assert k.buckets() == {}
    with reading(k.family):
        states = set(PaymentOrder.objects.values_list("state", flat=True))
    assert states == {"cancelled"}
    with pytest.raises(NotCancellable):
        cancel_contract(call(k.family, "03-02 11:01"), contract_code=k.contract)
    assert taken(k.institution, k.class_code) == 0


def test_an_order_at_the_cashier_is_waited_for():
    k = world()
    order_of(k.family, k.contract, "03-02 10:00")
    with pytest.raises(PaymentUnderWay):
        cancel_contract(call(k.family, "03-02 10:10"), contract_code=k.contract)
    cancel_contract(call(k.family, "03-02 10:31"), contract_code=k.contract)
    assert k.state() == "cancelled"


def test_what_was_paid_is_refunded_and_never_cancelled():
    k = paid_world()
    with pytest.raises(NotCancellable):
        cancel_contract(call(k.family, "03-03 11:00"), contract_code=k.contract)
    assert k.state() == "active"
    assert k.buckets() == {"custody": "2000.00", "unearned": "2000.00"}


def test_nobody_cancels_for_another_family():
    k = world()
    with pytest.raises((NotFound, Forbidden)):
        cancel_contract(call(guardian(2), "03-02 11:00"), contract_code=k.contract)


def test_money_that_comes_for_a_cancelled_contract_is_not_booked():
    k = world()
    notice = pay(k.bank, k.family, k.contract, "03-02 10:00")
    cancel_contract(call(k.family, "03-02 10:31"), contract_code=k.contract)
    with pytest.raises(NotPayable):
        notify(notice, "03-02 10:32")
    assert k.buckets() == {}


def test_unpaid_for_the_bureau_s_days_it_lapses_on_the_day_after():
    """The demo county's pack says 7 days: signed 03-02, paid until 03-09, ended on 03-10."""
    k = world()
    assert lapse("03-09 00:05") == 0
    assert lapse("03-10 00:05") == 1
    assert k.state() == "cancelled"
    assert taken(k.institution, k.class_code) == 0
    assert lapse("03-10 00:06") == 0
    with reading(k.family):
        assert letters.inbox(k.family)[0].title == "合同没有付款，已失效"


def test_where_the_bureau_states_no_days_nothing_lapses():
    rules((NATION,))
    of = institution()
    bank(of)
    family = guardian()
    code = signed(family, opened_class(of))
    assert lapse("04-30 00:05") == 0
    receipt = lapse_contracts_many(
        call(of.clock, "04-30 00:05"), institution_id=of.id, on=at("04-30 00:00").date()
    )
    assert receipt["lapsed"] == 0
    assert contract(family, code).state == "signed"


def test_a_paid_contract_and_a_draft_do_not_lapse():
    k = paid_world()
    other = guardian(2)
    code = drafted(other, k.class_code, "03-03 09:00")
    assert lapse("03-20 00:05") == 0
    assert k.state() == "active"
    assert contract(other, code).state == "draft"
