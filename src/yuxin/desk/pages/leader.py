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
from yuxin.desk.pages.figures import READS_FIGURES, months_before, permille
from yuxin.desk.registry_values import shown_name, status_kind
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen
from yuxin.look.charts import Chart, Series, wan
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, Filter, ListSource, Row, Table
from yuxin.look.values import Empty
from yuxin.registry import queries as registry
from yuxin.registry.models import Entry
from yuxin.tuition.queries import tonight as queries
from yuxin.tuition.queries.tonight import Coverage, Tonight
from yuxin.tuition.running import queries as running

TRAINING: Final = "TRAINING_INSTITUTION"
COLOURS: Final = ("RED", "YELLOW", "GREEN", "")
MONTHS: Final = 12


@page(roles=READS_FIGURES)
def leader(request: HttpRequest) -> HttpResponse:
    """The whole area on one page."""
    actor, today = actor_of(request), day_of(moment(request))
    since = months_before(today, 2 * MONTHS - 1)
    with reading(actor):
        total, by_institution = queries.tonight(actor)
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


def _colours(entries: Sequence[Entry], areas: Mapping[str, str]) -> Chart:
    """Colours by area, red first."""
    codes = sorted({each.area_code for each in entries}, key=lambda code: (code == "", code))
    count = {
        (code, colour): sum(
            1 for each in entries if each.area_code == code and _colour(each) == colour
        )
        for code in codes
        for colour in COLOURS
    }
    all_of = {colour: sum(count[(code, colour)] for code in codes) for colour in COLOURS}
    return Chart(
        key="colours",
        title=_("各区域码色"),
        summary=_(
            "%(all)d家机构：红码%(red)d、黄码%(yellow)d、绿码%(green)d、未接入或待运算%(grey)d。"
        )
        % {
            "all": len(entries),
            "red": all_of["RED"],
            "yellow": all_of["YELLOW"],
            "green": all_of["GREEN"],
            "grey": all_of[""],
        },
        points=[areas.get(code, code) or _("没有区域") for code in codes],
        series=[
            Series(word, [count[(code, colour)] for code in codes], pattern=pattern)
            for colour, word, pattern in (
                ("RED", _("红码"), "c"),
                ("YELLOW", _("黄码"), "b"),
                ("GREEN", _("绿码"), "a"),
                ("", _("未接入或待运算"), "e"),
            )
        ],
        kind="stacked",
        unit_word=_("家"),
        head=_("区域"),
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
    actor, today = actor_of(request), day_of(moment(request))
    with reading(actor):
        total, found = queries.tonight(actor)
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
        "custody": Fen(found.custody_fen),
        "owed": Fen(found.owed_fen),
        "uncovered": Fen(found.uncovered_fen),
        "uncovered_families": found.uncovered_families,
    }
