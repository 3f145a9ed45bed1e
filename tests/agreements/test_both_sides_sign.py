"""A contract is what both sides signed: its exact text, two signatures, and then the money."""

import re
from hashlib import sha256

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from tests.agreements.given import contract, device_code, head_with_device
from tests.given import (
    World,
    at,
    bank,
    call,
    code_sent,
    guardian,
    institution,
    learner,
    looked,
    opened_class,
    order_of,
    rules,
    signed,
    world,
)
from yuxin.access.context import opened, set_actor
from yuxin.access.reading import reading
from yuxin.access.services import DeviceLocked, NoDevice
from yuxin.kernel.refusal import NotFound
from yuxin.messages import queries as letters
from yuxin.operations.messages.try_code import try_code
from yuxin.operations.tuition.countersign_contracts import (
    BatchChanged,
    countersign_contracts,
)
from yuxin.operations.tuition.draft_contract import draft_contract
from yuxin.operations.tuition.order_payment import NotCountersigned, order_payment
from yuxin.operations.tuition.record_particulars import record_particulars
from yuxin.operations.tuition.request_signing_code import request_signing_code
from yuxin.operations.tuition.sign_contract import PURPOSE, sign_contract
from yuxin.tuition.agreements import queries as agreements
from yuxin.tuition.agreements.services import batch_digest
from yuxin.tuition.models import Contract

pytestmark = pytest.mark.django_db


def signed_by_family(of, family, class_code: str, when: str = "03-02 09:50", child=None) -> str:
    code = str(
        draft_contract(
            call(family, when), class_code=class_code, learner_id=child or learner(family)
        )["contract"]
    )
    request_signing_code(call(family, when), contract_code=code)
    digits = code_sent(family)
    try_code(
        call(family, when),
        person_id=family.person_ids[0],
        purpose=PURPOSE,
        payload_sha256=contract(family, code).terms_sha256,
        code=digits,
    )
    sign_contract(call(family, when), contract_code=code, one_time_code=digits)
    return code


def batch(of, *codes: str) -> str:
    return batch_digest([(code, contract(of.clock, code).terms_sha256) for code in codes])


def countersigned(head, of, *codes: str, when: str = "03-02 09:55", digits: str = ""):
    return countersign_contracts(
        call(head, when),
        contract_codes=codes,
        seen_sha256=batch(of, *codes),
        device_code=digits or device_code(when),
    )


def said_to_the_database(of, statement: str) -> None:
    """A statement of the application role, past every operation."""
    with opened("operation"), transaction.atomic(), connection.cursor() as cursor:
        set_actor(cursor, of.clock)
        cursor.execute(statement)


def stage():
    rules()
    of = institution()
    bank(of)
    return of, opened_class(of), head_with_device(of)


def test_nothing_is_paid_before_the_institution_has_signed_too():
    of, class_code, head = stage()
    family = guardian()
    code = signed_by_family(of, family, class_code)
    with pytest.raises(NotCountersigned):
        order_payment(call(family, "03-02 09:52"), contract_code=code)
    receipt = countersigned(head, of, code)
    assert (receipt["right"], receipt["signed"]) == (True, 1)
    assert order_of(family, code, "03-02 10:00").amount_fen == 200_000
    with reading(family):
        told = [each.title for each in letters.inbox(family)]
    assert told[0] == "机构签了合同，可以付款"


def test_the_paper_is_the_exact_text_whose_hash_both_signed():
    of, class_code, head = stage()
    family = guardian()
    child = learner(family)
    record_particulars(
        call(family, "03-01 21:00"),
        learner_id=child,
        values={"sex": "女", "relation": "母亲", "address": "河口镇东街8号"},
    )
    code = signed_by_family(of, family, class_code, child=child)
    countersigned(head, of, code)
    row = contract(family, code)
    with reading(family):
        paper = agreements.paper_of(family, row)
    assert paper is not None
    assert sha256(paper.text.encode()).hexdigest() == paper.text_sha256
    assert row.terms["text"] == {"template": "yuxin-contract-1", "sha256": paper.text_sha256}
    assert [(each.side, each.way, each.name) for each in paper.signatures] == [
        ("family", "phone_code", "陈女士"),
        ("institution", "device_code", "周校长"),
    ]
    for words in (
        "陈小禾",
        "性别女",
        "与学员关系母亲",
        "河口镇东街8号",
        "购课人（付款人、发票抬头）：陈女士",
        "共20课时（含赠送0课时）",
        "合同总价人民币2,000.00元（大写：贰仟元整）",
        "15个工作日不答复的，视为确认",
        "一次收费不超过3个月、60课时，5,000.00元",
        "不是官方示范文本的原文",
        "（本项对应的示范文本原文待核）",
    ):
        assert words in paper.text, words
    # the log may open the terms: no full name of a child stands in them
    assert "陈小禾" not in str(row.terms)


