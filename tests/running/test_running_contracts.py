"""N08: money received before supervision is made safe, contract by contract, until it is zero."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.given import at as instant
from tests.given import call, rows, rules
from tests.running.given import confirmed, declare, old, pay_in, place, running
from yuxin.access.context import opened, set_actor
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import BadInput, Forbidden, NotFound, Refusal
from yuxin.messages import queries as letters
from yuxin.operations.tuition.answer_running_contract import (
    RunningAnswered,
    answer_running_contract,
)
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.declare_running_contracts import DeclaredOtherwise, NoPlace
from yuxin.operations.tuition.order_payment import order_payment
from yuxin.operations.tuition.settle_running_contract import (
    RunningSettled,
    settle_running_contract,
)
from yuxin.rules.folder import NATION
from yuxin.tuition.models import ClassGroup, Contract, Learner
from yuxin.tuition.queries import families, flows
from yuxin.tuition.running import queries
from yuxin.tuition.running.models import RunningContract
from yuxin.tuition.running.services import CutOverNotSet

pytestmark = pytest.mark.django_db


def uncovered(w) -> tuple[int, int]:
    """At stake and not covered, in fen, as the officer reads it."""
    with reading(w.institution.officer):
        (found,) = queries.uncovered(w.institution.officer)
    return found.at_stake_fen, found.uncovered_fen


def test_without_a_cut_over_day_nothing_is_declared():
    w = place()
    rules((NATION,))
    with pytest.raises(CutOverNotSet) as refused:
        declare(w, old(w))
    assert "running.cut_over_on" in refused.value.say("zh")
    with reading(w.institution.officer):
        assert not RunningContract.objects.exists()


def test_what_is_declared_is_not_covered_and_the_guardian_is_asked():
    w = place()
    assert declare(w, old(w))["declared"] == 1
    assert uncovered(w) == (130_000, 130_000)
    with reading(w.family):
        (letter,) = [each for each in letters.inbox(w.family) if "剩余课时" in str(each.title)]
        assert "1,300.00" in letter.text and "2026-12-31" in letter.text
        (asked,) = queries.to_answer(w.family)
    assert asked.guardian_id == w.family.person_ids[0], "found again by telephone"


def test_the_same_list_twice_changes_nothing():
    w = place()
    declare(w, old(w))
    again = declare(w, old(w), when="03-01 10:00")
    assert (again["declared"], again["before"]) == (0, 1)
    assert uncovered(w) == (130_000, 130_000)
    with reading(w.institution.officer):
        assert ClassGroup.objects.get(code=w.class_code).taken == 1


def test_the_same_number_with_other_contents_is_refused_whole():
    w = place()
    declare(w, old(w))
    with pytest.raises(DeclaredOtherwise):
        declare(w, old(w, paper_number="旧-002"), old(w, taught_centiunits=1900))
    with reading(w.institution.officer):
        assert RunningContract.objects.count() == 1


def test_no_more_than_the_class_has_places_for():
    w = place()  # twelve places
    many = [old(w, paper_number=f"旧-{n:03}") for n in range(13)]
    with pytest.raises(NoPlace):
        declare(w, *many)
    with reading(w.institution.officer):
        assert not RunningContract.objects.exists()


def test_another_institutions_class_does_not_exist():
    w = place()
    with pytest.raises(NotFound):
        declare(w, old(w, class_code="0000000000000"))


def test_confirmed_and_paid_in_it_is_an_ordinary_contract_and_covered():
    w = place()
    confirmed(w)
    assert uncovered(w) == (130_000, 130_000), "agreed is not yet safe"
    assert w.state() == Contract.State.SIGNED
    with reading(w.institution.clock):
        row = Contract.objects.get(code=w.contract)
        assert (row.origin, row.total_fen, row.total_centiunits) == ("import", 130_000, 1300)
    assert w.buckets() == {}
    pay_in(w, 130_000, "03-02 10:00")
    w.exchange("03-03 08:40")
    assert w.state() == Contract.State.ACTIVE
    assert w.buckets() == {"custody": "1300.00", "unearned": "1300.00"}
    assert uncovered(w) == (130_000, 0)
    call_roll(call(w.institution.teacher, "03-04 17:30"), session_code=w.session(1))
    confirm_lesson(call(w.family, "03-04 19:10"), lesson_code=w.lesson(1).code)
    assert w.buckets() == {"custody": "1300.00", "unearned": "1200.00", "payable": "100.00"}


def test_another_sum_covers_nothing():
    w = place()
    confirmed(w)
    pay_in(w, 129_999, "03-02 10:00")
    w.exchange("03-03 08:40")
    assert w.state() == Contract.State.SIGNED
    assert uncovered(w) == (130_000, 130_000)


def test_the_family_is_not_asked_to_pay_again():
    w = place()
    confirmed(w)
    with reading(w.family):
        assert families.home(w.family, instant("03-02 08:00")).tasks == []
    with pytest.raises(Refusal) as refused:
        order_payment(call(w.family, "03-02 09:00"), contract_code=w.contract)
    assert refused.value.code == "nothing_to_pay"


def test_what_the_guardian_says_counts_until_an_officer_decides():
    w = place()
    declare(w, old(w))
    code = running(w.institution).code
    answer_running_contract(
        call(w.family, "03-01 20:00"), running_code=code, taught_centiunits=500, note="只上了5节"
    )
    assert uncovered(w) == (150_000, 150_000), "the most that either side says is left"
    assert running(w.institution).contract is None
    settle_running_contract(
        call(w.institution.officer, "03-02 10:00"),
        running_code=code,
        taught_centiunits=600,
        reason="签到表六次",
    )
    one = running(w.institution)
    assert one.contract is not None and one.contract.total_fen == 140_000
    assert uncovered(w) == (140_000, 140_000)
    with reading(w.family):
        assert Learner.objects.filter(guardian_id=w.family.person_ids[0]).count() == 1
        assert any("1,400.00" in each.text for each in letters.inbox(w.family))


def test_more_taught_than_declared_lowers_nothing_before_a_decision():
    w = place()
    declare(w, old(w))
    answer_running_contract(
        call(w.family, "03-01 20:00"),
        running_code=running(w.institution).code,
        taught_centiunits=900,
    )
    assert uncovered(w) == (130_000, 130_000)


def test_silence_of_the_guardian_is_no_consent_but_an_officer_may_decide():
    w = place()
    declare(w, old(w))
    settle_running_contract(
        call(w.institution.officer, "03-20 10:00"),
        running_code=running(w.institution).code,
        taught_centiunits=2000,
        reason="双方对账单",
    )
    one = running(w.institution)
    assert (one.state, one.contract) == (RunningContract.State.ENDED, None)
    assert uncovered(w) == (0, 0)
    with reading(w.institution.officer):
        assert ClassGroup.objects.get(code=w.class_code).taken == 0


def test_the_rest_is_floored_on_what_was_earned():
    """R3: 1,999.00 for 30 lessons, 7 taught: earned 466.43, left 1,532.57."""
    w = place()
    declare(w, old(w, paid_fen=199_900, total_centiunits=3000))
    assert uncovered(w) == (153_257, 153_257)


@pytest.mark.parametrize("taught", [-1, 2001, 700])
def test_an_answer_that_cannot_be_is_refused(taught):
    w = place()
    declare(w, old(w))
    with pytest.raises(BadInput):
        answer_running_contract(
            call(w.family, "03-01 20:00"),
            running_code=running(w.institution).code,
            taught_centiunits=taught,
        )
    assert running(w.institution).state == RunningContract.State.TOLD


def test_it_is_answered_and_decided_once():
    w = place()
    confirmed(w)
    code = running(w.institution).code
    with pytest.raises(RunningAnswered):
        answer_running_contract(call(w.family, "03-01 21:00"), running_code=code)
    with pytest.raises(RunningSettled):
        settle_running_contract(
            call(w.institution.officer, "03-02 10:00"),
            running_code=code,
            taught_centiunits=0,
            reason="再看",
        )


def test_who_is_a_stranger_sees_and_answers_nothing():
    w = place()
    declare(w, old(w))
    code = running(w.institution).code
    stranger = Actor(777, "旁人", frozenset({Role.GUARDIAN}), person_ids=(99_999,))
    with pytest.raises(NotFound):
        answer_running_contract(call(stranger, "03-01 20:00"), running_code=code)
    with reading(stranger), pytest.raises(NotFound):
        queries.one(stranger, code)
    other = Actor(778, "别处的干部", frozenset({Role.OFFICER}), (w.institution.id + 999,))
    with pytest.raises((NotFound, Forbidden)):
        settle_running_contract(
            call(other, "03-02 10:00"), running_code=code, taught_centiunits=0, reason="看"
        )
    assert rows("SELECT count(*) FROM running_runningcontract", reader=stranger) == [(0,)]


def test_the_institutions_word_stays_as_it_was_written():
    w = place()
    declare(w, old(w))
    with opened("operation"), transaction.atomic(), connection.cursor() as cursor:
        set_actor(cursor, w.institution.clock)
        with pytest.raises(DatabaseError, match="what_was_agreed_stays"):
            RunningContract.objects.update(taught_centiunits=1)
        transaction.set_rollback(True)


def test_what_was_paid_before_lowers_the_share_paid_through_the_platform():
    w = place()
    with reading(w.institution.officer):
        assert flows.share(w.institution.officer, w.institution.id).per_mille is None
    declare(w, old(w))
    with reading(w.institution.officer):
        share = flows.share(w.institution.officer, w.institution.id)
    assert (share.platform_fen, share.before_fen, share.per_mille) == (0, 200_000, 0)
