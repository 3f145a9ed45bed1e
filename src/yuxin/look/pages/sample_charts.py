"""Charts of the pattern page; every figure is invented."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from yuxin.look.charts import Chart, Series, Threshold
from yuxin.look.values import Text


def charts(named: Sequence[tuple[str, Text]]) -> list[Chart]:
    """Bars, a line with last year's and a threshold, stacked bars, and nothing to draw."""
    months = [f"2026-{number:02}" for number in range(1, 11)]
    this = [15, 14, 13, 12, 11, 14, 18, 27, 9, 10]
    last = [18, 22, 20, 17, 16, 19, 26, 24, 15, 24]
    towns = [str(name) for _key, name in named]
    plain: dict[str, Any] = {"points": months, "head": _("月"), "unit_word": _("件")}
    return [
        Chart(
            key="sample-line",
            title=_("有效投诉，与上年同期"),
            summary=_("本年143件，比上年同期201件少58件；只有8月高于上年。"),
            series=(Series(_("本年"), this), Series(_("上年"), last, before=True)),
            kind="line",
            thresholds=(Threshold(_("预警线"), 25),),
            totals=True,
            **plain,
        ),
        Chart(
            key="sample-bars",
            title=_("拨付和退费"),
            summary=_("拨付比退费多。"),
            points=towns,
            series=(
                Series(_("拨付"), [3_801_280, 2_400_000]),
                Series(_("退费"), [993_992, 120_050]),
            ),
            unit="yuan",
            unit_word=_("元"),
            head=_("街镇"),
        ),
        Chart(
            key="sample-stacked",
            title=_("各街镇码色"),
            summary=_("两个街镇共21家。"),
            points=towns,
            series=(
                Series(_("红码"), [1, 0], pattern="c"),
                Series(_("黄码"), [2, 3], pattern="b"),
                Series(_("绿码"), [9, 6], pattern="a"),
            ),
            kind="stacked",
            unit_word=_("家"),
            head=_("街镇"),
            totals=True,
        ),
        Chart(
            key="sample-none",
            title=_("没有数据"),
            summary=_("这段时间没有数据。"),
            series=(Series(_("本年"), [0] * 10),),
            **plain,
        ),
    ]


def multiples() -> list[Chart]:
    """Four small charts on one axis."""
    return [
        Chart(
            key=f"sample-small-{number}",
            title=_("街镇 %(number)d") % {"number": number},
            summary=_("合计%(sum)d件。") % {"sum": 30 + number},
            points=["1", "2", "3", "4"],
            series=(Series(_("本年"), [number, 10, 5 + number, 15 - number]),),
            head=_("季"),
        )
        for number in range(1, 5)
    ]
