"""What the bank sends: parts during the day, and all files of a day when it is closed."""

from datetime import date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from yuxin.formats.bank_files import LINES_MAX, SealedFile, new_file, seal
from yuxin.formats.bank_lines import BalLine, Currency, FileKind, Line
from yuxin.parties.bank.journal import Books, shanghai, stored_line

_DAY = timedelta(days=1)
_REPORTED = (FileKind.IN, FileKind.OUT, FileKind.REF, FileKind.ACC)
_PARTIAL_SHARE = (2, 3)


def publish(books: Books, key: RSAPrivateKey, at: datetime) -> int:
    """Send what was not reported yet as new parts; how many files were made."""
    today = books.accounting_day(at)
    waiting = books.store.rows(
        "SELECT DISTINCT acct_date, kind FROM report "
        "WHERE file IS NULL AND lost = 0 AND acct_date <= ? ORDER BY acct_date, kind",
        today.isoformat(),
    )
    for row in waiting:
        with books.store.act():
            day = date.fromisoformat(row["acct_date"])
            _make_parts(books, key, FileKind(row["kind"]), day, at, last=False)
    return len(waiting)


def close_due_days(books: Books, key: RSAPrivateKey, at: datetime) -> int:
    """Close every accounting day whose files are due; how many."""
    closed = 0
    while True:
        with books.store.act():
            day = _first_open_day(books)
            if day is None or books.terms.files_ready_at(day) > at:
                return closed
            _close(books, key, day, at)
        closed += 1


def _first_open_day(books: Books) -> date | None:
    row = books.store.row("SELECT max(acct_date) AS last FROM closed_day")
    if row["last"]:
        return date.fromisoformat(row["last"]) + _DAY
    row = books.store.row("SELECT value FROM setting WHERE name = 'first_day'")
    return date.fromisoformat(row["value"]) if row else None


def _close(books: Books, key: RSAPrivateKey, day: date, at: datetime) -> None:
    for kind in _REPORTED:
        _make_parts(books, key, kind, day, at, last=True)
    balances = tuple(_balances(books, day))
    _send(books, key, FileKind.BAL, day, at, balances, last=True)
    books.store.run("INSERT INTO closed_day VALUES (?)", day.isoformat())


def _balances(books: Books, day: date) -> list[BalLine]:
    """Every custody account at the end of the day, from the journal."""
    before, text = (day - _DAY).isoformat(), day.isoformat()
    lines: list[BalLine] = []
    for row in books.store.rows(
        "SELECT a.acct, a.frozen_fen, coalesce(b.closing_fen, 0) AS opening, "
        "(SELECT coalesce(sum(amount_fen), 0) FROM movement "
        " WHERE from_acct = a.acct AND acct_date = ?) AS debits, "
        "(SELECT coalesce(sum(amount_fen), 0) FROM movement "
        " WHERE to_acct = a.acct AND acct_date = ?) AS credits "
        "FROM account a LEFT JOIN day_balance b ON b.acct = a.acct AND b.acct_date = ? "
        "WHERE a.purpose = 'CUSTODY' ORDER BY a.acct",
        text,
        text,
        before,
    ):
        closing = row["opening"] + row["credits"] - row["debits"]
        books.store.run("INSERT INTO day_balance VALUES (?, ?, ?)", row["acct"], text, closing)
        line = BalLine(
            custody_acct=row["acct"],
            opening_fen=row["opening"],
            debit_sum_fen=row["debits"],
            credit_sum_fen=row["credits"],
            closing_fen=closing,
            frozen_fen=row["frozen_fen"],
            interest_fen=0,
            currency=Currency.CNY,
        )
        lines.append(line)
    return lines


def _make_parts(
    books: Books, key: RSAPrivateKey, kind: FileKind, day: date, at: datetime, *, last: bool
) -> None:
    """All waiting lines of a day in as many files as they need; the last may be empty."""
    while True:
        rows = books.store.rows(
            "SELECT id, line FROM report WHERE file IS NULL AND lost = 0 "
            "AND acct_date = ? AND kind = ? ORDER BY id LIMIT ?",
            day.isoformat(),
            kind.value,
            LINES_MAX,
        )
        full = len(rows) == LINES_MAX
        if not rows and not last:
            return
        lines = tuple(stored_line(kind, row["line"]) for row in rows)
        name = _send(books, key, kind, day, at, lines, last=last and not full)
        for row in rows:
            books.store.run("UPDATE report SET file = ? WHERE id = ?", name, row["id"])
        if not full:
            return


def _send(
    books: Books,
    key: RSAPrivateKey,
    kind: FileKind,
    day: date,
    at: datetime,
    lines: tuple[Line, ...],
    *,
    last: bool,
) -> str:
    count = "SELECT count(*) AS parts FROM file WHERE kind = ? AND acct_date = ?"
    part = books.store.row(count, kind.value, day.isoformat())["parts"] + 1
    subject = f"{kind}|{day}|{part}"
    if books.faults.hits("out_of_order", subject):
        lines = lines[::-1]
    file = new_file(
        kind,
        bank=books.code,
        acct_date=day,
        part=part,
        made_at=shanghai(at),
        lines=lines,
        last=last,
    )
    sealed = seal(file, key)
    insert = "INSERT INTO file VALUES (?, ?, ?)"
    books.store.run(insert, sealed.name, kind.value, day.isoformat())
    _deliver(books, sealed, subject, at)
    return sealed.name


def _deliver(books: Books, sealed: SealedFile, subject: str, at: datetime) -> None:
    """Put a file into the outbox, spoilt first or late where a fault says so."""
    faults, due = books.faults, int(at.timestamp())
    mended = due + int(faults.mend_after.total_seconds())
    if faults.hits("partial_file", subject):
        part, whole = _PARTIAL_SHARE
        cut = sealed.data[: len(sealed.data) * part // whole]
        _enqueue(books, SealedFile(sealed.name, cut, sealed.signature), due)
        due = mended
    elif faults.hits("wrong_signature", subject):
        wrong = bytes([sealed.signature[0] ^ 1]) + sealed.signature[1:]
        _enqueue(books, SealedFile(sealed.name, sealed.data, wrong), due)
        due = mended
    if faults.hits("out_of_order", subject):
        due = max(due, mended)
    if faults.hits("late_file", subject):
        day = books.accounting_day(at)
        due = max(due, int(books.terms.files_ready_at(day).timestamp()))
    _enqueue(books, sealed, due)


def _enqueue(books: Books, sealed: SealedFile, due: int) -> None:
    books.store.run(
        "INSERT INTO delivery (name, data, signature, due_at) VALUES (?, ?, ?, ?)",
        sealed.name,
        sealed.data,
        sealed.signature,
        due,
    )
