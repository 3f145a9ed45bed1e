"""A custody account from opening to closing, and moved to another bank without loss."""

from dataclasses import replace
from datetime import date
from datetime import time as clock_time

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tests.given import (
    AREA,
    BANK,
    Institution,
    at,
    call,
    guardian,
    institution,
    opened_class,
    paid_world,
    rules,
    signed,
    world,
)
from yuxin.access.context import opened, set_actor
from yuxin.access.models import Account, Area, Grant
from yuxin.access.reading import reading
from yuxin.formats import party_keys
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import BadInput, Forbidden, NotFound
from yuxin.operations.tuition.close_account import close_account
from yuxin.operations.tuition.enable_payment import enable_payment
from yuxin.operations.tuition.file_account import file_account
from yuxin.operations.tuition.open_account import open_account
from yuxin.operations.tuition.record_agreement import record_agreement
from yuxin.operations.tuition.register_bank import register_bank
from yuxin.operations.tuition.verify_account import verify_account
from yuxin.registry import queries as registry
from yuxin.registry.scope import reach_of_account
from yuxin.tuition.custody.models import CustodyAccount
from yuxin.tuition.custody.services import (
    AccountNotEmpty,
    AccountOutOfStep,
    AccountTaken,
    NewAccount,
    NoAgreement,
    TooManyAccounts,
)
from yuxin.tuition.models import Contract

pytestmark = pytest.mark.django_db
OTHER = "OTHERBANK"


def other_bank() -> None:
    key = party_keys.new_key()
    register_bank(
        call(Actor.clock(()), "01-05 08:00"),
        code=OTHER,
        name="示例农商银行",
        public_key_pem=party_keys.public_pem(key.public_key()).decode(),
        exchange_folder="/nonexistent",
        cut_off=clock_time(16, 30),
    )


def new_account(of: Institution, **changes: str) -> NewAccount:
    plain = {
        "bank_code": OTHER,
        "bank_name": "示例农商银行河口支行",
        "title": "晨光美术培训中心预收费资金托管专户",
        "number": "6230000000019001",
        "settlement_number": of.settlement,
    }
    return NewAccount(**{**plain, **changes})


def opened_at(of: Institution, when: str = "03-10 09:00", reason: str = "服务不便") -> str:
    account, reason = new_account(of), reason
    receipt = open_account(
        call(of.head, when), institution_id=of.id, account=account, reason=reason
    )
    return str(receipt["account"])


def agreed(of: Institution, bank: str = OTHER, number: str = "SF-2026-8") -> None:
    record_agreement(
        call(of.officer, "03-10 10:00"),
        institution_id=of.id,
        bank_code=bank,
        number=number,
        bureau="示例县教育局",
        signed_on=date(2026, 3, 9),
    )


def enabled(of: Institution) -> str:
    code = opened_at(of)
    file_account(call(of.officer, "03-11 09:00"), account_code=code, document_no="备2026-1")
    verify_account(call(of.officer, "03-12 09:00"), account_code=code, document_no="核2026-1")
    agreed(of)
    enable_payment(call(of.officer, "03-13 09:00"), account_code=code)
    return code


def in_use(of: Institution) -> tuple[str, str, str, str]:
    with reading(of.officer):
        value = registry.custody_account(of.officer, of.id, date(2026, 3, 31))
    assert value is not None
    return value.bank_code, value.number_last4, value.state, value.agreement_number


@pytest.mark.law("funds-rules 2.1", clause="开户", says="机构开户，主管部门备案并核验，再开通支付")
def test_an_account_goes_from_opened_to_payment_enabled_in_four_steps():
    rules()
    of = institution(connected=False)
    other_bank()
    code = enabled(of)
    assert in_use(of) == (OTHER, "9001", "PAYMENT_ENABLED", "SF-2026-8")
    with reading(of.officer):
        steps = list(CustodyAccount.objects.get(code=code).steps.order_by("pk"))
    assert [(each.state, each.on.day) for each in steps] == [
        ("OPENED", 10),
        ("FILED", 11),
        ("VERIFIED", 12),
        ("PAYMENT_ENABLED", 13),
    ]


def test_no_step_is_skipped_and_nothing_is_enabled_without_an_agreement():
    rules()
    of = institution(connected=False)
    other_bank()
    code = opened_at(of)
    with pytest.raises(AccountOutOfStep):
        verify_account(call(of.officer, "03-11 09:00"), account_code=code, document_no="核1")
    with pytest.raises(BadInput):
        file_account(call(of.officer, "03-11 09:00"), account_code=code, document_no=" ")
    file_account(call(of.officer, "03-11 09:00"), account_code=code, document_no="备1")
    verify_account(call(of.officer, "03-12 09:00"), account_code=code, document_no="核1")
    with pytest.raises(NoAgreement):
        enable_payment(call(of.officer, "03-13 09:00"), account_code=code)
    with pytest.raises(Forbidden):
        enable_payment(call(of.head, "03-13 09:00"), account_code=code)
    stranger = replace(of.officer, institution_ids=(999,))
    with pytest.raises(NotFound):
        enable_payment(call(stranger, "03-13 09:00"), account_code=code)


