"""The clock's work on deposits: pay-ins booked, floors measured, decided parts lined up."""

from datetime import date, datetime
from functools import partial

from yuxin.access.reading import reading
from yuxin.jobs.apart import PARTS
from yuxin.jobs.exchange_files import NOBODY
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for
from yuxin.operations.deposits.decide_deposit_use import order_deposit_parts_many
from yuxin.operations.deposits.match_deposit_lines import match_deposit_lines_many
from yuxin.operations.deposits.measure_deposits import measure_deposits_many
from yuxin.tuition.deposits import queries


def book_lines(at: datetime) -> int:
    """Lines on accounts of deposits, before other lines are matched."""
    with reading(NOBODY):
        found = queries.lines_due(NOBODY)
    by_institution: dict[int, list[tuple[int, int]]] = {}
    for each in found:
        by_institution.setdefault(each.institution_id, []).append((each.line_id, each.deposit_id))
    return sum(
        PARTS.do(f"deposit lines of {number}", at, partial(_book, number, tuple(lines), at))
        for number, lines in by_institution.items()
    )


def _book(institution_id: int, lines: tuple[tuple[int, int], ...], at: datetime) -> int:
    key = f"deposit_lines|{institution_id}|{lines[0][0]}|{lines[-1][0]}|{len(lines)}"
    call = Call(Actor.clock((institution_id,)), at, request_id_for(key))
    receipt = match_deposit_lines_many(call, institution_id=institution_id, lines=lines)
    return int(str(receipt["booked"]))


def measure(day: date, at: datetime) -> int:
    """Every deposit against its floor of the day; how many orders moved."""
    with reading(NOBODY):
        found = queries.institutions(NOBODY)
    return sum(
        PARTS.do(f"deposits of institution {number}", at, partial(_measure, number, day, at))
        for number, _ in found
    )


def _measure(institution_id: int, day: date, at: datetime) -> int:
    key = f"deposits|{institution_id}|{day}|{at.isoformat()}"
    call = Call(Actor.clock((institution_id,)), at, request_id_for(key))
    receipt = measure_deposits_many(call, institution_id=institution_id, on=day)
    return int(str(receipt["moved"]))


def order_parts(at: datetime) -> int:
    """A page of every decided use."""
    with reading(NOBODY):
        found = queries.uses_due(NOBODY)
    return sum(
        PARTS.do(f"deposit use {code}", at, partial(_order, number, code, left, at))
        for number, code, left in found
    )


def _order(institution_id: int, code: str, left: int, at: datetime) -> int:
    key = f"deposit_parts|{code}|{left}"
    call = Call(Actor.clock((institution_id,)), at, request_id_for(key))
    receipt = order_deposit_parts_many(call, institution_id=institution_id, use_code=code)
    return int(str(receipt["ordered"]))
