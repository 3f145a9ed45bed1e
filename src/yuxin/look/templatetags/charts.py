"""Charts in templates. `{% load charts %}`; described in docs/look.md."""

from collections.abc import Sequence
from typing import Any

from django import template

from yuxin.kernel.money import Fen
from yuxin.look import charts

register = template.Library()


@register.inclusion_tag("look/parts/chart.html")
def chart(value: charts.Chart) -> dict[str, Any]:
    """One sentence, the drawing, the table of every value drawn."""
    return {"chart": value, "drawing": charts.draw(value)}


@register.inclusion_tag("look/parts/small_charts.html")
def small_charts(values: Sequence[charts.Chart], summary: Any = "") -> dict[str, Any]:
    """Small multiples on one axis, and one table for all of them."""
    drawings = charts.draw_multiples(values)
    rows = [
        (name, [cell for each in drawings for cell in each.rows[at][1]])
        for at, name in enumerate(values[0].points if values else ())
    ]
    heads = [
        (each.title, row.label if len(each.series) > 1 else "")
        for each in values
        for row in each.series
    ]
    return {
        "summary": summary,
        "drawings": drawings,
        "rows": rows,
        "heads": heads,
        "head": values[0].head if values else "",
        "shown": [each for each in drawings if not each.chart.is_empty],
    }


@register.filter
def wan(fen: Fen) -> str:
    """Fen in 万元 with two decimals; on the leader's page only."""
    return charts.wan(fen)
