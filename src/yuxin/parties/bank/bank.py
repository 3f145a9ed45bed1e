"""The bank as a library: a pure class over its SQLite file, with the instant as a parameter.

The process (`python -m yuxin.parties.bank`) and a simulation of years run the same code.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from yuxin.formats.bank_fields import from_json
from yuxin.formats.bank_files import SealedFile, parse_name, unseal
from yuxin.formats.bank_lines import AccLine, AccountEvent, Channel, FileKind, ReqLine
from yuxin.formats.bank_messages import Notice, Order, open_message, seal_message
from yuxin.formats.bank_refusals import WrongFile
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import Refusal
from yuxin.parties.bank import days, instructions, journal, payments
from yuxin.parties.bank.journal import OUTSIDE, Books, shanghai
from yuxin.parties.bank.schema import SCHEMA
from yuxin.parties.bank.terms import NO_FAULTS, Faults, Terms
from yuxin.parties.store import Store

_RETRY_SECONDS_MAX = 3600


class AccountTaken(Refusal):
    """The account number is in use for something else."""

    code = "account_taken"
    zh = "账号 {acct} 已用于另一个账户。请换一个账号。"
    en = "The account number {acct} is in use for another account."


class FileReplayed(Refusal):
    """A file of this name was taken before with other contents."""

    code = "file_replayed"
    zh = "文件 {name} 已经收过，这次内容不同，没有办理。请用新的份号发送。"
    en = "The file {name} was taken before with other contents; send a new part instead."


@dataclass(frozen=True)
class Answer:
    """What became of a file that the bank received."""

    taken: bool
    zh: str
    en: str


@dataclass(frozen=True)
class Delivery:
    """A file in the outbox."""

    id: int
    file: SealedFile


class Bank:
    """One custody bank. Every method is one transaction; what it returned is kept."""

    def __init__(
        self,
        *,
        code: str,
        key: RSAPrivateKey,
        platform_key: RSAPublicKey,
        path: Path | None = None,
        terms: Terms | None = None,
        faults: Faults = NO_FAULTS,
    ) -> None:
        """`path` None keeps the bank in memory."""
        self._key = key
        self._platform_key = platform_key
        self.books = Books(Store(path, SCHEMA), code, terms or Terms(), faults)
        with self.books.store.act():
            self.books.store.run(
                "INSERT OR IGNORE INTO account (acct, purpose, owner, title) VALUES (?, ?, ?, ?)",
                OUTSIDE,
                "OUTSIDE",
                "",
                "他行与渠道",
            )

    @property
    def code(self) -> str:
        """The bank's short name in files and orders."""
        return self.books.code

    def close(self) -> None:
        """End the connection to the file."""
        self.books.store.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Several acts as one transaction: for simulations, which replay after a crash anyway."""
        with self.books.store.act():
            yield

    # Accounts

    def open_custody(self, acct: str, *, owner: str, title: str, at: datetime) -> None:
        """Open an institution's custody account and report it. Raises: AccountTaken."""
        self._open(acct, "CUSTODY", owner, title, at)

    def open_settlement(self, acct: str, *, owner: str, title: str, at: datetime) -> None:
        """Note the institution's own account, the only target of releases."""
        self._open(acct, "SETTLEMENT", owner, title, at)

    def open_sub_account(self, sub_account: str, *, custody_acct: str) -> None:
        """A number that families pay to and that belongs to the custody account."""
        with self.books.store.act():
            acct = self.books.custody(custody_acct)["acct"]
            insert = "INSERT OR IGNORE INTO sub_account VALUES (?, ?)"
            self.books.store.run(insert, sub_account, acct)

    def freeze(
        self, acct: str, fen: int, *, authority: str, document_no: str, at: datetime
    ) -> None:
        """Hold a sum on an order; refunds stay possible. 0 lifts the hold."""
        assert fen >= 0
        with self.books.store.act():
            self.books.custody(acct)
            change = "UPDATE account SET frozen_fen = ? WHERE acct = ?"
            self.books.store.run(change, fen, acct)
            event = AccountEvent.FREEZE if fen else AccountEvent.UNFREEZE
            self._report(acct, event, at, frozen_fen=fen, paper=(authority, document_no))

    def rename(self, acct: str, title: str, *, at: datetime) -> None:
        """The account's title changed."""
        with self.books.store.act():
            self.books.account(acct)
            self.books.store.run("UPDATE account SET title = ? WHERE acct = ?", title, acct)
            self._report(acct, AccountEvent.NAME_CHANGE, at, title=title)

    def close_account(self, acct: str, *, at: datetime) -> None:
        """Close an account; money for it is refused or comes back from now on."""
        with self.books.store.act():
            row = self.books.account(acct)
            assert row["purpose"] != "CUSTODY" or row["balance_fen"] == 0, "empty it first"
            self.books.store.run("UPDATE account SET state = 'CLOSED' WHERE acct = ?", acct)
            self._report(acct, AccountEvent.CLOSING, at)

    def close_card(self, channel_serial: str) -> None:
        """The card behind a payment is closed: a refund by the original route comes back."""
        with self.books.store.act():
            change = "UPDATE payment SET card_open = 0 WHERE channel_serial = ?"
            assert self.books.store.run(change, channel_serial) == 1, "no such payment"

    # Payments

    def read_order(self, token: str, at: datetime) -> tuple[Order, Notice | None]:
        """The order of a cashier link, and how it ended if it did.

        Raises: MessageForged, MessageUnreadable, and as `payments.check_order`.
        """
        order = open_message(Order, token, self._platform_key)
        return order, payments.check_order(self.books, order, at)

    def pay(
        self,
        order: Order,
        at: datetime,
        channel: Channel = Channel.UNIONPAY,
        *,
        notify: bool = True,
    ) -> Notice:
        """Pay an order; again is the same. `notify` False: nobody is told but by the file IN."""
        self._begin(at)
        return payments.pay(self.books, order, at, channel, notify=notify)

    def cancel(self, order: Order, at: datetime, *, notify: bool = True) -> Notice:
        """Close an order without payment."""
        return payments.cancel(self.books, order, at, notify=notify)

    def receive(self, receipt: payments.Receipt, at: datetime) -> None:
        """Money that no order announced, such as a transfer at the counter."""
        self._begin(at)
        payments.take_in(self.books, receipt, at)

    def has_received(self, channel_serial: str) -> bool:
        """Whether money with this serial of its channel came in before."""
        query = "SELECT 1 FROM payment WHERE channel_serial = ?"
        return self.books.store.row(query, channel_serial) is not None

    def sign_notice(self, notice: Notice) -> str:
        """The notice as the token that the platform believes."""
        return seal_message(notice, self._key)

    def notices_due(self, at: datetime, limit: int = 50) -> list[tuple[str, str]]:
        """Order numbers and signed notices that the platform has not acknowledged."""
        rows = self.books.store.rows(
            "SELECT n.order_id, o.notice FROM notice n JOIN customer_order o USING (order_id) "
            "WHERE answered = 0 AND due_at <= ? ORDER BY due_at LIMIT ?",
            int(at.timestamp()),
            limit,
        )
        return [
            (row["order_id"], self.sign_notice(from_json(Notice, json.loads(row["notice"]), 0)))
            for row in rows
        ]

    def notice_answered(self, order_id: str, at: datetime, *, accepted: bool) -> None:
        """The platform took the notice, or it must be sent again, later each time."""
        with self.books.store.act():
            row = self.books.store.row("SELECT * FROM notice WHERE order_id = ?", order_id)
            wait = min(2 ** min(row["attempts"], 20), _RETRY_SECONDS_MAX)
            self.books.store.run(
                "UPDATE notice SET answered = ?, attempts = attempts + 1, due_at = ? "
                "WHERE order_id = ? AND answered = 0",
                int(accepted),
                int(at.timestamp()) + wait,
                order_id,
            )

    # Files

    def take(self, sealed: SealedFile, at: datetime) -> Answer:
        """Take a file of instructions: all of it, once; the same file again changes nothing.

        A fault in it is no exception here but the answer, because the sender must be told.
        """
        digest = hashlib.sha256(sealed.data).hexdigest()
        with self.books.store.act():
            known = self._answer_to(sealed.name, digest)
            if known is not None:
                return known
            self._begin(at)
        try:
            with self.books.store.act():
                self._instruct(sealed, at)
                answer = Answer(taken=True, zh="已接收。", en="Taken.")
                self._remember(sealed.name, digest, answer)
        except Refusal as problem:
            answer = Answer(taken=False, zh=problem.say("zh"), en=problem.say("en"))
            with self.books.store.act():
                self._remember(sealed.name, digest, answer)
        return answer

    def tick(self, at: datetime) -> None:
        """Carry out what is due and close the days whose files are due."""
        self._begin(at)
        instructions.carry_out(self.books, at)
        days.close_due_days(self.books, self._key, at)

    def publish(self, at: datetime) -> int:
        """Report everything new at once as parts; how many files were made."""
        return days.publish(self.books, self._key, at)

    def find_lost(self, reference: str, at: datetime) -> int:
        """Answer a query about a payment or instruction: report its lost lines after all."""
        with self.books.store.act():
            rows = self.books.store.rows(
                "SELECT id FROM report WHERE lost = 1 AND (reference = ? OR reference LIKE ?)",
                reference,
                f"{reference}|%",
            )
            for row in rows:
                self.books.store.run("UPDATE report SET lost = 2 WHERE id = ?", row["id"])
                journal.report_again(self.books, row["id"], self.books.accounting_day(at))
            return len(rows)

    def outbox(self, at: datetime) -> list[Delivery]:
        """Files to be delivered by this instant, in order."""
        rows = self.books.store.rows(
            "SELECT * FROM delivery WHERE delivered = 0 AND due_at <= ? ORDER BY due_at, id",
            int(at.timestamp()),
        )
        return [Delivery(r["id"], SealedFile(r["name"], r["data"], r["signature"])) for r in rows]

    def delivered(self, delivery: Delivery) -> None:
        """The file lies in the platform's folder for good."""
        with self.books.store.act():
            self.books.store.run("UPDATE delivery SET delivered = 1 WHERE id = ?", delivery.id)

    # Looking

    def accounts(self) -> list[Any]:
        """All accounts with their balances."""
        return list(self.books.store.rows("SELECT * FROM account ORDER BY purpose, acct"))

    def balance(self, acct: str) -> int:
        """What lies on an account, in fen. Raises: UnknownAccount."""
        return int(self.books.account(acct)["balance_fen"])

    def movements(self, limit: int = 1_000_000) -> list[Any]:
        """The latest movements, newest first."""
        query = "SELECT * FROM movement ORDER BY rowid DESC LIMIT ?"
        return list(self.books.store.rows(query, limit))

    def audit(self) -> list[str]:
        """What does not hold in the books: empty when all is well."""
        return journal.audit(self.books)

    def last_closed_day(self) -> date | None:
        """The last accounting day that was closed."""
        row = self.books.store.row("SELECT max(acct_date) AS last FROM closed_day")
        return date.fromisoformat(row["last"]) if row["last"] else None

    # Inside

    def _begin(self, at: datetime) -> None:
        """The first act fixes the first accounting day."""
        with self.books.store.act():
            insert = "INSERT OR IGNORE INTO setting VALUES ('first_day', ?)"
            self.books.store.run(insert, day_of(at).isoformat())

    def _open(self, acct: str, purpose: str, owner: str, title: str, at: datetime) -> None:
        self._begin(at)
        with self.books.store.act():
            row = self.books.store.row("SELECT * FROM account WHERE acct = ?", acct)
            if row is not None and (row["purpose"], row["owner"]) != (purpose, owner):
                raise AccountTaken(acct=acct)
            if row is None:
                self.books.store.run(
                    "INSERT INTO account (acct, purpose, owner, title) VALUES (?, ?, ?, ?)",
                    acct,
                    purpose,
                    owner,
                    title,
                )
                self._report(acct, AccountEvent.OPENED, at, title=title)

    def _report(
        self,
        acct: str,
        event: AccountEvent,
        at: datetime,
        *,
        frozen_fen: int | None = None,
        paper: tuple[str, str] | tuple[None, None] = (None, None),
        title: str | None = None,
    ) -> None:
        """Only custody accounts are the platform's business."""
        if self.books.store.row("SELECT purpose FROM account WHERE acct = ?", acct)[0] != "CUSTODY":
            return
        day = self.books.accounting_day(at)
        line = AccLine(
            event_id=self.books.new_serial(day),
            custody_acct=acct,
            event=event,
            frozen_fen=frozen_fen,
            authority=paper[0],
            document_no=paper[1],
            title=title,
            posted_at=shanghai(at),
        )
        journal.report(self.books, FileKind.ACC, day, line.event_id, line)

    def _instruct(self, sealed: SealedFile, at: datetime) -> None:
        if parse_name(sealed.name).kind is not FileKind.REQ:
            raise WrongFile(field="name", found=sealed.name)
        taken = "SELECT 1 FROM taken_file WHERE name = ? AND outcome = 'TAKEN'"
        if self.books.store.row(taken, sealed.name) is not None:
            raise FileReplayed(name=sealed.name)
        file = unseal(sealed, key=self._platform_key, bank=self.code)
        for line in file.rows(ReqLine):
            instructions.take(self.books, line, at)

    def _answer_to(self, name: str, digest: str) -> Answer | None:
        """The answer to a file that was taken; a refused one may come again, rightly signed."""
        query = "SELECT * FROM taken_file WHERE name = ? AND sha256 = ? AND outcome = 'TAKEN'"
        row = self.books.store.row(query, name, digest)
        return Answer(True, *json.loads(row["answer"])) if row else None

    def _remember(self, name: str, digest: str, answer: Answer) -> None:
        self.books.store.run(
            "INSERT OR REPLACE INTO taken_file VALUES (?, ?, ?, ?)",
            name,
            digest,
            "TAKEN" if answer.taken else "REFUSED",
            json.dumps([answer.zh, answer.en], ensure_ascii=False),
        )
