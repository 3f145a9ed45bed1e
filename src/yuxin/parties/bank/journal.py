"""The journal: every movement between two accounts, once; and the lines that report them."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from yuxin.formats.bank_fields import SHANGHAI_OFFSET, from_json, to_json
from yuxin.formats.bank_lines import LINE_OF, FileKind, InLine, Line, OutLine, RefLine
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import Refusal
from yuxin.parties.bank.terms import Faults, Terms
from yuxin.parties.store import Store

OUTSIDE = "OUTSIDE"
"""Everything beyond this bank: cards, other banks. Its balance is minus what lies here."""

_DAY = timedelta(days=1)


class UnknownAccount(Refusal):
    """The account is not kept here, or is closed."""

    code = "unknown_account"
    status = 404
    zh = "本行没有可用的账户 {acct}。请核对账号。"
    en = "This bank keeps no open account {acct}. Please check the number."


@dataclass(frozen=True)
class Books:
    """What every act of the bank works on."""

    store: Store
    code: str
    terms: Terms
    faults: Faults

    def accounting_day(self, at: datetime) -> date:
        """The day that a movement at this instant is booked on: never one already closed."""
        row = self.store.row("SELECT max(acct_date) AS last FROM closed_day")
        day = day_of(at)
        return max(day, date.fromisoformat(row["last"]) + _DAY) if row["last"] else day

    def new_serial(self, acct_date: date) -> str:
        """The bank's next serial number."""
        seq = self.store.insert("INSERT INTO serial DEFAULT VALUES")
        return f"{self.code}{acct_date:%Y%m%d}{seq:010d}"

    def account(self, acct: str) -> Any:
        """An open account. Raises: UnknownAccount."""
        row = self.store.row("SELECT * FROM account WHERE acct = ? AND state = 'OPEN'", acct)
        if row is None:
            raise UnknownAccount(acct=acct)
        return row

    def custody(self, acct: str) -> Any:
        """An open custody account. Raises: UnknownAccount."""
        row = self.account(acct)
        if row["purpose"] != "CUSTODY":
            raise UnknownAccount(acct=acct)
        return row


@dataclass(frozen=True)
class Movement:
    """Money from one account to another for one reason."""

    kind: str
    reference: str
    acct_date: date
    posted_at: datetime
    from_acct: str
    to_acct: str
    amount_fen: int


def move(books: Books, movement: Movement) -> str:
    """Book a movement; a second one for the same reason is refused by the file itself.

    Returns the bank's serial. The sender's balance was checked by the caller and is guarded by
    the account's constraint.
    """
    serial = books.new_serial(movement.acct_date)
    books.store.run(
        "INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        serial,
        movement.kind,
        movement.reference,
        movement.acct_date.isoformat(),
        shanghai(movement.posted_at).isoformat(),
        movement.from_acct,
        movement.to_acct,
        movement.amount_fen,
    )
    change = "UPDATE account SET balance_fen = balance_fen + ? WHERE acct = ?"
    assert books.store.run(change, -movement.amount_fen, movement.from_acct) == 1
    assert books.store.run(change, movement.amount_fen, movement.to_acct) == 1
    return serial


def report(books: Books, kind: FileKind, acct_date: date, reference: str, line: Line) -> int:
    """Put a line among those that the next file takes; faults of reporting strike here."""
    faults, subject = books.faults, f"{kind}|{reference}"
    if isinstance(line, (InLine, OutLine, RefLine)) and faults.hits("wrong_amount", subject):
        off = 1 + faults.draw("off", subject) % 99
        line = replace(line, amount_fen=line.amount_fen + off)
    lost = faults.hits("lost", subject) and kind is not FileKind.ACC
    row = _insert_report(books, kind, acct_date, reference, line, lost=lost)
    if isinstance(line, (OutLine, RefLine)) and faults.hits("duplicate", subject):
        again = replace(line, bank_serial=books.new_serial(acct_date))
        _insert_report(books, kind, acct_date, reference, again, lost=False)
    return row


def report_again(books: Books, report_id: int, acct_date: date) -> None:
    """Report a line once more because the platform asked; not twice into one file."""
    row = books.store.row("SELECT * FROM report WHERE id = ?", report_id)
    waiting = "SELECT 1 FROM report WHERE kind = ? AND line = ? AND file IS NULL AND lost = 0"
    if books.store.row(waiting, row["kind"], row["line"]) is None:
        kind = FileKind(row["kind"])
        line = stored_line(kind, row["line"])
        if isinstance(line, InLine):
            line = replace(line, acct_date=acct_date)
        _insert_report(books, kind, acct_date, row["reference"], line, lost=False)


def stored_line(kind: FileKind, text: str) -> Line:
    """A line as it was stored."""
    return from_json(LINE_OF[kind], json.loads(text), 0)


def shanghai(instant: datetime) -> datetime:
    """To the second, in Shanghai time, as all files say it."""
    return instant.astimezone(SHANGHAI_OFFSET).replace(microsecond=0)


def _insert_report(
    books: Books, kind: FileKind, acct_date: date, reference: str, line: Line, *, lost: bool
) -> int:
    return books.store.insert(
        "INSERT INTO report (kind, acct_date, reference, line, lost) VALUES (?, ?, ?, ?, ?)",
        kind.value,
        acct_date.isoformat(),
        reference,
        json.dumps(to_json(line), ensure_ascii=False),
        int(lost),
    )


def audit(books: Books) -> list[str]:
    """What does not hold in the bank's own books: empty when all movements give the balances."""
    store = books.store
    said = [
        f"{row['acct']}: balance {row['balance_fen']}, moved {row['moved']}"
        for row in store.rows(
            "SELECT a.acct, a.balance_fen, "
            "(SELECT coalesce(sum(amount_fen), 0) FROM movement WHERE to_acct = a.acct) - "
            "(SELECT coalesce(sum(amount_fen), 0) FROM movement WHERE from_acct = a.acct) AS moved "
            "FROM account a"
        )
        if row["balance_fen"] != row["moved"]
    ]
    total = store.row("SELECT coalesce(sum(balance_fen), 0) AS total FROM account")["total"]
    if total:
        said.append(f"all balances together are {total}")
    said += [
        f"payment {row['channel_serial']} differs from its movements"
        for row in store.rows(
            "SELECT p.channel_serial FROM payment p WHERE p.amount_fen <> (SELECT coalesce("
            "sum(amount_fen), 0) FROM movement m WHERE m.kind = 'IN' AND "
            "m.reference IN (p.channel_serial, p.channel_serial || '#2'))"
        )
    ]
    return said
