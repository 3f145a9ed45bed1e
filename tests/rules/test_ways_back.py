"""What brings a grade back, the earliest day, and the fewest steps."""

from datetime import date

from yuxin.rules.folder import load_pack
from yuxin.rules.judged import judged
from yuxin.rules.score_model import Model
from yuxin.rules.scoring import Finding
from yuxin.rules.ways_back import Ending, Step, WayBack, way_back

DAY = date(2026, 5, 20)
SUBJECT = judged("S-1", "TRAINING_INSTITUTION")
TWELVE = Model.of(load_pack(("national", "ningbo")), "twelve", DAY)
THOUSAND = Model.of(load_pack(("national", "tianjin")), "thousand", DAY)
PLAIN = Model.of(load_pack(("national", "plain")), "plain", DAY)


def test_where_the_grade_stands_already_nothing_is_needed():
    assert way_back(TWELVE, SUBJECT, [], DAY, "G") == WayBack("G", DAY, DAY, ())
    gone = Finding("R-1", "late_class", DAY, withdrawn=True)
    assert way_back(TWELVE, SUBJECT, [gone], DAY, "G").endings == ()


def test_what_may_still_be_mended_is_named_with_its_last_day_and_no_more_than_needed():
    due = date(2026, 5, 29)
    findings = [
        Finding("R-1", "late_class", date(2026, 5, 6), due_on=due),
        Finding("R-2", "postings_missing", date(2026, 5, 6), due_on=due),
    ]
    way = way_back(TWELVE, SUBJECT, findings, DAY, "G")
    assert way.on == DAY
    assert way.by_waiting_on == date(2027, 1, 1)
    assert way.endings == (Ending("R-1", "late_class", Step.MEND, due),)


def test_past_its_term_mending_helps_no_more_and_the_year_must_end():
    late = Finding("R-1", "late_class", date(2026, 5, 1), due_on=date(2026, 5, 19))
    way = way_back(TWELVE, SUBJECT, [late], DAY, "G")
    assert (way.on, way.by_waiting_on) == (date(2027, 1, 1), date(2027, 1, 1))
    assert way.endings == (Ending("R-1", "late_class", Step.WAIT, date(2026, 12, 31)),)


def test_tianjin_waits_for_the_next_year_to_be_b_again():
    findings = [Finding("R-1", "address_differs", date(2026, 3, 5))]
    findings.append(Finding("R-2", "postings_missing", date(2026, 3, 5)))
    way = way_back(THOUSAND, SUBJECT, findings, DAY, "B")
    assert way.on == date(2027, 1, 1)
    assert [ending.record for ending in way.endings] == ["R-1", "R-2"]


def test_repair_opens_on_its_day_and_rolling_years_end_one_after_the_other():
    findings = [
        Finding(
            "P-1", "penalty_general", date(2026, 4, 20), repairable_from=date(2026, 7, 21), count=2
        ),
        Finding("R-1", "hours_broken", date(2025, 7, 1)),
        Finding("R-2", "honours", date(2025, 6, 1)),
    ]
    way = way_back(PLAIN, SUBJECT, findings, DAY, "A")
    assert way.on == date(2026, 7, 21)
    assert way.by_waiting_on is None
    assert way.endings == (
        Ending("P-1", "penalty_general", Step.REPAIR, date(2026, 7, 21)),
        Ending("R-1", "hours_broken", Step.WAIT, date(2026, 7, 1)),
        Ending("R-2", "honours", Step.WAIT, date(2026, 6, 1)),
    )


def test_an_act_of_twelve_points_has_no_way_back():
    given = Finding("R-1", "permit_misused", DAY, due_on=date(2026, 6, 3))
    assert way_back(TWELVE, SUBJECT, [given], DAY, "G") == WayBack("G", None, None, ())


def test_a_repair_long_open_may_be_asked_today_and_what_nobody_counts_is_no_obstacle():
    findings = [
        Finding("P-1", "penalty_general", date(2025, 4, 20), repairable_from=date(2025, 7, 21)),
        Finding("X-1", "late_class", date(2026, 4, 20)),
    ]
    way = way_back(PLAIN, SUBJECT, findings, DAY, "A")
    assert way.on == DAY
    assert [ending.step for ending in way.endings] == [Step.REPAIR]
