"""What closings in force ask of the clock: families told, refunds lined up page by page."""

from datetime import datetime
from functools import partial

from yuxin.access.reading import reading
from yuxin.jobs.apart import PARTS
from yuxin.jobs.exchange_files import NOBODY
from yuxin.kernel.act import Call, Receipt
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for
from yuxin.operations.collapse.set_closing_run import (
    order_closing_refunds_many,
    tell_families_many,
)
from yuxin.tuition.collapse import queries
from yuxin.tuition.collapse.queries import Due


def run_closings(at: datetime) -> int:
    """One page of letters and one of refunds for every closing that has some; how many items.

    A page a round, so that other work goes on beside a large closing.
    """
    with reading(NOBODY):
        found = queries.due(NOBODY)
    return sum(
        PARTS.do(f"closing {each.code}", at, partial(_page, each, at))
        for each in found
        if each.untold or each.unordered
    )


def run_to_end(at: datetime) -> int:
    """Page after page until nothing is left to do."""
    total = 0
    while done := run_closings(at):
        total += done
    return total


def _page(due: Due, at: datetime) -> int:
    done = 0
    if due.untold:
        done += int(str(_act(due, at, "tell", due.untold)["told"]))
    if due.unordered:
        done += int(str(_act(due, at, "refund", due.unordered)["ordered"]))
    return done


def _act(due: Due, at: datetime, what: str, left: int) -> Receipt:
    act = tell_families_many if what == "tell" else order_closing_refunds_many
    # The round is part of the number: a run stopped and undone may come back to the same count.
    key = f"closing_{what}|{due.code}|{left}|{at.isoformat()}"
    call = Call(Actor.clock((due.institution_id,)), at, request_id_for(key))
    return act(call, institution_id=due.institution_id, closing_code=due.code)
