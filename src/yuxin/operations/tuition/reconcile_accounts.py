"""A bank's day is compared with the books, account by account, on four levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from yuxin.cases.models import Proceeding
from yuxin.evidence import services as evidence
from yuxin.kernel import canonical
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.operations.operation import operation
from yuxin.policy.in_force import calendar, pack_of
from yuxin.tuition.breaks.models import Break, Cause
from yuxin.tuition.breaks.services import Found
from yuxin.tuition.reconciliation import queries, services
from yuxin.tuition.reconciliation.bridging import Item, bridge
from yuxin.tuition.reconciliation.queries import Account
from yuxin.tuition.reconciliation.services import Compared

ACCOUNTS_MAX = 1000
ITEMS_MAX = 999


@dataclass(frozen=True)
class _Day:
    """The bank's day in hand, and the institutions of this part of it."""

    bank: str
    on: date
    ids: tuple[int, ...]


@operation("bank_day.reconciled", roles={Role.CLOCK}, moves=("break.compared", "break.agreed"))
def reconcile_accounts_many(
    act: Act, *, bank_code: str, on: date, institution_ids: tuple[int, ...], last: bool
) -> Receipt:
    """Compare the accounts of these institutions (0: of nobody that we know) with one bank's day.

    Four levels in order: line, account, sub-ledger, evidence. What differs opens a break, found
    again it is the same one; what differs no more is matched; an account without an unowned break
    is closed for the day. Compared again, nothing changes. `last`: no further part of the day
    follows. Law: funds-rules 7.3, 7.4.
    """
    assert len(institution_ids) <= ACCOUNTS_MAX, "a part of a day holds at most 1,000 accounts"
    row = services.begin_day(bank_code, on)
    day = _Day(bank_code, on, institution_ids)
    lines = queries.lines(bank_code, on, institution_ids)
    accounts = _accounts_with_items(day)
    compared = [_compared(account, items, lines.other_day) for account, items in accounts]
    found = [*lines.found, *_overdue(act, day), *_differing(day, compared), *_proved(day)]
    services.record_days(bank_code, on, compared, at=act.at)
    new = services.open_breaks(act, found)
    gone = services.settle_agreed(act, bank_code, on, institution_ids, found)
    closed = services.close_days(bank_code, on, institution_ids, at=act.at, by=None)
    if last:
        services.day_checked(row, at=act.at)
    items = [*map(_opened, new), *[_agreed(each, bank_code) for each in gone]]
    # One entry tells of a thousand things at most; its summary covers all of them by their hash.
    summary = _summary(day, [each.account for each in compared], items)
    entry = evidence.append_many(act, [summary, *items[:ITEMS_MAX]])
    counts: dict[str, Json] = {"accounts": len(compared), "opened": len(new), "matched": len(gone)}
    return Receipt(entry.id, {**counts, "closed": closed})


def _overdue(act: Act, day: _Day) -> list[Found]:
    """What the bank should have told by the end of the day."""
    pack = pack_of(act)
    carry = pack.on("bank.carry_bank_days", day.on).integer
    cutoff = queries.cutoff_of(calendar(pack, "bank", act.day), day.on, carry)
    return queries.overdue(day.bank, cutoff, day.ids)


def _accounts_with_items(day: _Day) -> list[tuple[Account, Sequence[Item]]]:
    """Level 2: the accounts; where bank and books differ, with what may lie between them."""
    accounts = queries.accounts(day.bank, day.on, day.ids)
    differing = [each.institution_id for each in accounts if each.closing_fen != each.books_fen]
    items = queries.items(day.bank, day.on, differing) if differing else {}
    return [(each, items.get((each.institution_id, each.last4), [])) for each in accounts]


def _compared(
    account: Account, items: Sequence[Item], other_day: dict[tuple[int, str], int]
) -> Compared:
    difference = account.closing_fen - account.books_fen
    way = bridge(difference, items)
    if way is None:
        way = (Item("balance", "balance", difference),)
    return Compared(account, way, other_day.get((account.institution_id, account.last4), 0))


def _differing(day: _Day, compared: Sequence[Compared]) -> list[Found]:
    """Level 2: sums of the bank that miss each other, and closings that nothing explains."""
    found = []
    for each in compared:
        account = each.account
        moved = account.opening_fen + account.credit_fen - account.debit_fen
        before = account.opening_fen if account.before_fen is None else account.before_fen
        pairs = [("sum", moved, account.closing_fen), ("opening", before, account.opening_fen)]
        if any(item.kind == "balance" for item in each.bridge):
            pairs.append(("balance", account.books_fen, account.closing_fen))
        found += [_difference(day, account, *pair) for pair in pairs if pair[1] != pair[2]]
    return found


def _difference(day: _Day, account: Account, which: str, expected: int, told: int) -> Found:
    return Found(
        cause=Cause.BAL_DIFF,
        level=2,
        bank_code=day.bank,
        account_day=day.on,
        institution_id=account.institution_id,
        account_last4=account.last4,
        reference=which,
        expected_fen=expected,
        found_fen=told,
    )


def _proved(day: _Day) -> list[Found]:
    return queries.proved(day.bank, day.on, day.ids)


def _summary(
    day: _Day, accounts: Sequence[Account], items: Sequence[evidence.Item]
) -> evidence.Item:
    rows: list[Json] = [
        [each.institution_id, each.last4, each.opening_fen, each.closing_fen, each.books_fen]
        for each in accounts
    ]
    rows += [[each.key, dict(each.body)] for each in items]
    chain = f"bank:{day.bank}"
    body: dict[str, Json] = {
        "bank": day.bank,
        "day": day.on.isoformat(),
        "accounts": len(accounts),
        "closing_fen": sum(each.closing_fen for each in accounts),
        "books_fen": sum(each.books_fen for each in accounts),
        "breaks": len(items),
        "sha256": sha256(canonical.dumps(rows)).hexdigest(),
    }
    return evidence.Item("day", chain, chain, body)


def _opened(row: Break) -> evidence.Item:
    name = f"proceeding:{row.proceeding.code}"
    body: dict[str, Json] = {
        "break": row.proceeding.code,
        "cause": row.cause,
        "level": row.level,
        "day": row.account_day.isoformat(),
        "reference": row.reference,
        "expected_fen": row.expected_fen,
        "found_fen": row.found_fen,
    }
    return evidence.Item(f"break.{row.proceeding.code}", name, f"bank:{row.bank_code}", body)


def _agreed(proceeding: Proceeding, bank: str) -> evidence.Item:
    name = f"proceeding:{proceeding.code}"
    body: dict[str, Json] = {"break": proceeding.code, "state": proceeding.state}
    return evidence.Item(f"agreed.{proceeding.code}", name, f"bank:{bank}", body)
