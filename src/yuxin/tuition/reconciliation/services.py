"""Writes of reconciliation: account days and breaks, inside an operation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from yuxin.access.sealed import blind_index
from yuxin.cases import services as cases
from yuxin.cases.models import Proceeding
from yuxin.formats.bank_files import BankFile as ReadFile
from yuxin.formats.bank_lines import AccLine
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.refusal import Refusal
from yuxin.tuition.breaks import services as breaks
from yuxin.tuition.breaks.kind import BREAK
from yuxin.tuition.breaks.models import Break, Cause
from yuxin.tuition.breaks.services import Found
from yuxin.tuition.reconciliation.bridging import Item
from yuxin.tuition.reconciliation.models import AccountDay, AccountEvent, BankDay
from yuxin.tuition.reconciliation.queries import Account

_KEPT: Final = [
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
    *("bridge", "checked_at"),
]


class DayHasOpenBreaks(Refusal):
    """A day cannot be closed while a break has no owner."""

    code = "day_has_open_breaks"
    status = 409
    zh = "还有 {count} 笔差错无人认领，不能关账。请先认领、说明或对上。"
    en = "{count} breaks have no owner yet, so the day cannot be closed. Claim or explain them."


@dataclass(frozen=True)
class Compared:
    """An account with the items that lead from the books to its closing."""

    account: Account
    bridge: Sequence[Item]
    other_day_count: int


def begin_day(bank_code: str, day: date) -> BankDay:
    """The row of a bank's day, locked: one comparison of it at a time."""
    require_act()
    BankDay.objects.bulk_create(
        [BankDay(bank_code=bank_code, account_day=day)], ignore_conflicts=True
    )
    return (
        BankDay.objects.filter(bank_code=bank_code, account_day=day)
        .order_by("pk")
        .select_for_update(no_key=True)
        .get()
    )


def day_checked(row: BankDay, *, at: datetime) -> None:
    """Note when a bank's day was compared."""
    require_act()
    BankDay.objects.filter(pk=row.pk).update(checked_at=at)


def record_days(bank: str, day: date, compared: Iterable[Compared], *, at: datetime) -> None:
    """Write accounts as compared; compared again, the figures are the newer ones."""
    require_act()
    rows = [
        AccountDay(
            institution_id=each.account.institution_id,
            bank_code=bank,
            account_last4=each.account.last4,
            account_day=day,
            receipt_count=each.account.receipt_count,
            receipt_fen=each.account.receipt_fen,
            release_count=each.account.release_count,
            release_fen=each.account.release_fen,
            refund_count=each.account.refund_count,
            refund_fen=each.account.refund_fen,
            other_day_count=each.other_day_count,
            contract_count=each.account.contract_count,
            proof_count=each.account.receipt_count + each.account.release_count,
            opening_fen=each.account.opening_fen,
            closing_fen=each.account.closing_fen,
            books_fen=each.account.books_fen,
            bridge=[[item.kind, item.what, item.amount_fen] for item in each.bridge],
            checked_at=at,
        )
        for each in compared
    ]
    AccountDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["bank_code", "account_day", "institution_id", "account_last4"],
        update_fields=_KEPT,
    )


def open_breaks(act: Act, found: Iterable[Found]) -> list[Break]:
    """Open a break for each difference that has none yet; those that are new."""
    by_key = {each.key: each for each in found}
    known = set(Break.objects.filter(key__in=list(by_key)).values_list("key", flat=True))
    return [
        breaks.open_break(act, each, move="compared")
        for key, each in by_key.items()
        if key not in known
    ]


def settle_agreed(
    act: Act, bank: str, day: date, ids: Sequence[int], found: Iterable[Found]
) -> list[Proceeding]:
    """Breaks of a day that were found by comparing and differ no more are matched."""
    still = [each.key for each in found]
    rows = (
        Break.objects.filter(institution_id__in=ids, bank_code=bank, line=None)
        .filter(Q(account_day=day) | Q(cause=Cause.PLATFORM_ONLY))
        .exclude(key__in=still)
        .exclude(cause=Cause.FILE_MISSING)
    )
    codes = rows.filter(proceeding__closed_at=None).values_list("proceeding__code", flat=True)
    gone = [
        each
        for each in cases.proceedings_for_update(list(codes))
        if each.state in BREAK.move("agreed").source
    ]
    if gone:
        cases.advance_many(act, gone, BREAK, "agreed")
    return gone


_UNOWNED: Final = Q(proceeding__closed_at=None, proceeding__owner_id=None)


def require_owned(bank: str, day: date, ids: Sequence[int]) -> None:
    """Every break of a bank's day has somebody who answers for it. Raises: DayHasOpenBreaks."""
    count = Break.objects.filter(
        _UNOWNED, institution_id__in=ids, bank_code=bank, account_day=day
    ).count()
    if count:
        raise DayHasOpenBreaks(count=count)


def close_days(bank: str, day: date, ids: Sequence[int], *, at: datetime, by: int | None) -> int:
    """Close the accounts of a day without unowned breaks; how many. Open the others again."""
    require_act()
    unowned = Break.objects.filter(
        _UNOWNED,
        Q(account_last4=OuterRef("account_last4")) | Q(account_last4=""),
        institution_id=OuterRef("institution_id"),
        bank_code=bank,
        account_day=day,
    )
    mine = AccountDay.objects.filter(institution_id__in=ids, bank_code=bank, account_day=day)
    mine.filter(Exists(unowned), closed_at__isnull=False).update(closed_at=None, closed_by=None)
    return mine.filter(~Exists(unowned), closed_at=None).update(closed_at=at, closed_by=by)


def keep_events(file: ReadFile, *, received_at: datetime) -> None:
    """Keep what a bank says of the accounts themselves; told twice it is one event."""
    require_act()
    lines = [line for line in file.lines if isinstance(line, AccLine)]
    indexes = [blind_index("custody_number", line.custody_acct) for line in lines]
    owners = _owners(indexes)
    AccountEvent.objects.bulk_create(
        [
            AccountEvent(
                bank_code=file.header.bank,
                event_id=line.event_id,
                institution_id=owners.get(index, 0),
                account_index=index,
                account_last4=line.custody_acct[-4:],
                account_day=file.header.acct_date,
                kind=line.event.value,
                frozen_fen=line.frozen_fen,
                authority=line.authority or "",
                document_no=line.document_no or "",
                title=line.title or "",
                posted_at=line.posted_at,
                received_at=received_at,
            )
            for line, index in zip(lines, indexes, strict=True)
        ],
        ignore_conflicts=True,
    )


def _owners(indexes: Sequence[bytes]) -> dict[bytes, int]:
    """Whose accounts these are, by the latest word of the registry."""
    if not indexes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (number_index) number_index, subject_id"
            "  FROM registry_custodyvalue WHERE number_index = ANY(%s)"
            " ORDER BY number_index, valid_from DESC, recorded_at DESC, id DESC",
            [list(indexes)],
        )
        return {bytes(index): owner for index, owner in cursor.fetchall()}
