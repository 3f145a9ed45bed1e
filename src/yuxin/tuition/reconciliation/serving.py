"""How a custody bank serves: files in time, breaks, late results; counted from facts alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate

from yuxin.kernel.actor import Actor
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import SHANGHAI
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.models import Bank, BankFile, BankLine, Instruction
from yuxin.tuition.reconciliation.board import banks_of

PERIOD: Final = timedelta(days=90)


@dataclass(frozen=True)
class Service:
    """One bank over a period."""

    bank: Bank
    days: int  # accounting days whose files are all here
    in_time: int  # of these, before its hour on the next bank day
    refused: int  # files that could not be believed
    lines: int
    breaks: int
    open_breaks: int
    results: int
    late_results: int  # told later than the bank day after the value day


def served(actor: Actor, today: date, days: Calendar) -> list[Service]:
    """Each bank in reach over the last 90 days; five statements."""
    since, banks = today - PERIOD, banks_of(actor)
    files = _files(banks, since)
    refused = dict(
        BankFile.objects.filter(account_day__gte=since)
        .exclude(refused="")
        .values_list("bank_code")
        .annotate(count=Count("pk"))
    )
    lines = dict(
        BankLine.objects.filter(account_day__gte=since)
        .values_list("bank_code")
        .annotate(count=Count("pk"))
    )
    reach = (*actor.institution_ids, 0)
    found = {
        row["bank_code"]: row
        for row in Break.objects.filter(account_day__gte=since, institution_id__in=reach)
        .values("bank_code")
        .annotate(all=Count("pk"), open=Count("pk", filter=Q(proceeding__closed_at=None)))
    }
    late = _results(reach, since, days)
    services = []
    for bank in banks:
        mine = [(day, at) for code, day, at in files if code == bank.code]
        breaks = found.get(bank.code, {"all": 0, "open": 0})
        services.append(
            Service(
                bank,
                len(mine),
                sum(at <= _due(bank, day, days) for day, at in mine),
                refused.get(bank.code, 0),
                lines.get(bank.code, 0),
                breaks["all"],
                breaks["open"],
                *late.get(bank.code, (0, 0)),
            )
        )
    return services


def _due(bank: Bank, day: date, days: Calendar) -> datetime:
    return datetime.combine(days.next_working(day), bank.files_by, SHANGHAI)


def _files(banks: Sequence[Bank], since: date) -> list[tuple[str, date, datetime]]:
    """Bank, day and the coming of its last file, for days whose five kinds are here."""
    rows = (
        BankFile.objects.filter(
            bank_code__in=[bank.code for bank in banks], account_day__gte=since, refused=""
        )
        .values_list("bank_code", "account_day")
        .annotate(kinds=Count("kind", distinct=True), at=Max("received_at"))
    )
    return [(code, day, at) for code, day, kinds, at in rows if kinds == 5]


def _results(reach: Sequence[int], since: date, days: Calendar) -> dict[str, tuple[int, int]]:
    """Results told of orders, and those told late, by bank."""
    rows = (
        Instruction.objects.filter(
            institution_id__in=reach, value_on__gte=since, result_at__isnull=False
        )
        .values("bank_code", "value_on", told=TruncDate("result_at", tzinfo=SHANGHAI))
        .annotate(count=Count("pk"))
    )
    counts: dict[str, tuple[int, int]] = {}
    for row in rows:
        total, late = counts.get(row["bank_code"], (0, 0))
        is_late = row["told"] > days.next_working(row["value_on"])
        counts[row["bank_code"]] = total + row["count"], late + row["count"] * is_late
    return counts
