"""The best tenth of an annual inspection: floor, ties by score, then by fewer findings."""

from yuxin.rules.top_share import Rated, Share, top_share


def rated(*points):
    return [Rated(f"S-{number}", point, 0) for number, point in enumerate(points, 1)]


def test_the_best_tenth_of_29_are_two():
    chosen = top_share(rated(*range(100, 71, -1)), share_bps=1000, points_min=90)
    assert chosen == Share(("S-1", "S-2"), (), 0)


def test_fewer_able_than_places_are_all_in():
    chosen = top_share(rated(95, *[80] * 29), share_bps=1000, points_min=90)
    assert chosen == Share(("S-1",), (), 2)


def test_a_tenth_of_nine_is_nobody():
    assert top_share(rated(*[95] * 9), share_bps=1000, points_min=90) == Share((), (), 0)


def test_of_equal_scores_fewer_findings_come_first():
    able = [Rated("S-1", 95, 2), Rated("S-2", 95, 1), *rated(*[60] * 8)]
    assert top_share(able, share_bps=1000, points_min=90).chosen == ("S-2",)


def test_a_tie_across_the_limit_is_for_people_to_decide():
    able = [Rated("A", 98, 0), Rated("B", 95, 1), Rated("C", 95, 1), *rated(*[60] * 17)]
    assert top_share(able, share_bps=1000, points_min=90) == Share(("A",), ("B", "C"), 1)
