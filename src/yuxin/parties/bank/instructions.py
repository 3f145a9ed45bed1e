"""The platform's orders: taken from a file all together, each carried out at most once."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from yuxin.formats.bank_fields import from_json, to_json
from yuxin.formats.bank_lines import (
    TO_INSTITUTION,
    FailCode,
    FileKind,
    InstructionType,
    Outcome,
    OutLine,
    RefLine,
    RefundRoute,
    ReqLine,
)
from yuxin.kernel.refusal import Refusal
from yuxin.parties.bank.journal import (
    OUTSIDE,
    Books,
    Movement,
    move,
    report,
    report_again,
    shanghai,
)

BUREAU = "BUREAU"  # the owner of the account in which a bureau keeps deposits
_DAY = timedelta(days=1)


class InstructionReused(Refusal):
    """One instruction number came with two different contents."""

    code = "instruction_reused"
    zh = "指令号 {instruction_id} 已用于另一项内容，整份文件没有办理。请换用新的指令号。"
    en = "Instruction {instruction_id} was used for something else; the whole file was refused."


def take(books: Books, line: ReqLine, at: datetime) -> None:
    """Remember an instruction; one that was answered before gets the same answer again.

    Raises: InstructionReused.
    """
    body = json.dumps(to_json(line), ensure_ascii=False)
    row = _instruction(books, line.instruction_id)
    if row is None:
        books.store.run(
            "INSERT INTO instruction (instruction_id, body, effective_on) VALUES (?, ?, ?)",
            line.instruction_id,
            body,
            books.terms.effective_on(at, line.value_date).isoformat(),
        )
    elif _meaning(row["body"]) != _meaning(body):
        raise InstructionReused(instruction_id=line.instruction_id)
    elif row["answer"] is not None:
        report_again(books, row["answer"], books.accounting_day(at))


def carry_out(books: Books, at: datetime) -> int:
    """Carry out what is due by this instant; how many instructions were decided or returned."""
    today = books.accounting_day(at)
    due = books.store.rows(
        "SELECT instruction_id FROM instruction "
        "WHERE state = 'WAITING' AND effective_on <= ? ORDER BY effective_on, rowid",
        today.isoformat(),
    )
    back = books.store.rows(
        "SELECT instruction_id FROM instruction WHERE return_on <= ? ORDER BY rowid",
        today.isoformat(),
    )
    for row in due:
        with books.store.act():
            _decide(books, row["instruction_id"], at, today)
    for row in back:
        with books.store.act():
            _give_back(books, row["instruction_id"], at, today)
    return len(due) + len(back)


def _decide(books: Books, instruction_id: str, at: datetime, today: date) -> None:
    row = _instruction(books, instruction_id)
    if row["state"] != "WAITING":
        return
    line = from_json(ReqLine, json.loads(row["body"]), 0)
    problem = _problem(books, line)
    day = today + _DAY if books.faults.hits("late", instruction_id) else today
    serial = books.new_serial(day) if problem else _pay_out(books, line, at, day)
    outcome = Outcome.FAILED if problem else Outcome.SUCCESS
    answer = _answer(books, line, (outcome, problem, serial), at, day)
    comes_back = problem is None and _bounces(books, line)
    books.store.run(
        "UPDATE instruction SET state = ?, answer = ?, return_on = ? WHERE instruction_id = ?",
        outcome.value,
        answer,
        books.terms.bank_day_from(day + _DAY).isoformat() if comes_back else None,
        instruction_id,
    )


def _problem(books: Books, line: ReqLine) -> FailCode | None:
    """Why the bank does not pay, or None."""
    custody = _open_account(books, line.from_acct)
    if custody is None:
        return FailCode.UNKNOWN_ACCOUNT
    if custody["purpose"] != "CUSTODY":
        return FailCode.NOT_PERMITTED
    if line.type in TO_INSTITUTION:
        available = custody["balance_fen"] - custody["frozen_fen"]
        return _target_problem(books, line, custody) or _cover_problem(line, custody, available)
    return _payment_problem(books, line) or _cover_problem(line, custody, custody["balance_fen"])


def _target_problem(books: Books, line: ReqLine, custody: Any) -> FailCode | None:
    """A release goes to the institution's own account and nowhere else."""
    target = books.store.row("SELECT * FROM account WHERE acct = ?", line.to_acct)
    if target is None:
        return FailCode.UNKNOWN_ACCOUNT
    if target["state"] != "OPEN":
        return FailCode.ACCOUNT_CLOSED
    # A deposit in the bureau's own account goes back to whichever institution paid it in.
    of_bureau = line.type is InstructionType.DEPOSIT and custody["owner"] == BUREAU
    own = target["owner"] == custody["owner"] or of_bureau
    if target["purpose"] != "SETTLEMENT" or not own:
        return FailCode.NOT_PERMITTED
    return None


