"""A class that has begun: whoever joins pays for the lessons that are left, and for none held."""

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from tests.agreements.given import contract, drafted, taken, with_conditions
from tests.given import (
    at,
    bank,
    call,
    code_sent,
    draft,
    guardian,
    institution,
    notify,
    opened_class,
    order_of,
    pay,
    rules,
    sign,
    timetable,
    world,
)
from yuxin.kernel.money import parse_yuan
from yuxin.operations.tuition.cancel_contract import cancel_contract
from yuxin.operations.tuition.order_payment import order_payment
from yuxin.tuition.models import ClassSession, Course
from yuxin.tuition.services.joining import (
    ClassBegun,
    LessonsHeldMeanwhile,
    NoLessonsLeft,
    share_of_sessions,
)

pytestmark = pytest.mark.django_db


def stage():
    rules()
    of = institution()
    return of, bank(of)


def test_after_three_of_twenty_lessons_seventeen_are_bought():
    of, _ = stage()
    family = guardian()
    code = drafted(family, opened_class(of), "03-12 09:00")
    row = contract(family, code)
    assert (row.total_fen, row.total_centiunits) == (parse_yuan("1700.00"), 1700)
    told = row.terms
    assert told["price"]["total_in_words"] == "壹仟柒佰元整"
    assert told["service"]["from"] == "2026-04-08"
    assert len(told["service"]["timetable"]) == 17
    assert told["service_more"]["held_sessions"] == 3
    sign(family, code, when="03-12 09:10")
    assert order_of(family, code, "03-12 09:20").amount_fen == 170_000


def test_an_indivisible_price_is_rounded_down_in_favour_of_the_family():
    of, _ = stage()
    course = draft(
        of,
        unit_price_fen=parse_yuan("66.70"),
        paid_centiunits=3000,
        total_fen=parse_yuan("1999.00"),
    )
    class_code = opened_class(of, course, timetable(30, "03-04 16:00"))
    family = guardian()
    row = contract(family, drafted(family, class_code, "03-10 20:00"))
    assert row.total_centiunits == 2300  # seven were held
    assert row.total_fen == 199_900 * 23 // 30 == 153_256


def test_gifts_are_left_in_proportion():
    of, _ = stage()
    course = draft(of, gift_centiunits=400)  # 20 paid and 4 given
    class_code = opened_class(of, course, timetable(24, "03-04 16:00"))
    family = guardian()
    row = contract(family, drafted(family, class_code, "03-09 20:00"))
    assert (row.total_centiunits, row.gift_centiunits) == (1800, 300)
    assert row.total_fen == 200_000 * 18 // 24 == 150_000


def test_a_course_that_takes_nobody_after_its_start_says_so():
    of, _ = stage()
    class_code = with_conditions(of, joins_late=False)
    with pytest.raises(ClassBegun) as refused:
        drafted(guardian(), class_code, "03-12 09:00")
    assert refused.value.facts["held"] == 3
    assert drafted(guardian(2), class_code, "03-02 09:00")


def test_a_class_that_is_over_cannot_be_joined():
    of, _ = stage()
    with pytest.raises(NoLessonsLeft):
        drafted(guardian(), opened_class(of), "05-20 09:00")


def test_a_lesson_held_between_draft_and_signature_is_not_paid_for():
    of, _ = stage()
    family = guardian()
    code = drafted(family, opened_class(of), "03-03 09:00")
    with pytest.raises(LessonsHeldMeanwhile):
        sign(family, code, when="03-04 18:00")


def test_a_lesson_held_between_signature_and_payment_is_not_paid_for_either():
    of, _ = stage()
    family, class_code = guardian(), opened_class(of)
    code = drafted(family, class_code, "03-03 09:00")
    sign(family, code, when="03-03 09:10")
    with pytest.raises(LessonsHeldMeanwhile):
        order_payment(call(family, "03-04 18:00"), contract_code=code)
    cancel_contract(call(family, "03-04 18:05"), contract_code=code)
    assert taken(of, class_code) == 0
    again = contract(family, drafted(family, class_code, "03-04 18:10"))
    assert again.total_fen == parse_yuan("1900.00")


def test_who_joins_late_pays_and_the_money_is_the_contract_s_own():
    k = world()
    family = guardian(2)
    code = drafted(family, k.class_code, "03-12 09:00")
    sign(family, code, when="03-12 09:10")
    notify(pay(k.bank, family, code, "03-12 09:20"), "03-12 09:20")
    assert contract(family, code).state == "active"
    assert code_sent(family)


@generated(
    total=st.integers(1, 2_000_000),
    counts=st.lists(st.sampled_from([50, 100, 150, 200]), min_size=1, max_size=40),
    held=st.integers(0, 40),
)
def test_the_rest_never_costs_more_than_its_share(total, counts, held):
    units = sum(counts)
    course = Course(
        total_fen=total,
        paid_centiunits=units,
        gift_centiunits=0,
        first_on=at("03-01 00:00").date(),
        last_on=at("05-30 00:00").date(),
    )
    held = min(held, len(counts))
    sessions = [
        ClassSession(
            starts_at=at("03-01 08:00" if n < held else "03-20 08:00"),
            ordinal=n + 1,
            centiunits=count,
        )
        for n, count in enumerate(counts)
    ]
    left = sum(counts[held:])
    try:
        share = share_of_sessions(course, sessions, at("03-10 08:00"))
    except NoLessonsLeft:
        assert total * left // units == 0
        return
    assert share.centiunits == left
    assert share.total_fen * units <= total * left < (share.total_fen + 1) * units
