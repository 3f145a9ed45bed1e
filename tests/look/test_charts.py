"""Charts: axes from 0 with round marks, nothing drawn over what is unknown, colour never alone."""

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.money import Fen
from yuxin.look.charts import Chart, Series, Threshold, draw, draw_multiples, steps, table_of, wan


def chart(*series: Series, kind: str = "bars", **more) -> Chart:
    return Chart(
        key="c",
        title="缴费",
        summary="三月最多。",
        points=[f"{n}月" for n in range(1, len(series[0].values) + 1)],
        series=series,
        kind=kind,  # type: ignore[arg-type]
        **more,
    )


@given(st.integers(0, 10**13), st.sampled_from(["count", "yuan", "wan"]))
def test_the_axis_starts_at_zero_and_holds_the_highest(highest, unit):
    marks = steps(highest, unit)
    assert marks[0] == 0 and marks[-1] >= highest
    assert 2 <= len(marks) <= 6
    step = marks[1]
    assert marks == [step * n for n in range(len(marks))]


@pytest.mark.parametrize(
    ("fen", "words"),
    [(4_150_649_590, "4,150.65"), (50_000, "0.05"), (49_99, "0.00"), (5_000, "0.01"), (0, "0.00")],
)
def test_wan_has_two_decimals_half_up(fen, words):
    assert wan(Fen(fen)) == words


def test_bars_stand_on_the_axis_with_heights_in_proportion():
    drawing = draw(chart(Series("缴费", [100, 50, 0])))
    high, half = drawing.bars
    assert high.y + high.height == half.y + half.height == drawing.bottom
    assert abs(high.height - 2 * half.height) <= 1


def test_stacked_parts_stand_on_each_other():
    drawing = draw(chart(Series("红", [1]), Series("黄", [2]), kind="stacked"))
    low, top = drawing.bars
    assert top.y + top.height == low.y
    assert low.pattern != top.pattern


def test_a_line_breaks_where_nothing_is_known():
    drawing = draw(chart(Series("余额", [1, 2, None, 3]), kind="line"))
    (line,) = drawing.lines
    assert len(line.runs) == 2 and len(line.dots) == 3
    assert table_of(drawing.chart)[0][2] == ("3月", ["–"])


def test_last_year_is_told_apart_and_labels_do_not_overlap():
    series = (Series("本年", [5, 9]), Series("上年", [6, 9], before=True))
    this, last = draw(chart(*series, kind="line")).lines
    assert (this.pattern, last.pattern) == ("a", "before")
    assert abs(this.label_y - last.label_y) >= 14


def test_a_threshold_above_every_figure_is_inside_the_drawing():
    drawing = draw(chart(Series("出", [1]), thresholds=(Threshold("上限", 40),)))
    assert drawing.top <= drawing.limits[0].y < drawing.bottom
    assert drawing.limits[0].label == "上限 40"


def test_small_multiples_share_one_axis():
    low, high = draw_multiples([chart(Series("a", [1])), chart(Series("a", [100]))])
    assert low.marks == high.marks


def test_a_figure_below_zero_is_no_figure():
    with pytest.raises(AssertionError):
        chart(Series("a", [-1]))


def test_the_sum_stands_under_the_table():
    rows, foot = table_of(chart(Series("a", [100, 250]), unit="yuan", totals=True))
    assert [cells for _name, cells in rows] == [["1.00"], ["2.50"]]
    assert foot == ["3.50"]


def test_the_page_has_sentence_drawing_and_table():
    page = Template("{% load charts %}{% chart it %}").render(
        Context({"it": chart(Series("缴费", [3, 4]))})
    )
    assert page.index("三月最多。") < page.index("<svg") < page.index("<table")
    assert 'role="img"' in page and "<title" in page and "<desc" in page
    assert "style=" not in page and "<script" not in page


def test_nothing_to_draw_is_said_in_words_alone():
    page = Template("{% load charts %}{% chart it %}").render(
        Context({"it": chart(Series("缴费", [0, 0]))})
    )
    assert "三月最多。" in page and "<svg" not in page
