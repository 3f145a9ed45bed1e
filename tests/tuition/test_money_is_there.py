"""钱在不在: paid less taught less refunded is what the bank says, on which day, to the fen."""

import pytest

from tests.family.lives import on_27_march
from tests.given import World, at, paid_world, rows
from tests.visitors import FixedMoment, area, client_of, cookies, inside, look_at
from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.look.money_words import difference_words
from yuxin.tuition.queries import money_there
from yuxin.tuition.queries.money_there import There

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_moment(settings):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def there(k: World, reader=None) -> There:
    who = reader or k.institution.officer
    with reading(who):
        (found,) = money_there.there(who, [k.institution.id])
    return found


def test_the_account_of_contract_k_on_27_march_matches_to_the_fen():
    """After line 11 of the table: paid 2,000.00, released 150.00, 1,850.00 in custody."""
    k = on_27_march()
    found = there(k)
    assert (found.paid_fen, found.released_fen, found.refunded_fen) == (200000, 15000, 0)
    assert found.should_be_there_fen == found.custody_fen == 185000
    assert (found.closing_fen, found.expected_fen, found.difference_fen) == (
        found.expected_fen,
        found.closing_fen,
        0,
    )
    assert "一分不差" in difference_words(found)


def test_the_books_are_compared_as_of_the_banks_day_and_not_of_the_hour():
    k = paid_world()
    before = there(k)
    assert before.bank_day == day_of(at("03-02 00:00"))
    assert (before.closing_fen, before.expected_fen) == (200000, 200000)


def test_a_family_and_an_officer_read_the_same_difference():
    k = paid_world()
    _bank_lacks(k, 1)
    for who in (k.institution.officer, k.family):
        found = there(k, who)
        assert found.difference_fen == -1
        assert "少0.01元，监管部门在查" in difference_words(found)


def _bank_lacks(k: World, fen: int) -> None:
    """The bank's balance of the last day is less than its own lines: a fault of the bank."""
    from django.db import connection

    from yuxin.access.context import opened, set_actor

    with opened("operation"), connection.cursor() as cursor:
        set_actor(cursor, k.institution.clock)
        cursor.execute("UPDATE tuition_bankbalance SET closing_fen = closing_fen - %s", [fen])


def test_every_reader_sees_it_on_a_page():
    area()
    k = paid_world()
    _bank_lacks(k, 1)
    look_at("03-03 10:00")
    family = client_of(cookies(Role.GUARDIAN, person_id=k.family.person_ids[0]))
    for page, address in (
        (family, f"/family/contracts/{k.contract}"),
        (client_of(inside(k.institution, Role.INSTITUTION_HEAD)), "/desk/money"),
        (client_of(cookies(Role.OFFICER)), "/desk/money-there"),
    ):
        answer = page.get(address)
        assert answer.status_code == 200
        assert "少0.01元，监管部门在查" in answer.content.decode(), address


def test_an_institution_whose_bank_said_nothing_is_no_difference():
    k = paid_world()
    with reading(k.institution.officer):
        assert money_there.there(k.institution.officer, []) == []
    assert rows("SELECT count(*) FROM tuition_bankbalance")[0][0] > 0
