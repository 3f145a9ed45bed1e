"""On-site redemption: one code, one visit, also offline; replay, expiry and strangers refused."""

from datetime import datetime, timedelta

import pytest

from tests.given import World, at, call, guardian, institution, opened_class, paid_world, rows
from tests.tuition.test_races import race
from yuxin.access.reading import reading
from yuxin.kernel.refusal import Forbidden, NotFound, Refusal
from yuxin.operations.tuition.call_roll import NobodyToCall, call_roll
from yuxin.operations.tuition.issue_visit_key import issue_visit_keys
from yuxin.operations.tuition.redeem_visit import (
    CodeLocked,
    CodeUsed,
    NoVisitKey,
    NoVisitNow,
    redeem_visit,
)
from yuxin.rules.visit_code import digits, matching_step, payload, read_payload, step_at
from yuxin.tuition.redeeming import queries

KEY = bytes(range(32))


def phone(k: World, when: datetime, *, offset: int = 0) -> str:
    """The digits that the family's phone shows at an instant."""
    with reading(k.family):
        (one,) = queries.passes(k.family)
    return digits(bytes.fromhex(one.key), one.contract_code, step_at(when) + offset)


def redeem(k: World, code: str, when: str) -> object:
    """The teacher scans a code."""
    told = call(k.institution.teacher, when)
    return redeem_visit(told, contract_code=k.contract, code=code)["redeemed"]


def opened() -> World:
    """Contract K, paid, with codes on the phone."""
    k = paid_world()
    issue_visit_keys(call(k.family, "03-03 20:00"))
    return k


def test_a_code_lives_two_and_a_half_minutes_and_belongs_to_one_contract():
    now = at("03-04 16:10")
    code = digits(KEY, "A", step_at(now))
    assert matching_step(KEY, "A", code, now) == step_at(now)
    assert matching_step(KEY, "A", code, now + timedelta(seconds=60)) == step_at(now)
    assert matching_step(KEY, "A", code, now + timedelta(seconds=90)) is None
    assert matching_step(KEY, "B", code, now) is None
    assert read_payload(payload("ABC", "00001111").lower()) == ("ABC", "00001111")
    assert read_payload(" 0000 1111 ") == ("", "00001111")


@pytest.mark.django_db
@pytest.mark.law("朝阳预存宝", clause="3.3", says="paid only after consumed and verified on site")
def test_a_scanned_visit_is_taught_and_confirmed_in_one_act():
    k = opened()
    assert redeem(k, phone(k, at("03-04 16:05")), "03-04 16:05") is True
    assert k.lesson(1).state == "confirmed"
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}
    k.evening("03-04 23:50")
    k.exchange("03-05 15:00")
    assert k.bank.balance(k.institution.settlement) == 10_000
    # The roll of the rest of the class can still be called; nobody is taught twice.
    done = call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    assert done["taught"] == 0
    with pytest.raises(NobodyToCall):
        call_roll(call(k.institution.head, "03-07 10:30"), session_code=empty_session(k))


def empty_session(k: World) -> str:
    """A session of a class that nobody bought."""
    code = opened_class(k.institution)
    return str(
        rows(
            "SELECT s.code FROM tuition_classsession s JOIN tuition_classgroup g"
            " ON g.id = s.class_group_id WHERE g.code = %s ORDER BY s.ordinal LIMIT 1",
            code,
            reader=k.institution.clock,
        )[0][0]
    )


@pytest.mark.django_db
def test_a_roll_called_before_is_confirmed_by_the_scan():
    k = opened()
    call_roll(call(k.institution.teacher, "03-04 16:02"), session_code=k.session(1))
    assert redeem(k, phone(k, at("03-04 16:05")), "03-04 16:05") is True
    assert k.lesson(1).state == "confirmed"


@pytest.mark.django_db
def test_replayed_older_expired_wrong_and_foreign_codes_redeem_nothing():
    k = opened()
    before = phone(k, at("03-04 16:05"), offset=-1)
    code = phone(k, at("03-04 16:05"))
    assert redeem(k, code, "03-04 16:05") is True
    for again in (code, before):
        with pytest.raises(CodeUsed):
            redeem(k, again, "03-04 16:05")
    with pytest.raises(NoVisitNow):
        redeem(k, phone(k, at("03-04 16:30")), "03-04 16:30")  # one visit a session
    old = phone(k, at("03-07 09:00"))
    assert redeem(k, old, "03-07 09:10") is False
    other = institution("启明书画社", number=2)
    fresh = phone(k, at("03-07 09:10"))
    with pytest.raises(NotFound):
        redeem_visit(call(other.teacher, "03-07 09:10"), contract_code=k.contract, code=fresh)
    with pytest.raises(Forbidden):
        redeem_visit(call(k.family, "03-07 09:10"), contract_code=k.contract, code=fresh)
    assert len(rows("SELECT 1 FROM tuition_lesson", reader=k.institution.clock)) == 1


@pytest.mark.django_db
def test_ten_wrong_codes_lock_the_day_and_a_new_key_ends_the_old_one():
    k = opened()
    good = phone(k, at("03-04 16:05"))
    wrong = f"{(int(good) + 1) % 10**8:08d}"
    for _ in range(10):
        assert redeem(k, wrong, "03-04 16:05") is False
    with pytest.raises(CodeLocked):
        redeem(k, good, "03-04 16:05")
    issue_visit_keys(call(k.family, "03-04 16:06"))
    assert redeem(k, phone(k, at("03-04 16:07")), "03-04 16:07") is True


@pytest.mark.django_db
def test_without_a_key_or_a_session_nothing_is_redeemed():
    k = paid_world()
    with pytest.raises(NoVisitKey):
        redeem(k, "00000000", "03-04 16:05")
    with pytest.raises(Refusal, match="no_running_contract"):
        issue_visit_keys(call(guardian(2), "03-04 16:05"))
    issue_visit_keys(call(k.family, "03-04 16:05"))
    with pytest.raises(NoVisitNow):
        redeem(k, phone(k, at("03-05 16:05")), "03-05 16:05")


def test_two_desks_at_once_redeem_a_code_once(committing):
    k = opened()
    code = phone(k, at("03-04 16:05"))
    told = race(*[lambda: redeem(k, code, "03-04 16:05")] * 2)
    assert sorted(told) == ["done", "visit_code_used"]
    assert k.buckets() == {"custody": "2000.00", "unearned": "1900.00", "payable": "100.00"}
