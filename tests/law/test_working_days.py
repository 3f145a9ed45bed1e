"""Deadlines of the demo contract under the holiday notices of 2025 and 2026."""

from datetime import date

import pytest

from yuxin.rules.calendars import calendar_of
from yuxin.rules.folder import load_pack

KNOWN = date(2026, 11, 23)


@pytest.fixture(scope="module")
def government():
    return calendar_of(load_pack(), "government", KNOWN)


@pytest.fixture(scope="module")
def bank():
    return calendar_of(load_pack(), "bank", KNOWN)


@pytest.mark.law("国办发明电〔2025〕7号", clause="全文", says="清明节：4月4日至6日放假")
def test_fifteen_working_days_from_delivery_on_saturday_7_march_pass_on_friday_27_march(government):
    assert government.add_working_days(date(2026, 3, 7), 15) == date(2026, 3, 27)


@pytest.mark.law("国办发明电〔2025〕7号", clause="全文", says="清明节：4月4日至6日放假")
def test_the_fifth_working_day_after_30_march_is_tuesday_7_april(government):
    assert government.add_working_days(date(2026, 3, 30), 5) == date(2026, 4, 7)


@pytest.mark.law("国办发明电〔2025〕7号", clause="全文", says="2月14日（周六）上班")
def test_a_make_up_saturday_is_worked_by_the_government_and_not_by_the_bank(government, bank):
    assert government.is_working(date(2026, 2, 14))
    assert not bank.is_working(date(2026, 2, 14))


@pytest.mark.parametrize(
    ("confirmed", "transferred"),
    [
        (date(2026, 3, 4), date(2026, 3, 5)),
        (date(2026, 3, 25), date(2026, 3, 26)),
        (date(2026, 3, 28), date(2026, 3, 30)),
        (date(2026, 4, 3), date(2026, 4, 7)),
    ],
)
def test_the_next_bank_day_of_the_demo_contract(bank, confirmed, transferred):
    assert bank.next_working(confirmed) == transferred


@pytest.mark.law("国办发明电〔2024〕12号", clause="全文", says="2025年放假28天、调休上班5天")
def test_the_notices_are_held_whole():
    pack = load_pack()
    for year, off, worked in ((2025, 28, 5), (2026, 33, 6)):
        value = pack.on(f"calendar.government.{year}", KNOWN).value
        assert (len(value.holidays), len(value.workdays)) == (off, worked)
        assert {day.year for day in value.holidays | value.workdays} == {year}
        assert all(day.weekday() >= 5 for day in value.workdays)


def test_a_year_is_provisional_until_the_day_of_its_notice(government):
    pack = load_pack()
    assert government.is_provisional(2027)
    assert not government.is_provisional(2026)
    assert calendar_of(pack, "government", date(2025, 11, 3)).is_provisional(2026)
    assert not calendar_of(pack, "government", date(2025, 11, 4)).is_provisional(2026)


@pytest.mark.law("全国年节及纪念日放假办法", clause="第二条", says="元旦，放假1天（1月1日）")
def test_new_years_day_is_no_working_day_though_the_notice_of_its_year_is_not_out():
    for name in ("government", "bank"):
        year_end = calendar_of(load_pack(), name, KNOWN)
        assert year_end.is_provisional(2027)
        assert year_end.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