def _payment_problem(books: Books, line: ReqLine) -> FailCode | None:
    """A refund belongs to one payment, and all refunds of it stay within it.

    The payment went into this account, or into another special account of the same owner: a
    deposit pays back what custody cannot. The bureau's own account pays for every institution.
    """
    payment = books.store.row(
        "SELECT p.* FROM payment p JOIN account c ON c.acct = p.custody_acct "
        "JOIN account f ON f.acct = ? "
        "WHERE p.channel_serial = ? AND (f.owner = c.owner OR f.owner = ?)",
        line.from_acct,
        line.original_channel_serial,
        BUREAU,
    )
    if payment is None:
        return FailCode.UNKNOWN_PAYMENT
    if payment["refunded_fen"] + line.amount_fen > payment["amount_fen"]:
        return FailCode.OVER_PAYMENT
    return None


def _cover_problem(line: ReqLine, custody: Any, available: int) -> FailCode | None:
    if line.amount_fen <= available:
        return None
    frozen = line.amount_fen <= custody["balance_fen"]
    return FailCode.ACCOUNT_FROZEN if frozen else FailCode.INSUFFICIENT_FUNDS


def _pay_out(books: Books, line: ReqLine, at: datetime, day: date) -> str:
    inside = line.type in TO_INSTITUTION
    target = str(line.to_acct) if inside else OUTSIDE
    if not inside:
        _refunded(books, line, line.amount_fen)
    return move(
        books,
        Movement("PAY", line.instruction_id, day, at, line.from_acct, target, line.amount_fen),
    )


def _bounces(books: Books, line: ReqLine) -> bool:
    """Whether the receiver's bank will send the money back: a closed card, or a fault played."""
    if line.type not in TO_INSTITUTION and line.route is RefundRoute.ORIGINAL:
        card = "SELECT card_open FROM payment WHERE channel_serial = ?"
        if not books.store.row(card, line.original_channel_serial)["card_open"]:
            return True
    return books.faults.hits("returned", line.instruction_id)


def _give_back(books: Books, instruction_id: str, at: datetime, today: date) -> None:
    row = _instruction(books, instruction_id)
    if row["state"] != "SUCCESS" or row["return_on"] is None:
        return
    line = from_json(ReqLine, json.loads(row["body"]), 0)
    inside = line.type in TO_INSTITUTION
    source = str(line.to_acct) if inside else OUTSIDE
    if not inside:
        _refunded(books, line, -line.amount_fen)
    serial = move(
        books,
        Movement("BACK", instruction_id, today, at, source, line.from_acct, line.amount_fen),
    )
    reason = FailCode.ACCOUNT_CLOSED if inside else FailCode.CARD_CLOSED
    answer = _answer(books, line, (Outcome.RETURNED, reason, serial), at, today)
    books.store.run(
        "UPDATE instruction SET state = 'RETURNED', return_on = NULL, answer = ? "
        "WHERE instruction_id = ?",
        answer,
        instruction_id,
    )


def _answer(
    books: Books,
    line: ReqLine,
    result: tuple[Outcome, FailCode | None, str],
    at: datetime,
    day: date,
) -> int:
    """Report what became of an instruction."""
    outcome, reason, serial = result
    reference = f"{line.instruction_id}|{outcome}"
    if line.type in TO_INSTITUTION:
        out = OutLine(
            bank_serial=serial,
            instruction_id=line.instruction_id,
            status=outcome,
            amount_fen=line.amount_fen,
            fee_fen=0,
            fail_code=reason,
            posted_at=shanghai(at),
        )
        return report(books, FileKind.OUT, day, reference, out)
    ref = RefLine(
        bank_serial=serial,
        instruction_id=line.instruction_id,
        refund_id=str(line.refund_id),
        original_channel_serial=str(line.original_channel_serial),
        amount_fen=line.amount_fen,
        status=outcome,
        route=line.route or RefundRoute.ORIGINAL,
        fail_code=reason,
        posted_at=shanghai(at),
    )
    return report(books, FileKind.REF, day, reference, ref)


def _refunded(books: Books, line: ReqLine, amount_fen: int) -> None:
    change = "UPDATE payment SET refunded_fen = refunded_fen + ? WHERE channel_serial = ?"
    assert books.store.run(change, amount_fen, line.original_channel_serial) == 1


def _instruction(books: Books, instruction_id: str) -> Any:
    query = "SELECT * FROM instruction WHERE instruction_id = ?"
    return books.store.row(query, instruction_id)


def _open_account(books: Books, acct: str) -> Any:
    query = "SELECT * FROM account WHERE acct = ? AND state = 'OPEN'"
    return books.store.row(query, acct)


def _meaning(body: str) -> ReqLine:
    """An instruction apart from when and in which batch it was sent: a retry may change those."""
    line = from_json(ReqLine, json.loads(body), 0)
    return replace(line, batch_id="0", value_date=date.min)
