"""The close of a day: deadlines, settlement, files of the banks. Safe to stop and to repeat.

Each part of a step is one request whose number follows from the step, the day, the institution
and what was still to do; so a repeat answers as the first time and changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

from yuxin.access.reading import reading
from yuxin.cases import due as proceedings
from yuxin.jobs import (
    exchange_covers,
    exchange_files,
    find_alerts,
    judge_colours,
    keep_books,
    keep_deposits,
    reconcile,
    run_closings,
)
from yuxin.jobs.apart import PARTS
from yuxin.jobs.exchange_files import NOBODY
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for
from yuxin.operations.cases.pass_deadlines import STATES, pass_deadlines_many
from yuxin.operations.tuition.answer_refund import deem_refunds_agreed_many
from yuxin.operations.tuition.cancel_contract import DAYS, lapse_contracts_many
from yuxin.operations.tuition.confirm_lesson import deem_lessons_confirmed_many
from yuxin.operations.tuition.instruct_refunds import instruct_refunds_many
from yuxin.operations.tuition.instruct_releases import instruct_releases_many
from yuxin.operations.tuition.request_rests import request_rests_many
from yuxin.policy.in_force import pack_on
from yuxin.tuition import due
from yuxin.tuition.due import Due

Step: TypeAlias = Callable[[date, datetime], int]
Many: TypeAlias = Callable[..., Receipt]


@dataclass(frozen=True)
class StepDone:
    """A step of the close and on how many things it acted now."""

    step: str
    count: int


def deem_lessons(day: date, at: datetime) -> int:
    """Lessons that nobody answered in time count as confirmed from 00:05 of the day."""
    with reading(NOBODY):
        rows = due.lessons(NOBODY, day)
    return _each("lessons_deemed", rows, deem_lessons_confirmed_many, "deemed", day, at)


def deem_refunds(day: date, at: datetime) -> int:
    """Refunds that the institution did not answer in time count as agreed."""
    with reading(NOBODY):
        rows = due.refunds(NOBODY, day)
    return _each("refunds_deemed", rows, deem_refunds_agreed_many, "deemed", day, at)


def pass_deadlines(day: date, at: datetime) -> int:
    """Proceedings that wait no longer: what their tables have for a missed deadline."""
    with reading(NOBODY):
        rows = [Due(*each) for each in proceedings.institutions(NOBODY, day, STATES)]
    return _each("deadlines_passed", rows, pass_deadlines_many, "passed", day, at)


def request_rests(day: date, at: datetime) -> int:
    """What is left of contracts whose course is over is asked back for their families."""
    with reading(NOBODY):
        rows = due.rests(NOBODY, day)
    return _each("rests_requested", rows, request_rests_many, "requested", day, at)


def lapse_contracts(day: date, at: datetime) -> int:
    """Signed contracts that nobody paid in the bureau's days end; without its days none does."""
    with reading(NOBODY):
        pack = pack_on(day)
        days = pack.on(DAYS, day).integer if pack and pack.has(DAYS, day) else None
        rows = [] if days is None else due.unpaid(NOBODY, day - timedelta(days=days + 1))
    return _each("contracts_lapsed", rows, lapse_contracts_many, "lapsed", day, at)


def instruct_releases(day: date, at: datetime) -> int:
    """What is payable at the end of the day is ordered for the next bank day."""
    with reading(NOBODY):
        rows = due.releases(NOBODY, day)
    return _each("releases", rows, instruct_releases_many, "contracts", day, at)


def instruct_refunds(day: date, at: datetime) -> int:
    """Approved refunds are ordered for the next bank day."""
    with reading(NOBODY):
        rows = due.approved_refunds(NOBODY)
    return _each("refunds", rows, instruct_refunds_many, "refunds", day, at)


def _each(step: str, rows: Sequence[Due], act: Many, counted: str, day: date, at: datetime) -> int:
    """Run an act for each institution, apart from the others; on how many things it acted."""
    return sum(
        PARTS.do(
            f"{step} of institution {row.institution_id}",
            at,
            partial(_pages, step, row, act, counted, day, at),
        )
        for row in rows
    )


def _pages(step: str, row: Due, act: Many, counted: str, day: date, at: datetime) -> int:
    """Page after page of one institution. Things that the act leaves as they are it passes by:
    the next page begins `after` them, where the act says so, and a page without any act ends it.
    """
    total, part, more = 0, 0, True
    after: dict[str, int] = {}
    while more:
        key = f"{step}|{day}|{row.institution_id}|{row.mark}|{part}"
        call = Call(Actor.clock((row.institution_id,)), at, request_id_for(key))
        receipt = act(call, institution_id=row.institution_id, on=day, **after)
        acted = int(str(receipt[counted]))
        if "last" in receipt.values:
            after = {"after": int(str(receipt["last"]))}
        more = bool(receipt["left"]) and (bool(after) or acted > 0)
        total += 0 if receipt.repeated else acted
        part += 1
    return total


def _at_once(act: Callable[[datetime], int]) -> Step:
    """A step that does what waits, whatever the day."""
    return lambda _day, at: act(at)


# In the early morning of the day: what holds from now on, what silence decided. From 00:05 on.
MORNING: Final[tuple[tuple[str, Step], ...]] = (
    ("registry_refreshed", keep_books.refresh),
    ("lessons_deemed", deem_lessons),
    ("refunds_deemed", deem_refunds),
    ("rests_requested", request_rests),
    ("deadlines_passed", pass_deadlines),
    ("deposits_measured", keep_deposits.measure),
    ("covers_ended", exchange_covers.end_over),
    ("contracts_lapsed", lapse_contracts),
)
# When the day is over: what it made payable.
EVENING: Final[tuple[tuple[str, Step], ...]] = (
    ("releases", instruct_releases),
    ("refunds", instruct_refunds),
)
# At any time: files of the banks, first what they said, then what they are asked.
EXCHANGE: Final[tuple[tuple[str, Step], ...]] = (
    ("files_taken", _at_once(exchange_files.take_files)),
    ("deposits_booked", _at_once(keep_deposits.book_lines)),
    ("lines_matched", _at_once(exchange_files.match_lines)),
    ("accounts_reconciled", _at_once(reconcile.reconcile)),
    ("closings_run", _at_once(run_closings.run_closings)),
    ("insurers_asked", _at_once(exchange_covers.ask)),
    ("insurers_answered", _at_once(exchange_covers.take)),
    ("deposit_parts", _at_once(keep_deposits.order_parts)),
    ("instructions_sent", _at_once(exchange_files.seal_instructions)),
    ("files_written", _at_once(exchange_files.write_files)),
)
# What the facts of the day mean: first where something changed, at night everywhere. Last of all
# the books of the night are sealed.
MARKED: Final[tuple[tuple[str, Step], ...]] = (
    ("colours_of_marked", _at_once(judge_colours.judge_marked)),
    ("alerts_of_marked", _at_once(find_alerts.find_marked)),
)
NIGHT: Final[tuple[tuple[str, Step], ...]] = (
    ("colours", judge_colours.judge_all),
    ("alerts", find_alerts.find_all),
    ("books_sealed", keep_books.seal_books),
)
CLOSE: Final = (*EXCHANGE[:4], *MORNING, *EVENING, *EXCHANGE[4:], *NIGHT)


def run(steps: Sequence[tuple[str, Step]], day: date, at: datetime) -> list[StepDone]:
    """Run steps in order for a day."""
    return [StepDone(name, step(day, at)) for name, step in steps]
