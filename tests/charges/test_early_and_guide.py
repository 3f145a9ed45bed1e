"""Charges too early (N05, N06 where a local pack has them) and prices above the guide (W08)."""

from datetime import date

import pytest

from tests.agreements.given import drafted
from tests.given import (
    at,
    bank,
    call,
    draft,
    guardian,
    institution,
    learner,
    notify,
    opened_class,
    pay,
    rules,
    sign,
    timetable,
)
from yuxin.access.reading import reading
from yuxin.kernel.calendar import add_months
from yuxin.operations.tuition.publish_course import publish_course
from yuxin.operations.tuition.set_course_conditions import set_course_conditions
from yuxin.policy.in_force import pack_on
from yuxin.rules.folder import NATION, load_pack
from yuxin.tuition.charges import queries as charges
from yuxin.tuition.charges.early import ChargedTooEarly, Planned, require_not_early
from yuxin.tuition.models import ClassGroup

DEMO = load_pack((NATION, "demo"))
NATIONAL = load_pack((NATION,))


def early(billing: str, starts: date, left: int, day: date, pack=DEMO) -> bool:
    try:
        require_not_early(Planned(billing, starts, left), pack=pack, day=day)
    except ChargedTooEarly:
        return True
    return False


@pytest.mark.parametrize(
    ("starts", "day", "is_early"),
    [
        (date(2026, 4, 1), date(2026, 2, 28), True),
        (date(2026, 4, 1), date(2026, 3, 1), False),
        # month ends clamp: a month before 31 March is 28 February
        (date(2026, 3, 31), date(2026, 2, 27), True),
        (date(2026, 3, 31), date(2026, 2, 28), False),
        (date(2026, 5, 31), date(2026, 4, 29), True),
        (date(2026, 5, 31), date(2026, 4, 30), False),
    ],
)
def test_by_period_from_one_month_before_the_course(starts, day, is_early):
    assert early("PERIOD", starts, 0, day) is is_early


@pytest.mark.parametrize(
    ("left", "day", "is_early"),
    [
        (2000, date(2026, 1, 15), False),  # 20.00 units are left: whenever
        (2001, date(2026, 1, 15), True),
        (2001, date(2026, 3, 1), False),  # or one month before
        (0, date(2025, 12, 1), False),
    ],
)
def test_by_lesson_when_twenty_are_left_or_one_month_before(left, day, is_early):
    assert early("LESSON", date(2026, 4, 1), left, day) is is_early


def test_billed_by_both_both_hold():
    assert early("BOTH", date(2026, 4, 1), 0, date(2026, 2, 28))
    assert early("BOTH", date(2026, 4, 1), 2001, date(2026, 2, 28))
    assert not early("BOTH", date(2026, 4, 1), 2001, date(2026, 3, 1))


@pytest.mark.parametrize("billing", ["LESSON", "PERIOD", "BOTH"])
def test_where_no_local_pack_speaks_nothing_is_early(billing):
    assert not early(billing, date(2026, 12, 1), 9000, date(2026, 1, 1), NATIONAL)


def test_three_months_clamp_to_the_month_s_end():
    """funds-rules 3.4: 11-30 + 3 months = 02-28 / 29."""
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)


@pytest.mark.django_db
def test_a_renewal_is_refused_while_more_than_twenty_lessons_are_left():
    rules()
    of = institution()
    made = bank(of)
    family = guardian()
    child = learner(family)
    first = opened_class(
        of,
        draft(of, paid_centiunits=3000, total_fen=300_000),
        timetable(30, "03-04 16:00"),
    )
    code = drafted(family, first, "03-02 09:00", child=child)
    sign(family, code, when="03-02 09:10")
    notify(pay(made, family, code, "03-02 09:20"), "03-02 09:20")
    later = opened_class(
        of,
        draft(of, name="少儿水彩二期", first_on=date(2026, 5, 10), last_on=date(2026, 7, 31)),
        timetable(20, "05-10 16:00"),
    )
    with pytest.raises(ChargedTooEarly) as refused:
        drafted(family, later, "03-10 09:00", child=child)
    assert refused.value.facts["from_on"] == "2026-04-10"
    assert refused.value.facts["left"] == "30"
    assert drafted(family, later, "04-10 09:00", child=child)


@pytest.mark.django_db
def test_a_course_by_period_waits_for_its_month():
    rules()
    of = institution()
    bank(of)
    class_code = opened_class(
        of,
        draft(of, first_on=date(2026, 5, 10), last_on=date(2026, 7, 31)),
        timetable(20, "05-10 16:00"),
    )
    with reading(of.clock):
        course = ClassGroup.objects.values_list("course__code", flat=True).get(code=class_code)
    set_course_conditions(
        call(of.head, "02-20 12:00"),
        course_code=str(course),
        values={"billing": "PERIOD", "method": "SMALL"},
    )
    with pytest.raises(ChargedTooEarly):
        drafted(guardian(), class_code, "04-09 23:59")
    assert drafted(guardian(2), class_code, "04-10 00:01")


def guide(of):
    with reading(of.clock):
        pack = pack_on(date(2026, 3, 1))
        assert pack is not None
        found = charges.guide_hits(of.clock, (of.id,), pack, date(2026, 3, 1))
    return [(hit.contract_code, hit.value, hit.limit) for hit in found]


@pytest.mark.django_db
def test_an_academic_price_above_the_guide_is_a_hit_to_the_fen():
    """The demo county's guide: 40.00 yuan for 45 minutes, so 80.00 for 90."""
    rules()
    of = institution(categories=("SUBJECT",))

    def published(price: int, name: str) -> str:
        course = draft(
            of, name=name, category="SUBJECT", unit_price_fen=price, total_fen=price * 20
        )
        receipt = publish_course(call(of.head, "02-20 10:00"), institution_id=of.id, draft=course)
        return str(receipt["course"])

    published(8000, "初一数学")
    assert guide(of) == []
    dear = published(8001, "初二数学")
    assert guide(of) == [(dear, 8001, 8000)]
    assert at("02-20 10:00")


@pytest.mark.django_db
def test_no_guide_price_binds_an_art_class():
    rules()
    of = institution()
    opened_class(of, draft(of, unit_price_fen=20_000, total_fen=400_000))
    assert guide(of) == []
