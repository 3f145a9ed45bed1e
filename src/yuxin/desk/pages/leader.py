"""The leader's five minutes: families, money in custody, what is not covered, colours, trend.

One number, one source: every figure opens a list whose head says the same figure. 万元 stands on
this page only; the lists are in yuan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.assessment.alerts import queries as alerts
from yuxin.desk.pages.figures import READS_FIGURES, months_before, permille
from yuxin.desk.registry_values import shown_name, status_kind
from yuxin.desk.tasks import Days, days_on
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen
from yuxin.look.charts import Chart, Series, wan
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, Row, Table
from yuxin.look.values import Empty
from yuxin.registry import queries as registry
from yuxin.registry.models import Entry
from yuxin.supervision import queries as supervision
from yuxin.tuition.mirror import queries as mirror
from yuxin.tuition.queries import tonight as queries
from yuxin.tuition.queries.tonight import Coverage, Tonight
from yuxin.tuition.running import queries as running

TRAINING: Final = "TRAINING_INSTITUTION"
COLOURS: Final = ("RED", "YELLOW", "GREEN", "")
MARKS: Final = ("red", "yellow", "green", "grey")
MONTHS: Final = 12


@page(roles=READS_FIGURES)
def leader(request: HttpRequest) -> HttpResponse:
    """The whole area on one page."""
    actor, at = actor_of(request), moment(request)
    today = day_of(at)
    since = months_before(today, 2 * MONTHS - 1)
    with reading(actor):
        days = days_on(today)
        mirrored = mirror.contracts(actor, at)
        total, by_institution = queries.with_mirrored(actor, queries.tonight(actor), mirrored)
        ages = alerts.open_by_day(actor)
        complaints = supervision.valid_complaints_by_month(actor, date(today.year - 1, 1, 1))
        refunds = queries.refunds_on_the_way(actor, today)
        covered = queries.coverage(actor, today)
        before = running.uncovered(actor)
        paid = queries.paid_by_month(actor, since)
        entries = _institutions(actor.institution_ids)
        areas = registry.area_names(actor, today)
    red = sum(1 for each in entries if each.colour == "RED")
    uncovered = _uncovered(entries, by_institution, areas)
    context = {
        "today": today,
        "total": total,
        "uncovered": uncovered,
        "before_fen": Fen(sum(each.uncovered_fen for each in before)),
        "red": red,
        "red_uncovered": sum(1 for each in uncovered if each.status == "red"),
        "refunds": refunds,
        "refund_days": (today - refunds.oldest_at).days if refunds.oldest_at else 0,
        "accounts": sum(1 for each in by_institution.values() if each.custody_fen),
        "share": _share(total.uncovered_families, total.families),
        "colours": _colours(entries, areas),
        "rates": _rates(covered),
        "trend": _trend(paid, today),
        "ages": _ages(ages, days),
        "complaints": _complaints(complaints, today),
        "differing_fen": Fen(sum(each.difference_fen for each in mirrored)),
        "has_any": bool(entries),
    }
    return render(request, "desk/leader.html", context)


def _institutions(ids: Sequence[int]) -> list[Entry]:
    """Training institutions that the reader sees and that were not merged away."""
    rows = Entry.objects.filter(subject_id__in=ids, kind=TRAINING, merged_into=None)
    return list(rows.order_by("name_key", "subject_id"))


@dataclass(frozen=True)
class Gap:
    """An institution at which tonight's money does not cover what families are owed."""

    name: str
    url: str
    area: str
    status: str
    fen: int
    families: int


def _uncovered(
    entries: Sequence[Entry], found: Mapping[int, Tonight], areas: Mapping[str, str]
) -> list[Gap]:
    gaps = [
        Gap(
            shown_name(entry),
            reverse("desk:institution-live", args=[entry.code]),
            areas.get(entry.area_code, entry.area_code),
            status_kind(entry),
            found[entry.pk].uncovered_fen,
            found[entry.pk].uncovered_families,
        )
        for entry in entries
        if entry.pk in found and found[entry.pk].uncovered_fen
    ]
    return sorted(gaps, key=lambda each: -each.fen)


@dataclass(frozen=True)
class Cell:
    """One area of the grid: a mark an institution, red first; `counts` red, yellow, green, grey."""

    area: str
    url: str
    marks: tuple[str, ...]
    counts: tuple[int, int, int, int]

    @property
    def total(self) -> int:
        """How many institutions there are."""
        return sum(self.counts)

    @property
    def has_red(self) -> bool:
        """Whether the cell gets its red frame."""
        return bool(self.counts[0])


@dataclass(frozen=True)
class Grid:
    """Colours by area with the sentence that they say."""

    said: str
    cells: tuple[Cell, ...]
    sums: tuple[int, int, int, int]
    total: int


