"""Deadlines on days off, and rows of bank days with a hole."""

from datetime import date

import pytest

from tests.law.test_colour_examples import TODAY, colour
from yuxin.assessment.measures import Terms, measures
from yuxin.rules.calendars import calendar_of
from yuxin.rules.colour import Colour, ColourRules
from yuxin.rules.folder import NATION, load_pack

NO_FEED_YET = {"insurance_days_to_expiry": None, "insurance_cover_bps": None}
NO_BALANCE_YET = {"custody_ratio_bps": None, "custody_short_bank_days": None}


def terms():
    pack = load_pack((NATION, "demo"))
    banks, offices = (calendar_of(pack, name, TODAY) for name in ("bank", "government"))
    return Terms.of(ColourRules.of(pack, TODAY), 30, banks, offices)


def measured(day, *, quarter_age=None, balances=()):
    one = {
        "status": {"no_licence": 0, "connected": 1, "connected_days": 300},
        "places": {"sites": 1, "rooms_capacity": 30, "area_dm2": 9000},
        "learners": {"learners": 80},
        "learners_at_once": {"learners_at_once": None},
        "licence": {"licence_days_to_expiry": 400},
        "renewal": {"renewals": 0},
        "staff": {"staff": 0, "fulltime": 0},
        "complaints": {},
        "statements": {"statement_quarter_age": quarter_age},
        "insurance": {"insurance_days_to_expiry": 90, "insurance_covered": 80},
        "outside": {"outside_receipts": 0},
        "gaps": {"statement_gaps": 0, "insurance_gaps": 0, "funds_gaps": 0},
    }
    custody = [
        {
            "custody": 1,
            "balance_age": (day - at).days,
            "closing_fen": 90,
            "owed_fen": 100,
            "transit_fen": 0,
        }
        for at in balances
    ] or [{"custody": 0, "balance_age": None}]
    rows = {name: [said] for name, said in one.items()} | {"custody": custody}
    return measures(rows, day, terms())


@pytest.mark.parametrize(("day", "late"), [(30, 0), (31, 0), (32, 0), (33, 1)])
def test_a_statement_due_on_a_weekend_is_due_on_the_next_working_day(day, late):
    # 30 days after 2026-09-24 are Saturday 2026-10-24; the next working day is the Monday.
    on = date.fromordinal(date(2026, 9, 24).toordinal() + day)
    assert measured(on, quarter_age=day)["statement_days_late"] == late


def test_an_unknown_bank_day_interrupts_a_row_of_short_days():
    whole = [date(2026, 11, 19), date(2026, 11, 18), date(2026, 11, 17), date(2026, 11, 16)]
    assert measured(date(2026, 11, 20), balances=whole)["custody_short_bank_days"] == 4
    holed = [day for day in whole if day.day != 17]
    assert measured(date(2026, 11, 20), balances=holed)["custody_short_bank_days"] == 2
    over_a_weekend = [date(2026, 11, 16), date(2026, 11, 13)]
    assert measured(date(2026, 11, 17), balances=over_a_weekend)["custody_short_bank_days"] == 2


@pytest.mark.parametrize(
    ("missing", "feed"), [(NO_FEED_YET, "insurance"), (NO_BALANCE_YET, "funds")]
)
def test_a_feed_colours_only_when_absent_more_than_7_days_past_its_own_due_date(missing, feed):
    for days, expected in ((0, Colour.GREEN), (7, Colour.GREEN), (8, Colour.YELLOW)):
        assert colour(320, **missing, **{f"{feed}_gap_days": days}).colour is expected
