"""Sums of charges alert and never block; both splitting tests run as different hits (W05)."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from tests.given import (
    Institution,
    at,
    bank,
    call,
    draft,
    guardian,
    institution,
    learner,
    opened_class,
    rules,
    signed,
    timetable,
)
from tests.visitors import FixedMoment, area, client_of, inside, look_at
from yuxin.access.context import opened, set_actor
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.money import parse_yuan
from yuxin.operations.tuition.cancel_contract import cancel_contract
from yuxin.policy.in_force import pack_on
from yuxin.registry.models import ControllerRole, ControllerValue
from yuxin.rules.folder import NATION
from yuxin.tuition.charges import queries as charges

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_moment(settings):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def stage(layers: tuple[str, ...] = (NATION, "demo")) -> Institution:
    rules(layers)
    of = institution()
    bank(of)
    return of


def course(of: Institution, lessons: int, yuan: str, **more: Any) -> str:
    """A class of a course of so many lessons for so much money."""
    total = parse_yuan(yuan)
    changes = {
        "unit_price_fen": total // lessons,
        "paid_centiunits": lessons * 100,
        "total_fen": total // lessons * lessons,
        **more,
    }
    sessions = lessons + int(more.get("gift_centiunits", 0)) // 100
    return opened_class(of, draft(of, **changes), timetable(sessions, "03-10 16:00"))


def hits(*of: Institution, layers: Any = None) -> list[tuple[str, int, int, int]]:
    reader = Actor.clock(tuple(each.id for each in of))
    with reading(reader):
        pack = pack_on(date(2026, 3, 20))
        assert pack is not None
        found = charges.sum_hits(reader, reader.institution_ids, pack)
    return [(hit.test, hit.value, hit.limit, hit.count) for hit in found]


def test_forty_and_twenty_lessons_are_sixty_and_one_more_is_a_hit():
    of = stage()
    family = guardian()
    child = learner(family)
    signed(family, course(of, 40, "2000.00"), child=child)
    signed(family, course(of, 20, "1000.00"), child=child, when="03-02 10:10")
    assert hits(of) == []
    signed(family, course(of, 1, "50.00"), child=child, when="03-02 10:20")
    assert hits(of) == [("chain_units", 6100, 6000, 3)]


def test_five_thousand_exactly_is_no_hit_and_a_fen_more_is():
    of = stage()
    family = guardian()
    child = learner(family)
    signed(family, course(of, 20, "3000.00"), child=child)
    signed(family, course(of, 20, "2000.00"), child=child, when="03-02 10:10")
    assert hits(of) == []
    signed(family, course(of, 1, "0.01"), child=child, when="03-02 10:20")
    assert hits(of) == [("chain_money", 500_001, 500_000, 3)]


def test_units_and_money_are_two_hits_of_one_contract():
    of = stage()
    family = guardian()
    child = learner(family)
    signed(family, course(of, 40, "4000.00"), child=child)
    signed(family, course(of, 40, "4000.00"), child=child, when="03-02 10:10")
    assert hits(of) == [
        ("chain_money", 800_000, 500_000, 2),
        ("chain_units", 8000, 6000, 2),
    ]


def test_gift_lessons_count():
    of = stage()
    family = guardian()
    child = learner(family)
    signed(family, course(of, 30, "300.00", gift_centiunits=1000), child=child)
    signed(family, course(of, 20, "200.00", gift_centiunits=500), child=child, when="03-02 10:10")
    assert hits(of) == [("chain_units", 6500, 6000, 2)]


def test_courses_that_follow_each_other_are_not_added():
    of = stage()
    family = guardian()
    child = learner(family)
    signed(family, course(of, 40, "3000.00", last_on=date(2026, 4, 30)), child=child)
    later = opened_class(
        of,
        draft(
            of,
            unit_price_fen=10_000,
            paid_centiunits=4000,
            total_fen=400_000,
            first_on=date(2026, 5, 1),
            last_on=date(2026, 7, 15),
        ),
        timetable(40, "05-01 16:00"),
    )
    signed(family, later, child=child, when="03-02 10:10")
    assert hits(of) == []


def test_brother_and_sister_are_a_household_and_no_chain():
    of = stage()
    family = guardian()
    first, second = learner(family, "陈小禾"), learner(family, "陈小麦")
    class_code = course(of, 40, "4000.00")
    signed(family, class_code, child=first)
    signed(family, class_code, child=second, when="03-02 10:10")
    assert hits(of) == []
    signed(family, course(of, 20, "2000.01"), child=second, when="03-02 10:20")
    found = hits(of)
    assert ("chain_money", 600_000, 500_000, 2) in found
    assert ("household_money", 1_000_000, 1_000_000, 3) not in found
    signed(family, course(of, 1, "0.10"), child=first, when="03-02 10:30")
    assert ("household_money", 1_000_010, 1_000_000, 4) in hits(of)


def test_two_institutions_of_one_controller_are_added_for_one_learner():
    of = stage()
    other = institution("远山围棋", number=2)
    family = guardian()
    child = learner(family)
    signed(family, course(of, 40, "3000.00"), child=child)
    signed(family, course(other, 40, "3000.00"), child=child, when="03-02 10:10")
    assert hits(of, other) == []
    behind = institution("青山教育投资", number=3)
    for each in (of, other):
        with opened("operation"), transaction.atomic(), connection.cursor() as cursor:
            set_actor(cursor, each.clock)
            ControllerValue.objects.create(
                subject_id=each.id,
                controller_id=behind.id,
                role=ControllerRole.ORGANISER,
                valid_from=date(2025, 1, 1),
            )
    assert hits(other) == [
        ("controller_money", 600_000, 500_000, 2),
        ("controller_units", 8000, 6000, 2),
    ]
    assert hits(of) == [], "the hit stands where the sum was lifted over the line"


def test_a_cancelled_contract_is_no_charge():
    of = stage()
    family = guardian()
    child = learner(family)
    signed(family, course(of, 40, "4000.00"), child=child)
    second = signed(family, course(of, 40, "4000.00"), child=child, when="03-02 10:10")
    cancel_contract(call(family, "03-02 11:00"), contract_code=second)
    assert hits(of) == []


def test_without_lines_of_the_bureau_nothing_alerts():
    of = stage((NATION,))
    family = guardian()
    child = learner(family)
    signed(family, course(of, 40, "4000.00"), child=child)
    signed(family, course(of, 40, "4000.00"), child=child, when="03-02 10:10")
    assert hits(of) == []


def test_another_institution_learns_no_sum():
    of = stage()
    other = institution("远山围棋", number=2)
    family = guardian()
    child = learner(family)
    signed(family, course(of, 40, "4000.00"), child=child)
    signed(family, course(of, 40, "4000.00"), child=child, when="03-02 10:10")
    with reading(other.clock):
        pack = pack_on(date(2026, 3, 20))
        assert pack is not None
        assert charges.sum_hits(other.clock, (of.id,), pack) == []


def test_the_page_lists_hits_and_names_the_lines_that_are_not_set():
    area()
    of = stage()
    family = guardian()
    child = learner(family)
    signed(family, course(of, 40, "4000.00"), child=child)
    code = signed(family, course(of, 40, "4000.00"), child=child, when="03-02 10:10")
    look_at("03-20 09:00")
    page = client_of(inside(of, Role.OFFICER)).get("/desk/charges")
    text = page.content.decode()
    assert code in text
    assert "80课时" in text and "8,000.00元" in text
    assert at("03-20 09:00")