def test_the_database_keeps_the_order_of_steps_too():
    rules()
    of = institution(connected=False)
    other_bank()
    code = opened_at(of)
    with opened("operation"), transaction.atomic():
        with connection.cursor() as cursor:
            set_actor(cursor, of.clock)
        row = CustodyAccount.objects.filter(code=code)
        with pytest.raises(IntegrityError, match="account_out_of_step"), transaction.atomic():
            row.update(state="PAYMENT_ENABLED")


@pytest.mark.law("funds-rules 2.1", clause="一户", says="一家机构一个预收费专户")
def test_a_second_account_is_refused_unless_it_replaces_the_first():
    rules()
    of = institution()
    other_bank()
    with pytest.raises(TooManyAccounts):
        opened_at(of, reason="")
    with pytest.raises(AccountTaken):
        open_account(
            call(of.head, "03-10 09:00"),
            institution_id=of.id,
            account=new_account(of, number=of.custody),
            reason="换户",
        )
    opened_at(of)
    with pytest.raises(TooManyAccounts):
        open_account(
            call(of.head, "03-10 09:10"),
            institution_id=of.id,
            account=new_account(of, number="6230000000019002"),
            reason="又换",
        )
    assert in_use(of)[:2] == ("DEMOBANK", of.custody[-4:])


@pytest.mark.law("issue 3", clause="7", says="换银行不丢一分：旧合同在旧户办完，新合同进新户")
def test_moved_to_another_bank_open_contracts_finish_where_their_money_lies():
    k = paid_world()
    of = k.institution
    other_bank()
    enabled(of)
    assert in_use(of)[:3] == (OTHER, "9001", "PAYMENT_ENABLED")
    # The old contract's lesson is released from the old account, its refund too.
    from tests.tuition.test_bank_faults import confirmed

    confirmed(k)
    k.exchange("03-16 15:00")
    assert k.buckets() == {"custody": "1900.00", "unearned": "1900.00"}
    assert k.bank.balance(of.settlement) == 10000
    # A new contract goes to the new account.
    code = signed(guardian(2), opened_class(of), when="03-16 10:00")
    with reading(of.clock):
        told = {each.code: (each.bank_code, each.custody_last4) for each in Contract.objects.all()}
    assert told == {k.contract: ("DEMOBANK", of.custody[-4:]), code: (OTHER, "9001")}
    with reading(of.clock):
        old = CustodyAccount.objects.get(state="RUNNING_OFF")
    with pytest.raises(AccountNotEmpty):
        close_account(call(of.officer, "03-17 09:00"), account_code=old.code, words="清退")


def banker_reaches(bank_code: str, when: str) -> frozenset[int]:
    """What an officer of a bank, granted the whole town, reaches on a day."""
    with opened("operation"):
        Area.objects.get_or_create(code=AREA, name="河口镇", valid_from=date(2026, 1, 1))
        account, new = Account.objects.get_or_create(
            login=f"bank-{bank_code}",
            defaults={
                "display_name": bank_code,
                "organisation": bank_code,
                "password": "!",
                "created_at": at("01-05 08:00"),
            },
        )
        if new:
            Grant.objects.create(
                account=account, role="bank", area_code=AREA, valid_from=date(2026, 1, 5)
            )
        told = reach_of_account(account.pk, at(when).date())
    return told[Role.BANK].institution_ids


def test_the_bank_of_before_reaches_the_institution_until_its_account_is_closed():
    k = world()
    of = k.institution
    other_bank()
    assert banker_reaches(BANK, "03-12 09:00") == {of.id}
    assert banker_reaches(OTHER, "03-12 09:00") == frozenset()
    enabled(of)
    assert banker_reaches(BANK, "03-14 09:00") == {of.id}
    assert banker_reaches(OTHER, "03-14 09:00") == {of.id}
    with opened("operation"), connection.cursor() as cursor:
        set_actor(cursor, of.officer)
        cursor.execute(
            "UPDATE custody_custodyaccount SET state = 'CLOSED' WHERE state = 'RUNNING_OFF'"
        )
    assert banker_reaches(BANK, "03-31 09:00") == frozenset()
    assert banker_reaches(OTHER, "03-31 09:00") == {of.id}
