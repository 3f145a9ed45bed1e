"""Look for alerts: where the colour was judged anew, and every night everywhere.

Safe to stop and to repeat: marks are taken in the transaction that looks, and each part of a
night is one request whose number follows from the day and the institutions.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Final
from uuid import uuid4

from yuxin.access.reading import reading
from yuxin.assessment.alerts import queries
from yuxin.jobs.apart import PARTS
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of
from yuxin.kernel.ids import request_id_for
from yuxin.operations.alerts.detect_alerts import detect_alerts

AT_ONCE: Final = 100
_CLOCK: Final = Actor.clock(())


def find_marked(at: datetime) -> int:
    """Look at up to a hundred institutions that were marked; how many alerts were opened."""
    with reading(_CLOCK):
        marked = queries.marked(_CLOCK, limit=AT_ONCE)
    if not marked:
        return 0
    before = PARTS.undone
    opened = PARTS.do("alerts of all marked", at, partial(_marked, marked, at))
    if PARTS.undone == before:
        return opened
    return sum(
        PARTS.do(f"alerts of institution {each}", at, partial(_marked, [each], at))
        for each in marked
    )


def _marked(marked: Sequence[int], at: datetime) -> int:
    call = Call(Actor.clock(tuple(marked)), at, uuid4())
    return int(str(detect_alerts(call, institution_ids=tuple(marked))["opened"]))


def find_all(_day: date, at: datetime) -> int:
    """Look at every connected institution, and those with an alert; how many were opened now."""
    with reading(_CLOCK):
        asked = queries.to_detect(_CLOCK)
    parts = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
    return sum(
        PARTS.do(f"alerts of institutions from {part[0]}", at, partial(_part, part, at))
        for part in parts
    )


def _part(part: Sequence[int], at: datetime) -> int:
    key = f"alerts|{day_of(at)}|{part[0]}|{part[-1]}|{len(part)}"
    call = Call(Actor.clock(tuple(part)), at, request_id_for(key))
    receipt = detect_alerts(call, institution_ids=tuple(part), marked_only=False)
    return 0 if receipt.repeated else int(str(receipt["opened"]))
