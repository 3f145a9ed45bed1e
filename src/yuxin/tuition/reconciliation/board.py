"""A bank day as people look at it: what blocks the close, levels, differences, files, bridge."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from yuxin.access.models import Account
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import NotFound
from yuxin.tuition.breaks.models import Break
from yuxin.tuition.models import Bank, BankFile, Instruction
from yuxin.tuition.reconciliation.models import AccountDay, BankDay

DAYS_SHOWN = 40
SHOWN_BACK: Final = timedelta(days=30)
KINDS: Final = {"IN", "OUT", "REF", "BAL", "ACC"}
_SUMS = (
    *("receipt_count", "receipt_fen", "release_count", "release_fen", "refund_count"),
    *(
        "refund_fen",
        "other_day_count",
        "contract_count",
        "proof_count",
        "opening_fen",
        "closing_fen",
        "books_fen",
    ),
)


@dataclass(frozen=True)
class Chosen:
    """Which day is looked at: of one bank or all in reach, of one account or all."""

    day: date
    bank_code: str = ""
    last4: str = ""


@dataclass(frozen=True)
class FileLine:
    """The files of one bank for a day: how many accounts and lines, when the last came."""

    bank: Bank
    accounts: int
    lines: int
    kinds: tuple[str, ...]
    missing: tuple[str, ...]
    refused: int
    received_at: datetime | None
    checked_at: datetime | None


@dataclass
class Board:
    """Everything of the page."""

    chosen: Chosen
    days: list[date]
    banks: list[Bank]
    accounts: int = 0
    closed: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    bridge: list[tuple[str, int, int]] = field(default_factory=list)  # kind, count, fen
    breaks: list[Break] = field(default_factory=list)
    owners: dict[int, str] = field(default_factory=dict)
    files: list[FileLine] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """Lines that moved money."""
        return sum(self.sums[f"{kind}_count"] for kind in ("receipt", "release", "refund"))

    def of_day(self, level: int | None = None) -> list[Break]:
        """Breaks of the day itself, of one level or all."""
        return [
            one
            for one in self.breaks
            if one.account_day == self.chosen.day and level in (None, one.level)
        ]

    def unowned(self) -> list[Break]:
        """What blocks the close."""
        return [one for one in self.of_day() if standing(one) == "unowned"]


def standing(one: Break) -> str:
    """Where a break stands for the close: unowned, owned, or its end."""
    proceeding = one.proceeding
    if proceeding.closed_at is not None:
        return proceeding.state
    return "unowned" if proceeding.owner_id is None else "owned"


def bank_of(actor: Actor) -> str:
    """The code of the bank that a bank officer works at; "" for everybody else."""
    return (actor.bank_code or "-") if actor.has(Role.BANK) else ""


def banks_of(actor: Actor) -> list[Bank]:
    """The banks that the reader sees: their own, or all."""
    own = bank_of(actor)
    rows = Bank.objects.filter(code=own) if own else Bank.objects.all()
    return list(rows.order_by("code"))


def accounts_of(actor: Actor, chosen: Chosen) -> "QuerySet[AccountDay]":
    """The account days of what was chosen, in reach."""
    rows = AccountDay.objects.filter(
        institution_id__in=(*actor.institution_ids, 0), account_day=chosen.day
    )
    if chosen.bank_code:
        rows = rows.filter(bank_code=chosen.bank_code)
    return rows.filter(account_last4=chosen.last4) if chosen.last4 else rows


def board(actor: Actor, *, day: date | None, bank_code: str, last4: str) -> Board:
    """A day as it stands; the latest one compared when none is named. Nine statements."""
    banks = banks_of(actor)
    codes = [each.code for each in banks]
    if bank_code and bank_code not in codes:
        raise NotFound
    days = list(
        BankDay.objects.filter(bank_code__in=[bank_code] if bank_code else codes)
        .order_by("-account_day")
        .values_list("account_day", flat=True)
        .distinct()[:DAYS_SHOWN]
    )
    wanted = [bank_code] if bank_code else codes
    shown = Board(Chosen(day or (days[0] if days else date.min), bank_code, last4), days, banks)
    rows = accounts_of(actor, shown.chosen).filter(bank_code__in=wanted)
    told = rows.aggregate(
        accounts=Count("pk"),
        closed=Count("pk", filter=Q(closed_at__isnull=False)),
        **{f"{name}_sum": Sum(name) for name in _SUMS},
    )
    shown.accounts, shown.closed = told["accounts"], told["closed"]
    shown.sums = {name: told[f"{name}_sum"] or 0 for name in _SUMS}
    shown.bridge = _bridge(rows.exclude(bridge=[]).values_list("bridge", flat=True))
    shown.breaks = _breaks(actor, shown.chosen, wanted)
    owners = {one.proceeding.owner_id for one in shown.breaks} - {None}
    shown.owners = dict(
        Account.objects.filter(pk__in=[each for each in owners if each]).values_list(
            "pk", "display_name"
        )
    )
    shown.files = _files(banks, wanted, shown.chosen.day)
    return shown


def _bridge(bridges: "QuerySet[AccountDay, list[list[object]]]") -> list[tuple[str, int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for one in bridges:
        for kind, _, fen in one:
            count, total = sums.get(str(kind), (0, 0))
            sums[str(kind)] = (count + 1, total + int(str(fen)))
    return [(kind, *sums[kind]) for kind in sorted(sums)]


def _breaks(actor: Actor, chosen: Chosen, banks: Sequence[str]) -> list[Break]:
    """Those of the day, and older ones that are open; unowned first, then by sum."""
    rows = Break.objects.filter(
        Q(account_day=chosen.day) | Q(account_day__lt=chosen.day, proceeding__closed_at=None),
        institution_id__in=(*actor.institution_ids, 0),
        bank_code__in=banks,
    ).select_related("proceeding", "line")
    if chosen.last4:
        rows = rows.filter(account_last4__in=[chosen.last4, ""])
    order = {"unowned": 0, "owned": 1}
    return sorted(
        rows,
        key=lambda one: (order.get(standing(one), 2), -(one.proceeding.amount_fen or 0), one.pk),
    )


def _files(banks: Sequence[Bank], wanted: Sequence[str], day: date) -> list[FileLine]:
    rows = list(
        BankFile.objects.filter(bank_code__in=wanted, account_day=day, refused="")
        .values("bank_code", "kind")
        .annotate(line_sum=Sum("line_count"), at=Max("received_at"))
    )
    refused = dict(
        BankFile.objects.filter(bank_code__in=wanted, account_day=day)
        .exclude(refused="")
        .values_list("bank_code")
        .annotate(count=Count("pk"))
    )
    checked = dict(
        BankDay.objects.filter(bank_code__in=wanted, account_day=day).values_list(
            "bank_code", "checked_at"
        )
    )
    found = []
    for bank in banks:
        mine = [row for row in rows if row["bank_code"] == bank.code]
        if bank.code not in wanted:
            continue
        there = {row["kind"] for row in mine}
        found.append(
            FileLine(
                bank=bank,
                accounts=sum(row["line_sum"] for row in mine if row["kind"] == "BAL"),
                lines=sum(row["line_sum"] for row in mine if row["kind"] not in ("BAL", "ACC")),
                kinds=tuple(sorted(there)),
                missing=tuple(sorted(KINDS - there)),
                refused=refused.get(bank.code, 0),
                received_at=max((row["at"] for row in mine), default=None),
                checked_at=checked.get(bank.code),
            )
        )
    return found


@dataclass(frozen=True)
class Unanswered:
    """Orders that a bank has and gave no result of yet."""

    count: int
    amount_fen: int
    oldest_on: date | None


def unanswered(actor: Actor, bank_code: str, today: date) -> Unanswered:
    """Orders of a bank whose value day is here and that have no result."""
    told = Instruction.objects.filter(
        institution_id__in=actor.institution_ids,
        bank_code=bank_code,
        state=Instruction.State.SENT,
        value_on__lte=today,
    ).aggregate(count=Count("pk"), fen=Sum("amount_fen"), oldest=Min("value_on"))
    return Unanswered(told["count"], told["fen"] or 0, told["oldest"])


def missing_files(bank_code: str, today: date) -> list[tuple[date, list[str]]]:
    """Days of a bank, begun by some file and over by now, that lack others; oldest first."""
    there: dict[date, set[str]] = {}
    rows = BankFile.objects.filter(
        bank_code=bank_code, refused="", account_day__lt=today, account_day__gte=today - SHOWN_BACK
    )
    for day, kind in rows.values_list("account_day", "kind").distinct():
        there.setdefault(day, set()).add(kind)
    return [(day, sorted(KINDS - there[day])) for day in sorted(there) if KINDS - there[day]]
