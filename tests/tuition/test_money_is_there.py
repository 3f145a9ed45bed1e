"""钱在不在: paid less taught less refunded is what the bank says, on which day, to the fen."""

import pytest
from django.db import connection

from tests.family.lives import on_27_march
from tests.given import World, at, call, paid_world, rows
from tests.visitors import FixedMoment, area, client_of, cookies, inside, look_at
from yuxin.access.context import opened, set_actor
from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.look.money_words import difference_words
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.correct_roll import correct_roll
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.tuition.queries import money_there
from yuxin.tuition.queries.money_there import There


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


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_the_books_are_compared_as_of_the_banks_day_and_not_of_the_hour():
    k = paid_world()
    before = there(k)
    assert before.bank_day == day_of(at("03-02 00:00"))
    assert (before.closing_fen, before.expected_fen) == (200000, 200000)


@pytest.mark.django_db
def test_a_family_and_an_officer_read_the_same_difference():
    k = paid_world()
    _bank_lacks(k, 1)
    for who in (k.institution.officer, k.family):
        found = there(k, who)
        assert found.difference_fen == -1
        assert "少0.01元，监管部门在查" in difference_words(found)


def _bank_lacks(k: World, fen: int) -> None:
    """The bank's balance of the last day is less than its own lines: a fault of the bank."""

    with opened("operation"), connection.cursor() as cursor:
        set_actor(cursor, k.institution.clock)
        cursor.execute("UPDATE tuition_bankbalance SET closing_fen = closing_fen - %s", [fen])


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_an_institution_whose_bank_said_nothing_is_no_difference():
    k = paid_world()
    with reading(k.institution.officer):
        assert money_there.there(k.institution.officer, []) == []
    assert rows("SELECT count(*) FROM tuition_bankbalance")[0][0] > 0


@pytest.mark.browser
def test_the_pages_of_money_and_refunds_read_well(committing, visit):
    area()
    k = paid_world()
    call_roll(call(k.institution.teacher, "03-04 17:30"), session_code=k.session(1))
    call_roll(call(k.institution.teacher, "03-07 10:31"), session_code=k.session(2))
    request_refund(
        call(k.family, "03-07 12:00"), contract_code=k.contract, reason="moved", seen_fen=180000
    )
    correct_roll(
        call(k.institution.teacher, "03-07 13:00"),
        session_code=k.session(2),
        outcomes=((k.contract, "leave"),),
        reason="请过假",
    )
    _bank_lacks(k, 1)
    look_at("03-07 14:00")
    family = cookies(Role.GUARDIAN, person_id=k.family.person_ids[0])
    head, officer = inside(k.institution, Role.INSTITUTION_HEAD), cookies(Role.OFFICER)
    pages = {
        "contract": (f"/family/contracts/{k.contract}", family),
        "refund": (f"/family/contracts/{k.contract}/refund", family),
        "lesson": (f"/family/lessons/{k.lesson(1).code}", family),
        "desk-refund": (f"/desk/refunds/{k.refund().code}", head),
        "money": ("/desk/money", head),
        "money-there": ("/desk/money-there", officer),
        "silence": ("/desk/silence", officer),
    }
    for name, (path, jar) in pages.items():
        for width, language in ((360, "zh"), (1440, "zh"), (360, "en")):
            seen = visit(f"{path}?lang={language}", width=width, cookies=jar)
            seen.picture(f"there-{name}-{language}")
            seen.is_quiet()
            seen.fits()