def _colours(entries: Sequence[Entry], areas: Mapping[str, str]) -> Grid:
    """Colours by area, most institutions first."""
    by_area: dict[str, list[str]] = {}
    for each in entries:
        by_area.setdefault(each.area_code, []).append(_colour(each))
    cells = [_cell(code, colours, areas) for code, colours in by_area.items()]
    sums = _counts([_colour(each) for each in entries])
    said = _(
        "%(all)d家机构：红码%(red)d、黄码%(yellow)d、绿码%(green)d、未接入或待运算%(grey)d。"
    ) % dict(zip(("red", "yellow", "green", "grey"), sums, strict=True), all=len(entries))
    order = sorted(cells, key=lambda cell: (-cell.total, cell.area))
    return Grid(said, tuple(order), sums, len(entries))


def _cell(code: str, colours: Sequence[str], areas: Mapping[str, str]) -> Cell:
    counts = _counts(colours)
    marks = [mark for mark, count in zip(MARKS, counts, strict=True) for _each in range(count)]
    url = f"{reverse('desk:institutions')}?area={code}"
    return Cell(areas.get(code, code) or _("没有区域"), url, tuple(marks), counts)


def _counts(colours: Sequence[str]) -> tuple[int, int, int, int]:
    red, yellow, green, grey = (colours.count(each) for each in COLOURS)
    return red, yellow, green, grey


@dataclass(frozen=True)
class Age:
    """Alerts that have been open for so many working days. `first` and `last` bound them."""

    label: str
    first: int
    last: int | None


def _ages(rows: Sequence[tuple[str, date, int]], days: Days) -> Chart:
    """Open alerts by how long they have been open, red first."""
    ages = (
        Age(_("当日"), 0, 0),
        Age(_("1–3 工作日"), 1, 3),
        Age(_("4–7 工作日"), 4, 7),
        Age(_("8–15 工作日"), 8, 15),
        Age(_("超过 15 工作日"), 16, None),
    )
    counts: dict[tuple[str, int], int] = {}
    for level, opened_on, count in rows:
        old = _working_days(opened_on, days)
        place = next(
            at for at, age in enumerate(ages) if age.last is None or age.first <= old <= age.last
        )
        counts[(level, place)] = counts.get((level, place), 0) + count
    of = {
        level: [counts.get((level, at), 0) for at in range(len(ages))]
        for level in ("RED", "YELLOW", "GREEN")
    }
    said = _("未结%(all)d条，红%(red)d、黄%(yellow)d；超过15个工作日的%(old)d条。") % {
        "all": sum(map(sum, of.values())),
        "red": sum(of["RED"]),
        "yellow": sum(of["YELLOW"]),
        "old": sum(row[-1] for row in of.values()),
    }
    return Chart(
        key="ages",
        title=_("未结预警，按已响时间"),
        summary=said if rows else _("没有未结的预警。"),
        points=[age.label for age in ages],
        series=[
            Series(word, of[level], pattern=pattern)
            for level, word, pattern in (
                ("RED", _("红色"), "c"),
                ("YELLOW", _("黄色"), "b"),
                ("GREEN", _("提示"), "e"),
            )
        ],
        kind="stacked",
        unit_word=_("条"),
        head=_("时间"),
        totals=True,
    )


def _working_days(opened_on: date, days: Days) -> int:
    if days.calendar is None or opened_on >= days.today:
        return max(0, (days.today - opened_on).days)
    return days.calendar.working_days_between(opened_on, days.today)


def _complaints(by_month: Mapping[str, int], today: date) -> Chart:
    """Valid complaints of the calendar year, with last year's line."""
    months = [f"{month:02}" for month in range(1, today.month + 1)]
    now = [by_month.get(f"{today.year}-{month}", 0) for month in months]
    before = [by_month.get(f"{today.year - 1}-{month}", 0) for month in months]
    this, last = sum(now), sum(before)
    told = {"year": today.year, "now": this, "before": last, "more": abs(this - last)}
    if any(by_month.values()):
        sentence = (
            _("%(year)d年至今有效投诉%(now)d件，比上年同期%(before)d件多%(more)d件。") % told
            if this > last
            else _("%(year)d年至今有效投诉%(now)d件，比上年同期%(before)d件少%(more)d件。") % told
        )
    else:
        sentence = _("%(year)d年至今没有有效投诉，上年同期也没有。") % told
    return Chart(
        key="complaints",
        title=_("有效投诉，与上年同期"),
        summary=sentence,
        points=[f"{today.year}-{month}" for month in months],
        series=(Series(_("本年"), now), Series(_("上年"), before, before=True)),
        kind="line",
        unit_word=_("件"),
        head=_("月"),
        totals=True,
    )


def _colour(entry: Entry) -> str:
    return entry.colour if entry.colour in COLOURS and entry.colour else ""


@dataclass(frozen=True)
class Rate:
    """One rate of coverage: how many of how many, and the per mille as words."""

    label: str
    done: int
    of: int
    rate: str
    width: int

    @property
    def missing(self) -> int:
        """How many are not there yet."""
        return self.of - self.done


