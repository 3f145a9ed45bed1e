"""One institution live: learners, contracts, lessons, purchases, money in and out, thresholds."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.assessment.alerts import queries as alerts
from yuxin.assessment.alerts.models import Preset
from yuxin.desk.pages.figures import month_end, months_before, permille
from yuxin.desk.registry_values import shown_name, status_kind
from yuxin.desk.tuition_access import SEES_BOOKS
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import NotFound
from yuxin.look.charts import Chart, Series, Threshold, Unit, shown
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.policy.in_force import pack_on
from yuxin.registry import queries as registry
from yuxin.rules.pack import Pack
from yuxin.tuition.queries import flows
from yuxin.tuition.queries.flows import DayFlow

DAYS: Final = 30
MONTHS: Final = 12


@page(roles=SEES_BOOKS | {Role.LEVEL_ABOVE})
def live(request: HttpRequest, code: str) -> HttpResponse:
    """What goes on at an institution, drawn from the tables under each chart."""
    actor, today = actor_of(request), day_of(moment(request))
    first = today - timedelta(days=DAYS - 1)
    months = [f"{months_before(today, back):%Y-%m}" for back in range(2 * MONTHS - 1, -1, -1)]
    ends = [min(month_end(each), today) for each in months]
    with reading(actor):
        entry = registry.find(actor, code)
        if entry.pk not in actor.institution_ids:
            raise NotFound
        counted = flows.counts(actor, entry.pk, first, today)
        moved = flows.by_day(actor, entry.pk, first, today)
        payees = flows.payees(actor, entry.pk, first, today)
        balances = flows.balances(actor, entry.pk, first, today)
        paid = flows.paid_by_month(actor, entry.pk, months_before(today, 2 * MONTHS - 1))
        learners = flows.learners_on(actor, entry.pk, ends)
        share = flows.share(actor, entry.pk)
        preset = alerts.preset(actor, entry.pk, today)
        pack = pack_on(today)
    told = [closing for _day, closing, _owed in balances if closing is not None]
    lines = _lines(preset, pack, today, told[-1] if told else None)
    enrolled = {month: learners.get(end, 0) for month, end in zip(months, ends, strict=True)}
    context = {
        "entry": entry,
        "name": shown_name(entry),
        "status": status_kind(entry),
        "days": DAYS,
        "counts": counted,
        "flow": _flow(moved, first, today, lines),
        "balance": _balance(balances, preset),
        "paid": _year(
            "paid", _("各月缴费"), paid, months, unit="yuan", unit_word=_("元"), adds=True
        ),
        "learners": _year(
            "learners", _("各月末学员"), enrolled, months, unit="count", unit_word=_("人")
        ),
        "share": share,
        "share_words": permille(share.per_mille),
        "payees": payees,
        "payees_fen": Fen(sum(each.amount_fen for each in payees)),
    }
    return render(request, "desk/institution_live.html", context)


def _lines(
    preset: Preset | None, pack: Pack | None, day: date, balance_fen: int | None
) -> list[Threshold]:
    """From which sum on one movement warns: as the bureau set it, and as a share of the balance."""
    found = []
    if preset is not None and preset.movement_max_fen is not None:
        found.append(Threshold(_("单笔上限"), preset.movement_max_fen))
    if pack is not None and balance_fen and pack.has("alerts.W01", day):
        shares = [
            each.value
            for row in pack.on("alerts.W01", day).rows
            for each in row.when
            if each.indicator == "outflow_share_bps" and isinstance(each.value, int)
        ]
        if shares:
            found.append(Threshold(_("余额占比线"), balance_fen * min(shares) // 10_000))
    return found


def _flow(
    moved: Mapping[date, DayFlow], first: date, last: date, lines: Sequence[Threshold]
) -> Chart:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [moved.get(day, DayFlow()) for day in days]
    sums = [sum(getattr(row, name) for row in rows) for name in ("in_fen", "out_fen", "refund_fen")]
    return Chart(
        key="flow",
        title=_("每天进出"),
        summary=_("近%(days)d天：进%(paid)s元，划给机构%(out)s元，退给家长%(refund)s元。")
        % {
            "days": len(days),
            "paid": yuan(Fen(sums[0])),
            "out": yuan(Fen(sums[1])),
            "refund": yuan(Fen(sums[2])),
        },
        points=[f"{day:%m-%d}" for day in days],
        series=(
            Series(_("进：家长缴费"), [row.in_fen for row in rows]),
            Series(_("出：划给机构"), [row.out_fen for row in rows]),
            Series(_("出：退给家长"), [row.refund_fen for row in rows]),
        ),
        unit="yuan",
        unit_word=_("元"),
        thresholds=lines,
        head=_("日"),
        totals=True,
    )


def _balance(rows: Sequence[tuple[date, int | None, int]], preset: Preset | None) -> Chart:
    """The bank's balance against the warning line: what must lie there for lessons not taught."""
    short = [day for day, closing, owed in rows if closing is not None and closing < owed]
    told = [closing for _day, closing, _owed in rows if closing is not None]
    if not told:
        said = _("这段时间银行还没有送过余额；虚线是应留存的钱，也就是预警线。")
    elif short:
        said = _("有%(n)d天专户余额低于应留存的钱，最近一次是%(day)s。") % {
            "n": len(short),
            "day": f"{short[-1]:%m-%d}",
        }
    else:
        said = _("银行送过余额的%(n)d天，专户余额都不低于应留存的钱。") % {"n": len(told)}
    return Chart(
        key="balance",
        title=_("专户余额和应留存的钱"),
        summary=said,
        points=[f"{day:%m-%d}" for day, _closing, _owed in rows],
        series=(
            Series(_("专户余额（银行）"), [closing for _day, closing, _owed in rows]),
            Series(_("预警线：应留存"), [owed for _day, _closing, owed in rows], pattern="limit"),
        ),
        kind="line",
        unit="yuan",
        unit_word=_("元"),
        thresholds=[Threshold(_("最低余额"), preset.balance_min_fen)]
        if preset is not None and preset.balance_min_fen is not None
        else [],
        head=_("日"),
    )


def _year(
    key: str,
    title: str,
    figures: Mapping[str, int],
    months: Sequence[str],
    *,
    unit: Unit,
    unit_word: str,
    adds: bool = False,
) -> Chart:
    """Twelve months with last year's line; without figures of last year it is left out."""
    this = [figures.get(each, 0) for each in months[MONTHS:]]
    before = [figures.get(each, 0) for each in months[:MONTHS]]
    series = [Series(_("本年"), this)]
    if any(before):
        series.append(Series(_("上年"), before, before=True))
    now, then = (sum(this), sum(before)) if adds else (this[-1], before[-1])
    said = (
        _("%(title)s：%(now)s%(unit)s，上年%(then)s%(unit)s。")
        if any(before)
        else _("%(title)s：%(now)s%(unit)s，上年平台上没有数据。")
    )
    return Chart(
        key=key,
        title=title,
        summary=said
        % {"title": title, "now": shown(now, unit), "then": shown(then, unit), "unit": unit_word},
        points=list(months[MONTHS:]),
        series=series,
        kind="line",
        unit=unit,
        unit_word=unit_word,
        head=_("月"),
        totals=adds,
    )
