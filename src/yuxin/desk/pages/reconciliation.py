"""Closing a bank day: what blocks it, four levels, differences, files, bridge."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.forms.reconciliation import CloseForm
from yuxin.desk.reconciliation_words import BRIDGE, CAUSES, STANDINGS, situation
from yuxin.kernel.actor import Actor
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.money import Fen, yuan
from yuxin.kernel.refusal import BadInput
from yuxin.look.forms import Form
from yuxin.look.moment import call_of, moment
from yuxin.look.page import actor_of, page
from yuxin.look.tables import BulkAct, Column, Filter, ListSource, Row, Table
from yuxin.look.values import Empty
from yuxin.operations.cases.assign_proceedings import assign_proceedings_many
from yuxin.operations.cases.extend_proceeding import LEADS
from yuxin.operations.tuition.close_bank_day import close_bank_day
from yuxin.policy.in_force import calendar, pack_on
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.queries.contracts import names_of
from yuxin.tuition.reconciliation import board as boards
from yuxin.tuition.reconciliation.board import Board, standing
from yuxin.tuition.reconciliation.permissions import CLOSES, SEES

BREAKS: Final = Table(
    name="reconciliation",
    caption=gettext_lazy("对账差错"),
    columns=(
        Column("standing", gettext_lazy("状态"), fixed=True),
        Column("cause", gettext_lazy("种类"), sortable=True, fixed=True, link=True),
        Column("level", gettext_lazy("级"), "number"),
        Column("day", gettext_lazy("账务日"), "date", sortable=True),
        Column("account", gettext_lazy("专户尾号"), shown=False),
        Column("institution", gettext_lazy("机构"), cut=True),
        Column("situation", gettext_lazy("情况"), cut=True),
        Column("amount", gettext_lazy("金额"), "money", sortable=True),
        Column("age", gettext_lazy("已挂银行日"), "number", sortable=True),
        Column("owner", gettext_lazy("责任人")),
        Column("bank", gettext_lazy("银行"), shown=False),
    ),
    filters=(
        Filter("standing", gettext_lazy("状态"), list(STANDINGS.items())),
        Filter("cause", gettext_lazy("种类"), list(CAUSES.items())),
    ),
    bulk=(BulkAct("claim", gettext_lazy("认领")),),
    empty=Empty(
        gettext_lazy("没有差错"), gettext_lazy("这一天的流水、余额和凭据都对得上。"), kind="green"
    ),
)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise BadInput(field="day") from problem


@page(roles=SEES)
def reconciliation(request: HttpRequest) -> HttpResponseBase:
    """A bank day of the banks and accounts in reach."""
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        shown = boards.board(
            actor,
            day=_day(request.GET.get("day", "")),
            bank_code=request.GET.get("bank", ""),
            last4=request.GET.get("account", "")[:4],
        )
        pack = pack_on(day_of(at))
        days = calendar(pack, "bank", day_of(at)) if pack else None
        names = names_of(actor.institution_ids)
        rows = [_row(one, shown, names, days, day_of(at)) for one in shown.breaks]
        may_claim = actor.has(*LEADS) and any(standing(one) == "unowned" for one in shown.breaks)
        return BREAKS.answer(
            request,
            ListSource(rows, keep=_kept),
            "desk/reconciliation.html",
            _context(request, actor, shown, days),
            bulk_url=reverse("desk:reconciliation-claim") if may_claim else "",
        )


def _kept(row: Row, filters: Mapping[str, str]) -> bool:
    return all(row.cells[f"{key}_key"] == value for key, value in filters.items())


def _row(
    one: Break, shown: Board, names: Mapping[int, object], days: Calendar | None, today: date
) -> Row:
    proceeding, stands = one.proceeding, standing(one)
    until = day_of(proceeding.closed_at) if proceeding.closed_at else today
    age = days.working_days_between(one.account_day, max(until, one.account_day)) if days else 0
    owner = shown.owners.get(proceeding.owner_id or 0, "")
    return Row(
        {
            "standing": STANDINGS[stands],
            "standing_key": stands,
            "cause": CAUSES[one.cause],
            "cause_key": one.cause,
            "level": one.level,
            "day": one.account_day,
            "bank": one.bank_code,
            "account": one.account_last4 or "–",
            "institution": str(names.get(one.institution_id, "")) or "–",
            "situation": situation(one),
            "amount": Fen(proceeding.amount_fen or 0),
            "age": age,
            "owner": owner or (_("系统") if proceeding.closed_at else "–"),
        },
        url=reverse("desk:proceeding", args=[proceeding.code]),
        key=proceeding.code,
        hot=stands == "unowned",
    )


def _context(
    request: HttpRequest, actor: Actor, shown: Board, days: Calendar | None
) -> dict[str, Any]:
    unowned, of_day = shown.unowned(), shown.of_day()
    counts = {key: sum(standing(one) == key for one in of_day) for key in STANDINGS}
    return {
        "shown": shown,
        "compared": bool(shown.days),
        "counts": counts,
        "total": len(of_day),
        "carried": len(shown.breaks) - len(of_day),
        "unowned": unowned,
        "unowned_sum": yuan(Fen(sum(one.proceeding.amount_fen or 0 for one in unowned))),
        "levels": _levels(shown),
        "bridge": [(BRIDGE[kind], count, Fen(fen)) for kind, count, fen in shown.bridge],
        "flow": _flow(shown),
        "files": [(line, _file_state(line)) for line in shown.files],
        "due_on": days.next_working(shown.chosen.day) if shown.days and days else None,
        "may_close": actor.has(*CLOSES) and shown.closed < shown.accounts and not unowned,
        "closes": actor.has(*CLOSES),
        "close_form": CloseForm(),
        "notices": _notices(request),
    }


def _notices(request: HttpRequest) -> list[tuple[str, str]]:
    said = {"closed": _("已关账。"), "claimed": _("已认领，由您负责查清。")}
    word = said.get(request.GET.get("done", ""))
    return [("green", word)] if word else []


def _levels(shown: Board) -> list[dict[str, Any]]:
    sums = shown.sums
    told = (
        (_("流水"), shown.lines, _("逐笔：编号、金额、状态")),
        (_("账户"), shown.accounts, _("期初 + 收 − 付 = 期末，与账簿相符")),
        (_("分户"), sums["contract_count"], _("各合同余额 = 分录合计")),
        (_("凭据"), sums["proof_count"], _("合同、购课人；划转须有确认")),
    )
    levels = []
    for number, (name, count, rule) in enumerate(told, start=1):
        found = [one for one in shown.of_day(number) if one.proceeding.closed_at is None]
        levels.append(
            {
                "number": number,
                "name": name,
                "count": count,
                "rule": rule,
                "differ": len(found),
                "agree": max(0, count - len(found)),
            }
        )
    return levels


def _flow(shown: Board) -> list[tuple[str, int | None, Fen]]:
    sums = shown.sums
    known = sums["receipt_fen"] - sums["release_fen"] - sums["refund_fen"]
    other = sums["closing_fen"] - sums["opening_fen"] - known
    lines: list[tuple[str, int | None, Fen]] = [
        (_("期初"), None, Fen(sums["opening_fen"])),
        (_("收款"), sums["receipt_count"], Fen(sums["receipt_fen"])),
        (_("划转机构"), sums["release_count"], Fen(-sums["release_fen"])),
        (_("退费家庭"), sums["refund_count"], Fen(-sums["refund_fen"])),
    ]
    if other:
        lines.append((_("退票和未逐笔报的"), None, Fen(other)))
    return [*lines, (_("期末"), None, Fen(sums["closing_fen"]))]


def _file_state(line: boards.FileLine) -> tuple[str, str]:
    if line.missing:
        return "red", _("缺 %(kinds)s") % {"kinds": ", ".join(line.missing)}
    if line.checked_at is None:
        return "due", _("待比对")
    if line.refused:
        return "ok", _("签名、合计、摘要相符；另退回 %(n)d 份") % {"n": line.refused}
    return "ok", _("签名、合计、摘要相符")


@page(roles=CLOSES, methods=["POST"])
def reconciliation_close(request: HttpRequest) -> HttpResponse:
    """Close the accounts of a day; refused in words while a break has no owner."""
    day, bank = _day(request.POST.get("day", "")), request.POST.get("bank", "")
    number = _number(CloseForm(request.POST))
    if day is None:
        raise BadInput(field="day")
    actor = actor_of(request)
    with reading(actor):
        codes = [each.code for each in boards.banks_of(actor)]
    for code in [bank] if bank in codes else codes:
        close_bank_day(call_of(request, number, code), bank_code=code, on=day)
    return HttpResponseRedirect(f"{_here(day, bank)}&done=closed")


@page(roles=LEADS, methods=["POST"])
def reconciliation_claim(request: HttpRequest) -> HttpResponse:
    """Answer for the breaks that were chosen."""
    chosen = tuple(request.POST.getlist("chosen"))
    if not chosen:
        raise BadInput(field="chosen")
    call = call_of(request, _number(CloseForm(request.POST)))
    assign_proceedings_many(call, proceeding_codes=chosen, owner_id=call.actor.account_id)
    back = request.META.get("HTTP_REFERER", "")
    query = urlsplit(back).query if "/desk/reconciliation" in back else ""
    kept = urlencode([pair for pair in parse_qsl(query) if pair[0] != "done"])
    return HttpResponseRedirect(f"{reverse('desk:reconciliation')}?{kept}&done=claimed")


def _number(form: Form) -> UUID:
    if not form.is_valid():
        raise BadInput(field="request_id")
    number: UUID = form.cleaned_data["request_id"]
    return number


def _here(day: date, bank: str) -> str:
    return f"{reverse('desk:reconciliation')}?{urlencode({'day': day.isoformat(), 'bank': bank})}"