def _rates(found: Coverage) -> list[Rate]:
    rows = (
        (_("专户开立"), found.opened),
        (_("专户备案"), found.filed),
        (_("账户核验"), found.verified),
        (_("支付开通"), found.enabled),
        (_("有效保险"), found.insured),
    )
    return [
        Rate(
            label,
            done,
            found.active,
            _share(done, found.active),
            done * 200 // max(1, found.active),
        )
        for label, done in rows
    ]


def _share(part: int, whole: int) -> str:
    """A share in per cent with one decimal, cut and never rounded up."""
    return permille(part * 1000 // whole if whole else None)


def _trend(paid: Mapping[str, tuple[int, int]], today: date) -> Chart:
    """Fees paid by month, with last year's line."""
    months = [months_before(today, back) for back in range(MONTHS - 1, -1, -1)]
    now = [paid.get(f"{each:%Y-%m}", (0, 0))[1] for each in months]
    before = [paid.get(f"{each.year - 1}-{each.month:02}", (0, 0))[1] for each in months]
    this, last = sum(now), sum(before)
    sentence = _("近12个月缴费%(sum)s万元，上年同期%(before)s万元。") % {
        "sum": wan(Fen(this)),
        "before": wan(Fen(last)),
    }
    if not last:
        sentence = _("近12个月缴费%(sum)s万元，上年同期平台上没有数据。") % {"sum": wan(Fen(this))}
    series = [Series(_("本年"), now)]
    if last:
        series.append(Series(_("上年"), before, before=True))
    return Chart(
        key="trend",
        title=_("各月缴费，与上年同期"),
        summary=sentence,
        points=[f"{each:%Y-%m}" for each in months],
        series=series,
        kind="line",
        unit="wan",
        unit_word=_("万元"),
        head=_("月"),
        totals=True,
    )


LIST: Final = Table(
    name="tonight",
    caption=gettext_lazy("今晚各机构资金"),
    columns=(
        Column("name", gettext_lazy("机构"), sortable=True, fixed=True, link=True, cut=True),
        Column("status", gettext_lazy("码色"), "status"),
        Column("area", gettext_lazy("区域"), sortable=True),
        Column("families", gettext_lazy("家庭（户）"), "number", sortable=True),
        Column("learners", gettext_lazy("学员"), "number", sortable=True),
        Column("contracts", gettext_lazy("合同"), "number", sortable=True),
        Column("mirrored", gettext_lazy("其中镜像"), "number", sortable=True),
        Column("custody", gettext_lazy("专户资金"), "money", sortable=True),
        Column("owed", gettext_lazy("应归家庭"), "money", sortable=True),
        Column("uncovered", gettext_lazy("未足额覆盖"), "money", sortable=True),
        Column("uncovered_families", gettext_lazy("未覆盖家庭"), "number", sortable=True),
    ),
    filters=(
        Filter("only", gettext_lazy("范围"), (("uncovered", gettext_lazy("只看未足额覆盖")),)),
    ),
    default_sort="-uncovered",
    empty=Empty(
        gettext_lazy("没有符合的机构"),
        gettext_lazy("去掉“只看未足额覆盖”，可以看到全部机构。"),
    ),
)


@page(roles=READS_FIGURES)
def tonight(request: HttpRequest) -> HttpResponseBase:
    """Every institution's money tonight; what the leader's figures open."""
    actor, at = actor_of(request), moment(request)
    today = day_of(at)
    with reading(actor):
        mirrored = mirror.contracts(actor, at)
        total, found = queries.with_mirrored(actor, queries.tonight(actor), mirrored)
        entries = _institutions(actor.institution_ids)
        areas = registry.area_names(actor, today)
    rows = [_row(each, found.get(each.pk, Tonight(each.pk)), areas) for each in entries]
    source = ListSource(
        rows, keep=lambda row, chosen: "only" not in chosen or row.cells["uncovered"] > 0
    )
    totals = {**_sums(total), "name": _("合计")} if rows else None
    context = {
        "title": _("今晚各机构资金"),
        "sub": _("此刻的账。应归家庭的钱含未消课、待确认、冻结和应退。"),
    }
    return LIST.answer(request, source, "desk/tuition_list.html", context, totals=totals)


def _row(entry: Entry, found: Tonight, areas: Mapping[str, str]) -> Row:
    cells = {
        "name": shown_name(entry),
        "status": status_kind(entry),
        "area": areas.get(entry.area_code, entry.area_code),
        **_sums(found),
    }
    url = reverse("desk:institution-live", args=[entry.code])
    return Row(cells, entry.code, url, hot=bool(found.uncovered_fen))


def _sums(found: Tonight) -> dict[str, object]:
    return {
        "families": found.families,
        "learners": found.learners,
        "contracts": found.contracts,
        "mirrored": found.mirrored,
        "custody": Fen(found.custody_fen),
        "owed": Fen(found.owed_fen),
        "uncovered": Fen(found.uncovered_fen),
        "uncovered_families": found.uncovered_families,
    }
