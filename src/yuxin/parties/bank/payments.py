"""Money that families pay in: orders at the cashier, and receipts that nobody ordered."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yuxin.formats.bank_fields import from_json, to_json
from yuxin.formats.bank_lines import Channel, FileKind, InLine
from yuxin.formats.bank_messages import Notice, Order, OrderStatus
from yuxin.kernel.refusal import Refusal
from yuxin.parties.bank.journal import (
    OUTSIDE,
    Books,
    Movement,
    UnknownAccount,
    move,
    report,
    shanghai,
)

_DAY = timedelta(days=1)


class OrderNotOurs(Refusal):
    """The order names another bank."""

    code = "order_not_ours"
    status = 422
    zh = "这张付款单是开给 {bank} 的，没有扣款。请回到原来的页面重新打开。"
    en = "This order is made out to {bank}; nothing was charged. Go back and open it again."


class OrderExpired(Refusal):
    """The order is too old to be paid."""

    code = "order_expired"
    status = 410
    zh = "付款单已过期，没有扣款。请回到原来的页面重新发起付款。"
    en = "The order has expired; nothing was charged. Go back and start the payment again."


class OrderReplayed(Refusal):
    """The number of the order was used for other contents."""

    code = "order_replayed"
    zh = "付款单号 {order_id} 已用于另一笔付款，没有扣款。请回到原来的页面重新发起。"
    en = "The order number {order_id} was used for another payment; nothing was charged."


class OrderClosed(Refusal):
    """The order was cancelled before, or paid before."""

    code = "order_closed"
    zh = "付款单 {order_id} 已经办结，不能再办。请回到原来的页面查看结果。"
    en = "The order {order_id} is already closed. Go back to see what became of it."


@dataclass(frozen=True)
class Receipt:
    """Money that came in from outside, with what its sender said about it."""

    custody_acct: str
    amount_fen: int
    channel: Channel
    channel_serial: str
    contract_no: str | None
    sub_account: str | None
    payer_name_mask: str


def check_order(books: Books, order: Order, at: datetime) -> Notice | None:
    """How the order ended, or None while it may be paid.

    Raises: OrderNotOurs, OrderReplayed, UnknownAccount, OrderExpired.
    """
    if order.bank != books.code:
        raise OrderNotOurs(bank=order.bank)
    row = books.store.row("SELECT * FROM customer_order WHERE order_id = ?", order.order_id)
    if row is not None:
        if row["sha256"] != _digest(order):
            raise OrderReplayed(order_id=order.order_id)
        return from_json(Notice, json.loads(row["notice"]), 0)
    books.custody(order.custody_acct)
    if at > order.expires_at:
        raise OrderExpired
    return None


def pay(books: Books, order: Order, at: datetime, channel: Channel, *, notify: bool) -> Notice:
    """Pay an order from the customer's card; pressed twice it is paid once.

    Raises: as check_order, and OrderClosed for an order that was cancelled.
    """
    with books.store.act():
        ended = check_order(books, order, at)
        if ended is not None:
            if ended.status is not OrderStatus.PAID:
                raise OrderClosed(order_id=order.order_id)
            return ended
        subject = f"{order.order_id}|{order.contract_no}|{order.custody_acct}"
        serial = f"{channel.value[0]}{hashlib.sha256(subject.encode()).hexdigest()[:20]}"
        receipt = Receipt(
            custody_acct=order.custody_acct,
            amount_fen=order.amount_fen,
            channel=channel,
            channel_serial=serial,
            contract_no=order.contract_no,
            sub_account=None,
            payer_name_mask=order.payer_name_mask,
        )
        take_in(books, receipt, at)
        return _close(books, order, at, (channel, serial), notify=notify)


def cancel(books: Books, order: Order, at: datetime, *, notify: bool) -> Notice:
    """The customer does not want to pay. Raises: as check_order; OrderClosed when it was paid."""
    with books.store.act():
        ended = check_order(books, order, at)
        if ended is not None and ended.status is OrderStatus.PAID:
            raise OrderClosed(order_id=order.order_id)
        return ended or _close(books, order, at, None, notify=notify)


def take_in(books: Books, receipt: Receipt, at: datetime) -> None:
    """Book money from outside onto a custody account and report it. Raises: UnknownAccount."""
    with books.store.act():
        acct = books.custody(receipt.custody_acct)["acct"]
        known = "SELECT 1 FROM sub_account WHERE sub_account = ? AND acct = ?"
        if receipt.sub_account and books.store.row(known, receipt.sub_account, acct) is None:
            raise UnknownAccount(acct=receipt.sub_account)
        day = books.accounting_day(at)
        if books.faults.hits("late", receipt.channel_serial):
            day += _DAY
        books.store.run(
            "INSERT INTO payment (channel_serial, custody_acct, amount_fen) VALUES (?, ?, ?)",
            receipt.channel_serial,
            receipt.custody_acct,
            receipt.amount_fen,
        )
        _book(books, receipt, at, day, receipt.channel_serial)
        if books.faults.hits("duplicate", receipt.channel_serial):
            twice = "UPDATE payment SET amount_fen = 2 * amount_fen WHERE channel_serial = ?"
            books.store.run(twice, receipt.channel_serial)
            _book(books, receipt, at, day, f"{receipt.channel_serial}#2")


def _book(books: Books, receipt: Receipt, at: datetime, day: date, reference: str) -> None:
    serial = move(
        books,
        Movement("IN", reference, day, at, OUTSIDE, receipt.custody_acct, receipt.amount_fen),
    )
    line = InLine(
        bank_serial=serial,
        acct_date=day,
        posted_at=shanghai(at),
        custody_acct=receipt.custody_acct,
        amount_fen=receipt.amount_fen,
        channel=receipt.channel,
        channel_serial=receipt.channel_serial,
        contract_no=receipt.contract_no,
        sub_account=receipt.sub_account,
        payer_name_mask=receipt.payer_name_mask,
    )
    report(books, FileKind.IN, day, reference, line)


def _close(
    books: Books, order: Order, at: datetime, paid: tuple[Channel, str] | None, *, notify: bool
) -> Notice:
    notice = Notice(
        order_id=order.order_id,
        bank=books.code,
        contract_no=order.contract_no,
        amount_fen=order.amount_fen,
        status=OrderStatus.PAID if paid else OrderStatus.CANCELLED,
        channel=paid[0] if paid else None,
        channel_serial=paid[1] if paid else None,
        at=shanghai(at),
    )
    books.store.run(
        "INSERT INTO customer_order VALUES (?, ?, ?)",
        order.order_id,
        _digest(order),
        json.dumps(to_json(notice), ensure_ascii=False),
    )
    if notify:
        books.store.run("INSERT INTO notice (order_id, due_at) VALUES (?, 0)", order.order_id)
    return notice


def _digest(order: Order) -> str:
    text = json.dumps(to_json(order), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
