"""Charts drawn by the server: figures in, geometry out. Nothing here needs a script.

A chart is drawn from the very table that the page renders under it. Axes start at 0, colour is
never alone (pattern, dash, direct label), last year is dashed grey, a threshold is a labelled line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from django.utils.translation import gettext

from yuxin.kernel.money import Fen
from yuxin.look.values import Text
from yuxin.look.words import NOTHING, yuan_words

Kind = Literal["bars", "stacked", "line"]
Unit = Literal["count", "yuan", "wan"]
PATTERNS: Final = "adebc"
LABEL_WIDTH: Final = 12  # of a Chinese character at 11 px, with its air
FEN_IN_WAN: Final = 1_000_000


@dataclass(frozen=True)
class Series:
    """One row of figures; None is unknown. `before`: last year's, drawn dashed and grey.

    `pattern` stands instead of the one that follows from the place: `a` to `e`.
    """

    label: Text
    values: Sequence[int | None]
    before: bool = False
    pattern: str = ""

    def drawn(self, number: int) -> str:
        """The pattern of the series that stands at this place."""
        return "before" if self.before else self.pattern or PATTERNS[number % len(PATTERNS)]


@dataclass(frozen=True)
class Threshold:
    """A line to stay under or over, with the words that say what it is."""

    label: Text
    value: int


@dataclass(frozen=True)
class Chart:
    """What is drawn: one sentence with the finding, names of the points, figures in one unit.

    Figures are counts, or fen that are shown in yuan (`yuan`) or in 万元 (`wan`).
    """

    key: str
    title: Text
    summary: Text
    points: Sequence[Text]
    series: Sequence[Series]
    kind: Kind = "bars"
    unit: Unit = "count"
    unit_word: Text = ""
    thresholds: Sequence[Threshold] = ()
    head: Text = ""
    totals: bool = False

    def __post_init__(self) -> None:
        assert all(len(each.values) == len(self.points) for each in self.series)
        figures = [each for row in self.series for each in row.values if each is not None]
        assert all(each >= 0 for each in figures), "axes start at 0"

    @property
    def is_empty(self) -> bool:
        """Nothing to draw: the page says so in words instead."""
        return not any(any(row.values) for row in self.series)

    @property
    def highest(self) -> int:
        """The highest figure, with thresholds; of stacked bars the highest sum."""
        if self.kind == "stacked":
            sums = [
                sum(row.values[at] or 0 for row in self.series) for at in range(len(self.points))
            ]
            return max([*sums, *(each.value for each in self.thresholds)], default=0)
        figures = [each or 0 for row in self.series for each in row.values]
        return max([*figures, *(each.value for each in self.thresholds)], default=0)


def shown(value: int | None, unit: Unit) -> str:
    """A figure as the table says it."""
    if value is None:
        return NOTHING
    if unit == "count":
        return f"{value:,}"
    return yuan_words(Fen(value)) if unit == "yuan" else wan(Fen(value))


def wan(fen: Fen) -> str:
    """Fen in 万元 with two decimals, half up: `4,150.65`. On the leader's page only."""
    hundredths, rest = divmod(abs(fen), FEN_IN_WAN // 100)
    hundredths += 2 * rest >= FEN_IN_WAN // 100
    sign = "−" if fen < 0 and hundredths else ""
    return f"{sign}{hundredths // 100:,}.{hundredths % 100:02}"


def steps(highest: int, unit: Unit) -> list[int]:
    """Four to five marks of an axis from 0 that hold `highest`, all of them round figures."""
    whole = {"count": 1, "yuan": 100, "wan": FEN_IN_WAN // 100}[unit]
    wanted = max(1, -(-highest // (4 * whole)))
    size = 1
    while not any(size * each >= wanted for each in (1, 2, 5)):
        size *= 10
    step = whole * next(size * each for each in (1, 2, 5) if size * each >= wanted)
    count = max(1, -(-highest // step))
    return [step * each for each in range(count + 1)]


def _axis(value: int, unit: Unit) -> str:
    if unit == "count":
        return f"{value:,}"
    return f"{value // 100:,}" if unit == "yuan" else wan(Fen(value)).removesuffix(".00")


# Geometry. Whole pixels everywhere, so that a drawing is the same on every machine.


@dataclass(frozen=True)
class Mark:
    """A horizontal line with its figure."""

    y: int
    text: str


@dataclass(frozen=True)
class Name:
    """The name of a point under the axis."""

    x: int
    text: Text


@dataclass(frozen=True)
class Bar:
    """A bar or a part of one."""

    x: int
    y: int
    width: int
    height: int
    pattern: str


@dataclass(frozen=True)
class Line:
    """A drawn series: its runs of known points, its dots, its label at the end."""

    runs: Sequence[str]
    dots: Sequence[tuple[int, int]]
    label: Text
    label_x: int
    label_y: int
    pattern: str


@dataclass(frozen=True)
class Limit:
    """A drawn threshold."""

    y: int
    label_y: int
    label: str


@dataclass(frozen=True)
class Drawing:
    """A chart ready to be written as SVG."""

    chart: Chart
    width: int
    height: int
    left: int
    right: int
    bottom: int
    top: int
    marks: Sequence[Mark]
    names: Sequence[Name]
    bars: Sequence[Bar] = ()
    lines: Sequence[Line] = ()
    limits: Sequence[Limit] = ()
    legend: Sequence[tuple[Text, str]] = ()
    small: bool = False
    rows: Sequence[tuple[Text, Sequence[str]]] = field(default_factory=tuple)
    foot: Sequence[str] = ()


@dataclass(frozen=True)
class _Frame:
    """The plane in which figures become places."""

    left: int
    right: int
    top: int
    bottom: int
    highest: int
    count: int

    def y(self, value: int) -> int:
        return self.bottom - value * (self.bottom - self.top) // max(1, self.highest)

    def x(self, at: int) -> int:
        """The middle of the place of a point."""
        return self.left + (self.right - self.left) * (2 * at + 1) // (2 * max(1, self.count))

    @property
    def place(self) -> int:
        return (self.right - self.left) // max(1, self.count)


def draw(chart: Chart, *, small: bool = False, highest: int | None = None) -> Drawing:
    """Lay a chart out. `highest` lets small multiples share one axis."""
    width, height = (264, 150) if small else (640, 240)
    marks = steps(max(chart.highest, highest or 0, 1), chart.unit)
    texts = [_axis(each, chart.unit) for each in marks]
    left = 10 + 7 * max(map(len, texts))
    right = width - (10 if chart.kind != "line" or small else _label_room(chart))
    frame = _Frame(
        left, right, 26 if chart.unit_word else 14, height - 26, marks[-1], len(chart.points)
    )
    rows, foot = table_of(chart)
    return Drawing(
        chart=chart,
        width=width,
        height=height,
        left=left,
        right=right,
        top=frame.top,
        bottom=frame.bottom,
        marks=[Mark(frame.y(each), text) for each, text in zip(marks, texts, strict=True)],
        names=_names(chart, frame),
        bars=[] if chart.kind == "line" else _bars(chart, frame),
        lines=_lines(chart, frame, labels=not small) if chart.kind == "line" else [],
        limits=[_limit(each, chart.unit, frame) for each in chart.thresholds],
        legend=_legend(chart, small=small),
        small=small,
        rows=rows,
        foot=foot,
    )


def draw_multiples(charts: Sequence[Chart]) -> list[Drawing]:
    """Small charts side by side on one axis, so that their heights may be compared."""
    highest = max((each.highest for each in charts), default=0)
    return [draw(each, small=True, highest=highest) for each in charts]


def table_of(chart: Chart) -> tuple[list[tuple[Text, list[str]]], list[str]]:
    """The table under a chart: a row a point, a column a series; and the row of sums."""
    rows = [
        (name, [shown(row.values[at], chart.unit) for row in chart.series])
        for at, name in enumerate(chart.points)
    ]
    if not chart.totals:
        return rows, []
    sums = [sum(each or 0 for each in row.values) for row in chart.series]
    return rows, [shown(each, chart.unit) for each in sums]


def _label_room(chart: Chart) -> int:
    widest = max((_width(each.label) for each in chart.series), default=0)
    return min(150, 16 + widest)


def _width(text: Text) -> int:
    return sum(LABEL_WIDTH if ord(each) > 0x2E80 else 7 for each in str(text))


def _names(chart: Chart, frame: _Frame) -> list[Name]:
    """As many names as there is room for; the last one is always there."""
    widest = max((_width(each) for each in chart.points), default=1) + 8
    every = max(1, -(-widest // max(1, frame.place)))
    last = frame.count - 1
    return [
        Name(frame.x(at), name) for at, name in enumerate(chart.points) if (last - at) % every == 0
    ]


def _bars(chart: Chart, frame: _Frame) -> list[Bar]:
    together = 1 if chart.kind == "stacked" else len(chart.series)
    width = max(2, min(36, frame.place * 7 // 10 // together))
    found = []
    for at in range(frame.count):
        base = 0
        for number, row in enumerate(chart.series):
            value = row.values[at] or 0
            stacked = chart.kind == "stacked"
            low, high = (base, base + value) if stacked else (0, value)
            base += value
            if not value:
                continue
            x = frame.x(at) - width * together // 2 + (0 if stacked else number * width)
            y = frame.y(high)
            height = max(1, frame.y(low) - y)
            found.append(Bar(x, y, width, height, row.drawn(number)))
    return found


def _lines(chart: Chart, frame: _Frame, *, labels: bool) -> list[Line]:
    found = []
    taken: list[int] = []
    for number, row in enumerate(chart.series):
        runs, dots = _runs(row, frame)
        x, y = dots[-1] if dots else (frame.right, frame.bottom)
        label_y = _free(y, taken)
        taken.append(label_y)
        label = row.label if labels and dots else ""
        every = [] if row.before or len(dots) > 40 else dots
        found.append(Line(runs, every, label, x + 8, label_y + 4, row.drawn(number)))
    return found


def _runs(row: Series, frame: _Frame) -> tuple[list[str], list[tuple[int, int]]]:
    """Unknown figures break a line: it is never drawn across what nobody knows."""
    runs: list[list[tuple[int, int]]] = [[]]
    for at, value in enumerate(row.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((frame.x(at), frame.y(value)))
    kept = [run for run in runs if run]
    points = [" ".join(f"{x},{y}" for x, y in run) for run in kept]
    return points, [dot for run in kept for dot in run]


def _free(y: int, taken: Sequence[int]) -> int:
    """A height at which no other label stands: 14 pixels a line, upwards first."""
    for away in (0, -14, 14, -28, 28, -42, 42):
        if all(abs(y + away - each) >= 14 for each in taken):
            return y + away
    return y


def _limit(limit: Threshold, unit: Unit, frame: _Frame) -> Limit:
    y = frame.y(limit.value)
    figure = shown(limit.value, unit)
    label = gettext("%(what)s %(figure)s") % {"what": limit.label, "figure": figure}
    return Limit(y, y - 5 if y - 5 > frame.top - 6 else y + 13, label)


def _legend(chart: Chart, *, small: bool) -> list[tuple[Text, str]]:
    """Bars of several series need one; lines carry their labels, unless there is no room."""
    if len(chart.series) < 2 or (chart.kind == "line" and not small):
        return []
    return [(row.label, row.drawn(number)) for number, row in enumerate(chart.series)]