def test_a_batch_is_signed_with_one_code_and_a_code_signs_once():
    of, class_code, head = stage()
    one, two = guardian(1), guardian(2)
    first = signed_by_family(of, one, class_code)
    second = signed_by_family(of, two, class_code)
    receipt = countersigned(head, of, first, second)
    assert receipt["signed"] == 2
    third = signed_by_family(of, guardian(3), class_code)
    again = countersigned(head, of, third, when="03-02 09:55")
    assert (again["right"], again["signed"]) == (False, 0)


def test_a_wrong_code_is_counted_and_the_fifth_locks():
    of, class_code, head = stage()
    family = guardian()
    code = signed_by_family(of, family, class_code)
    wrong = "000000" if device_code("03-02 09:55") != "000000" else "111111"
    left = [countersigned(head, of, code, digits=wrong)["tries_left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(DeviceLocked):
        countersigned(head, of, code)
    with pytest.raises(NotCountersigned):
        order_payment(call(family, "03-02 10:00"), contract_code=code)


def test_what_changed_since_the_page_was_shown_is_not_signed():
    of, class_code, head = stage()
    first = signed_by_family(of, guardian(1), class_code)
    second = signed_by_family(of, guardian(2), class_code)
    countersigned(head, of, first)
    with pytest.raises(BatchChanged):
        countersigned(head, of, first, second, when="03-02 09:58")
    with pytest.raises(NoDevice):
        countersigned(of.head, of, second)


def test_another_institution_s_head_finds_no_such_contract():
    of, class_code, _ = stage()
    code = signed_by_family(of, guardian(), class_code)
    other = institution("远山围棋", number=2)
    with pytest.raises(NotFound):
        countersigned(head_with_device(other), of, code)


def test_the_database_takes_no_money_for_what_one_side_signed():
    of, class_code, _ = stage()
    family = guardian()
    code = signed_by_family(of, family, class_code)
    with pytest.raises(IntegrityError, match="paid_before_both_signed"):
        said_to_the_database(
            of, f"UPDATE tuition_contract SET state = 'active' WHERE code = '{code}'"
        )


@pytest.mark.parametrize("table", ["agreements_signature", "agreements_contracttext"])
def test_the_database_rewrites_no_signature_and_no_text(table):
    of, class_code, _ = stage()
    signed(guardian(), class_code)
    with pytest.raises(ProgrammingError, match="permission denied"):
        said_to_the_database(of, f"UPDATE {table} SET contract_id = contract_id")


def test_the_same_request_signs_once():
    of, class_code, head = stage()
    family = guardian()
    code = signed_by_family(of, family, class_code)
    asked = call(head, "03-02 09:55")
    seen, digits = batch(of, code), device_code("03-02 09:55")
    first = countersign_contracts(
        asked, contract_codes=(code,), seen_sha256=seen, device_code=digits
    )
    again = countersign_contracts(
        asked, contract_codes=(code,), seen_sha256=seen, device_code=digits
    )
    assert again.repeated and again.entry_id == first.entry_id


def test_the_text_of_contract_k_lists_every_session():
    k = world()
    looked(k.family, "03-02 10:00")
    with reading(k.family):
        paper = agreements.paper_of(k.family, contract_row(k))
    assert paper is not None
    assert len(re.findall(r"2026-\d\d-\d\d \d\d:\d\d–\d\d:\d\d", paper.text)) == 20
    assert at("03-02 09:50") == paper.signatures[0].signed_at


def contract_row(k: World) -> Contract:
    return Contract.objects.get(code=k.contract)
