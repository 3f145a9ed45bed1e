"""Days of banks that are all there are compared with the books; each part repeatable."""

from datetime import datetime
from functools import partial
from typing import Final

from yuxin.access.reading import reading
from yuxin.jobs.apart import PARTS
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for
from yuxin.operations.tuition.reconcile_accounts import ACCOUNTS_MAX, reconcile_accounts_many
from yuxin.tuition.reconciliation import queries
from yuxin.tuition.reconciliation.queries import DayDue

NOBODY: Final = Actor.clock(())


def reconcile(at: datetime) -> int:
    """Compare what is due, day after day; how many accounts."""
    with reading(NOBODY):
        due = queries.days_due(NOBODY, at)
    return sum(
        PARTS.do(f"reconciliation of {one.bank_code} {one.account_day}", at, partial(_day, one, at))
        for one in due
    )


def _day(due: DayDue, at: datetime) -> int:
    """One bank's day in parts of a thousand institutions; killed in between, the rest follows."""
    with reading(NOBODY):
        ids = queries.institutions_of(NOBODY, due)
    parts = [ids[n : n + ACCOUNTS_MAX] for n in range(0, len(ids), ACCOUNTS_MAX)] or [[]]
    accounts = 0
    for number, part in enumerate(parts):
        key = f"reconcile|{due.bank_code}|{due.account_day}|{due.whole}|{due.mark}|{number}"
        receipt = reconcile_accounts_many(
            Call(Actor.clock(tuple(each for each in part if each)), at, request_id_for(key)),
            bank_code=due.bank_code,
            on=due.account_day,
            institution_ids=tuple(part),
            last=number == len(parts) - 1,
        )
        accounts += 0 if receipt.repeated else int(str(receipt["accounts"]))
    return accounts
